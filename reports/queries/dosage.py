"""Dosage: visits inside hotspot areas, and how long areas have waited for a patrol."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, Subquery

from hotspot.core.periods import Period
from hotspots.models import HotspotArea
from reports.models import DaySummary
from reports.queries.dashboard import Asked
from reports.queries.parts import counted_parts


@dataclass(frozen=True)
class Visits:
    """Visits, their minutes, and how many were 10 to 20 minutes long (`VISIT_BAND`)."""

    visits: int = 0
    minutes: int = 0
    in_band: int = 0


@dataclass(frozen=True)
class DosagePart:
    """What one area was given. `patrolled_days` are London days on which a patrol started.

    `days_since` its last patrol up to the end of the days that have begun; None where there was none, or where the
    area was no longer active then.
    """

    area: HotspotArea
    visits: Visits
    patrolled_days: int
    days_since: int | None


def dosage(asked: Asked) -> list[DosagePart]:
    """Each area that was active in the period or patrolled in it, in list order."""
    days = asked.so_far
    if days is None:
        return []
    visits, patrolled, last = _visits(asked), _patrolled_days(asked, days), _last_days(asked, days.last_day)
    return [
        DosagePart(
            area,
            visits.get(area.pk, Visits()),
            patrolled.get(area.pk, 0),
            _days_between(last.get(area.pk), days.last_day) if area.is_active_on(days.last_day) else None,
        )
        for area in asked.areas
        if area.pk in patrolled or area.is_active_in(days)
    ]


def _visits(asked: Asked) -> dict[int, Visits]:
    found = counted_parts(asked.programme, asked.period, asked.area_ids, ("visits",), by_area=True)
    visits: dict[int, Visits] = defaultdict(Visits)
    for part in found:
        before, in_band = visits[part.area], part.number if part.key == "in_band" else 0  # type: ignore[index]
        after = Visits(before.visits + part.number, before.minutes + part.minutes, before.in_band + in_band)
        visits[part.area] = after  # type: ignore[index]
    return visits


def _patrolled_days(asked: Asked, days: Period) -> dict[int, int]:
    summaries = DaySummary.objects.filter(
        programme=asked.programme,
        area__in=asked.area_ids,
        day__range=(days.first_day, days.last_day),
        patrols__gt=0,
    )
    return dict(summaries.values("area").annotate(days=Count("day")).values_list("area", "days"))


def _last_days(asked: Asked, until: date) -> dict[int, date]:
    """The last patrolled day of each area, in the period or before it."""
    before = DaySummary.objects.filter(
        programme=asked.programme, area=OuterRef("pk"), day__lte=until, patrols__gt=0
    ).order_by("-day")
    areas = HotspotArea.objects.filter(pk__in=asked.area_ids).annotate(last=Subquery(before.values("day")[:1]))
    return dict(areas.order_by().values_list("pk", "last"))


def _days_between(first: date | None, last: date) -> int | None:
    return (last - first).days if first else None


def total(parts: Sequence[DosagePart]) -> Visits:
    """The visits of all parts together."""
    return Visits(
        sum(part.visits.visits for part in parts),
        sum(part.visits.minutes for part in parts),
        sum(part.visits.in_band for part in parts),
    )
