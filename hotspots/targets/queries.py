"""Monthly targets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Min, Q, QuerySet

from hotspot.core.calendar import Period
from hotspot.core.models import User
from hotspots.models import AreaTarget, HotspotArea, Programme
from hotspots.power.queries import Locality, Powers, powers
from hotspots.queries import areas_seen_by


def areas_in(month: date, user: User) -> QuerySet[HotspotArea]:
    """The areas this person may see that are active on any day of the month."""
    period = Period.month(month)
    active = Q(last_day__isnull=True) | Q(last_day__gte=period.first_day)
    return areas_seen_by(user).filter(active, first_day__lte=period.last_day)


def target_months(*, day: date) -> tuple[date, date]:
    """The first and the last month that targets can be looked at or set for: those of all programmes, and this one."""
    ends = Programme.objects.aggregate(first=Min("first_day"), last=Max("last_day"))
    first, last = min(ends["first"] or day, day), max(ends["last"] or day, day)
    return first.replace(day=1), last.replace(day=1)


@dataclass(frozen=True)
class Aim:
    """What one area is to be given a month."""

    patrol_minutes: int
    patrols: int


def aim_of(target: AreaTarget | None) -> Aim:
    """What a target asks for: nothing where there is none."""
    return Aim(target.patrol_minutes, target.patrols) if target else Aim(0, 0)


@dataclass(frozen=True)
class TargetRow:
    """One area in one month: what is in force (None: nothing yet) and what replaces it later."""

    area: HotspotArea
    standing: AreaTarget | None
    following: AreaTarget | None


def targets_in(month: date, areas: Iterable[HotspotArea]) -> list[TargetRow]:
    """The target of each area in the month (given by its first day), in the order of the areas."""
    areas = list(areas)
    targets = AreaTarget.objects.filter(area__in=[area.pk for area in areas])
    standing = targets.filter(first_month__lte=month).order_by("area_id", "-first_month").distinct("area_id")
    following = targets.filter(first_month__gt=month).order_by("area_id", "first_month").distinct("area_id")
    now = {target.area_id: target for target in standing}
    later = {target.area_id: target for target in following}
    return [TargetRow(area, now.get(area.pk), later.get(area.pk)) for area in areas]


def powers_in(user: User, rows: Sequence[TargetRow]) -> Powers | None:
    """What this person may know of what could be told of the areas of these rows, in their order."""
    boundaries = dict(HotspotArea.objects.filter(pk__in=[row.area.pk for row in rows]).values_list("pk", "boundary"))
    return powers(user, [Locality(boundaries[row.area.pk], row.area.district_id) for row in rows])
