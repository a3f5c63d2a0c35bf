"""The monthly chart of a study: incidents above, patrol hours below, with breaks and other changes marked.

Shapes are whole numbers on a grid of 1,000 by 1,000, which the template draws; words and numbers stay in HTML.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from hotspot.core import wording
from hotspot.core.calendar import months_between
from hotspots.analysis.presenters import months
from hotspots.incidents.presenters import break_in_words
from reports.impact.events import OtherEvent
from reports.models import ImpactStudy

GRID = 1000
MOST_MARKED = 20
"""Other changes that are marked and listed below the chart; of more it says how many."""
_APART, _EDGE = 170, 60
"""How far numbers stand from each other and from both ends, so that “12–34” has room on the narrowest phone."""


@dataclass(frozen=True)
class MonthBand:
    """The months of a period, or a month's patrol hours: where it lies, how high, and what it stands for."""

    title: str
    x: int
    width: int
    height: int = GRID

    @property
    def y(self) -> int:
        """Its top: SVG counts downwards."""
        return GRID - self.height


@dataclass(frozen=True)
class Marker:
    """A break in the data or another change: its number on the chart, where it is, and what it says below."""

    number: int
    x: int
    words: str
    is_break: bool


@dataclass(frozen=True)
class MarkLabel:
    """The number of a marker, or the first and the last of several close to each other, and where it stands."""

    text: str
    x: int

    @property
    def left(self) -> str:
        """Where it stands, in per cent of the width."""
        return f"{self.x / GRID:.1%}"


@dataclass(frozen=True)
class MonthlyChart:
    """Steps of SVG points for the areas and for the comparison, bars for patrol hours, and what is marked.

    `unmarked` is how many other changes are not.
    """

    areas: Sequence[str]
    comparison: Sequence[str]
    patrols: Sequence[MonthBand]
    periods: Sequence[MonthBand]
    markers: Sequence[Marker]
    labels: Sequence[MarkLabel]
    unmarked: int
    top: str
    patrol_top: str
    first: str
    last: str
    comparison_key: str


class _Axis:
    """Months by the calendar, so that months that are not loaded leave a gap."""

    def __init__(self, first: date, last: date) -> None:
        self._first, self._number = first, months_between(first, last) + 1

    def x(self, month: date, *, after: int = 0) -> int:
        return round((months_between(self._first, month) + after) * GRID / self._number)

    def at(self, day: date) -> int:
        """Where a day lies, held inside the chart."""
        return min(max(self.x(day.replace(day=1)) + round((day.day - 1) * GRID / self._number / 31), 0), GRID)


def monthly_chart(study: ImpactStudy, changes: Iterable[OtherEvent]) -> MonthlyChart | None:
    """The chart of an answered study with other changes, oldest first; None where nothing was counted."""
    rows = study.result["months"]
    months_shown = [date.fromisoformat(each["month"]) for each in rows]
    highest = max((each["areas"] for each in rows), default=0)
    scale = _scale(study)
    highest = max([highest, *(each["comparison"] * scale for each in rows)])
    if not highest:
        return None
    axis = _Axis(months_shown[0], months_shown[-1])
    changes = list(changes)
    ends = (months_shown[0], months_shown[-1])
    markers = _markers(study, axis, changes[:MOST_MARKED], ends)
    patrols = {date.fromisoformat(each["month"]): each["minutes"] for each in study.result.get("patrols", ())}
    return MonthlyChart(
        areas=_steps(axis, months_shown, [each["areas"] / highest for each in rows]),
        comparison=_steps(axis, months_shown, [each["comparison"] * scale / highest for each in rows]) if scale else [],
        patrols=_bars(axis, patrols),
        periods=_periods(study, axis),
        markers=markers,
        labels=_labels(markers),
        unmarked=len(changes[MOST_MARKED:]),
        top=f"{highest:,.0f}",
        patrol_top=_hours(max(patrols.values(), default=0)),
        first=wording.month(months_shown[0]),
        last=wording.month(months_shown[-1]),
        comparison_key=f"Comparison, times {scale:.2g}" if scale else "",
    )


def _scale(study: ImpactStudy) -> float:
    """What makes the comparison as high as the areas before; 0 where that cannot be."""
    before, compared = study.result["all"]["before"], study.result["comparison"]["before"]
    return before / compared if before and compared else 0.0


def _steps(axis: _Axis, shown: Sequence[date], heights: Sequence[float]) -> list[str]:
    """A line for each run of months: level within a month, so that one alone can be seen as well."""
    numbered = [(months_between(shown[0], month) - place, month, height) for place, (month, height) in
                enumerate(zip(shown, heights, strict=True))]  # fmt: skip
    lines = []
    for _, run in groupby(numbered, key=lambda each: each[0]):
        corners = []
        for _, month, height in run:
            y = GRID - round(height * GRID)
            corners += [f"{axis.x(month)},{y}", f"{axis.x(month, after=1)},{y}"]
        lines.append(" ".join(corners))
    return lines


def _bars(axis: _Axis, patrols: Mapping[date, int]) -> list[MonthBand]:
    most = max(patrols.values(), default=0)
    if not most:
        return []
    return [
        MonthBand(
            f"{wording.month(month)}: {_hours(number)}",
            axis.x(month),
            axis.x(month, after=1) - axis.x(month),
            round(number * GRID / most),
        )
        for month, number in patrols.items()
    ]


def _periods(study: ImpactStudy, axis: _Axis) -> list[MonthBand]:
    ends = (
        ("Before", study.before_first, study.before_last),
        ("After", study.after_first, study.after_last),
    )
    return [
        MonthBand(f"{name}: {months(first, last)}", axis.x(first), axis.x(last, after=1) - axis.x(first))
        for name, first, last in ends
    ]


def _markers(study: ImpactStudy, axis: _Axis, changes: Iterable[OtherEvent], ends: tuple[date, date]) -> list[Marker]:
    found: list[tuple[date, str, bool]] = [
        (date.fromisoformat(each["month"]), _break(each), True) for each in study.result["breaks"]
    ]
    found += [(max(each.first_day, ends[0]), event_in_words(each), False) for each in changes]
    ordered = sorted(found, key=lambda each: each[:2])
    return [
        Marker(number, axis.at(day), words, is_break) for number, (day, words, is_break) in enumerate(ordered, start=1)
    ]


def _labels(markers: Sequence[Marker]) -> list[MarkLabel]:
    groups: list[tuple[int, list[int]]] = []
    for marker in markers:
        x = min(max(marker.x, _EDGE), GRID - _EDGE)
        if not groups or x - groups[-1][0] >= _APART:
            groups.append((x, []))
        groups[-1][1].append(marker.number)
    return [
        MarkLabel(f"{numbers[0]}–{numbers[-1]}" if len(numbers) > 1 else f"{numbers[0]}", x) for x, numbers in groups
    ]


def _break(found: dict[str, Any]) -> str:
    return break_in_words(date.fromisoformat(found["month"]), found["kind"], found["category"], found["figures"])


def event_in_words(event: OtherEvent) -> str:
    """1 July 2024, North Herts: New cameras in the High Street (CCTV or other equipment). Source: Town council."""
    days = wording.day(event.first_day)
    if event.last_day:
        days = f"{days} to {wording.day(event.last_day)}"
    where = f", {event.where}" if event.where else ""
    return f"{days}{where}: {event.title} ({event.kind}). Source: {event.source}"


def _hours(minutes: int) -> str:
    return wording.plural(wording.hours(minutes), "hour")
