"""What the dashboard's cards ask. Counts come from `figures`; what was due, from the targets."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Max, Min

from hotspot.core.calendar import Period, monday_of, today
from hotspot.core.definitions.base import Measure
from hotspots.models import District, DistrictQuerySet, HotspotArea, Place, PlaceQuerySet, Programme
from reports.figures.control_limits import Limits, control_limits
from reports.figures.formatting import rounded
from reports.figures.headline import Counts, Grain, figures
from reports.figures.measures import PATROL_HOURS
from reports.figures.targets import Due, Targets
from reports.models import DaySummary

MOST_DAYS_BY_WEEK = 2 * 366
"""The longest period that is shown by week. Bars of more weeks are too thin to be read."""


FEW_AREAS = range(2, 7)
"""So many areas are shown side by side, week by week."""


@dataclass(frozen=True)
class MapView:
    """What the map shows: a measure, and how close to which area it looks. None: all areas.

    `step` is how often the width of all areas is halved. None: so often that the area fills the map.
    """

    measure: Measure = PATROL_HOURS
    near: int | None = None
    step: int | None = None


LONG_WAIT = 10
"""After so many days without a patrol an area is pointed out, unless the address says another number."""


@dataclass(frozen=True)
class CardChoices:
    """What cards are asked besides: the measure that is shown by week, and after how many days without a patrol an
    area is pointed out."""

    trend: Measure = PATROL_HOURS
    wait: int = LONG_WAIT


class DatedEvent(NamedTuple):
    """Something else that began on a day, in words: what a chart along time marks."""

    day: date
    words: str


def distinct_names(areas: Sequence[HotspotArea]) -> dict[Any, str]:
    """Areas by name, with their district where two have the same."""
    named = Counter(area.name for area in areas)
    return {area.pk: f"{area.name}, {area.district}" if named[area.name] > 1 else area.name for area in areas}


def records_of(programme: Programme) -> Period | None:
    """From the first to the last day on which a counted patrol of a programme started; None before there is any."""
    days = DaySummary.objects.filter(
        programme=programme, patrols__gt=0, day__range=(programme.first_day, programme.last_day)
    )
    ends = days.aggregate(first=Min("day"), last=Max("day"))
    return Period(ends["first"], ends["last"]) if ends["first"] else None


def known_days(programme: Programme, records: Period | None, *, today: date) -> Period | None:
    """From the first record of a programme on; where the programme is over, to its last: records were not kept after.

    None before there is a record.
    """
    if records is None:
        return None
    return Period(records.first_day, records.last_day if today > programme.last_day else date.max)


@dataclass(frozen=True)
class Selection:
    """What every card is asked: a programme, a period, areas the person may see, when, what the map shows, and over
    which districts' outlines and places.

    `events` are what else happened there. `other` is what it is compared with, where that is another time. What several
    cards need to answer is counted once, when the first of them needs it.
    """

    programme: Programme
    period: Period
    areas: Sequence[HotspotArea]
    at: datetime
    view: MapView = field(default=MapView())
    districts: DistrictQuerySet = field(default_factory=District.objects.none)
    places: PlaceQuerySet = field(default_factory=Place.objects.none)
    choices: CardChoices = field(default=CardChoices())
    events: Sequence[DatedEvent] = ()
    other: "Selection | None" = None

    @property
    def area_ids(self) -> list[int]:
        return [area.pk for area in self.areas]

    @property
    def so_far(self) -> Period | None:
        """The days of the period that have begun."""
        return self.period.clip(Period(date.min, today(self.at)))

    @cached_property
    def records(self) -> Period | None:
        """From the first to the last day on which a counted patrol of the programme started, in any area.

        Nothing is known of the time before, and not yet everything of that after. None before there is a record.
        """
        return records_of(self.programme)

    @property
    def known(self) -> Period | None:
        """The days of which a record, or that there is none, is known."""
        return known_days(self.programme, self.records, today=today(self.at))

    @property
    def recorded(self) -> Period | None:
        """The days of the period that have begun and are known of."""
        return self.so_far.clip(self.known) if self.so_far and self.known else None

    @property
    def with_distinct_names(self) -> "Selection":
        """The same, areas of one name having their district in it: for tables whose rows are told apart by name."""
        names = distinct_names(self.areas)
        if all(area.name == names[area.pk] for area in self.areas):
            return self
        areas = [_named(area, names[area.pk]) for area in self.areas]
        return replace(self, areas=areas, other=replace(self.other, areas=areas) if self.other else None)

    @property
    def areas_side_by_side(self) -> Sequence[HotspotArea]:
        """The areas asked for where they are few enough to be shown one by one; none where they are not."""
        return self.areas if len(self.areas) in FEW_AREAS else ()

    @cached_property
    def counts(self) -> dict[int, Counts]:
        """What was counted in each area on the days that have begun; areas without any count are not in it."""
        if self.so_far is None:
            return {}
        found = figures(programme=self.programme, period=self.so_far, areas=self.area_ids, at=self.at, by=(Grain.AREA,))
        return {row.area: row.counts for row in found.rows if row.area is not None}

    @cached_property
    def targets(self) -> Targets:
        """The targets of the areas on the days that have begun; of a period to come, on all of its days."""
        return Targets(self.areas, self.so_far or self.period)

    @property
    def areas_with_figures(self) -> list[HotspotArea]:
        """The areas that were active on the days that have begun or counted something on them, in list order."""
        days = self.so_far
        return [area for area in self.areas if area.pk in self.counts or (days and area.is_active_in(days))]


def _named(area: HotspotArea, name: str) -> HotspotArea:
    """An area under another name, to be shown and never saved."""
    area = copy(area)
    area.name = name
    return area


@dataclass(frozen=True)
class CountedSpan:
    """The days of a week, Monday to Sunday, or of a month that lie in the period, and what was counted and due on them.

    `is_whole` is False where the period cuts it off, it is not over yet, or the records of a programme that is over end
    in it. One `is_recorded` that is whole and lies between the programme's first record and its last: only such can be
    held against the usual.
    """

    days: Period
    counts: Counts
    due: Due | None
    is_whole: bool
    is_recorded: bool = False

    def number(self, measure: Measure) -> int:
        """What was counted by a measure: minutes of hours."""
        number: int = getattr(self.counts, measure.column)
        return number

    def due_of(self, measure: Measure) -> int | None:
        """What was due by a measure, rounded; None where no target asks for it."""
        due: Fraction | None = getattr(self.due, measure.column, None)
        return None if due is None else rounded(due)


@dataclass(frozen=True)
class Trend:
    """A measure of a period week by week, or month by month, in order; spans without patrols too.

    Empty before the period begins. `not_before` is the programme's first record where spans before it are left out, and
    `not_after` the last one of a programme that is over where spans after it are.
    `limits` are those of the recorded spans. `areas` are the same of each area where a few are chosen. `others` are the
    spans of the time that it is compared with, one for each span, None where there is none; empty without such a time.
    `events` are what else began on the days that are shown.
    """

    by_month: bool
    spans: Sequence[CountedSpan]
    measure: Measure = PATROL_HOURS
    not_before: date | None = None
    limits: Limits | None = None
    areas: Sequence[tuple[HotspotArea, Sequence[CountedSpan]]] = ()
    others: Sequence[CountedSpan | None] = ()
    events: Sequence[DatedEvent] = ()
    not_after: date | None = None


def by_week(asked: Selection) -> Trend:
    """Every week of the period that has begun; every month of one that is longer than two years.

    Weeks and months that were over before the programme's first record are not shown, nor those after the last one of a
    programme that is over: its records were not kept to its end.
    """
    measure = asked.choices.trend
    if asked.so_far is None:
        return Trend(by_month=False, spans=[], measure=measure)
    by_month = asked.so_far.days > MOST_DAYS_BY_WEEK
    all_spans = list(asked.so_far.each_month() if by_month else asked.so_far.each_week())
    known = asked.known
    shown = [days for days in all_spans if known and days.clip(known)]
    parts = _counted(asked, by_month=by_month)
    spans = [_span(each, parts[None].get(each.first_day, []), asked) for each in shown]
    areas = [
        (area, [_span(each, parts[area.pk].get(each.first_day, []), asked) for each in shown])
        for area in asked.areas_side_by_side
    ]
    limits = control_limits([span.number(measure) for span in spans if span.is_recorded])
    not_before = known.first_day if known and all_spans[0].last_day < known.first_day else None
    not_after = known.last_day if known and all_spans[-1].first_day > known.last_day else None
    others = _others(spans, asked, by_month=by_month)
    events = [event for event in asked.events if any(event.day in span.days for span in spans)]
    return Trend(by_month, spans, measure, not_before, limits, areas, others, events, not_after)


def _others(spans: Sequence[CountedSpan], asked: Selection, *, by_month: bool) -> list[CountedSpan | None]:
    """For each span that of the other time whose days lie as far from its beginning; none where it goes by another
    length. Weeks of two years begin on other dates, so the middle of a span says which it is."""
    if asked.other is None:
        return []
    course, first, other_first = by_week(asked.other), asked.period.first_day, asked.other.period.first_day
    if course.by_month != by_month:
        return []
    middles = [span.days.first_day + timedelta(days=span.days.days // 2) for span in spans]
    days = [other_first + (middle - first) for middle in middles]
    found = [next((other for other in course.spans if day in other.days), None) for day in days]
    return [other if _is_nearest(span, other, spans, found) else None for span, other in zip(spans, found, strict=True)]


def _is_nearest(
    span: CountedSpan,
    other: CountedSpan | None,
    spans: Sequence[CountedSpan],
    found: Sequence[CountedSpan | None],
) -> bool:
    """Whether none of those that the same span of the other time was found for has more nearly its length: a week that
    is cut off and the whole one after it can both have their middle in it."""
    if other is None:
        return False
    rivals = [each for each, its in zip(spans, found, strict=True) if its is other]
    return span is min(rivals, key=lambda rival: abs(rival.days.days - other.days.days))


def _counted(asked: Selection, *, by_month: bool) -> dict[int | None, dict[date, list[Counts]]]:
    """The counts of each area that stands for itself, and of all together (None), by the first day of week or month."""
    grain, first = (Grain.MONTH, _first_of_month) if by_month else (Grain.DAY, monday_of)
    by = (Grain.AREA, grain) if asked.areas_side_by_side else (grain,)
    period = asked.so_far or asked.period
    found = figures(programme=asked.programme, period=period, areas=asked.area_ids, at=asked.at, by=by)
    parts: dict[int | None, dict[date, list[Counts]]] = defaultdict(lambda: defaultdict(list))
    for row in found.rows:
        for key in {None, row.area}:
            parts[key][first(row.month or row.day)].append(row.counts)  # type: ignore[arg-type]
    return parts


def _span(whole: Period, parts: list[Counts], asked: Selection) -> CountedSpan:
    days = whole.clip(asked.so_far or whole) or whole
    is_kept = asked.known is None or whole.last_day <= asked.known.last_day
    is_whole = days == whole and today(asked.at) > whole.last_day and is_kept
    is_recorded = is_whole and asked.records is not None and whole.clip(asked.records) == whole
    return CountedSpan(days, Counts.total(parts), asked.targets.in_all(days), is_whole, is_recorded)


def _first_of_month(day: date) -> date:
    return day.replace(day=1)


@dataclass(frozen=True)
class AreaPart:
    """What one area was given in the days that have begun, and what was due. None: it had no target."""

    area: HotspotArea
    counts: Counts
    due: Due | None


def by_area(asked: Selection) -> list[AreaPart]:
    """Each area that was active in the period or counted something in it, in list order."""
    return [
        AreaPart(area, asked.counts.get(area.pk, Counts()), asked.targets.of_area(area.pk))
        for area in asked.areas_with_figures
    ]
