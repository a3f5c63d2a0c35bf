"""What was due: monthly targets of hotspot areas, spread evenly over the days of their months."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from hotspot.core.periods import Period
from hotspots.models import AreaTarget, HotspotArea


@dataclass(frozen=True)
class Due:
    """What targets ask for in a run of days. Fractions, because a day is a 28th to a 31st of its month."""

    patrol_minutes: Fraction = Fraction(0)
    patrols: Fraction = Fraction(0)

    def __add__(self, other: "Due") -> "Due":
        return Due(self.patrol_minutes + other.patrol_minutes, self.patrols + other.patrols)


class Targets:
    """The targets of some areas. An area has none before its first, and none on days on which it is not active."""

    def __init__(self, areas: Iterable[HotspotArea]) -> None:
        self._areas = {area.pk: area for area in areas}
        self._by_area: Mapping[int, list[AreaTarget]] = defaultdict(list)
        for target in AreaTarget.objects.filter(area__in=self._areas).order_by("area_id", "-first_month"):
            self._by_area[target.area_id].append(target)

    def due(self, area_id: int, period: Period) -> Due | None:
        """What the area was to be given in these days; None where it had no target on any of them."""
        parts = list(self._parts(area_id, period))
        return sum(parts, Due()) if parts else None

    def due_in_all(self, period: Period) -> Due | None:
        """What all of these areas together were to be given; None where none had a target."""
        parts = [due for area_id in self._areas if (due := self.due(area_id, period)) is not None]
        return sum(parts, Due()) if parts else None

    def _parts(self, area_id: int, period: Period) -> Iterator[Due]:
        area = self._areas[area_id]
        active = Period(area.first_day, area.last_day or date.max).clip(period)
        for month in active.each_month() if active and self._by_area[area_id] else ():
            target = next((t for t in self._by_area[area_id] if t.first_month <= month.first_day), None)
            days = month.clip(active)  # type: ignore[arg-type]
            if target is not None and days is not None:
                share = Fraction(days.days, month.days)
                yield Due(target.patrol_minutes * share, target.patrols * share)
