"""Downloads of rows in words."""

from collections.abc import Sequence
from datetime import datetime

from hotspot.core import wording
from hotspot.core.calendar import today
from hotspot.core.exports.rules import MOST_WORKBOOK_ROWS
from hotspot.core.models import User
from hotspot.core.spreadsheets import MARKING

_ROWS = {
    "shifts": ("shift", "shifts"),
    "outcomes": ("outcome", "outcomes"),
    "spend": ("entry of spend", "entries of spend"),
}


def counted(what: str, rows: int) -> str:
    """How many rows a file would have: 1,234 shifts; more than 100,000 outcomes."""
    one, many = _ROWS[what]
    if rows > MOST_WORKBOOK_ROWS:
        return f"more than {MOST_WORKBOOK_ROWS:,} {many}"
    return f"{rows:,} {one if rows == 1 else many}"


def file_name(what: str, at: datetime, ending: str) -> str:
    """The name of the file. It says how to handle what is in it."""
    return f"{MARKING.lower()}-{what}-{today(at).isoformat()}.{ending}"


def about(what: str, filters: Sequence[tuple[str, str]], *, by: User, at: datetime) -> list[tuple[str, str]]:
    """What a workbook says of itself, as names and texts."""
    made = f"{wording.moment(at)}, for {by}"
    chosen = "; ".join(text for _, text in filters) or "None: everything that this person may see"
    return [
        ("Marking", MARKING),
        ("What", f"Operation Hotspot: {what}, one row each, oldest first"),
        ("Made", made),
        ("Filters", chosen),
        ("Times", "By London’s clock. On the night the clocks go back, the lengths in minutes tell the hours apart."),
        ("Empty cells", "Nobody has said. Nothing happened where it says 0."),
        ("In the headline", "Completed, and not paid as business as usual; of outcomes, those that are counted."),
        ("Left out", "Collar numbers, and the names of supervisors."),
    ]
