"""The dose of each area: minutes of presence, visits, and whether weekly targets were met."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hotspot.core.calendar import Period, monday_of
from hotspots.doses.queries import NO_DOSE, Dose, DoseTargets
from hotspots.models import HotspotArea
from patrols.visits.queries import DayPresence, Presence, presence_in
from patrols.visits.spells import Span, Spell, minutes, seconds_of, spells_of
from reports.dosage.predictability import Predictability, predictability
from reports.figures.measures import VISIT_BAND


class Met(StrEnum):
    """Whether an area had its dose."""

    YES = "Met"
    NO = "Not met"
    UNKNOWN = "Cannot tell"
    NO_TARGET = "No target"


@dataclass(frozen=True)
class Given:
    """What an area was given in a run of days. Minutes are whole, of seconds added up.

    `shift_minutes`: at least one person was on a shift there; `officer_minutes`: the same for everybody, added up.
    `least_minutes`: at least one person was there for certain, by visits; `most_minutes`: no more is possible, with
    shifts on which no visit was recorded taken whole, but for the `unbounded` visits, which may have been longer.
    `in_band` visits lasted 10 to 20 minutes for certain, `perhaps_in_band` may have.
    """

    shift_minutes: int = 0
    officer_minutes: int = 0
    least_minutes: int = 0
    most_minutes: int = 0
    shifts: int = 0
    shifts_unvisited: int = 0
    visits: int = 0
    in_band: int = 0
    perhaps_in_band: int = 0
    unbounded: int = 0
    visited_days: int = 0
    days: int = 0

    def met(self, target: Dose) -> Met:
        """Whether this is what the target asks for. What visits do not prove and shifts do not rule out is unknown."""
        if not target:
            return Met.NO_TARGET
        few_visits = self.visits < target.visits
        few_minutes = self.most_minutes < target.minutes and not self.unbounded
        if few_minutes or (few_visits and not self.shifts_unvisited):
            return Met.NO
        return Met.UNKNOWN if self.least_minutes < target.minutes or few_visits else Met.YES


@dataclass(frozen=True)
class AreaWeek:
    """One area in one week. A week that is not over yet is met or not met as far as it has come."""

    week: Period
    given: Given
    target: Dose
    is_over: bool

    @property
    def met(self) -> Met:
        """Whether the area had its dose; not told of a week that is not over and still short of it."""
        met = self.given.met(self.target)
        return Met.UNKNOWN if met is Met.NO and not self.is_over else met


@dataclass(frozen=True)
class AreaDose:
    """One area over the whole period, and week by week."""

    area: HotspotArea
    given: Given
    weeks: Sequence[AreaWeek]
    predictability: Predictability | None

    def weeks_that(self, met: Met) -> int:
        """How many weeks came out like this."""
        return sum(week.met is met for week in self.weeks)


def doses(areas: Collection[HotspotArea], period: Period, *, today: date) -> list[AreaDose]:
    """The dose of each area that was active in the period or had presence in it, in the order of the areas.

    The period is whole weeks, from a Monday to a Sunday. Days that have not begun do not count.
    """
    begun = period.clip(Period(date.min, today))
    if begun is None:
        return []
    ids = [area.pk for area in areas]
    presence, asked = _by_area(presence_in(ids, begun)), _Question(begun, today, DoseTargets(ids))
    return [
        _area_dose(area, presence.get(area.pk, {}), asked)
        for area in areas
        if area.pk in presence or area.is_active_in(begun)
    ]


def _by_area(presence: Presence) -> dict[int, dict[date, DayPresence]]:
    found: dict[int, dict[date, DayPresence]] = defaultdict(dict)
    for (area, day), part in presence.items():
        found[area][day] = part
    return dict(found)


@dataclass(frozen=True)
class _Question:
    """The days that have begun, which of them is today, and what areas were to be given."""

    begun: Period
    today: date
    targets: DoseTargets


def _area_dose(area: HotspotArea, presence: dict[date, DayPresence], asked: _Question) -> AreaDose:
    spells = spells_of(stay for part in presence.values() for stay in part.stays)
    by_week: dict[date, dict[date, DayPresence]] = defaultdict(dict)
    for day, part in presence.items():
        by_week[monday_of(day)][day] = part
    return AreaDose(
        area,
        given_in(presence, _days(area, asked.begun)),
        [_area_week(area, week, by_week[week.first_day], asked) for week in weeks_of(asked.begun)],
        predictability([_arrival(spell) for spell in spells]),
    )


def _area_week(area: HotspotArea, week: Period, parts: dict[date, DayPresence], asked: _Question) -> AreaWeek:
    # Weeks in which the area begins or ends ask for nothing: a part of a week is no week.
    is_whole = area.is_active_on(week.first_day) and area.is_active_on(week.last_day)
    target = asked.targets.of(area.pk, week.first_day) if is_whole else NO_DOSE
    days = week.clip(asked.begun)
    return AreaWeek(week, given_in(parts, _days(area, days) if days else 0), target, asked.today > week.last_day)


def _days(area: HotspotArea, period: Period) -> int:
    active = period.clip(Period(area.first_day, area.last_day or date.max))
    return active.days if active else 0


def weeks_of(period: Period) -> list[Period]:
    """The weeks, Monday to Sunday, that a period touches."""
    return list(period.each_week())


def given_in(parts: dict[date, DayPresence], days: int) -> Given:
    """What an area was given on some days, each with its presence; `days` are those on which it was active."""
    stays = [stay for part in parts.values() for stay in part.stays]
    spells = spells_of(stays)
    crews = [span for part in parts.values() for span in part.crews]
    unvisited = [span for part in parts.values() for span in part.unvisited]
    lasted = [spell.lasted(VISIT_BAND[0], VISIT_BAND[-1]) for spell in spells]
    return Given(
        shift_minutes=minutes(seconds_of(crews)),
        officer_minutes=minutes(_added(crews)),
        least_minutes=minutes(seconds_of(stay.least for stay in stays)),
        most_minutes=minutes(seconds_of([*(stay.most for stay in stays), *unvisited])),
        shifts=sum(part.shifts for part in parts.values()),
        shifts_unvisited=sum(part.shifts_unvisited for part in parts.values()),
        visits=len(spells),
        in_band=sum(each is True for each in lasted),
        perhaps_in_band=sum(each is None for each in lasted),
        unbounded=sum(spell.most_seconds is None for spell in spells),
        visited_days=sum(bool(part.stays) for part in parts.values()),
        days=days,
    )


def _added(spans: Iterable[Span]) -> int:
    return int(sum((end - start).total_seconds() for start, end in spans))


def _arrival(spell: Spell) -> datetime:
    """When a visit began: the middle of the bounds."""
    return spell.start - (spell.start - spell.earliest) / 2 if spell.earliest else spell.start


@dataclass(frozen=True)
class MonthDose:
    """One area in one month that is over."""

    area: HotspotArea
    month: date
    given: Given


def monthly(areas: Collection[HotspotArea], period: Period) -> list[MonthDose]:
    """What each area was given in each whole month of a period, for who sees no single days or weeks."""
    presence = _by_area(presence_in([area.pk for area in areas], period))
    found = []
    for month in period.each_month():
        for area in areas:
            parts = {day: part for day, part in presence.get(area.pk, {}).items() if day in month}
            if parts or area.is_active_in(month):
                found.append(MonthDose(area, month.first_day, given_in(parts, _days(area, month))))
    return found
