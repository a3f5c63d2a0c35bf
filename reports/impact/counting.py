"""Incidents by month and category in hotspot areas, in the ring around them, and where they are compared with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from django.db import connection
from numpy.typing import NDArray
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from hotspots.areas.boundaries import Projection
from hotspots.assignment import NOWHERE, assign
from hotspots.models import HotspotArea, IncidentMonth
from reports.impact.matching import Match, match_areas
from reports.impact.points import Counts, Membership, Points
from reports.models import ImpactStudy

_POINTS = """
    SELECT month_id, category_id, coalesce(district_id, 0), longitude, latitude, count(*)
    FROM hotspots_incident
    WHERE month_id = ANY(%s) AND category_id = ANY(%s) AND longitude IS NOT NULL AND NOT is_police_generated
    GROUP BY month_id, category_id, district_id, longitude, latitude
"""


@dataclass(frozen=True)
class MonthlyCounts:
    """Incidents by category, month and place: a column for each area, one for the ring, the last for the comparison.

    `categories` are ids. A place in two areas counts in the first of them. `match` says how the comparison was
    matched, where it was.
    """

    months: Sequence[date]
    categories: Sequence[int]
    counts: Counts
    match: Match | None = None

    @property
    def areas(self) -> Counts:
        """All categories together, by month and area."""
        return self._all[:, :-2]

    @property
    def ring(self) -> Counts:
        """All categories together in the ring, by month."""
        return self._all[:, -2]

    @property
    def comparison(self) -> Counts:
        """All categories together in the comparison, by month."""
        return self._all[:, -1]

    @property
    def _all(self) -> Counts:
        total: Counts = self.counts.sum(axis=0)
        return total


def count_months(
    study: ImpactStudy, areas: Sequence[HotspotArea], months: Sequence[IncidentMonth], points: Points
) -> MonthlyCounts:
    """Count the incidents that a study asks for in some months, from their `points`."""
    members = _membership(study, areas, points)
    match = None
    if study.is_matched:
        before = np.array([study.before_first <= each.month <= study.before_last for each in months], np.bool_)
        kept_out = [*rings(areas, study.buffer_metres), *_others(areas)]
        match = match_areas(points, [shape(area.boundary) for area in areas], kept_out, before)
        compared = match.holds(points) & members.outside
    else:
        compared = _compared(study, areas, points, members)
    column = np.where(members.inside != NOWHERE, members.inside, np.where(members.in_ring, len(areas), len(areas) + 1))
    counted = (members.inside != NOWHERE) | members.in_ring | compared
    counts = np.zeros((len(points.all_categories), len(months), len(areas) + 2), np.int64)
    np.add.at(counts, (points.categories[counted], points.months[counted], column[counted]), points.numbers[counted])
    return MonthlyCounts([each.month for each in months], points.all_categories, counts, match)


def _membership(study: ImpactStudy, areas: Sequence[HotspotArea], points: Points) -> Membership:
    inside = assign(points.longitudes, points.latitudes, [shape(area.boundary) for area in areas])
    in_ring = points.are_in(rings(areas, study.buffer_metres)) & (inside == NOWHERE)
    return Membership(inside, in_ring, points.are_in(_others(areas)))


def _others(areas: Sequence[HotspotArea]) -> list[BaseGeometry]:
    """The land of every other hotspot area there is or was."""
    return [shape(area.boundary) for area in HotspotArea.objects.all() if area not in areas]


def _compared(
    study: ImpactStudy, areas: Sequence[HotspotArea], points: Points, members: Membership
) -> NDArray[np.bool_]:
    if chosen := list(study.comparison_areas.all()):
        # All of their land, whatever other areas have been there before.
        return members.outside & points.are_in([shape(area.boundary) for area in chosen])
    in_districts = np.isin(points.districts, [area.district_id for area in areas])
    return members.outside & in_districts & ~members.in_others


def rings(areas: Sequence[HotspotArea], metres: int) -> list[BaseGeometry]:
    """The land within so many metres of the areas, theirs included, in degrees; nothing for 0 metres."""
    if not metres:
        return []
    boundaries = [shape(area.boundary) for area in areas]
    plane = Projection.around(boundaries)
    wide = shapely.union_all([plane.to_metres(each).buffer(metres) for each in boundaries])
    return [plane.to_degrees(part) for part in shapely.get_parts(wide)]


def read_points(study: ImpactStudy, months: Sequence[IncidentMonth]) -> Points:
    """Where the incidents that a study asks for were recorded, without those that have no place."""
    categories = sorted(study.categories.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(_POINTS, [[each.pk for each in months], categories])
        rows = cursor.fetchall()
    month_places = {each.pk: place for place, each in enumerate(months)}
    category_places = {pk: place for place, pk in enumerate(categories)}
    return Points(
        months=np.array([month_places[row[0]] for row in rows], np.intp),
        categories=np.array([category_places[row[1]] for row in rows], np.intp),
        districts=np.array([row[2] for row in rows], np.int64),
        longitudes=np.array([row[3] for row in rows], np.float64),
        latitudes=np.array([row[4] for row in rows], np.float64),
        numbers=np.array([row[5] for row in rows], np.int64),
        all_categories=categories,
        month_count=len(months),
    )
