"""Reads the street files of data.police.uk row by row. What they really contain is in docs/incidents.md."""

import re
from collections.abc import Iterator
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from hotspot.core.errors import DomainError
from hotspot.core.text import clean_line
from hotspots.incidents.tables import EAST, MOST_SHOWN, NORTH, SOUTH, WEST, Table

COLUMNS = (
    "Month", "Falls within", "Crime type", "Longitude", "Latitude", "Location", "LSOA code", "LSOA name", "Crime ID",
    "Last outcome category",
)  # fmt: skip
"""The columns that are read. Others, like Context, may be there."""
# A file with any of these is a street file, or was meant to be one.
_TELLING = {"Falls within", "Reported by", "LSOA code", "Last outcome category"}
_LONGEST = {"Location": 200, "LSOA code": 9, "Crime ID": 64, "Last outcome category": 120, "Crime type": 80}
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)
# The same few thousand texts come again and again.
_clean = lru_cache(maxsize=50_000)(clean_line)


class StreetRow(NamedTuple):
    """A row as the file has it, its place as numbers or as nothing. Force, category and location are clean text."""

    month: str
    force: str
    category: str
    longitude: float | None
    latitude: float | None
    location: str
    lsoa: str
    lsoa_name: str
    reference: str
    outcome: str


def is_street_table(table: Table) -> bool:
    """Whether a file has headings that only street files of data.police.uk have."""
    return not _TELLING.isdisjoint(table.headings)


def read_street_rows(table: Table) -> Iterator[StreetRow]:
    """Every row of a file, duplicates too: whole rows that are the same are different incidents.

    Raises DomainError `incidents_…` at the first row that no file of data.police.uk would have.
    """
    missing = [f"“{column}”" for column in COLUMNS if column not in table.headings]
    if missing:
        given = " It looks like another kind of file." if len(missing) > len(COLUMNS) // 2 else ""
        message = (
            f"{table.name} has no column {', '.join(missing)}.{given} Load street files as data.police.uk has them."
        )
        raise DomainError("incidents_columns_missing", message, "file")
    pick = itemgetter(*(table.headings.index(column) for column in COLUMNS))
    for cells in table.rows():
        yield _row(pick(cells), table)


def _row(cells: tuple[str, ...], table: Table) -> StreetRow:
    month, force, category, longitude, latitude, location, lsoa, lsoa_name, reference, outcome = cells
    force, category, location = _clean(force), _clean(category), _clean(location)
    if not _MONTH.fullmatch(month):
        table.refuse("month", f"has the month ‘{month[:MOST_SHOWN]}’, which is not like 2024-01")
    if not category or not force:
        table.refuse("row_broken", "has no crime type, or does not say which force it falls within")
    if len(location) > 200 or len(lsoa) > 9 or len(reference) > 64 or len(outcome) > 120 or len(category) > 80:
        long = next(column for column, value in zip(COLUMNS, cells, strict=True) if _is_long(column, value))
        table.refuse("row_broken", f"has a longer “{long}” than there can be")
    if not longitude and not latitude:
        return StreetRow(month, force, category, None, None, location, lsoa, lsoa_name, reference, outcome)
    east, north = table.number(longitude), table.number(latitude)
    if not (WEST <= east <= EAST and SOUTH <= north <= NORTH):
        table.check_place(east, north)
    return StreetRow(month, force, category, east, north, location, lsoa, lsoa_name, reference, outcome)


def _is_long(column: str, value: str) -> bool:
    return len(value) > _LONGEST.get(column, MOST_SHOWN * 250)
