"""What the dashboard's cards ask. Counts come from `figures`; what was due, from the targets."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from hotspot.core.calendar import Period, monday_of, today
from hotspot.core.definitions.base import Measure
from hotspots.models import District, DistrictQuerySet, HotspotArea, Place, PlaceQuerySet, Programme
from reports.figures.headline import Counts, Grain, figures
from reports.figures.measures import PATROL_HOURS
from reports.figures.targets import Due, Targets

MOST_DAYS_BY_WEEK = 2 * 366
"""The longest period that is shown by week. Bars of more weeks are too thin to be read."""


@dataclass(frozen=True)
class MapView:
    """What the map shows: a measure, and how close to which area it looks. None: all areas.

    `step` is how often the width of all areas is halved. None: so often that the area fills the map.
    """

    measure: Measure = PATROL_HOURS
    near: int | None = None
    step: int | None = None


@dataclass(frozen=True)
class Selection:
    """What every card is asked: a programme, a period, areas the person may see, when, what the map shows, and over
    which districts' outlines and places.

    What several cards need to answer is counted once, when the first of them needs it.
    """

    programme: Programme
    period: Period
    areas: Sequence[HotspotArea]
    at: datetime
    view: MapView = field(default=MapView())
    districts: DistrictQuerySet = field(default_factory=District.objects.none)
    places: PlaceQuerySet = field(default_factory=Place.objects.none)

    @property
    def area_ids(self) -> list[int]:
        return [area.pk for area in self.areas]

    @property
    def so_far(self) -> Period | None:
        """The days of the period that have begun."""
        return self.period.clip(Period(date.min, today(self.at)))

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


@dataclass(frozen=True)
class CountedSpan:
    """The days of a week, Monday to Sunday, or of a month that lie in the period, and what was counted and due on them.

    `is_whole` is False where the period or the week is cut off or not over yet.
    """

    days: Period
    counts: Counts
    due: Due | None
    is_whole: bool


@dataclass(frozen=True)
class Trend:
    """A period week by week, or month by month, in order; spans without patrols too. Empty before it begins."""

    by_month: bool
    spans: Sequence[CountedSpan]


def by_week(asked: Selection) -> Trend:
    """Every week of the period that has begun; every month of one that is longer than two years."""
    if asked.so_far is None:
        return Trend(by_month=False, spans=[])
    by_month = asked.so_far.days > MOST_DAYS_BY_WEEK
    grain, first = (Grain.MONTH, _first_of_month) if by_month else (Grain.DAY, monday_of)
    found = figures(programme=asked.programme, period=asked.so_far, areas=asked.area_ids, at=asked.at, by=(grain,))
    parts: dict[date, list[Counts]] = {}
    for row in found.rows:
        parts.setdefault(first(row.month or row.day), []).append(row.counts)  # type: ignore[arg-type]
    whole = list(asked.so_far.each_month()) if by_month else _weeks(asked.so_far)
    return Trend(by_month, [_span(each, parts.get(each.first_day, []), asked) for each in whole])


def _span(whole: Period, parts: list[Counts], asked: Selection) -> CountedSpan:
    days = whole.clip(asked.so_far or whole) or whole
    is_whole = days == whole and today(asked.at) > whole.last_day
    return CountedSpan(days, Counts.total(parts), asked.targets.in_all(days), is_whole)


def _first_of_month(day: date) -> date:
    return day.replace(day=1)


def _weeks(period: Period) -> list[Period]:
    first = monday_of(period.first_day)
    mondays = [first + timedelta(weeks=n) for n in range((period.last_day - first).days // 7 + 1)]
    return [Period(monday, monday + timedelta(days=6)) for monday in mondays]


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
