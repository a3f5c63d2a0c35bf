"""Spend against what was expected to come in, added up month by month, as two lines on a grid of 1,000 by 1,000.

Words and numbers stay in HTML beside the lines, and the table by month has every number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hotspot.core import wording
from hotspot.core.calendar import months_between
from hotspots.amounts import pounds
from hotspots.ledger.queries import Accounts, total

GRID = 1000


@dataclass(frozen=True)
class LedgerChart:
    """Two lines from nothing at the beginning of the first month. `top` is what the height of the grid stands for."""

    expected: str
    spent: str
    top: str
    first: str
    last: str
    sentence: str


def chart_of(accounts: Accounts, *, today: date) -> LedgerChart | None:
    """What was spent by the end of each month that has begun, against what was expected to come in by then.

    None where nothing is expected, or for a single month: there is nothing to draw.
    """
    months = accounts.months
    expected = _added_up({month: total(accounts.expected, month=month) for month in months})
    spent = _added_up(
        {
            month: accounts.spent(lambda part, month=month: part.month == month)  # type: ignore[misc]
            for month in months
            if month <= today
        }
    )
    if len(months) < 2 or not any(expected.values()):
        return None
    top = max(*expected.values(), *spent.values())
    return LedgerChart(
        expected=_line(expected, months, top),
        spent=_line(spent, months, top) if spent else "",
        top=pounds(top),
        first=wording.month(months[0]),
        last=wording.month(months[-1]),
        sentence=_sentence(expected, spent),
    )


def _added_up(by_month: Mapping[date, int]) -> dict[date, int]:
    found, so_far = {}, 0
    for month, pence in by_month.items():
        so_far += pence
        found[month] = so_far
    return found


def _line(by_month: Mapping[date, int], months: Sequence[date], top: int) -> str:
    """The points of a line. What was taken back before anything was spent lies on the ground."""
    all_months = months_between(months[0], months[-1]) + 1
    ends = [
        (GRID * (months_between(months[0], month) + 1) // all_months, GRID - GRID * max(0, pence) // top)
        for month, pence in by_month.items()
    ]
    return " ".join(f"{x},{y}" for x, y in [(0, GRID), *ends])


def _sentence(expected: Mapping[date, int], spent: Mapping[date, int]) -> str:
    if not spent:
        return "No month has begun."
    last = max(spent)
    return f"By the end of {wording.month(last)} {pounds(expected[last])} is expected, and {pounds(spent[last])} spent."
