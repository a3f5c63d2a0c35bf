"""Recorded incidents in one hotspot area, month by month, by the map points inside its boundary."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Count
from shapely.geometry import shape

from hotspot.core.models import User
from hotspots.areas.assignment import assign
from hotspots.models import HotspotArea, Incident, IncidentMonth


@dataclass(frozen=True)
class AreaMonth:
    """A month: the incidents of an area by category, and how many its whole district had."""

    month: date
    by_category: Counter[str] = field(default_factory=Counter)
    in_district: int = 0


def months_of(area: HotspotArea, user: User) -> list[AreaMonth]:
    """The months that are loaded and that this person may see, oldest first."""
    months = list(IncidentMonth.objects.visible_to(user).current().order_by("month"))
    inside: dict[int, Counter[str]] = {each.pk: Counter() for each in months}
    for month, category, number in _inside(area, months):
        inside[month][category] += number
    of_district = Incident.objects.filter(month__in=months, district=area.district_id)
    everywhere = dict(of_district.values_list("month").annotate(n=Count("pk")))
    return [AreaMonth(each.month, inside[each.pk], everywhere.get(each.pk, 0)) for each in months]


def _inside(area: HotspotArea, months: list[IncidentMonth]) -> list[tuple[int, str, int]]:
    boundary = shape(area.boundary)
    west, south, east, north = boundary.bounds
    near = Incident.objects.filter(
        month__in=months, longitude__range=(west, east), latitude__range=(south, north)
    ).values_list("month", "category__name", "longitude", "latitude")
    rows: list[Any] = list(near.annotate(n=Count("pk")))
    longitudes, latitudes = (np.array([row[place] for row in rows], np.float64) for place in (2, 3))
    places = assign(longitudes, latitudes, [boundary])
    return [(row[0], row[1], row[4]) for row, place in zip(rows, places.tolist(), strict=True) if place == 0]
