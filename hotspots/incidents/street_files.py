"""Reads the street files of data.police.uk row by row. What they really contain is in docs/incidents.md."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple, NoReturn

from hotspot.core.errors import DomainError
from hotspot.core.text import clean_line

COLUMNS = (
    "Month", "Falls within", "Crime type", "Longitude", "Latitude", "Location", "LSOA code", "LSOA name", "Crime ID",
    "Last outcome category",
)  # fmt: skip
"""The columns that are read. Others, like Context, may be there."""
# Great Britain. A place outside is no place at all, or its longitude and latitude are swapped.
WEST, EAST, SOUTH, NORTH = -9.0, 2.0, 49.0, 61.0
_LONGEST = {"Location": 200, "LSOA code": 9, "Crime ID": 64, "Last outcome category": 120, "Crime type": 80}
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)
_MOST_LINE = 10_000
_MOST_SHOWN = 40
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


def read_street_file(stream: io.RawIOBase, name: str) -> Iterator[StreetRow]:
    """Every row of a file, duplicates too: whole rows that are the same are different incidents.

    Raises DomainError `incidents_…` at the first row that no file of data.police.uk would have.
    """
    text = io.TextIOWrapper(io.BufferedReader(stream), encoding="utf-8-sig", newline="")
    reader = csv.reader(_lines(text, name), strict=True)
    try:
        headers = next(reader, [])
        pick, width = _columns(headers, name), len(headers)
        for cells in reader:
            if len(cells) != width:
                _refuse("row_broken", name, reader.line_num, f"has {len(cells)} columns instead of {width}")
            yield _row(pick(cells), name, reader.line_num)
    except (csv.Error, UnicodeDecodeError):
        _refuse("row_broken", name, reader.line_num + 1, "cannot be read: the file is damaged, or is no CSV file")


def _lines(text: io.TextIOWrapper, name: str) -> Iterator[str]:
    """The lines, none of which may be so long that reading it fills the memory, or hold what no text holds."""
    number = 0
    while line := text.readline(_MOST_LINE):
        number += 1
        if len(line) == _MOST_LINE and not line.endswith("\n"):
            _refuse("row_broken", name, number, "is too long")
        if "\0" in line:
            _refuse("row_broken", name, number, "is no text: the file is damaged, or is no CSV file")
        yield line


def _columns(headers: list[str], name: str) -> Callable[[list[str]], tuple[str, ...]]:
    missing = [f"“{column}”" for column in COLUMNS if column not in headers]
    if missing:
        given = " It looks like another kind of file." if len(missing) > len(COLUMNS) // 2 else ""
        message = f"{name} has no column {', '.join(missing)}.{given} Load street files of data.police.uk."
        raise DomainError("incidents_columns_missing", message, "file")
    return itemgetter(*(headers.index(column) for column in COLUMNS))


def _row(cells: tuple[str, ...], name: str, number: int) -> StreetRow:
    month, force, category, longitude, latitude, location, lsoa, lsoa_name, reference, outcome = cells
    force, category, location = _clean(force), _clean(category), _clean(location)
    if not _MONTH.fullmatch(month):
        _refuse("month", name, number, f"has the month ‘{month[:_MOST_SHOWN]}’, which is not like 2024-01")
    if not category or not force:
        _refuse("row_broken", name, number, "has no crime type, or does not say which force it falls within")
    if len(location) > 200 or len(lsoa) > 9 or len(reference) > 64 or len(outcome) > 120 or len(category) > 80:
        long = next(column for column, value in zip(COLUMNS, cells, strict=True) if _is_long(column, value))
        _refuse("row_broken", name, number, f"has a longer “{long}” than there can be")
    if not longitude and not latitude:
        return StreetRow(month, force, category, None, None, location, lsoa, lsoa_name, reference, outcome)
    east, north = _number(longitude, name, number), _number(latitude, name, number)
    if not (WEST <= east <= EAST and SOUTH <= north <= NORTH):
        _not_in_britain(east, north, name, number)
    return StreetRow(month, force, category, east, north, location, lsoa, lsoa_name, reference, outcome)


def _is_long(column: str, value: str) -> bool:
    return len(value) > _LONGEST.get(column, _MOST_LINE)


def _number(text: str, name: str, number: int) -> float:
    try:
        # Python itself reads 5_1 as a number, and the digits of other scripts.
        return float(text.replace("_", "?").encode("ascii"))
    except ValueError:
        shown = text[:_MOST_SHOWN]
        what = f"has ‘{shown}’ as a coordinate" if shown else "has only one of longitude and latitude"
        _refuse("place", name, number, what)


def _not_in_britain(east: float, north: float, name: str, number: int) -> NoReturn:
    if WEST <= north <= EAST and SOUTH <= east <= NORTH:
        _refuse("place", name, number, "has its longitude and latitude swapped")
    _refuse("place", name, number, f"has a place outside Great Britain: longitude {east:g}, latitude {north:g}")


def _refuse(code: str, name: str, number: int, what: str) -> NoReturn:
    message = f"Line {number:,} of {name} {what}. Nothing was loaded."
    raise DomainError(f"incidents_{code}", message, "file")
