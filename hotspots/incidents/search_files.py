"""Reads the stop-and-search files of data.police.uk row by row, without what they say about the person."""

from collections.abc import Iterator
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from hotspot.core.errors import DomainError
from hotspot.core.text import clean_line
from hotspots.incidents.tables import MOST_SHOWN, Table

COLUMNS = (
    "Type", "Date", "Longitude", "Latitude", "Legislation", "Object of search", "Outcome",
    "Outcome linked to object of search",
)  # fmt: skip
"""The columns that are read. Gender, age and ethnicity are not."""
_LONGEST = 120
_TRUTHS = {"True": True, "False": False, "": None}


class SearchFileRow(NamedTuple):
    """A row as the file has it. `at` is in UTC, as files have it all year."""

    kind: str
    at: datetime
    longitude: float | None
    latitude: float | None
    legislation: str
    sought: str
    outcome: str
    is_linked: bool | None


def is_search_table(table: Table) -> bool:
    """Whether a file has the headings of stop and searches."""
    return {"Object of search", "Legislation"} <= set(table.headings)


def read_search_rows(table: Table) -> Iterator[SearchFileRow]:
    """Every row of a file, duplicates too. Raises DomainError `incidents_…` at the first that it should not have."""
    missing = [f"“{column}”" for column in COLUMNS if column not in table.headings]
    if missing:
        message = f"{table.name} has no column {', '.join(missing)}. Load the file as data.police.uk has it."
        raise DomainError("incidents_columns_missing", message, "file")
    pick = itemgetter(*(table.headings.index(column) for column in COLUMNS))
    for cells in table.rows():
        yield _row(table, *pick(cells))


def _row(table: Table, kind: str, date: str, east: str, north: str, *texts: str) -> SearchFileRow:
    *words, linked = texts
    if linked not in _TRUTHS:
        table.refuse("row_broken", f"says ‘{linked[:MOST_SHOWN]}’ of whether the outcome is linked to the object")
    legislation, sought, outcome = (_text(table, word) for word in words)
    longitude = latitude = None
    if east or north:
        longitude, latitude = table.number(east), table.number(north)
        table.check_place(longitude, latitude)
    return SearchFileRow(
        _text(table, kind)[:40],
        _instant(table, date),
        longitude,
        latitude,
        legislation,
        sought,
        outcome,
        _TRUTHS[linked],
    )


def _text(table: Table, value: str) -> str:
    if len(value) > _LONGEST:
        table.refuse("row_broken", f"has a text of more than {_LONGEST} characters")
    return clean_line(value)


def _instant(table: Table, text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        table.refuse("time", f"has the date ‘{text[:MOST_SHOWN]}’, which is not like 2024-06-01T21:00:00+00:00")
    return found
