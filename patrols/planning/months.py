"""What areas are given in a month, what they still need of it, and the nights on which they should have had a shift."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum

from hotspot.core.calendar import Period, today
from hotspot.core.definitions.registry import CURRENT
from hotspot.core.models import User
from hotspots.models import AreaTarget, FundingStream, HotspotArea, Programme
from hotspots.queries import areas_seen_by
from patrols.functions import LondonNight
from patrols.models import PatrolShift
from patrols.models.shifts import on_counted_shift
from patrols.planning import rules


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
class AreaOutlook:
    """An area, its month, and the nights before today that it missed, newest first."""

    area: HotspotArea
    month: MonthPlan
    missed: Sequence[date]


@dataclass(frozen=True)
class MonthDue:
    """What an area's target asks for in a month (None: it has no target), and on which days it can be given."""

    minutes: int | None
    days: Sequence[date]


@dataclass(frozen=True)
class NightMinutes:
    """The shifts of an area on one day: minutes of those that count, and of those that are planned and will."""

    logged: int = 0
    planned: int = 0
    is_counted: bool = False
    is_ahead: bool = False
    nights: frozenset[date] = frozenset()
    """The nights, 6am to 6am, that these shifts are of: one that begins at 0:30am is of the night before too."""

    def __add__(self, other: "NightMinutes") -> "NightMinutes":
        return NightMinutes(
            self.logged + other.logged,
            self.planned + other.planned,
            self.is_counted or other.is_counted,
            self.is_ahead or other.is_ahead,
            self.nights | other.nights,
        )


@dataclass(frozen=True)
class _Months:
    """What is read for some areas: their targets, the days on which anything pays, and their nights."""

    paid: Sequence[date]
    targets: Mapping[int, AreaTarget]
    nights: Mapping[int, Mapping[date, NightMinutes]]


def standing(user: User, days: Period) -> QuerySet[PatrolShift]:
    """The shifts of a period that this person sees, but those that were voided."""
    shifts = PatrolShift.objects.visible_to(user).exclude(state=PatrolShift.State.VOIDED)
    return shifts.filter(day__range=(days.first_day, days.last_day))


def month_plans(user: User, areas: Sequence[HotspotArea], month: Period, at: datetime) -> dict[int, MonthPlan]:
    """The month of each of these areas, by its key. Three queries."""
    read = _read(user, areas, month, at)
    return {area.pk: _plan_of(area, read, month, today(at)) for area in areas}


def dues(user: User, areas: Sequence[HotspotArea], month: Period) -> dict[int, MonthDue]:
    """What targets ask for in a month, for the days on which an area is active and a programme pays. Two queries."""
    paid, targets = _paid_days(user, month), _targets(areas, month)
    return {area.pk: _due(area, paid, targets.get(area.pk), month) for area in areas}


def given_by_night(
    user: User, areas: Sequence[HotspotArea], nights: Period, at: datetime
) -> Mapping[int, Mapping[date, NightMinutes]]:
    """By area and night, 6am to 6am: what was logged and what is planned and not over, where there is a shift."""
    shifts = standing(user, Period(nights.first_day, nights.last_day + timedelta(days=1)))
    shifts = shifts.annotate(night=LondonNight("starts_at"))
    return _nights(shifts.filter(night__gte=nights.first_day, night__lte=nights.last_day), areas, at, by="night")


def outlooks(user: User, at: datetime) -> list[AreaOutlook]:
    """Each area that this person sees and that is active this month, or was on nights that could be missed.

    Four queries, however many areas.
    """
    day = today(at)
    month, last = Period.month(day), rules.last_night_over(at)
    looked_at = Period(min(month.first_day, last - timedelta(days=rules.MISSED_DAYS - 1)), month.last_day)
    areas = list(areas_seen_by(user).active_in(looked_at))
    read = _read(user, areas, month, at, paid_in=looked_at)
    in_month = replace(read, paid=[each for each in read.paid if each in month])
    found = []
    for area in areas:
        nights, plan = read.nights.get(area.pk, {}), _plan_of(area, in_month, month, day)
        missed = rules.missed_nights(
            _active(area, read.paid),
            usual=_usual(nights, day),
            has_target=area.pk in read.targets,
            stands=nights.keys() | {each for night in nights.values() for each in night.nights},
            last=last,
        )
        found.append(AreaOutlook(area, plan, missed))
    return found


def _plan_of(area: HotspotArea, read: _Months, month: Period, day: date) -> MonthPlan:
    due, nights = _due(area, read.paid, read.targets.get(area.pk), month), read.nights.get(area.pk, {})
    inside = {each: night for each, night in nights.items() if each in month}
    plan = MonthPlan(
        due.minutes,
        sum(night.logged for night in inside.values()),
        sum(night.planned for night in inside.values()),
    )
    taken = {each for each, night in inside.items() if night.is_counted or night.is_ahead}
    free = [each for each in due.days if each >= day]
    return replace(plan, to_come=rules.nights_to_come(plan.needed, usual=_usual(nights, day), free=free, taken=taken))


def _due(area: HotspotArea, paid: Sequence[date], target: AreaTarget | None, month: Period) -> MonthDue:
    active = _active(area, paid)
    return MonthDue(rules.due_minutes(target.patrol_minutes, len(active), month) if target and active else None, active)


def _usual(nights: Mapping[date, NightMinutes], day: date) -> dict[int, int]:
    days = rules.usual_period(day)
    worked = [
        rules.WorkedNight(each, night.logged) for each, night in nights.items() if each in days and night.is_counted
    ]
    return rules.usual_minutes(worked)


def _read(
    user: User, areas: Sequence[HotspotArea], month: Period, at: datetime, *, paid_in: Period | None = None
) -> _Months:
    shifts = standing(user, rules.usual_period(today(at))) | standing(user, month)
    return _Months(_paid_days(user, paid_in or month), _targets(areas, month), _nights(shifts, areas, at))


def _targets(areas: Sequence[HotspotArea], month: Period) -> dict[int, AreaTarget]:
    """The newest target of each area by a month."""
    targets = AreaTarget.objects.filter(area__in=areas, first_month__lte=month.first_day)
    return {target.area_id: target for target in targets.order_by("area_id", "-first_month").distinct("area_id")}


def _paid_days(user: User, days: Period) -> list[date]:
    """The days on which a programme runs whose shifts count: one may end and another begin in a month."""
    programmes = Programme.objects.visible_to(user).overlapping(days)
    paying_streams = FundingStream.objects.visible_to(user).in_headline()
    paying = list(programmes.filter(pk__in=paying_streams.values("programme")).order_by())
    return [day for day in days.each_day() if any(day in programme.period for programme in paying)]


def _active(area: HotspotArea, days: Sequence[date]) -> list[date]:
    return [day for day in days if area.is_active_on(day)]


def _nights(
    shifts: QuerySet[PatrolShift], areas: Sequence[HotspotArea], at: datetime, *, by: str = "day"
) -> dict[int, dict[date, NightMinutes]]:
    """By area and day, or what else `by` names: what stands of these shifts."""
    counted = on_counted_shift()
    ahead = Q(state=PatrolShift.State.PLANNED, ends_at__gt=at) & ~Q(funding_stream__kind__in=CURRENT.streams_apart)
    sums = (
        shifts.filter(area__in=[area.pk for area in areas])
        .order_by()
        .annotate(night=LondonNight("starts_at"))
        .values("area", "night", *({by} - {"night"}))
        .annotate(
            logged=Sum("crew__minutes", filter=counted, default=0),
            planned=Sum("crew__minutes", filter=ahead, default=0),
            counted=Count("pk", filter=counted),
            ahead=Count("pk", filter=ahead),
        )
    )
    found: dict[int, dict[date, NightMinutes]] = defaultdict(lambda: defaultdict(NightMinutes))
    for row in sums:
        states = bool(row["counted"]), bool(row["ahead"])
        night = NightMinutes(row["logged"], row["planned"], *states, frozenset([row["night"]]))
        found[row["area"]][row[by]] += night
    return found
