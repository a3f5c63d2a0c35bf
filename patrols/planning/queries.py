"""What planning asks about: the shifts of a fortnight, what a month still needs, and who may take a shift over."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from hotspot.core.calendar import Period, today
from hotspot.core.definitions.registry import CURRENT
from hotspot.core.models import User
from hotspot.core.permissions import Permission, has_own_districts, roles_granted
from hotspots.models import AreaTarget, DistrictAccess, FundingStream, HotspotArea, Programme
from hotspots.queries import areas_seen_by, in_force
from patrols.models import CrewRole, PatrolShift
from patrols.models.shifts import on_counted_shift
from patrols.planning import rules
from patrols.shifts.rules import CrewEntry, ShiftFacts


def may_take_over(shift: PatrolShift) -> QuerySet[User]:
    """The others to whom a planned shift can be handed over: those who plan and log shifts in its area, by name."""
    planners = User.objects.who_may(Permission.PLAN_SHIFT).exclude(pk=shift.logged_by_id)
    everywhere = [role for role in roles_granted(Permission.PLAN_SHIFT) if not has_own_districts(role)]
    there = DistrictAccess.objects.filter(district__areas=shift.area_id).values("user")
    return planners.filter(Q(role__in=everywhere) | Q(pk__in=there)).order_by("name", "pk")


@dataclass(frozen=True)
class MonthPlan:
    """What an area was given in a month, what is planned for it, and what its target asks for.

    Patrol minutes of what the headline counts. `due` is None for an area without a target.
    """

    due: int | None = None
    logged: int = 0
    planned: int = 0
    to_come: rules.NightsToCome = field(default_factory=rules.NightsToCome)

    @property
    def needed(self) -> int:
        """What is neither logged nor planned yet."""
        return max((self.due or 0) - self.logged - self.planned, 0)


@dataclass(frozen=True)
class AreaNights:
    """An area with its shifts by day, and its month."""

    area: HotspotArea
    shifts: Mapping[date, Sequence[PatrolShift]]
    month: MonthPlan


@dataclass(frozen=True)
class ShiftCalendar:
    """The nights from a first one on, the month that is reckoned with, and the areas."""

    nights: Period
    month: Period
    areas: Sequence[AreaNights]
    today: date


def calendar_of(user: User, *, first_day: date, at: datetime) -> ShiftCalendar:
    """The areas that this person sees and that are active or have shifts then, each with its nights.

    Seven queries, however many areas.
    """
    nights = Period(first_day, first_day + timedelta(days=rules.NIGHTS - 1))
    day = today(at)
    month = Period.month(day if day in nights else first_day)
    seen = areas_seen_by(user)
    there = _standing(user, nights).order_by().values("area")
    areas = list(seen.active_in(nights) | seen.filter(pk__in=there))
    shifts = _shifts_by_night(user, nights, areas)
    months = _months(user, areas, month, at)
    found = [AreaNights(area, shifts.get(area.pk, {}), months[area.pk]) for area in areas]
    return ShiftCalendar(nights, month, found, day)


def _standing(user: User, days: Period) -> QuerySet[PatrolShift]:
    shifts = PatrolShift.objects.visible_to(user).exclude(state=PatrolShift.State.VOIDED)
    return shifts.filter(day__range=(days.first_day, days.last_day))


def _shifts_by_night(
    user: User, nights: Period, areas: Sequence[HotspotArea]
) -> dict[int, dict[date, list[PatrolShift]]]:
    shifts = _standing(user, nights).filter(area__in=[area.pk for area in areas]).annotate(crew_size=Count("crew"))
    found: dict[int, dict[date, list[PatrolShift]]] = defaultdict(lambda: defaultdict(list))
    for shift in shifts.order_by("starts_at", "pk"):
        found[shift.area_id][shift.day].append(shift)
    return found


def _months(user: User, areas: Sequence[HotspotArea], month: Period, at: datetime) -> dict[int, MonthPlan]:
    due_by_area = dues(user, areas, month)
    worked = _worked(user, areas, rules.usual_period(today(at)))
    given = given_by_day(user, areas, month, at)
    found = {}
    for area in areas:
        due, days = due_by_area[area.pk], given.get(area.pk, {})
        logged, planned = (sum(part) for part in zip(*days.values(), strict=True)) if days else (0, 0)
        each = MonthPlan(due.minutes, logged, planned)
        free = [day for day in due.days if day >= today(at)]
        usual = rules.usual_minutes(worked.get(area.pk, ()))
        to_come = rules.nights_to_come(each.needed, usual=usual, free=free, taken=set(days))
        found[area.pk] = MonthPlan(due.minutes, logged, planned, to_come)
    return found


@dataclass(frozen=True)
class MonthDue:
    """What an area's target asks for in a month (None: it has no target), and on which days it can be given."""

    minutes: int | None
    days: Sequence[date]


def dues(user: User, areas: Sequence[HotspotArea], month: Period) -> dict[int, MonthDue]:
    """What targets ask for in a month, for the days on which an area is active and a programme pays."""
    paid = _paid_days(user, month)
    targets, _ = in_force(AreaTarget.objects.filter(area__in=areas), "first_month", month.first_day)
    found = {}
    for area in areas:
        active, target = _active(area, paid), targets.get(area.pk)
        due = rules.due_minutes(target.patrol_minutes, len(active), month) if target and active else None
        found[area.pk] = MonthDue(due, active)
    return found


def _paid_days(user: User, month: Period) -> list[date]:
    """The days of a month on which a programme runs whose shifts count: one may end and another begin in it."""
    programmes = Programme.objects.visible_to(user).overlapping(month)
    paying_streams = FundingStream.objects.visible_to(user).in_headline()
    paying = list(programmes.filter(pk__in=paying_streams.values("programme")).order_by())
    return [day for day in month.each_day() if any(day in programme.period for programme in paying)]


def _active(area: HotspotArea, days: Sequence[date]) -> list[date]:
    return [day for day in days if area.is_active_on(day)]


def given_by_day(
    user: User, areas: Sequence[HotspotArea], days: Period, at: datetime
) -> dict[int, dict[date, tuple[int, int]]]:
    """By area and day: the minutes logged and those planned and not over, of days on which there is a shift."""
    counted = on_counted_shift()
    apart = Q(funding_stream__kind__in=CURRENT.streams_apart)
    planned = Q(state=PatrolShift.State.PLANNED, ends_at__gt=at) & ~apart
    rows = _in(user, areas, days).filter(counted | planned).values("area", "day")
    minutes = rows.annotate(
        logged=Sum("crew__minutes", filter=counted, default=0), planned=Sum("crew__minutes", filter=planned, default=0)
    )
    found: dict[int, dict[date, tuple[int, int]]] = defaultdict(dict)
    for row in minutes.order_by():
        found[row["area"]][row["day"]] = (row["logged"], row["planned"])
    return found


def _worked(user: User, areas: Sequence[HotspotArea], days: Period) -> dict[int, list[rules.WorkedNight]]:
    rows = _in(user, areas, days).counted().values("area", "day").annotate(minutes=Sum("crew__minutes"))
    found: dict[int, list[rules.WorkedNight]] = defaultdict(list)
    for row in rows.order_by():
        found[row["area"]].append(rules.WorkedNight(row["day"], row["minutes"]))
    return found


def _in(user: User, areas: Sequence[HotspotArea], days: Period) -> Any:
    shifts = PatrolShift.objects.visible_to(user).filter(area__in=[area.pk for area in areas])
    return shifts.filter(day__range=(days.first_day, days.last_day))


def rest_of_series(shift: PatrolShift, *, by: User) -> QuerySet[PatrolShift]:
    """The later planned shifts of a shift's series in its area that this person may change.

    A copied week is a series of several areas, and one of them may fall away. None for a shift planned alone.
    """
    if shift.series is None:
        return PatrolShift.objects.none()
    rest = PatrolShift.objects.visible_to(by).filter(series=shift.series, area=shift.area_id)
    rest = rest.filter(state=PatrolShift.State.PLANNED, starts_at__gt=shift.starts_at).order_by("starts_at", "pk")
    return rest if by.may(Permission.CORRECT_ANY_SHIFT) else rest.filter(logged_by=by)


def shifts_to_copy(user: User, week: Period) -> list[PatrolShift]:
    """A person's own shifts of a week, planned or worked, with their crews."""
    standing = (PatrolShift.State.PLANNED, PatrolShift.State.COMPLETED)
    shifts = PatrolShift.objects.visible_to(user).filter(logged_by=user, state__in=standing)
    shifts = shifts.filter(day__range=(week.first_day, week.last_day))
    shifts = shifts.select_related("area", "funding_stream__programme").defer("area__boundary")
    return list(shifts.prefetch_related("crew").order_by("starts_at", "pk"))


def facts_of(shift: PatrolShift) -> ShiftFacts:
    """What a saved shift says, with the crew's own times."""
    crew = [CrewEntry(CrewRole(row.role), row.collar_number, row.starts_at, row.ends_at) for row in shift.crew.all()]
    return ShiftFacts(shift.area, shift.funding_stream, shift.starts_at, shift.ends_at, crew, shift.note)


def facts_of_series(series: UUID, *, by: User) -> list[ShiftFacts]:
    """What the shifts of a series say that this person sees."""
    shifts = PatrolShift.objects.visible_to(by).filter(series=series).select_related("area", "funding_stream")
    return [facts_of(shift) for shift in shifts.defer("area__boundary").prefetch_related("crew")]
