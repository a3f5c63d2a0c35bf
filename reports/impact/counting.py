"""Incidents by month in hotspot areas, in the ring around them, and where they are compared with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from django.db import connection
from numpy.typing import NDArray
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from hotspots.areas.assignment import NOWHERE, assign
from hotspots.areas.boundaries import Projection
from hotspots.models import HotspotArea, IncidentMonth
from reports.models import ImpactStudy

Counts = NDArray[np.int64]
_POINTS = """
    SELECT month_id, district_id, longitude, latitude, count(*)
    FROM hotspots_incident
    WHERE month_id = ANY(%s) AND category_id = ANY(%s) AND longitude IS NOT NULL AND NOT is_police_generated
    GROUP BY month_id, district_id, longitude, latitude
"""


@dataclass(frozen=True)
class MonthlyCounts:
    """Incidents month by month: in each of the areas (a column each), in the ring around all, in the comparison.

    A place in two areas counts in the first of them.
    """

    months: Sequence[date]
    areas: Counts
    ring: Counts
    comparison: Counts


def count_months(study: ImpactStudy, areas: Sequence[HotspotArea], months: Sequence[IncidentMonth]) -> MonthlyCounts:
    """Count the incidents that a study asks for in some months."""
    row_months, districts, longitudes, latitudes, numbers = _points(study, months)
    inside = assign(longitudes, latitudes, [shape(area.boundary) for area in areas])
    in_ring = _is_in(longitudes, latitudes, rings(areas, study.buffer_metres)) & (inside == NOWHERE)
    chosen = list(study.comparison_areas.all())
    outside = (inside == NOWHERE) & ~in_ring
    if chosen:
        # All of their land, whatever other areas have been there before.
        compared = outside & _is_in(longitudes, latitudes, [shape(area.boundary) for area in chosen])
    else:
        others = [shape(area.boundary) for area in HotspotArea.objects.all() if area not in areas]
        in_districts = np.isin(districts, [area.district_id for area in areas])
        compared = outside & in_districts & ~_is_in(longitudes, latitudes, others)
    place = {each.pk: number for number, each in enumerate(months)}
    at = np.array([place[each] for each in row_months], np.intp)
    counts = np.zeros((len(months), len(areas) + 2), np.int64)
    column = np.where(inside != NOWHERE, inside, np.where(in_ring, len(areas), len(areas) + 1))
    counted = (inside != NOWHERE) | in_ring | compared
    np.add.at(counts, (at[counted], column[counted]), numbers[counted])
    return MonthlyCounts(
        months=[each.month for each in months],
        areas=counts[:, : len(areas)],
        ring=counts[:, len(areas)],
        comparison=counts[:, len(areas) + 1],
    )


def rings(areas: Sequence[HotspotArea], metres: int) -> list[BaseGeometry]:
    """The land within so many metres of the areas, theirs included, in degrees; nothing for 0 metres."""
    if not metres:
        return []
    boundaries = [shape(area.boundary) for area in areas]
    plane = Projection.around(boundaries)
    wide = shapely.union_all([plane.to_metres(each).buffer(metres) for each in boundaries])
    return [plane.to_degrees(part) for part in shapely.get_parts(wide)]


def _is_in(
    longitudes: NDArray[np.float64], latitudes: NDArray[np.float64], shapes: Sequence[BaseGeometry]
) -> NDArray[np.bool_]:
    if not shapes:
        return np.zeros(len(longitudes), np.bool_)
    found: NDArray[np.bool_] = assign(longitudes, latitudes, shapes) != NOWHERE
    return found


def _points(
    study: ImpactStudy, months: Sequence[IncidentMonth]
) -> tuple[list[int], NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], Counts]:
    categories = list(study.categories.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(_POINTS, [[each.pk for each in months], categories])
        rows = cursor.fetchall()
    return (
        [row[0] for row in rows],
        np.array([row[1] or 0 for row in rows], np.int64),
        np.array([row[2] for row in rows], np.float64),
        np.array([row[3] for row in rows], np.float64),
        np.array([row[4] for row in rows], np.int64),
    )
