"""Weekly targets."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Min

from hotspot.core.calendar import Period, monday_of
from hotspot.core.models import User
from hotspots.models import DoseTarget, HotspotArea, HotspotAreaQuerySet, Programme
from hotspots.queries import areas_seen_by, in_force

WEEKS_AHEAD = 8


def areas_in_week(monday: date, user: User) -> HotspotAreaQuerySet:
    """The areas this person may see that are active on any day of the week."""
    return areas_seen_by(user).active_in(Period.week(monday))


def weeks_offered(*, day: date) -> tuple[date, date]:
    """The first and the last Monday that targets can be looked at or set for: those of all programmes up to soon."""
    ends = Programme.objects.aggregate(first=Min("first_day"), last=Max("last_day"))
    soon = day + timedelta(weeks=WEEKS_AHEAD)
    return monday_of(min(ends["first"] or day, day)), monday_of(max(min(ends["last"] or soon, soon), day))


@dataclass(frozen=True)
class Dose:
    """What one area is to be given a week: patrol minutes (at least one person there), and visits."""

    minutes: int
    visits: int

    def __bool__(self) -> bool:
        return bool(self.minutes or self.visits)


NO_DOSE = Dose(0, 0)


def dose_of(target: DoseTarget | None) -> Dose:
    """What a target asks for: nothing where there is none."""
    return Dose(target.minutes, target.visits) if target else NO_DOSE


@dataclass(frozen=True)
class DoseRow:
    """One area in one week: what is in force (None: nothing yet) and what replaces it later."""

    area: HotspotArea
    standing: DoseTarget | None
    following: DoseTarget | None


def doses_in(monday: date, areas: Iterable[HotspotArea]) -> list[DoseRow]:
    """The weekly target of each area in a week, in the order of the areas."""
    areas = list(areas)
    targets = DoseTarget.objects.filter(area__in=[area.pk for area in areas])
    now, later = in_force(targets, "first_monday", monday)
    return [DoseRow(area, now.get(area.pk), later.get(area.pk)) for area in areas]


class DoseTargets:
    """The weekly targets of some areas in any week."""

    def __init__(self, area_ids: Iterable[int]) -> None:
        self._targets: dict[int, list[DoseTarget]] = defaultdict(list)
        for target in DoseTarget.objects.filter(area__in=list(area_ids)).order_by("area_id", "first_monday"):
            self._targets[target.area_id].append(target)

    def of(self, area_id: int, monday: date) -> Dose:
        """What an area is to be given in the week of a Monday; nothing where it has no target then."""
        targets = self._targets.get(area_id, [])
        place = bisect_right([target.first_monday for target in targets], monday)
        return dose_of(targets[place - 1]) if place else NO_DOSE
