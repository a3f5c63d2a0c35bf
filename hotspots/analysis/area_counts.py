"""Recorded incidents in one hotspot area, month by month, by the map points inside its boundary."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Count
from shapely.geometry import shape

from hotspot.core.calendar import Period
from hotspot.core.models import User
from hotspots.assignment import assign
from hotspots.incidents.queries import search_months_seen_by
from hotspots.models import Dataset, HotspotArea, Incident, IncidentMonth, PublishedSearch


@dataclass(frozen=True)
class AreaMonth:
    """A month: the incidents of an area and of its whole district, each by category."""

    month: date
    by_category: Counter[str] = field(default_factory=Counter)
    of_district: Counter[str] = field(default_factory=Counter)


def months_of(area: HotspotArea, user: User, dataset: Dataset) -> list[AreaMonth]:
    """The months of a dataset that are loaded and that this person may see, oldest first."""
    months = list(IncidentMonth.objects.visible_to(user).of(dataset).order_by("month"))
    inside: dict[int, Counter[str]] = {each.pk: Counter() for each in months}
    for month, category, number in _inside(area, months):
        inside[month][category] += number
    district: dict[int, Counter[str]] = {each.pk: Counter() for each in months}
    of_district = Incident.objects.filter(month__in=months, district=area.district_id)
    for month, category, number in of_district.values_list("month", "category__name").annotate(n=Count("pk")):
        district[month][category] += number
    return [AreaMonth(each.month, inside[each.pk], district[each.pk]) for each in months]


@dataclass(frozen=True)
class BeforeAndSince:
    """Months on which an area was active all the time, and the same calendar months before it was, oldest first."""

    before: Sequence[AreaMonth]
    since: Sequence[AreaMonth]


def before_and_since(area: HotspotArea, months: Sequence[AreaMonth]) -> BeforeAndSince:
    """The latest month of each name that is loaded both from before an area and from its time; none may be."""
    before = {each.month.month: each for each in months if Period.month(each.month).last_day < area.first_day}
    active = Period(area.first_day, area.last_day or date.max)
    since = {
        each.month.month: each
        for each in months
        if each.month in active and Period.month(each.month).last_day in active and each.month.month in before
    }
    pairs = sorted((each.month, number) for number, each in since.items())
    return BeforeAndSince([before[number] for _, number in pairs], [since[number] for _, number in pairs])


def searches_of(area: HotspotArea, user: User) -> list[tuple[date, int]]:
    """How many published stop and searches an area has in each month that this person may see, newest first."""
    months = list(search_months_seen_by(user))
    boundary = shape(area.boundary)
    west, south, east, north = boundary.bounds
    near = PublishedSearch.objects.filter(
        month__in=months, longitude__range=(west, east), latitude__range=(south, north)
    ).values_list("month", "longitude", "latitude")
    rows: list[Any] = list(near)
    longitudes, latitudes = (np.array([row[place] for row in rows], np.float64) for place in (1, 2))
    places = assign(longitudes, latitudes, [boundary])
    inside = Counter(row[0] for row, place in zip(rows, places.tolist(), strict=True) if place == 0)
    return [(each.month, inside[each.pk]) for each in months]


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
