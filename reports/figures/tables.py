"""Figures in words: rounding, what is withheld, and the tables. One sheet feeds the page and the file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.text import slugify

from hotspot.core import wording
from hotspot.core.calendar import LONDON, Period
from hotspot.core.definitions.base import Definition, Measure
from hotspot.core.definitions.registry import definition_of
from hotspot.core.spreadsheets import MARKING
from hotspots.models import HotspotArea
from reports.figures.changes import difference, for_one_area
from reports.figures.comparisons import Other, nothing_to_compare, other_in_words
from reports.figures.criteria import ReportCriteria
from reports.figures.formatting import ratio, unrecorded_cells
from reports.figures.headline import COLUMNS, Counts, Figures, Grain
from reports.figures.periods import DAYS, LAUNCH, is_since_launch
from reports.figures.summary_check import PartDifference, SummaryDifference
from reports.figures.suppression import Withheld

NOT_SHOWN = "[c]"
NOT_RECORDED = "[x]"
"""In files, for a month without records; pages say it in words. Both are the Analysis Function's shorthand."""
NOT_RECORDED_NOTE = f"{NOT_RECORDED} stands for a month in which no patrols are recorded."
_MINUTES = ("patrol_minutes", "clock_minutes")


def shown_number(measure: Measure, counts: Counts) -> int:
    """The number as it is said: counts as they are, minutes as whole hours."""
    value: int = getattr(counts, measure.column)
    return wording.hours(value) if measure.column in _MINUTES else value


def number_text(number: int | None) -> str:
    """1,457, or [c] for what is withheld."""
    return NOT_SHOWN if number is None else f"{number:,}"


@dataclass(frozen=True)
class Line:
    """One part of the figures, or all of them. `numbers` stand in the catalogue's order; None is withheld.

    `is_recorded` is false for a month without any patrol: its zeros are shown as missing records.
    """

    name: str
    numbers: Sequence[int | None]
    area: str = ""
    month: date | None = None
    query: str | None = None
    is_recorded: bool = True

    @property
    def cells(self) -> list[object]:
        """The row as the table shows it; the name links to the same page narrowed down, where that is narrower."""
        name = {"text": self.name, "url": self.query} if self.query else self.name
        if not self.is_recorded:
            return [name, *unrecorded_cells(len(self.numbers))]
        return [name, *(number_text(number) for number in self.numbers)]


@dataclass(frozen=True)
class Tile:
    """One headline figure as the page shows it. `number` is None where it is withheld."""

    measure: Measure
    number: int | None
    label: str
    note: str
    change: str = ""
    url: str = ""

    @property
    def value(self) -> str:
        """The number as text."""
        return number_text(self.number)


@dataclass(frozen=True)
class FigureTables:
    """Everything that the page and the file say about one question."""

    question: ReportCriteria
    figures: Figures
    total: Line
    areas: Sequence[Line]
    months: Sequence[Line]
    other: Other | None = None
    before: Figures | None = None

    @property
    def definition(self) -> Definition:
        """By which it was counted."""
        return definition_of(self.figures.definition)

    @property
    def tiles(self) -> list[Tile]:
        """The headline's, in the news item's words and order."""
        columns = [measure.column for measure in self.definition.measures]
        totals = dict(zip(columns, self.total.numbers, strict=True))
        return [
            _tile(each, totals, self.figures.totals, self.change(each, totals[each.column]))
            for each in self.definition.headline
        ]

    def change(self, measure: Measure, number: int | None) -> str:
        """A figure beside the one that it is compared with; empty where it is with none."""
        if number is None or self.before is None or self.other is None:
            return ""
        if self.areas_differ:
            sides = (self.figures.totals, len(self.question.areas)), (self.before.totals, len(self.other.areas))
            return for_one_area(measure, *((getattr(counts, measure.column), areas) for counts, areas in sides))
        return difference(number, shown_number(measure, self.before.totals), elsewhere=self.compares_areas)

    @property
    def columns(self) -> list[dict[str, object]]:
        """The columns of figures that both tables share."""
        return [{"label": measure.name, "numeric": True} for measure in self.definition.measures]

    @property
    def area_columns(self) -> list[dict[str, object]]:
        return [{"label": "Hotspot area"}, *self.columns]

    @property
    def month_columns(self) -> list[dict[str, object]]:
        return [{"label": "Month"}, *self.columns]

    @property
    def area_rows(self) -> list[list[object]]:
        return [line.cells for line in self.areas]

    @property
    def month_rows(self) -> list[list[object]]:
        return [line.cells for line in self.months]

    @property
    def has_withheld(self) -> bool:
        """Whether anything on the sheet is shown as [c]."""
        return any(None in line.numbers for line in (self.total, *self.areas, *self.months))

    @property
    def withheld_note(self) -> str:
        """What [c] stands for."""
        small = self.figures.programme.small
        return (
            f"{NOT_SHOWN} stands for a number that is withheld, because it is from {small[0]} to {small[-1]} and "
            "somebody could be recognised in it, or because it would give such a number away. Nothing was counted "
            "where it says 0. Hours, patrols and totals of all hotspot areas are always shown. Another range of months "
            "can show more."
        )

    @property
    def rounding_shows(self) -> bool:
        """Whether the hours of the rows, rounded one by one, come to something else than the rounded total."""
        places = [place for place, measure in enumerate(self.definition.measures) if measure.column in _MINUTES]
        return any(_differs(lines, self.total, place) for lines in (self.areas, self.months) for place in places)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was counted. What is withheld counts as something."""
        return not any(number is None or number for number in self.total.numbers)

    @property
    def place(self) -> str:
        """The areas in words: all hotspot areas, Hitchin, Hitchin and Watford, 5 hotspot areas."""
        return place(self.question)

    @property
    def period(self) -> str:
        """The period in words."""
        return wording.period(self.figures.period)

    @property
    def nothing(self) -> str:
        """No shifts logged for Hitchin in August 2024."""
        preposition = "in" if Period.month(self.figures.period.first_day) == self.figures.period else "from"
        if self.figures.period.days == 1:
            preposition = "on"
        whose = f" for {self.place}" if self.question.is_narrowed else ""
        return f"No shifts logged{whose} {preposition} {self.period}"

    @property
    def so_far(self) -> Period | None:
        """The days of the period that had begun when it was asked."""
        return self.figures.period.clip(Period(date.min, as_at_day(self.figures.as_at)))

    @property
    def compares_areas(self) -> bool:
        """Whether it is compared with other areas, and not with another time."""
        return self.other is not None and list(self.other.areas) != list(self.question.areas)

    @property
    def areas_differ(self) -> bool:
        """Whether it is compared with more areas or fewer, so that sums have no difference to speak of."""
        return self.other is not None and self.compares_areas and len(self.other.areas) != len(self.question.areas)

    @property
    def compares_lengths(self) -> bool:
        """Whether the other time is longer or shorter than this by more than months are."""
        if self.other is None or self.so_far is None or self.compares_areas:
            return False
        days = sorted((self.so_far.days, self.other.period.days))
        return days[1] > days[0] * 1.15

    @property
    def compared_with(self) -> str:
        """What it is compared with, in a sentence; empty where it is not."""
        if not self.question.compare:
            return ""
        if self.other is None or self.so_far is None:
            return nothing_to_compare(self.question, has_begun=self.so_far is not None)
        said = other_in_words(self.question, self.other)
        if self.other.programme != self.question.programme:
            said += f", {self.other.programme}"
        if self.compares_areas:
            said += f": {wording.plural(len(self.other.areas), 'hotspot area')} beside {len(self.question.areas):,}"
        elif self.compares_lengths:
            said += f": {wording.plural(self.other.period.days, 'day')} beside {self.so_far.days:,}"
        elif self.so_far != self.figures.period:
            said += ", as many days as have begun"
        return f"Compared with {said}.{self._on_both_sides}"

    @property
    def _on_both_sides(self) -> str:
        """Which areas are compared with themselves in part, in a sentence."""
        if self.other is None or not self.compares_areas:
            return ""
        names = [area.name for area in self.question.areas if area in self.other.areas]
        if not names:
            return ""
        whose = names[0] if len(names) == 1 else wording.plural(len(names), "hotspot area")
        return f" {whose} {'is' if len(names) == 1 else 'are'} on both sides."

    @property
    def title(self) -> str:
        """Since launch, 1 May 2024 to 10 December 2024."""
        return f"Since launch, {self.period}" if is_since_launch(self.question.code) else self.period


def place(question: ReportCriteria) -> str:
    """The areas of a question in words, for the middle of a sentence."""
    names = [area.name for area in question.areas]
    if len(names) == 1 or (question.is_narrowed and len(names) <= 3):
        return wording.listing(names)
    return wording.plural(len(names), "hotspot area") if question.is_narrowed else "all hotspot areas"


def make_tables(question: ReportCriteria, figures: Figures, withheld: Withheld | None, *, today: date) -> FigureTables:
    """Say figures that are split by area and month, or not at all.

    `withheld` is None for people who may see every count.
    """
    whole = [area.pk for area in question.areas]
    measures = definition_of(figures.definition).measures

    def line(name: str, counts: Counts, areas: Sequence[int], period: Period, **keys: object) -> Line:
        hides: Callable[[str], bool] = lambda column: bool(withheld and withheld.hides(column, areas, period))  # noqa: E731
        numbers = [None if hides(measure.column) else shown_number(measure, counts) for measure in measures]
        return Line(name, numbers, **keys)  # type: ignore[arg-type]

    total = line("Total", figures.totals, whole, figures.period)
    if not figures.by:
        return FigureTables(question, figures, total, [], [])
    areas = [
        line(
            area.name,
            counts,
            [area.pk],
            figures.period,
            area=area.name,
            query=question.query(areas=[area]) if len(question.areas) > 1 else None,
        )
        for area, counts in _by_area(question, figures)
    ]
    months = [
        line(
            _month_name(month, figures.period, today),
            counts,
            whole,
            month,
            month=month.first_day,
            query=question.month_query(month),
            is_recorded=counts.patrols > 0,
        )
        for month, counts in _by_month(figures, today)
    ]
    return FigureTables(question, figures, total, _parts(areas), _parts(months))


def without_links(sheet: FigureTables) -> FigureTables:
    """The same, its lines leading nowhere: for a page that cannot be narrowed down."""
    areas, months = ([replace(line, query=None) for line in lines] for lines in (sheet.areas, sheet.months))
    return replace(sheet, areas=areas, months=months)


def _parts(lines: list[Line]) -> list[Line]:
    """The lines of a table, or none where there is only one: it would say the total again."""
    return lines if len(lines) > 1 else []


def _by_area(question: ReportCriteria, figures: Figures) -> Iterator[tuple[HotspotArea, Counts]]:
    """Each area that was active in the period, or counted something in it, in list order."""
    parts: dict[int | None, list[Counts]] = {}
    for row in figures.rows:
        parts.setdefault(row.area, []).append(row.counts)
    for area in question.areas:
        rows = parts.get(area.pk, [])
        if rows or area.is_active_in(figures.period) or question.is_narrowed:
            yield area, Counts.total(rows)


def _by_month(figures: Figures, today: date) -> Iterator[tuple[Period, Counts]]:
    """Each month of the period that has begun, oldest first."""
    parts: dict[date | None, list[Counts]] = {}
    for row in figures.rows:
        parts.setdefault(row.month, []).append(row.counts)
    for month in figures.period.each_month():
        rows = parts.get(month.first_day, [])
        if rows or month.first_day <= today:
            yield month, Counts.total(rows)


def _month_name(month: Period, period: Period, today: date) -> str:
    """October 2024, November 2024 to date, 3 May 2024 to 31 May 2024."""
    days = month.clip(period) or month
    if days.first_day == month.first_day and today in days:
        return f"{wording.month(month.first_day)} to date"
    return wording.period(days)


def _differs(lines: Sequence[Line], total: Line, place: int) -> bool:
    numbers = [line.numbers[place] for line in lines]
    if None in numbers or total.numbers[place] is None or not numbers:
        return False
    return sum(number for number in numbers if number is not None) != total.numbers[place]


def _tile(measure: Measure, totals: Mapping[str, int | None], counts: Counts, change: str) -> Tile:
    number = totals[measure.column]
    label = measure.singular if number == 1 else measure.label
    star = "*" if measure.column == "asb_powers" else ""
    note = "" if number is None else _note(measure, totals, counts)
    return Tile(measure, number, f"{label}{star}", note, change)


def _note(measure: Measure, totals: Mapping[str, int | None], counts: Counts) -> str:
    """The line under a tile: clock hours beside patrol hours, the mean, and rates for each 100 patrol hours."""
    if measure.column == "patrol_minutes":
        return "" if totals["clock_minutes"] is None else wording.plural(totals["clock_minutes"], "clock hour")
    if not totals["patrol_minutes"]:
        return ""
    if measure.column == "patrols":
        mean = ratio(counts.patrol_minutes, counts.patrols * 60, 1)
        return f"{mean:,} patrol hours each, on average" if mean is not None else ""
    return f"{ratio(getattr(counts, measure.column), counts.patrol_minutes, 6000):,} for every 100 patrol hours"


def file_name(sheet: FigureTables) -> str:
    """official-sensitive-operation-hotspot-202425-figures-since-launch-as-at-2024-12-10.csv: no spaces."""
    return card_file_name("figures", sheet.question, sheet.figures.as_at)


def card_file_name(what: str, question: ReportCriteria, at: datetime) -> str:
    """official-sensitive-operation-hotspot-202425-hours-by-week-2024-10-as-at-2024-12-10.csv.

    It says how to handle the file, which programme and figures are in it, and of when.
    """
    periods = {LAUNCH: "since-launch", DAYS: f"{question.period.first_day}-to-{question.period.last_day}"}
    period = periods.get(question.code, question.code)
    parts = [MARKING.lower(), slugify(question.programme.name), what, period, "as-at", str(as_at_day(at))]
    return f"{'-'.join(filter(None, parts))}.csv"


def as_at_day(at: datetime) -> date:
    """The London day of an instant."""
    return at.astimezone(LONDON).date()


def difference_text(difference: SummaryDifference | PartDifference) -> str:
    """October 2024, area 3, programme 1: arrests kept 5, counted 4."""
    if isinstance(difference, PartDifference):
        return _part_difference_text(difference)
    span = wording.day(difference.span) if difference.grain is Grain.DAY else wording.month(difference.span)
    parts = [
        f"{column} kept {kept}, counted {counted}"
        for column in COLUMNS
        if (kept := getattr(difference.kept, column)) != (counted := getattr(difference.counted, column))
    ]
    return f"{span}, area {difference.area_id}, programme {difference.programme_id}: {'; '.join(parts)}"


def _part_difference_text(difference: PartDifference) -> str:
    kept, counted = (f"{number} of {minutes} minutes" for number, minutes in (difference.kept, difference.counted))
    place = f"area {difference.area_id}, programme {difference.programme_id}"
    return f"{wording.month(difference.month)}, {place}: {difference.name} kept {kept}, counted {counted}"
