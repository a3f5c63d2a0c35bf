"""The charts of a page of figures: what its tables say, drawn. Nothing is in them that the tables do not show.

A number that is withheld is a mark that always looks the same, and no scale depends on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hotspot.core import wording
from hotspot.core.definitions.base import Measure
from outcomes.kinds import BY_PLURAL
from reports.figures.charts import Bar, Bars, Stick, on_grid, rules
from reports.figures.formatting import NO_PATROLS
from reports.figures.measures import PATROL_HOURS
from reports.figures.scales import TimeTick, levels, month_ticks
from reports.figures.tables import FigureTables, Line, number_text

WITHHELD = "withheld"
_GRID, _APART = 1000, 4


@dataclass(frozen=True)
class MonthGap:
    """A month without a number, because it is withheld or nothing is recorded: where its mark stands, and its words."""

    title: str
    x: int
    width: int
    is_withheld: bool


@dataclass(frozen=True)
class MonthChart:
    """One figure month by month on a scale of its own. `words` say what it shows; `levels` are the numbers up the side,
    from the top to zero, of what is told alone."""

    name: str
    words: str
    sticks: Sequence[Stick]
    gaps: Sequence[MonthGap]
    levels: Sequence[str]
    ticks: Sequence[TimeTick]
    first: str
    last: str

    @property
    def rules(self) -> list[int]:
        """The heights of lines across at the levels above zero."""
        return rules(self.levels)

    @property
    def has_parts(self) -> bool:
        """Whether a bar is of less than a month."""
        return any(not stick.is_whole for stick in self.sticks)

    @property
    def has_withheld(self) -> bool:
        return any(gap.is_withheld for gap in self.gaps)

    @property
    def has_unrecorded(self) -> bool:
        return any(not gap.is_withheld for gap in self.gaps)


@dataclass(frozen=True)
class SheetCharts:
    """Hours by month, each outcome by month, and hours by area: those of which the sheet has more than one number."""

    hours: MonthChart | None
    outcomes: Sequence[MonthChart]
    areas: Bars | None


def sheet_charts(sheet: FigureTables) -> SheetCharts:
    """The charts of a sheet as it is told to somebody."""
    measures = {measure.code: place for place, measure in enumerate(sheet.definition.measures)}
    hours = measures[PATROL_HOURS.code]
    outcomes = [measure for measure in sheet.definition.headline if measure.code in BY_PLURAL]
    return SheetCharts(
        hours=_by_month(PATROL_HOURS, hours, sheet.months) if sheet.months else None,
        outcomes=[_by_month(measure, measures[measure.code], sheet.months) for measure in outcomes if sheet.months],
        areas=_by_area(sheet.areas, hours) if sheet.areas else None,
    )


def _by_month(measure: Measure, place: int, months: Sequence[Line]) -> MonthChart:
    """A bar for each month that has a number, and a mark for each that has none."""
    shown = [line.numbers[place] for line in months if line.is_recorded]
    told = [number for number in shown if number is not None]
    side = levels(max(told)) if told else []
    most = side[-1] if side else 0
    edges = [round(_GRID * number / len(months)) for number in range(len(months) + 1)]
    sticks, gaps = [], []
    for line, x, end in zip(months, edges, edges[1:], strict=False):
        width, number = max(end - x - _APART, 1), line.numbers[place]
        if line.is_recorded and number is not None:
            sticks.append(Stick(_title(line, place), x, width, on_grid(number, most), _is_whole(line)))
        else:
            gaps.append(MonthGap(_title(line, place), x, width, is_withheld=line.is_recorded))
    marks = [(100 * x / _GRID, line.month) for x, line in zip(edges, months, strict=False) if line.month]
    return MonthChart(
        measure.name,
        _words(measure, place, months),
        sticks,
        gaps,
        [f"{level:,}" for level in reversed(side)],
        month_ticks(marks),
        months[0].name,
        months[-1].name,
    )


def _is_whole(line: Line) -> bool:
    """Whether a line is of a whole month: it has the name of one."""
    return line.month is not None and line.name == wording.month(line.month)


def _title(line: Line, place: int) -> str:
    """October 2024: 31, or why there is no number."""
    number = line.numbers[place]
    if not line.is_recorded:
        return f"{line.name}: {NO_PATROLS}"
    if number is None:
        return f"{line.name}: {WITHHELD}"
    return f"{line.name}: {number_text(number)}"


def _words(measure: Measure, place: int, months: Sequence[Line]) -> str:
    """What the bars show, for those who do not see them; the table has every number."""
    shown = [(line.numbers[place], line.name) for line in months if line.is_recorded]
    told = [(number, name) for number, name in shown if number is not None]
    withheld = wording.plural(len(shown) - len(told), "month is", "months are") if len(shown) > len(told) else ""
    most = max(told, key=lambda each: each[0], default=None)
    said = f"{measure.name} by month: the most were {most[0]:,} in {most[1]}" if most else f"{measure.name} by month"
    return f"{said}; {withheld} withheld." if withheld else f"{said}."


def _by_area(areas: Sequence[Line], place: int) -> Bars:
    """Hours of each area, in the order of the table. Hours are never withheld."""
    hours = [line.numbers[place] or 0 for line in areas]
    bars = [
        Bar(line.name, wording.plural(number, "hour"), on_grid(number, max(hours)))
        for line, number in zip(areas, hours, strict=True)
    ]
    return Bars(bars, key=PATROL_HOURS.name)
