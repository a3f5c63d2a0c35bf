"""Rows of files that the product wrote itself: they are known by their numbers and compared, and never new.

A file of rows has no collar numbers, no crew times and no single visits, so its rows cannot be read as a report. What
each would be if it were written now is compared with it, cell by cell.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from hotspot.core.errors import DomainError
from hotspot.core.exports.columns import ColumnKind, ExportColumn
from hotspot.core.models import User
from hotspot.core.table_files.values import parse_count, parse_moment, parse_night
from hotspot.core.transaction_settings import london_clock
from outcomes.exports.rows import rows_of
from outcomes.imports.shift_operations import RowDifference, Taken
from patrols.models import CrewRole, PatrolShift

_NUMBER = re.compile(r"HS-([0-9]{1,12})", re.IGNORECASE | re.ASCII)
# A file has to have these headers to be one of ours.
_MARKS = {"shifts": {"shift", "starts_at (London time)"}, "outcomes": {"shift", "outcome", "outcome_id"}}
# When a record was written is no part of what it says.
_NOT_COMPARED = {"logged_at", "updated_at"}
_NAMES = {
    "day": "night",
    "starts_at": "start",
    "ends_at": "end",
    "hotspot_area": "area",
    "state": "shift_state",
    "source_system": "external_source",
    "source_reference": "external_reference",
    **{f"{role.value}s": f"crew_{role}" for role in CrewRole},
}


@dataclass(frozen=True)
class OwnRow:
    """One row of such a file: the number of its shift, and its cells by the names of the columns."""

    shift: int
    values: Mapping[str, str]

    @property
    def key(self) -> tuple[str, ...]:
        """What tells it from the other rows of a file: its outcome, or its shift."""
        return _key(self.values)


class OwnFile:
    """A file that may be one of ours, by its headers."""

    def __init__(self, kind: str, headers: Sequence[str], *, by: User) -> None:
        self._kind, self._by = kind, by
        columns = rows_of(kind, PatrolShift.objects.none()).columns if kind in _MARKS else ()
        self._places = {column: headers.index(column.header) for column in columns if column.header in headers}
        self.is_own = kind in _MARKS and set(headers) >= _MARKS[kind]

    @property
    def places(self) -> frozenset[int]:
        """The places of all headers that are ours: none of them has to be chosen or acknowledged."""
        return frozenset(self._places.values() if self.is_own else ())

    def row(self, cells: Sequence[str]) -> OwnRow | None:
        """The row as one of ours; None if it has no number of ours, and is to be read as any other."""
        if not self.is_own:
            return None
        values = {column.name: cells[place] if place < len(cells) else "" for column, place in self._places.items()}
        number = _NUMBER.fullmatch(values["shift"])
        return OwnRow(int(number[1]), values) if number else None

    def take(self, entries: Sequence[Any], work: Any) -> list[Any]:
        """What each entry is, in their order: our own rows compared, and what `work` says of all others."""
        own = iter(self.compare([entry for entry in entries if isinstance(entry, OwnRow)]))
        others = iter(work.take([entry for entry in entries if not isinstance(entry, OwnRow)]))
        return [next(own) if isinstance(entry, OwnRow) else next(others) for entry in entries]

    def compare(self, rows: Sequence[OwnRow]) -> list[Taken]:
        """Of each row: that it says what is here, or where it differs, or that there is no such record."""
        if not rows:
            return []
        seen = PatrolShift.objects.visible_to(self._by).filter(pk__in={row.shift for row in rows})
        shifts = {shift.pk: shift for shift in seen}
        here = self._here(seen)
        return [self._taken(row, shifts.get(row.shift), here.get(row.key)) for row in rows]

    def _here(self, shifts: Any) -> dict[tuple[str, ...], Mapping[str, str]]:
        """The rows of these shifts as a file would have them now."""
        rows = rows_of(self._kind, shifts)
        with london_clock(), connection.cursor() as cursor:
            cursor.execute(rows.csv_sql, rows.parameters or None)
            found = [dict(zip((each.name for each in rows.columns), map(_text, row), strict=True)) for row in cursor]
        return {_key(values): values for values in found}

    def _taken(self, row: OwnRow, shift: PatrolShift | None, here: Mapping[str, str] | None) -> Taken:
        entry: Any = row
        if shift is None or here is None:
            message = "There is no record of this number here. Leave its number out to import it as a new one."
            return Taken(entry, errors=[DomainError("shift_unknown", message, "shift")])
        return Taken(entry, shift=shift, differences=self._differences(row.values, here))

    def _differences(self, values: Mapping[str, str], here: Mapping[str, str]) -> list[RowDifference]:
        return [
            RowDifference(_NAMES.get(column.name, column.name), here[column.name], values[column.name])
            for column in self._places
            if column.name not in _NOT_COMPARED
            and _plain(column, values[column.name]) != _plain(column, here[column.name])
        ]


def _key(values: Mapping[str, str]) -> tuple[str, ...]:
    names = ("outcome", "outcome_id") if "outcome_id" in values else ("shift",)
    return tuple(values.get(name, "").upper() for name in names)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def _plain(column: ExportColumn, text: str) -> str:
    """A cell for comparing, however a spreadsheet writes its number, date, time or text."""
    words = " ".join(text.split())
    try:
        if column.kind is ColumnKind.NUMBER:
            return str(parse_count(words))
        if column.kind is ColumnKind.DAY and words:
            return parse_night(words)[0].isoformat()
        if column.kind is ColumnKind.INSTANT and words:
            moment = parse_moment(words)
            return f"{moment.day} {moment.clock:%H:%M}"
    except DomainError:
        return words
    # Our own CSV files have an apostrophe before what a spreadsheet would run, workbooks have none.
    return words.lstrip("' ") if column.kind is ColumnKind.TEXT else words.lower()
