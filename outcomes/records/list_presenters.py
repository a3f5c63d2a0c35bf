"""What the list of shifts has in all, in words."""

from hotspot.core import wording
from outcomes.records.list_queries import ListTotals


def totals_in_words(totals: ListTotals, *, of_outcome: tuple[str, str]) -> str:
    """412 shifts, 3,310 patrol hours; 98 shifts with 157 arrests; More than 2,000 shifts.

    `of_outcome` are the words for one and for several of the outcomes that were counted.
    """
    if not totals.is_whole:
        return f"More than {totals.shifts:,} shifts"
    said = wording.plural(totals.shifts, "shift")
    if totals.outcomes is not None:
        said += f" with {wording.plural(totals.outcomes, *of_outcome)}"
    if totals.patrol_minutes is not None:
        said += f", {wording.plural(wording.hours(totals.patrol_minutes), 'patrol hour')}"
    return said
