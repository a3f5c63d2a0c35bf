"""Writes to files that are imported: begun, their columns chosen, checked by a job, and written by another."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from hotspot.core import jobs
from hotspot.core.errors import DomainError
from hotspot.core.models import Job, User
from hotspot.core.permissions import Permission
from outcomes.models import FileImport, RememberedColumns

CHECK, WRITE = "check_import", "write_import"


@transaction.atomic
def begin_import(
    *, by: User, at: datetime, kind: str, name: str, content: bytes, rows: int, columns: Mapping[str, int]
) -> FileImport:
    """Keep an uploaded file with the columns that were recognised in it."""
    file = jobs.keep_file(by=by, at=at, name=name, content=content, permissions=[Permission.IMPORT])
    return FileImport.objects.create(kind=kind, by=by, file=file, created_at=at, rows=rows, columns=dict(columns))


@transaction.atomic
def choose_sheet(
    *, by: User, at: datetime, import_id: int, sheet: str, rows: int, columns: Mapping[str, int]
) -> FileImport:
    """Take another sheet of the workbook. Raises DomainError `import_closed`."""
    found = _locked(import_id, by=by)
    found.sheet, found.rows, found.columns, found.checked = sheet, rows, dict(columns), None
    found.save()
    return found


@transaction.atomic
def check_import(
    *,
    by: User,
    at: datetime,
    import_id: int,
    columns: Mapping[str, int],
    answers: Mapping[str, Any],
    fingerprint: str,
    page: str,
) -> Job:
    """Say which column is which and queue a check of every row. Remembers it for the next file with these headers.

    Raises DomainError `import_closed` or `too_many_jobs`.
    """
    found = _locked(import_id, by=by)
    found.columns, found.answers = dict(columns), dict(answers)
    RememberedColumns.objects.update_or_create(
        kind=found.kind, fingerprint=fingerprint, defaults={"columns": found.columns}
    )
    return _enqueue_check(found, at=at, page=page)


@transaction.atomic
def answer_clock(
    *, by: User, at: datetime, import_id: int, everywhere: str, cells: Mapping[tuple[int, str], str], page: str
) -> Job:
    """Say which of two equal clock times is meant, everywhere or in single cells by (row, column), and check again.

    Each is "before" or "after" the clocks went back. Raises DomainError `import_closed` or `too_many_jobs`.
    """
    found = _locked(import_id, by=by)
    said = [[row, column, change] for (row, column), change in cells.items() if change]
    found.answers = {**found.answers, "clock": everywhere, "clock_rows": said}
    return _enqueue_check(found, at=at, page=page)


def _enqueue_check(found: FileImport, *, at: datetime, page: str) -> Job:
    title = f"Check of {found}"
    found.checked = jobs.enqueue(by=found.by, at=at, kind=CHECK, title=title, page=page, import_id=found.pk)
    found.problems = None
    found.save()
    return found.checked


@transaction.atomic
def confirm_import(*, by: User, at: datetime, import_id: int, with_conflicts: bool, page: str) -> Job:
    """Queue the writing of a file that was checked. `with_conflicts` leaves rows in conflict out.

    Raises DomainError `import_closed`, `import_unchecked`, `rows_refused`, `rows_in_conflict` or `too_many_jobs`.
    """
    found = _locked(import_id, by=by)
    states = _states(found)
    if states.get("error"):
        raise DomainError("rows_refused", "Put the errors right first, and upload the file again.")
    if states.get("conflict") and not with_conflicts:
        raise DomainError("rows_in_conflict", "Select to leave out the rows that differ from what is here.")
    title = f"Import of {found}"
    found.written = jobs.enqueue(
        by=by, at=at, kind=WRITE, title=title, page=page, import_id=found.pk, with_conflicts=with_conflicts
    )
    found.save()
    return found.written


def _states(found: FileImport) -> dict[str, int]:
    if found.checked is None or found.checked.state != Job.State.DONE:
        raise DomainError("import_unchecked", "Check the file first.")
    states: dict[str, int] = found.checked.result["states"]
    return states


def _locked(import_id: int, *, by: User) -> FileImport:
    """An import that nothing was written from, locked. Raises FileImport.DoesNotExist."""
    rows = FileImport.objects.select_for_update(of=("self",)).select_related("file", "checked", "written", "by")
    found = rows.visible_to(by).get(pk=import_id)
    if found.written is not None and found.written.state != Job.State.FAILED:
        raise DomainError("import_closed", "This file is imported already. Upload it again to import it again.")
    return found
