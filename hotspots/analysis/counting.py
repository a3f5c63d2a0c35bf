"""Incidents counted in cells, month by month: what an analysis starts from."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from django.db import connection
from django.db.models import Q
from numpy.typing import NDArray
from shapely.geometry import Point, shape

from hotspot.core.errors import DomainError
from hotspots.analysis.cells import Cells, areas_of, cells_at, cells_covering
from hotspots.analysis.statistics import Numbers
from hotspots.analysis.weighing import CountedRow, Weighed, hours_of, weigh
from hotspots.models import District, HotspotAnalysis, Incident, IncidentMonth

Indexes = NDArray[np.int64]
# Published points are few and incidents many, so each point's cell is found once.
_POINTS = """
    SELECT month_id, category_id, longitude, latitude, min(location), count(*), {times}
    FROM hotspots_incident
    WHERE month_id = ANY(%s) AND category_id = ANY(%s) AND district_id = ANY(%s) AND longitude IS NOT NULL
        AND (%s OR NOT is_police_generated)
    GROUP BY month_id, category_id, longitude, latitude, {times}
    ORDER BY longitude, latitude, month_id, category_id, {times}
"""
_TIMES = "extract(epoch FROM started_at)::bigint", "extract(epoch FROM ended_at)::bigint"
_NO_TIMES = "NULL::bigint", "NULL::bigint"
_PLACE = "longitude", "latitude"
_NEAR = "On or near "
# Each incident has the first reason that applies.
_LEFT_OUT = """
    SELECT count(*) FILTER (WHERE NOT is_chosen),
        count(*) FILTER (WHERE is_chosen AND NOT is_wanted),
        count(*) FILTER (WHERE is_chosen AND is_wanted AND longitude IS NULL),
        count(*) FILTER (WHERE is_chosen AND is_wanted AND longitude IS NOT NULL
            AND (district_id IS NULL OR NOT district_id = ANY(%(districts)s)))
    FROM (
        SELECT category_id = ANY(%(categories)s) AS is_chosen, longitude, district_id,
            %(generated)s OR NOT is_police_generated AS is_wanted
        FROM hotspots_incident WHERE month_id = ANY(%(months)s)
    ) incidents
"""


@dataclass(frozen=True)
class CellCounts:
    """Incidents by cell, month and category: a row of `rows` for each of these that has any, as the places of its cell,
    month and category in these lists. Of small cells next to all are empty, so a table of every month and category
    would take gigabytes. `weighed` says of each row how many incidents it has, or what they weigh.

    `is_land` says which cells overlap the districts' outlines; the others have incidents that were recorded there.
    `longitudes` and `latitudes` are those of the map point of each row. `areas` are in square metres, `places` name the
    streets of most incidents in each cell that has any in the months of the analysis.
    """

    cells: Cells
    is_land: NDArray[np.bool_]
    areas: NDArray[np.float64]
    months: Sequence[IncidentMonth]
    categories: Sequence[int]
    rows: Indexes
    weighed: Weighed
    longitudes: NDArray[np.float64]
    latitudes: NDArray[np.float64]
    places: dict[int, str]

    def of_months(self, months: Collection[date]) -> Numbers:
        """Incidents by cell, of all categories in some months."""
        return self._by_cell(self._is_in(months))

    def of_category(self, category: int, months: Collection[date]) -> Numbers:
        """Incidents by cell, of one category in some months."""
        return self._by_cell(self._is_in(months) & (self.rows[:, 2] == self.categories.index(category)))

    def points_in(self, months: Collection[date]) -> tuple[NDArray[np.float64], NDArray[np.float64], Numbers]:
        """The longitudes and latitudes of the map points in some months, and how many incidents each has."""
        chosen = self._is_in(months)
        return self.longitudes[chosen], self.latitudes[chosen], self.weighed.numbers[chosen]

    def _is_in(self, months: Collection[date]) -> NDArray[np.bool_]:
        return np.isin(self.rows[:, 1], [place for place, each in enumerate(self.months) if each.month in months])

    def _by_cell(self, chosen: NDArray[np.bool_]) -> Numbers:
        values = np.zeros(len(self.cells), self.weighed.numbers.dtype)
        np.add.at(values, self.rows[chosen, 0], self.weighed.numbers[chosen])
        return values


def districts_of(analysis: HotspotAnalysis) -> list[District]:
    """The districts whose land is looked at, with their outlines.

    Raises DomainError `analysis_no_outline` where one has none: how much land there is would not be known.
    """
    districts = [analysis.district] if analysis.district else list(District.objects.all())
    without = [str(each) for each in districts if each.outline is None]
    if without or not districts:
        message = f"Load the outlines of districts first. Without one: {', '.join(without) or 'there is no district'}."
        raise DomainError("analysis_no_outline", message)
    return districts


def count_cells(
    analysis: HotspotAnalysis, districts: Sequence[District], months: Sequence[IncidentMonth], categories: list[int]
) -> CellCounts:
    """Count the incidents of some months in the cells of the districts' land. Cells without any are among them."""
    rows = _points(analysis, months, categories, districts)
    weighed = weigh(rows, analysis, months)
    longitudes, latitudes = (np.array([getattr(row, name) for row in rows], np.float64) for name in _PLACE)
    found = cells_at(longitudes, latitudes, analysis.resolution)
    land = cells_covering((shape(each.outline) for each in districts), analysis.resolution)
    cells = np.union1d(land, found)
    month_at = {each.pk: place for place, each in enumerate(months)}
    category_at = {each: place for place, each in enumerate(categories)}
    at = np.searchsorted(cells, found)
    during = {each.pk for each in months if analysis.first_month <= each.month <= analysis.last_month}
    counted = [(month_at[row.month], category_at[row.category]) for row in rows]
    return CellCounts(
        cells=cells,
        is_land=np.isin(cells, land),
        areas=areas_of(cells),
        months=months,
        categories=categories,
        rows=np.column_stack([at, np.array(counted, np.int64).reshape(-1, 2)]),
        weighed=weighed,
        longitudes=longitudes,
        latitudes=latitudes,
        places=_places(at, rows, weighed.numbers, during),
    )


def police_generated(months: Sequence[IncidentMonth]) -> int:
    """How many incidents of the months were recorded because police looked, counted or not."""
    is_generated = Q(category__is_police_generated=True) | Q(is_police_generated=True)
    return Incident.objects.filter(is_generated, month__in=months).count()


def _points(
    analysis: HotspotAnalysis, months: Sequence[IncidentMonth], categories: list[int], districts: Sequence[District]
) -> list[CountedRow]:
    with connection.cursor() as cursor:
        chosen = [[each.pk for each in months], categories, [each.pk for each in districts]]
        times = ", ".join(_NO_TIMES if hours_of(analysis) is None else _TIMES)
        cursor.execute(_POINTS.format(times=times), [*chosen, analysis.includes_generated])
        return [CountedRow(*row) for row in cursor]


def _places(
    cells: NDArray[np.intp], rows: Sequence[CountedRow], numbers: Numbers, months: Collection[int]
) -> dict[int, str]:
    """The two locations with most incidents of each cell in some months: Shopping Area and High Street."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for cell, row, number in zip(cells.tolist(), rows, numbers.tolist(), strict=True):
        if row.month in months and number:
            # Published files say of all of them that it was "On or near"; a force's own may say nothing.
            found[cell][row.location.removeprefix(_NEAR)] += number if row.location else 0
    return {cell: " and ".join(name for name, _ in names.most_common(2) if name) for cell, names in found.items()}


def district_names(middles: Sequence[tuple[float, float]], districts: Sequence[District]) -> list[str]:
    """The district in which each place lies, given as latitude and longitude; the nearest, for cells at the edge."""
    outlines = [shape(each.outline) for each in districts]
    points = [Point(east, north) for north, east in middles]
    return [districts[int(np.argmin(shapely.distance(outlines, point)))].name for point in points]


def left_out(
    analysis: HotspotAnalysis, months: Sequence[IncidentMonth], categories: Sequence[int], districts: Sequence[District]
) -> dict[str, int]:
    """How many incidents of the months are not counted: of another `category`, marked as police-`generated` one by one,
    without a `place`, or `elsewhere`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _LEFT_OUT,
            {
                "months": [each.pk for each in months],
                "categories": list(categories),
                "districts": [each.pk for each in districts],
                "generated": analysis.includes_generated,
            },
        )
        category, generated, place, elsewhere = cursor.fetchone()
    return {"category": category, "generated": generated, "place": place, "elsewhere": elsewhere}
