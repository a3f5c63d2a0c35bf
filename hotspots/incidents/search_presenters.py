"""Published stop and searches in words and table rows: counts only, and nothing about persons."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hotspot.core import wording
from hotspots.incidents.presenters import found_rows
from hotspots.models import SearchMonth

WEAPONS = {"Offensive weapons", "Firearms", "Anything to threaten or harm anyone", "Crossbows"}
DRUGS = {"Controlled drugs", "Psychoactive substances"}
NOTHING_FOUND = {"A no further action disposal", "Nothing found - no further action", ""}
ARRESTS = {"Arrest", "Suspect arrested"}
NUMBERS = (
    "Searches", "For weapons", "For drugs", "For other things", "With an outcome", "Of these arrests",
    "Without a place", "Outside your districts",
)  # fmt: skip
COLUMNS = [{"label": "Month"}, *({"label": label, "numeric": True} for label in NUMBERS)]
NOTE = (
    "With an outcome: anything but no further action. Searches for other things include those of which the file "
    "does not say what for. What files say about the person is not loaded. Contains public sector information licensed "
    "under the Open Government Licence v3.0."
)


def month_rows(months: Iterable[SearchMonth], counts: Mapping[int, Sequence[tuple[str, str, int]]]) -> list[list[str]]:
    """The months, each by what was searched for and what came of it."""
    return [[wording.month(each.month), *_numbers(each, counts.get(each.pk, ()))] for each in months]


def _numbers(month: SearchMonth, counts: Sequence[tuple[str, str, int]]) -> list[str]:
    weapons = sum(number for sought, _, number in counts if sought in WEAPONS)
    drugs = sum(number for sought, _, number in counts if sought in DRUGS)
    found = sum(number for _, outcome, number in counts if outcome not in NOTHING_FOUND)
    arrests = sum(number for _, outcome, number in counts if outcome in ARRESTS)
    numbers = (
        month.rows, weapons, drugs, month.rows - weapons - drugs, found, arrests, month.rows - month.located,
        month.elsewhere,
    )  # fmt: skip
    return [f"{number:,}" for number in numbers]


def loaded_rows(result: Mapping[str, Any], *, is_loaded: bool) -> list[list[Any]]:
    """The months of stop and searches in a file, and what loading each does or did; without what is usual."""
    rows = found_rows(result.get("searches") or {"months": []}, is_loaded=is_loaded)
    return [[*row[:2], *row[3:]] for row in rows]


def loaded_columns(columns: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The columns of `loaded_rows`, of those of incidents."""
    return [columns[0], {"label": "Searches", "numeric": True}, *columns[3:]]
