"""What planning asks about: the shifts of a fortnight, what a month still needs, and who may take a shift over."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from hotspot.core.calendar import Period, today
from hotspot.core.models import User
from hotspot.core.permissions import Permission, has_own_districts, roles_granted
from hotspots.models import DistrictAccess, HotspotArea
from hotspots.queries import areas_seen_by
from patrols.abstractions.queries import minutes_taken
from patrols.models import CrewRole, PatrolShift
from patrols.planning import rules
from patrols.planning.months import MonthPlan, month_plans, standing
from patrols.shifts.rules import CrewEntry, ShiftFacts


def may_take_over(shift: PatrolShift) -> QuerySet[User]:
    """The others to whom a planned shift can be handed over: those who plan and log shifts in its area, by name."""
    planners = User.objects.who_may(Permission.PLAN_SHIFT).exclude(pk=shift.logged_by_id)
    everywhere = [role for role in roles_granted(Permission.PLAN_SHIFT) if not has_own_districts(role)]
    there = DistrictAccess.objects.filter(district__areas=shift.area_id).values("user")
    return planners.filter(Q(role__in=everywhere) | Q(pk__in=there)).order_by("name", "pk")


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

    Five queries, however many areas.
    """
    nights = Period(first_day, first_day + timedelta(days=rules.NIGHTS - 1))
    day = today(at)
    month = Period.month(day if day in nights else first_day)
    seen = areas_seen_by(user)
    there = standing(user, nights).order_by().values("area")
    areas = list(seen.active_in(nights) | seen.filter(pk__in=there))
    shifts = _shifts_by_night(user, nights, areas)
    months = month_plans(user, areas, month, at)
    found = [AreaNights(area, shifts.get(area.pk, {}), months[area.pk]) for area in areas]
    return ShiftCalendar(nights, month, found, day)


def _shifts_by_night(
    user: User, nights: Period, areas: Sequence[HotspotArea]
) -> dict[int, dict[date, list[PatrolShift]]]:
    shifts = standing(user, nights).filter(area__in=[area.pk for area in areas])
    shifts = shifts.annotate(crew_size=Count("crew"), taken=minutes_taken())
    found: dict[int, dict[date, list[PatrolShift]]] = defaultdict(lambda: defaultdict(list))
    for shift in shifts.order_by("starts_at", "pk"):
        found[shift.area_id][shift.day].append(shift)
    return found


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
