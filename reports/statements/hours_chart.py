"""The chart of a statement: patrol hours month by month, as bars with an axis, from its frozen body alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hotspot.core import wording
from reports.figures.measures import PATROL_HOURS
from reports.statements.body import PublishedStatement

_MOST_NAMED = 15
"""With more bars than this there is no room for a number over each, or for every month's name."""
_TICKS = 4


@dataclass(frozen=True)
class HoursBar:
    """One month: its share of the axis, its hours as text, and what stands below it. Not every month is whole."""

    share: float
    hours: str
    label: str
    is_whole: bool


@dataclass(frozen=True)
class HoursAxis:
    """A line across the chart: where it is, as a share of the height, and what it stands for."""

    share: float
    hours: str


@dataclass(frozen=True)
class HoursChart:
    """Bars along an axis, and `words`: what the chart shows, for those who do not see it."""

    bars: Sequence[HoursBar]
    ticks: Sequence[HoursAxis]
    words: str


def hours_chart(release: PublishedStatement) -> HoursChart | None:
    """The chart; None of a statement of one month, or of one that counts no patrol hours."""
    rows = release.by("month")
    code = PATROL_HOURS.code
    if len(rows) < 2 or code not in rows[0] or not any(row[code] for row in rows):
        return None
    step = _step(max(row[code] or 0 for row in rows))
    top = step * -(-max(row[code] or 0 for row in rows) // step)
    is_named = len(rows) <= _MOST_NAMED
    bars = [
        HoursBar(
            (row[code] or 0) / top,
            _hours(row[code]) if is_named else "",
            _label(row, is_first=place == 0, is_named=is_named),
            row["name"] == wording.month(_month(row)),
        )
        for place, row in enumerate(rows)
    ]
    ticks = [HoursAxis(value / top, f"{value:,}") for value in range(0, top + 1, step)]
    return HoursChart(bars, ticks, _words(rows, code))


def _month(row: Mapping[str, Any]) -> date:
    return date.fromisoformat(f"{row['month']}-01")


def _step(most: int) -> int:
    """The distance of the axis's lines: 1, 2 or 5 times a power of ten, so that there are at most five above zero."""
    scale = 1
    while True:
        for step in (scale, scale * 2, scale * 5):
            if most <= step * (_TICKS + 1):
                return step
        scale *= 10


def _hours(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"


def _label(row: Mapping[str, Any], *, is_first: bool, is_named: bool) -> str:
    """May 2024, then Jun to Dec, Jan 2025; of many months the years alone."""
    month = _month(row)
    if not is_named:
        return f"{month:%Y}" if is_first or month.month == 1 else ""
    return f"{month:%b}\n{month:%Y}" if is_first or month.month == 1 else f"{month:%b}"


def _words(rows: Sequence[Mapping[str, Any]], code: str) -> str:
    """What the bars show: the highest and the lowest. The table by month has every number."""
    recorded = [row for row in rows if row[code] is not None]
    most, least = (choose(recorded, key=lambda row: int(row[code])) for choose in (max, min))
    return (
        f"Bars of patrol hours by month: from {least[code]:,} ({least['name']}) to {most[code]:,} ({most['name']}). "
        "The table by month has every number."
    )
