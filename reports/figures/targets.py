"""What was due: monthly targets of hotspot areas, spread evenly over the days of their months."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from math import lcm
from typing import NamedTuple

from hotspot.core.calendar import Period
from hotspots.models import AreaTarget, HotspotArea
from reports.figures.formatting import rounded

# A day is a 28th to a 31st of its month's target: in these units every share is a whole number.
_UNITS = lcm(28, 29, 30, 31)
# Areas with a target, minutes and patrols.
_Sums = tuple[int, int, int]
_NOTHING: _Sums = (0, 0, 0)


@dataclass(frozen=True)
class Due:
    """What targets ask for in a run of days. Fractions, because it is a share of what whole months ask for."""

    patrol_minutes: Fraction
    patrols: Fraction

    def minutes_short(self, patrol_minutes: int) -> int:
        """The whole minutes by which so many patrol minutes fall short; 0 where they reach what is asked for."""
        return max(rounded(self.patrol_minutes) - patrol_minutes, 0)


class _Share(NamedTuple):
    """Days of one month on which an area had a target, by their places in the period, and what each asks for."""

    first: int
    end: int
    minutes: int
    patrols: int


class Targets:
    """The targets of some areas over a period.

    An area has none before its first, and none on days on which it is not active.
    """

    def __init__(
        self, areas: Iterable[HotspotArea], period: Period, *, found: Mapping[int, list[AreaTarget]] | None = None
    ) -> None:
        """`found`: the targets of each area in order, where they were read already."""
        self._areas = list(areas)
        self._found = _targets_of(self._areas) if found is None else found
        self._start = period.first_day.toordinal()
        self._days = period.days
        self._months = [
            (month.first_day, month.first_day.toordinal() - self._start, month.days) for month in period.each_month()
        ]
        self._shares = {area.pk: list(self._shares_of(area, self._found.get(area.pk, []))) for area in self._areas}

    def over(self, period: Period) -> "Targets":
        """The targets of the same areas over another period."""
        return Targets(self._areas, period, found=self._found)

    def of_area(self, area_id: int) -> Due | None:
        """What the area was to be given in the whole period; None where it had no target on any day."""
        shares = self._shares[area_id]
        minutes = sum((share.end - share.first) * share.minutes for share in shares)
        patrols = sum((share.end - share.first) * share.patrols for share in shares)
        return _due(minutes, patrols) if shares else None

    def patrols_by_month(self, area_id: int, until: date) -> list[tuple[Period, int]]:
        """The days of each month up to a day on which an area had a target of patrols, and how many were due on them.

        Rounded down. Whole numbers, because a page asks this of thousands of months.
        """
        end_of_all = until.toordinal() - self._start + 1
        months = []
        for share in self._shares[area_id]:
            days = min(share.end, end_of_all) - share.first
            if days > 0 and share.patrols:
                first = self._start + share.first
                run = Period(date.fromordinal(first), date.fromordinal(first + days - 1))
                months.append((run, days * share.patrols // _UNITS))
        return months

    def in_all(self, days: Period) -> Due | None:
        """What all areas were to be given in some days of the period; None where none had a target on any of them."""
        first, end = days.first_day.toordinal() - self._start, days.last_day.toordinal() - self._start + 1
        areas, minutes, patrols = (
            later - earlier for earlier, later in zip(self._so_far[first], self._so_far[end], strict=True)
        )
        return _due(minutes, patrols) if areas else None

    def _shares_of(self, area: HotspotArea, targets: list[AreaTarget]) -> Iterator[_Share]:
        first_active = area.first_day.toordinal() - self._start
        end_active = (area.last_day or date.max).toordinal() - self._start + 1
        begins = [target.first_month for target in targets]
        for month, start, days in self._months:
            place = bisect_right(begins, month)
            first, end = max(start, first_active, 0), min(start + days, end_active, self._days)
            if place and first < end:
                target, a_day = targets[place - 1], _UNITS // days
                yield _Share(first, end, target.patrol_minutes * a_day, target.patrols * a_day)

    @cached_property
    def _so_far(self) -> list[_Sums]:
        """Before each day and after the last: how many areas' days had a target, and the minutes and patrols due."""
        changes = [_NOTHING] * (self._days + 1)
        for share in (share for shares in self._shares.values() for share in shares):
            changes[share.first] = _added(changes[share.first], (1, share.minutes, share.patrols))
            changes[share.end] = _added(changes[share.end], (-1, -share.minutes, -share.patrols))
        each_day = list(accumulate(changes, _added))[:-1]
        return [_NOTHING, *accumulate(each_day, _added)]


def _targets_of(areas: Sequence[HotspotArea]) -> Mapping[int, list[AreaTarget]]:
    found: dict[int, list[AreaTarget]] = defaultdict(list)
    for target in AreaTarget.objects.filter(area__in=areas).order_by("area_id", "first_month"):
        found[target.area_id].append(target)
    return found


def _added(one: _Sums, other: _Sums) -> _Sums:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _due(minutes: int, patrols: int) -> Due:
    return Due(Fraction(minutes, _UNITS), Fraction(patrols, _UNITS))
