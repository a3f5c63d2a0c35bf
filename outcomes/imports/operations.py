"""Writes to files that are imported: begun, their columns chosen, checked by a job, and written by another."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from hotspot.core import wording
from hotspot.core.errors import DomainError, NotAllowed
from hotspot.core.jobs import operations as jobs
from hotspot.core.models import Job, User
from hotspot.core.permissions import Permission
from hotspots.models import HotspotArea
from outcomes.models import AreaSpelling, FileImport, RememberedColumns

CHECK, WRITE = "check_import", "write_import"
# What holds for every file with the same headers; the other answers are about the rows of one file.
REMEMBERED = ("ignored", "source", "blank_is_nothing", "nil_is_zero", "small_numbers", "night_time")


@transaction.atomic
def begin_import(
    *,
    by: User,
    at: datetime,
    kind: str,
    name: str,
    content: bytes,
    rows: int,
    columns: Mapping[str, int],
    answers: Mapping[str, Any],
) -> FileImport:
    """Keep an uploaded file with the columns that were recognised in it, and the answers remembered for such a file."""
    file = jobs.keep_file(by=by, at=at, name=name, content=content, permissions=[Permission.IMPORT])
    return FileImport.objects.create(
        kind=kind, by=by, file=file, created_at=at, rows=rows, columns=dict(columns), answers=dict(answers)
    )


@transaction.atomic
def choose_table(
    *, by: User, import_id: int, sheet: str, rows: int, columns: Mapping[str, int], answers: Mapping[str, Any]
) -> FileImport:
    """Take another sheet of the workbook, or another row as its headers. What was answered before is asked again.

    Raises DomainError `import_closed`.
    """
    found = _locked(import_id, by=by)
    found.sheet, found.rows, found.columns, found.answers, found.checked = (
        sheet,
        rows,
        dict(columns),
        dict(answers),
        None,
    )
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
    header_row: str,
    page: str,
) -> Job:
    """Say which column is which and queue a check of every row. Remembers it for the next file with these headers.

    `fingerprint` is that of the headers, `header_row` that of their row alone. Raises DomainError `import_closed` or
    `too_many_jobs`.
    """
    found = _locked(import_id, by=by)
    found.columns, found.fingerprint = dict(columns), fingerprint
    found.answers = {**found.answers, **answers}
    _remember(found, header_row=header_row)
    return _enqueue_check(found, at=at, page=page)


@transaction.atomic
def answer_questions(
    *, by: User, at: datetime, import_id: int, answers: Mapping[str, Any], areas: Mapping[str, int], page: str
) -> Job:
    """Answer what a check asked, and check again. `areas` matches spellings to ids of hotspot areas; 0 forgets one.

    `answers` are as `imports.shifts.Answers` reads them. What holds for the next file of this shape is remembered.
    Raises DomainError `import_closed`, `area_unknown` or `too_many_jobs`.
    """
    found = _locked(import_id, by=by)
    match_areas(by=by, fingerprint=found.fingerprint, file_name=str(found), areas=areas)
    found.answers = {**found.answers, **answers}
    _remember(found)
    return _enqueue_check(found, at=at, page=page)


def match_areas(*, by: User, fingerprint: str, file_name: str, areas: Mapping[str, int]) -> None:
    """Remember which area each spelling is, for files with these headers; 0 forgets it. Raises `area_unknown`."""
    known = set(HotspotArea.objects.visible_to(by).filter(pk__in=areas.values()).values_list("pk", flat=True))
    if set(areas.values()) - known - {0}:
        raise DomainError("area_unknown", "One of these areas does not exist any more. Choose again.")
    forgotten = [spelling for spelling, area in areas.items() if not area]
    AreaSpelling.objects.filter(fingerprint=fingerprint, spelling__in=forgotten).delete()
    AreaSpelling.objects.bulk_create(
        [
            AreaSpelling(fingerprint=fingerprint, spelling=spelling, area_id=area, file_name=file_name[:200])
            for spelling, area in areas.items()
            if area
        ],
        update_conflicts=True,
        unique_fields=["fingerprint", "spelling"],
        update_fields=["area", "file_name"],
    )


@transaction.atomic
def change_spelling(*, by: User, spelling_id: int, area_id: int) -> None:
    """Match a remembered spelling to another area, or forget it (0).

    Raises AreaSpelling.DoesNotExist, and DomainError `area_unknown`.
    """
    if not by.may(Permission.IMPORT):
        raise NotAllowed("not_allowed", "Only an administrator can change this.")
    found = AreaSpelling.objects.select_for_update().get(pk=spelling_id)
    match_areas(by=by, fingerprint=found.fingerprint, file_name=found.file_name, areas={found.spelling: area_id})


def _remember(found: FileImport, header_row: str = "") -> None:
    answers = {name: value for name, value in found.answers.items() if name in REMEMBERED}
    values = {"columns": found.columns, "answers": answers} | ({"header_row": header_row} if header_row else {})
    RememberedColumns.objects.update_or_create(kind=found.kind, fingerprint=found.fingerprint, defaults=values)


def _enqueue_check(found: FileImport, *, at: datetime, page: str) -> Job:
    spellings = AreaSpelling.objects.filter(fingerprint=found.fingerprint)
    # With the file, so that what is written is read as what was checked.
    found.answers["areas"] = dict(spellings.values_list("spelling", "area"))
    title = f"Check of {found}"
    found.checked = jobs.enqueue(by=found.by, at=at, kind=CHECK, title=title, page=page, import_id=found.pk)
    found.problems = None
    found.save()
    return found.checked


@transaction.atomic
def confirm_import(
    *, by: User, at: datetime, import_id: int, with_conflicts: bool, acknowledged: Collection[int] = (), page: str
) -> Job:
    """Queue the writing of a file that was checked. `with_conflicts` leaves rows in conflict out.

    `acknowledged` are the places of columns that hold values and are not imported: all of them have to be. Raises
    DomainError `import_closed`, `import_unchecked`, `rows_refused`, `rows_in_conflict`, `columns_unacknowledged` or
    `too_many_jobs`.
    """
    found = _locked(import_id, by=by)
    result = _result(found)
    states = result["states"]
    if unread := [each["header"] for each in result.get("unmapped", ()) if each["place"] not in acknowledged]:
        names = wording.listing([f"“{header}”" for header in unread])
        raise DomainError("columns_unacknowledged", f"Confirm that {names} may be left out, or say what it is.")
    if states.get("error"):
        raise DomainError("rows_refused", "Put the errors right first: answer the questions, or upload the file again.")
    if states.get("conflict") and not with_conflicts:
        raise DomainError("rows_in_conflict", "Select to leave out the rows that differ from what is here.")
    title = f"Import of {found}"
    found.written = jobs.enqueue(
        by=by, at=at, kind=WRITE, title=title, page=page, import_id=found.pk, with_conflicts=with_conflicts
    )
    found.save()
    return found.written


@transaction.atomic
def record_import(
    *,
    by: User,
    at: datetime,
    kind: str,
    name: str,
    columns: Mapping[str, int],
    answers: Mapping[str, Any],
    result: Mapping[str, Any],
    recorded: Mapping[str, Any],
) -> FileImport:
    """Record an import that was written without a job, by command, so that it is listed and can be undone.

    The file itself is not kept.
    """
    found = begin_import(
        by=by, at=at, kind=kind, name=name, content=b"", rows=result["rows"], columns=columns, answers=answers
    )
    found.written = Job.objects.create(
        kind=WRITE, title=f"Import of {found}"[:200], by=by, state=Job.State.DONE, input={"import_id": found.pk},
        result=dict(result), created_at=at, finished_at=at,
    )  # fmt: skip
    found.recorded = dict(recorded)
    found.save()
    return found


def _result(found: FileImport) -> dict[str, Any]:
    if found.checked is None or found.checked.state != Job.State.DONE:
        raise DomainError("import_unchecked", "Check the file first.")
    result: dict[str, Any] = found.checked.result
    return result


def _locked(import_id: int, *, by: User) -> FileImport:
    """An import that nothing was written from, locked. Raises FileImport.DoesNotExist."""
    rows = FileImport.objects.select_for_update(of=("self",)).select_related("file", "checked", "written", "by")
    found = rows.visible_to(by).get(pk=import_id)
    if found.written is not None and found.written.state != Job.State.FAILED:
        raise DomainError("import_closed", "This file is imported already. Upload it again to import it again.")
    return found
