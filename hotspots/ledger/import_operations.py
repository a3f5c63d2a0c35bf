"""Writes of imports: a file is kept, its columns are remembered, its rows become entries, and it can be undone."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime

from django.db import transaction

from hotspot.core.calendar import today
from hotspot.core.errors import Conflict, DomainError, NotInThisState
from hotspot.core.jobs.operations import keep_file
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspot.core.table_files.columns import fingerprint, missing, recognise
from hotspots.ledger import rules
from hotspots.ledger.import_rows import COLUMNS, Defaults, Reading, RowReport, read_headers, report
from hotspots.ledger.operations import SpendFacts
from hotspots.models import Programme, RememberedSpendColumns, SpendEntry, SpendImport
from hotspots.saving import locked_row


@transaction.atomic
def upload(
    *, by: User, at: datetime, programme: Programme, name: str, content: bytes, defaults: Defaults
) -> SpendImport:
    """Keep a file with the columns that its headers had the last time, or that they are called like.

    Raises DomainError `file_…`.
    """
    rules.check_keeps(by)
    rules.check_pays(defaults.stream, programme)
    found = read_headers(content)
    known = RememberedSpendColumns.objects.filter(fingerprint=fingerprint(found.headers)).first()
    return SpendImport.objects.create(
        programme=programme,
        by=by,
        file=keep_file(by=by, at=at, name=name, content=content, permissions=[Permission.KEEP_LEDGER]),
        created_at=at,
        header_row=found.header_row,
        fingerprint=fingerprint(found.headers),
        columns=known.columns if known else recognise(found.headers, COLUMNS),
        stream=defaults.stream,
        category=defaults.category,
        vat_recoverable=defaults.vat_recoverable,
    )


@transaction.atomic
def choose_columns(*, by: User, import_id: int, columns: Mapping[str, int]) -> SpendImport:
    """Say at which place of the file each column is, and remember it for files with the same headers.

    Raises DomainError `columns_missing`, and NotInThisState for a file that was written.
    """
    found = _open(by, import_id)
    if absent := missing(COLUMNS, columns):
        raise DomainError("columns_missing", f"Choose the column of the {absent[0].label.lower()}.", absent[0].name)
    if len(set(columns.values())) < len(columns):
        raise DomainError("columns_twice", "Choose each column of the file once.")
    found.columns = dict(columns)
    found.save(update_fields=("columns",))
    RememberedSpendColumns.objects.update_or_create(fingerprint=found.fingerprint, defaults={"columns": found.columns})
    return found


def check(found: SpendImport, *, by: User, at: datetime) -> list[RowReport]:
    """What each row of a file would become. Writes nothing. Raises DomainError `file_…` and `file_expired`."""
    content = bytes(found.file.content)
    if not content:
        raise DomainError("file_expired", "The file was kept for a week and is gone. Upload it again.")
    defaults = Defaults(found.stream, found.category, found.vat_recoverable)
    reading = Reading(found.programme, defaults, by, today(at))
    return report(content, found.columns, found.header_row, reading)


@transaction.atomic
def write(*, by: User, at: datetime, import_id: int, leave_out: Collection[int] = ()) -> SpendImport:
    """Make an entry, which waits for approval, of each new row; of a file all or none. `leave_out` are row numbers.

    Raises DomainError `rows_wrong` for a row that is wrong and not left out, `nothing_new`, NotInThisState, and
    Conflict `month_closed`.
    """
    found = _open(by, import_id)
    # Of two files at once, the second sees what the first wrote.
    programme = Programme.objects.select_for_update(no_key=True).get(pk=found.programme_id)
    rows = check(found, by=by, at=at)
    wrong = [row.number for row in rows if row.error and row.number not in leave_out]
    if wrong:
        raise DomainError("rows_wrong", f"Row {wrong[0]:,} is wrong. Mend the file, or leave out what is wrong.")
    new = [row for row in rows if row.is_new]
    if not new:
        raise DomainError("nothing_new", "Nothing in this file is new.")
    with rules.refusals_in_words():
        SpendEntry.objects.bulk_create(_entries(new, found, by, at))
    found.programme, found.written_at, found.by = programme, at, by
    found.save(update_fields=("written_at", "by"))
    return found


def _entries(rows: Sequence[RowReport], found: SpendImport, by: User, at: datetime) -> list[SpendEntry]:
    return [
        SpendEntry(
            **{each.name: getattr(row.facts, each.name) for each in fields(SpendFacts)},
            state=SpendEntry.State.SUBMITTED,
            entered_by=by,
            entered_at=at,
            submitted_at=at,
            imported_from=found,
        )
        for row in rows
    ]


@transaction.atomic
def approve_all(*, by: User, at: datetime, import_id: int) -> int:
    """Approve what waits of a file that somebody else imported; gives how many. Raises NotAllowed and Conflict."""
    rules.check_keeps(by)
    found = locked_row(SpendImport, import_id)
    waiting = list(found.entries.select_for_update().filter(state=SpendEntry.State.SUBMITTED).order_by("pk"))
    if not waiting:
        raise NotInThisState("nothing_to_approve", "Nothing of this file waits for approval.")
    for entry in waiting:
        rules.check_other_person(by, entry.entered_by, what="approve them")
    with rules.refusals_in_words():
        found.entries.filter(pk__in=[entry.pk for entry in waiting]).update(
            state=SpendEntry.State.APPROVED, decided_by=by, decided_at=at
        )
    return len(waiting)


@transaction.atomic
def undo(*, by: User, at: datetime, import_id: int) -> SpendImport:
    """Take back all entries of a file. Raises NotInThisState, and Conflict `entries_decided` once one
    of them was approved, refused or rewritten."""
    rules.check_keeps(by)
    found = locked_row(SpendImport, import_id)
    if found.written_at is None or found.undone_at is not None:
        raise NotInThisState("import_not_written", "This file was not imported, or is undone already.")
    entries = list(found.entries.select_for_update().order_by("pk"))
    if any(entry.decided_by_id or entry.entered_at != found.written_at for entry in entries):
        message = "Somebody has decided about entries of this file, or rewritten them. Delete or reverse what is wrong."
        raise Conflict("entries_decided", message)
    with rules.refusals_in_words():
        # What waits for approval is not deleted by mistake: it has to be a draft.
        found.entries.update(state=SpendEntry.State.DRAFT, submitted_at=None)
        found.entries.all().delete()
    found.undone_by, found.undone_at = by, at
    found.save(update_fields=("undone_by", "undone_at"))
    return found


def _open(by: User, import_id: int) -> SpendImport:
    rules.check_keeps(by)
    found = locked_row(SpendImport, import_id)
    if not found.is_open:
        raise NotInThisState("import_written", "This file was imported already.")
    return found
