"""Rows that somebody copied out of a spreadsheet, as values of the form of several shifts."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hotspot.core.errors import DomainError
from hotspot.core.table_files.columns import ImportColumn, recognise
from hotspot.core.table_files.values import parse_night, parse_yes
from hotspot.core.text import clean_line
from hotspots.models import HotspotArea
from outcomes.imports.rows.names import plain_name

_NOT_HERE = frozenset(
    {"district", "crew_text", "patrol_hours", "funding_stream", "external_source", "external_reference"}
)
_NEEDED = {"night": "Date", "area": "Area"}


@dataclass(frozen=True)
class PastedRows:
    """The rows by the names of the form's fields, and the headings that none of them is."""

    rows: Sequence[Mapping[str, str]]
    not_used: Sequence[str]


def read_pasted(text: str, *, columns: Sequence[ImportColumn], areas: Iterable[HotspotArea], most: int) -> PastedRows:
    """Read rows with their headings, cells apart by tabs as spreadsheets copy them.

    Raises DomainError `headings_missing`, `rows_missing` or `too_many_rows`, for the field `text`.
    """
    lines = [line for line in csv.reader(io.StringIO(text), delimiter="\t") if any(cell.strip() for cell in line)]
    headings, *rows = lines or [[]]
    known = [column for column in columns if column.name not in _NOT_HERE]
    places = recognise([heading.strip() for heading in headings], known)
    missing = [label for name, label in _NEEDED.items() if name not in places]
    if missing or not {"start", "times"} & places.keys():
        names = " and ".join([*missing, *([] if {"start", "times"} & places.keys() else ["Start"])])
        message = f"Copy the row of headings as well. This has no heading that means {names}."
        raise DomainError("headings_missing", message, "text")
    if not rows:
        raise DomainError("rows_missing", "Copy the rows under the headings as well.", "text")
    if len(rows) > most:
        message = f"This has {len(rows)} rows. Copy up to {most} at a time, or ask an administrator to import the file."
        raise DomainError("too_many_rows", message, "text")
    named = {plain_name(area.name): str(area.pk) for area in areas}
    used = set(places.values())
    return PastedRows(
        [_row({name: _cell(row, place) for name, place in places.items()}, named) for row in rows],
        [name for place, heading in enumerate(headings) if place not in used and (name := clean_line(heading))],
    )


def _cell(row: Sequence[str], place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def _row(cells: Mapping[str, str], areas: Mapping[str, str]) -> dict[str, str]:
    found = {name: text for name, text in cells.items() if text and name not in ("night", "area", "times")}
    found["day"] = _night(cells["night"])
    if not found.get("start") and cells.get("times"):
        found["start"] = cells["times"]
    if pk := areas.get(plain_name(cells["area"])):
        found["area"] = pk
    else:
        found["area_text"] = cells["area"][:200]
    if _is_yes(found.pop("nothing_to_report", "")):
        found["nothing_to_report"] = "on"
    return found


def _is_yes(text: str) -> bool:
    """Whether a cell says yes. What is neither yes nor no ticks no box, so that the form asks."""
    try:
        return parse_yes(text)
    except DomainError:
        return False


def _night(text: str) -> str:
    """The date as the form writes it, or the text as it is: the form says what is wrong with it."""
    try:
        return f"{parse_night(' '.join(text.split()))[0]:%d/%m/%Y}"
    except DomainError:
        return text
