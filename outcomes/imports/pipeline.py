"""Goes through a file of shifts in batches: reads its rows, has them checked, and, when asked to, written."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO, NamedTuple

from hotspot.core import wording
from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspot.core.table_files.column_evidence import Seen, given_otherwise
from hotspot.core.table_files.columns import missing
from hotspot.core.table_files.headers import looks_like_total
from hotspot.core.table_files.readers import MOST_ROWS, SourceTable, at_most, open_table
from outcomes.imports.detail_operations import DetailImport
from outcomes.imports.findings import TOTAL, Findings
from outcomes.imports.justice_operations import JusticeImport
from outcomes.imports.rows.answers import Answers
from outcomes.imports.rows.cells import BadRow, Cells
from outcomes.imports.rows.example import is_example
from outcomes.imports.rows.justice import JusticeRows, columns_of_justice
from outcomes.imports.rows.outcomes import OutcomeRows, columns_of_outcomes
from outcomes.imports.rows.own_files import OwnFile
from outcomes.imports.rows.shifts import ShiftRows, columns_of_shifts
from outcomes.imports.rows.unmapped import Unmapped
from outcomes.imports.shift_operations import ShiftImport, one_at_a_time

BATCH = 500
COLUMNS = {"shifts": columns_of_shifts, "outcomes": columns_of_outcomes, "justice": columns_of_justice}
_ROWS: dict[str, Any] = {"shifts": ShiftRows, "outcomes": OutcomeRows, "justice": JusticeRows}
_WORK: dict[str, Any] = {"shifts": ShiftImport, "outcomes": DetailImport, "justice": JusticeImport}

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
    with_unmapped: bool = True,
    most_rows: int | None = MOST_ROWS,
    total: int = 0,
    progress: Progress = lambda done, total: None,
) -> Findings:
    """Check every row of a file of this kind; with `writes`, write the new ones if nothing stops it: all or none.

    Rows in conflict with what is here stop it unless `with_conflicts`, and are left out in any case; columns that hold
    values and are not imported stop it unless `with_unmapped`. Needs a transaction when it writes. Raises DomainError
    for a file that cannot be read or has too many rows, and, when it writes, for one with errors or conflicts.
    """
    if writes:
        one_at_a_time()
    passing = _Pass(
        kind=kind,
        file=file,
        reason=f"Imported from {name}"[:500],
        by=by,
        at=at,
        layout=_Layout(columns, answers, sheet, header_row or answers.get("header_row")),
        writes=writes,
        most_rows=most_rows,
        progress=lambda done: progress(done, total),
    )
    return _written(passing, with_conflicts, with_unmapped) if writes else passing.go()[0]


def _written(passing: "_Pass", with_conflicts: bool, with_unmapped: bool) -> Findings:
    findings, work = passing.go()
    _check_writable(findings, with_conflicts, with_unmapped)
    if not work.may_write():
        # Somebody has logged shifts in these areas since: look again, now that nobody else can.
        findings, work = passing.go()
        _check_writable(findings, with_conflicts, with_unmapped)
    work.write()
    findings.recorded = work.recorded
    return findings


class _Layout(NamedTuple):
    columns: Mapping[str, int]
    answers: Mapping[str, Any]
    sheet: str
    header_row: int | None


@dataclass(frozen=True, kw_only=True)
class _Pass:
    """One way through a file, from its first row to its last, with everything that it depends on."""

    kind: str
    file: BinaryIO
    reason: str
    by: User
    at: datetime
    layout: _Layout
    writes: bool
    most_rows: int | None
    progress: Callable[[int], None]

    def go(self) -> tuple[Findings, Any]:
        """What there is to say about the rows, and the work that would write them. Raises DomainError."""
        self.file.seek(0)
        work = _WORK[self.kind](by=self.by, at=self.at, reason=self.reason, writes=self.writes)
        with open_table(self.file, sheet=self.layout.sheet, header_row=self.layout.header_row) as table:
            findings = self._check(table, work)
        if not findings.rows:
            raise DomainError("file_no_rows", "The file has no rows below its headers.", "file")
        return findings, work

    def _check(self, table: SourceTable, work: Any) -> Findings:
        columns, answers = self.layout.columns, self.layout.answers
        findings = Findings(_labels(table, columns))
        findings.about["hidden"] = [table.format.hidden_rows, table.format.hidden_columns]
        seen = table.scan(columns)
        _check_columns(self.kind, table, columns, seen)
        reader = _Reader(self.kind, table, columns, answers, findings, by=self.by, reason=self.reason, seen=seen)
        for batch in reader.batches(at_most(table.rows, self.most_rows)):
            for (row, _), taken in zip(batch, reader.own.take([entry for _, entry in batch], work), strict=True):
                findings.taken(row, taken)
            self.progress(findings.rows)
        return findings


class _Reader:
    """Reads the rows of a file. Those that cannot be read, or are left out, go straight to the findings."""

    def __init__(
        self,
        kind: str,
        table: SourceTable,
        columns: Mapping[str, int],
        answers: Mapping[str, Any],
        findings: Findings,
        *,
        by: User,
        reason: str,
        seen: Seen,
    ) -> None:
        self._columns, self._width, self._findings = columns, len(table.headers), findings
        self._answers = Answers.read(answers)
        self._parser = _ROWS[kind](columns=columns, answers=self._answers, by=by, reason=reason, seen=seen)
        self.own = OwnFile(kind, table.headers, by=by)
        self._unmapped = Unmapped(table.headers, columns, {*answers.get("ignored", ()), *self.own.places})

    def batches(self, rows: Iterator[tuple[int, list[str]]]) -> Iterator[list[tuple[Cells, Any]]]:
        """The rows that can be read, so many at a time."""
        while several := list(islice(rows, BATCH)):
            read = (self._read(number, cells) for number, cells in several)
            yield [each for each in read if each is not None]
        self._findings.about["unmapped"] = list(self._unmapped.summary())

    def _read(self, number: int, cells: list[str]) -> tuple[Cells, Any] | None:
        if number in self._answers.left_out_rows:
            self._findings.left_out(number, cells)
            return None
        if own := self.own.row(cells):
            return Cells(number, cells, self._columns), own
        if looks_like_total(cells) or is_example(cells) or not self._holds_anything(cells):
            self._findings.offer(number, cells, TOTAL)
        self._unmapped.count(cells)
        row = Cells(number, cells, self._columns)
        try:
            row.check(self._width)
            entry = self._parser.entry(row)
            if error := self._unmapped.hidden_number(cells, entry):
                row.note(error)
                raise BadRow(row.problems)
        except BadRow as refusal:
            self._findings.unreadable(refusal.problems, cells)
            return None
        return row, entry

    def _holds_anything(self, cells: Sequence[str]) -> bool:
        return any(place < len(cells) and cells[place] for place in self._columns.values())


def _labels(table: SourceTable, columns: Mapping[str, int]) -> dict[str, str]:
    """What people see above each column: its header in the file."""
    return {name: table.headers[place] for name, place in columns.items() if place < len(table.headers)}


def _check_columns(kind: str, table: SourceTable, columns: Mapping[str, int], seen: Seen) -> None:
    lacking = missing(COLUMNS[kind](), columns, given_otherwise(columns, seen))
    if lacking:
        names = ", ".join(column.label for column in lacking)
        raise DomainError("columns_missing", f"The file has no column for: {names}.", "file")
    if any(place >= len(table.headers) for place in columns.values()):
        raise DomainError("columns_changed", "The columns of the file have changed. Choose them again.", "file")


def _check_writable(findings: Findings, with_conflicts: bool, with_unmapped: bool) -> None:
    if findings.stops:
        count = wording.plural(findings.states["error"], "row")
        message = f"Nothing was imported: {count} cannot be. Check the file again to see why."
        raise DomainError("rows_refused", message)
    if findings.states["conflict"] and not with_conflicts:
        count = wording.plural(findings.states["conflict"], "row differs", "rows differ")
        message = f"Nothing was imported: {count} from what was imported before. Check the file again."
        raise DomainError("rows_in_conflict", message)
    if not with_unmapped and (unmapped := findings.about["unmapped"]):
        names = wording.listing([f"“{each['header']}”" for each in unmapped])
        message = f"Nothing was imported: {names} holds values and is not imported. Say what it is, or leave it out."
        raise DomainError("columns_unacknowledged", message)
