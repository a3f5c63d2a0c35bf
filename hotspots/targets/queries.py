"""Monthly targets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Min

from hotspot.core.calendar import Period
from hotspot.core.models import User
from hotspots.models import AreaTarget, HotspotArea, HotspotAreaQuerySet, Programme
from hotspots.power.queries import Locality, Powers, powers
from hotspots.queries import areas_seen_by, in_force


def areas_in(month: date, user: User) -> HotspotAreaQuerySet:
    """The areas this person may see that are active on any day of the month."""
    return areas_seen_by(user).active_in(Period.month(month))


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
    now, later = in_force(targets, "first_month", month)
    return [TargetRow(area, now.get(area.pk), later.get(area.pk)) for area in areas]


def powers_in(user: User, rows: Sequence[TargetRow]) -> Powers | None:
    """What this person may know of what could be told of the areas of these rows, in their order."""
    boundaries = dict(HotspotArea.objects.filter(pk__in=[row.area.pk for row in rows]).values_list("pk", "boundary"))
    return powers(user, [Locality(boundaries[row.area.pk], row.area.district_id) for row in rows])
