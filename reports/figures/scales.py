"""Scales of charts: round values up the side, and months along time."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

MOST_LEVELS = 4
# On a phone six months have room along a chart, on a wider screen twelve. From these per cent of its width on none has.
_FEW, _MANY = 6, 12
_LAST_OF_FEW, _LAST_OF_MANY = 86, 92


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round values from at most `low` to at least `high`, 1, 2 or 5 times a power of ten apart."""
    span = (high - low) or 1.0
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next(times * power for times in (1, 2, 5, 10) if span / (times * power) <= most)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    return [place * step for place in range(first, max(last, first + 1) + 1)]


def levels(highest: float, most: int = MOST_LEVELS) -> list[int]:
    """Round whole numbers from zero to at least the highest of some counts."""
    found = ticks(0, highest, most) if highest > 1 else [0, 1]
    return [round(level) for level in found] if found[1] >= 1 else list(range(math.ceil(highest) + 1))


@dataclass(frozen=True)
class TimeTick:
    """The beginning of a month along time, as per cent of the width. The year stands beneath where it is new.

    One that `needs_room` is shown where a chart is wide.
    """

    at: str
    month: str
    year: str = ""
    needs_room: bool = False


def month_ticks(places: Sequence[tuple[float, date]]) -> list[TimeTick]:
    """Months by where they begin along time, in per cent; of many every second, third …"""
    many = places[:: math.ceil(len(places) / _MANY) or 1]
    few = many[:: math.ceil(len(many) / _FEW) or 1]
    with_year = {day for row in (many, few) for day in _new_years([day for _, day in row])}
    found = [
        TimeTick(
            f"{share:.1f}",
            f"{day:%b}",
            f"{day:%Y}" if day in with_year else "",
            needs_room=(share, day) not in few or share > _LAST_OF_FEW,
        )
        for share, day in many
        if share <= _LAST_OF_MANY
    ]
    return found if len(found) > 1 else []


def _new_years(days: Sequence[date]) -> list[date]:
    return [day for place, day in enumerate(days) if place == 0 or day.year != days[place - 1].year]
