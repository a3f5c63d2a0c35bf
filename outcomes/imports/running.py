"""Goes through a file of shifts in batches: reads its rows, has them checked, and, when asked to, written."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO

from hotspot.core import wording
from hotspot.core.errors import DomainError
from hotspot.core.models import User
from outcomes.imports.answers import Answers
from outcomes.imports.cells import BadRow, Cells
from outcomes.imports.columns import missing
from outcomes.imports.findings import Findings
from outcomes.imports.outcomes import OutcomeRows, columns_of_outcomes
from outcomes.imports.readers import MOST_ROWS, Table, at_most, open_table
from outcomes.imports.seen import Seen, given_otherwise
from outcomes.imports.shifts import ShiftRows, columns_of_shifts
from outcomes.operations.detailing import DetailImport
from outcomes.operations.importing import ShiftImport, one_at_a_time

BATCH = 500
COLUMNS = {"shifts": columns_of_shifts, "outcomes": columns_of_outcomes}
_ROWS: dict[str, Any] = {"shifts": ShiftRows, "outcomes": OutcomeRows}
_WORK: dict[str, Any] = {"shifts": ShiftImport, "outcomes": DetailImport}

Progress = Callable[[int, int], None]


def run_import(
    kind: str,
    file: BinaryIO,
    *,
    name: str,
    by: User,
    at: datetime,
    columns: Mapping[str, int],
    answers: Mapping[str, Any],
    sheet: str = "",
    header_row: int | None = None,
    writes: bool,
    with_conflicts: bool = False,
    most_rows: int | None = MOST_ROWS,
    total: int = 0,
    progress: Progress = lambda done, total: None,
) -> Findings:
    """Check every row of a file of this kind; with `writes`, write the new ones if nothing stops it: all or none.

    Rows in conflict with what is here stop it unless `with_conflicts`, and are left out in any case. Needs a
    transaction when it writes. Raises DomainError for a file that cannot be read or has too many rows, and, when it
    writes, for one with errors or conflicts.
    """
    if writes:
        one_at_a_time()
    reason = f"Imported from {name}"[:500]
    work = _WORK[kind](by=by, at=at, reason=reason, writes=writes)
    with open_table(file, sheet=sheet, header_row=header_row) as table:
        findings = Findings(_labels(table, columns))
        seen = table.scan(columns)
        _check_columns(kind, table, columns, seen)
        said = Answers.read(answers)
        parser = _ROWS[kind](columns=columns, answers=said, by=by, reason=reason, seen=seen)
        rows = (row for row in at_most(table.rows, most_rows) if row[0] not in said.left_out_rows)
        for batch in _batches(rows, parser, columns, len(table.headers), findings):
            for (row, _), taken in zip(batch, work.take([entry for _, entry in batch]), strict=True):
                findings.taken(row, taken)
            progress(findings.rows, total)
    if not findings.rows:
        raise DomainError("file_no_rows", "The file has no rows below its headers.", "file")
    if writes:
        _check_writable(findings, with_conflicts)
        work.write()
    return findings


def _batches(
    rows: Iterator[tuple[int, list[str]]],
    parser: Any,
    columns: Mapping[str, int],
    width: int,
    findings: Findings,
) -> Iterator[list[tuple[Cells, Any]]]:
    """The rows that can be read, so many at a time; the others go straight to the findings."""
    while several := list(islice(rows, BATCH)):
        batch: list[tuple[Cells, Any]] = []
        for number, cells in several:
            row = Cells(number, cells, columns)
            try:
                row.check(width)
                batch.append((row, parser.entry(row)))
            except BadRow as refusal:
                findings.unreadable(refusal.problems)
        yield batch


def _labels(table: Table, columns: Mapping[str, int]) -> dict[str, str]:
    """What people see above each column: its header in the file."""
    return {name: table.headers[place] for name, place in columns.items() if place < len(table.headers)}


def _check_columns(kind: str, table: Table, columns: Mapping[str, int], seen: Seen) -> None:
    lacking = missing(COLUMNS[kind](), columns, given_otherwise(columns, seen))
    if lacking:
        names = ", ".join(column.label for column in lacking)
        raise DomainError("columns_missing", f"The file has no column for: {names}.", "file")
    if any(place >= len(table.headers) for place in columns.values()):
        raise DomainError("columns_changed", "The columns of the file have changed. Choose them again.", "file")


def _check_writable(findings: Findings, with_conflicts: bool) -> None:
    if findings.stops:
        count = wording.plural(findings.states["error"], "row")
        message = f"Nothing was imported: {count} cannot be. Check the file again to see why."
        raise DomainError("rows_refused", message)
    if findings.states["conflict"] and not with_conflicts:
        count = wording.plural(findings.states["conflict"], "row differs", "rows differ")
        message = f"Nothing was imported: {count} from what was imported before. Check the file again."
        raise DomainError("rows_in_conflict", message)
