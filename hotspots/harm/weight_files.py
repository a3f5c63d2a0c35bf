"""Reads a table of harm weights: a CSV file with a category, its weight, and the month from which it is valid."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hotspot.core import wording
from hotspot.core.errors import DomainError
from hotspot.core.text import clean_line
from hotspots.incidents.tables import MOST_SHOWN, Table

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "category": ("category", "crime type", "offence"),
    "weight": ("weight", "score", "days"),
    "first_month": ("valid from", "valid from month", "from", "from month", "month"),
}
"""What a column holds, and the headings that say so, in small letters."""
MOST_ROWS = 5_000
_PLAIN = re.compile(r"[^a-z]+")
# A comma stands before three digits only: 1,5 is 1.5 elsewhere, and must not become 15.
_WEIGHT = re.compile(r"(?:\d{1,9}|\d{1,3}(?:,\d{3}){1,2})(?:\.\d{1,3})?", re.ASCII)
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])(-01)?", re.ASCII)


@dataclass(frozen=True)
class WeightRow:
    """A row of a table of weights."""

    category: str
    weight: Decimal
    first_month: date


def read_weights(content: bytes, name: str) -> list[WeightRow]:
    """The rows of a table, at least one. Raises DomainError on the field `file`, with the line and the reason."""
    table = Table(name, io.BytesIO(content))  # type: ignore[arg-type]
    columns = _columns(table)
    found: dict[tuple[str, date], WeightRow] = {}
    for cells in table.rows():
        row = _row(table, *(cells[columns[what]].strip() for what in HEADINGS))
        key = row.category.casefold(), row.first_month
        if key in found:
            table.refuse("weight_twice", f"has ‘{row.category}’ from the same month again")
        found[key] = row
        if len(found) > MOST_ROWS:
            raise DomainError("weights_too_many", f"The table must have at most {MOST_ROWS:,} rows.", "file")
    if not found:
        raise DomainError("weights_empty", f"{name} has no rows. Nothing was loaded.", "file")
    return list(found.values())


def _columns(table: Table) -> dict[str, int]:
    plain = [_PLAIN.sub(" ", heading.casefold()).strip() for heading in table.headings]
    found = {
        what: next((plain.index(each) for each in headings if each in plain), -1) for what, headings in HEADINGS.items()
    }
    missing = [f"“{HEADINGS[what][0].capitalize()}”" for what, place in found.items() if place < 0]
    if missing:
        columns = "column" if len(missing) == 1 else "columns"
        message = f"{table.name} has no {columns} {wording.listing(missing)}."
        raise DomainError("weights_columns_missing", message, "file")
    return found


def _row(table: Table, category: str, weight: str, month: str) -> WeightRow:
    category = clean_line(category)
    if not category or len(category) > 80:
        table.refuse("weight", "has no category, or one of more than 80 characters")
    if not _WEIGHT.fullmatch(weight):
        table.refuse("weight", f"has the weight ‘{weight[:MOST_SHOWN]}’, which is not a number like 365 or 1.5")
    matched = _MONTH.fullmatch(month)
    if matched is None:
        table.refuse("weight", f"is valid from ‘{month[:MOST_SHOWN]}’, which is not a month like 2024-01")
    return WeightRow(category, Decimal(weight.replace(",", "")), date(int(matched[1]), int(matched[2]), 1))
