"""Incidents counted in cells, month by month: what an analysis starts from."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import shapely
from django.db import connection
from django.db.models import Q
from numpy.typing import NDArray
from shapely.geometry import Point, shape

from hotspot.core.errors import DomainError
from hotspots.analysis.cells import Cells, areas_of, cells_at, cells_covering
from hotspots.analysis.hours import EVERY_DAY, Hours, aoristic_weights
from hotspots.analysis.statistics import Numbers
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
class Timing:
    """Of the months of an analysis of some hours: how many incidents count in part, and how many are outside them."""

    in_part: int
    outside: float


@dataclass(frozen=True)
class CellCounts:
    """Incidents by cell, month and category: a row of `rows` for each of these that has any, as the places of its cell,
    month and category in these lists. Of small cells next to all are empty, so a table of every month and category
    would take gigabytes. `numbers` says of each row how many incidents it has, or what they weigh.

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
    numbers: Numbers
    longitudes: NDArray[np.float64]
    latitudes: NDArray[np.float64]
    places: dict[int, str]
    timing: Timing | None

    def of_months(self, months: Collection[date]) -> Numbers:
        """Incidents by cell, of all categories in some months."""
        return self._by_cell(self._is_in(months))

    def of_category(self, category: int, months: Collection[date]) -> Numbers:
        """Incidents by cell, of one category in some months."""
        return self._by_cell(self._is_in(months) & (self.rows[:, 2] == self.categories.index(category)))

    def points_in(self, months: Collection[date]) -> tuple[NDArray[np.float64], NDArray[np.float64], Numbers]:
        """The longitudes and latitudes of the map points in some months, and how many incidents each has."""
        chosen = self._is_in(months)
        return self.longitudes[chosen], self.latitudes[chosen], self.numbers[chosen]

    def _is_in(self, months: Collection[date]) -> NDArray[np.bool_]:
        return np.isin(self.rows[:, 1], [place for place, each in enumerate(self.months) if each.month in months])

    def _by_cell(self, chosen: NDArray[np.bool_]) -> Numbers:
        values = np.zeros(len(self.cells), self.numbers.dtype)
        np.add.at(values, self.rows[chosen, 0], self.numbers[chosen])
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
    numbers, timing = _numbers(rows, hours_of(analysis), _during(analysis, months))
    longitudes, latitudes = (np.array([row[place] for row in rows], np.float64) for place in (2, 3))
    found = cells_at(longitudes, latitudes, analysis.resolution)
    land = cells_covering((shape(each.outline) for each in districts), analysis.resolution)
    cells = np.union1d(land, found)
    month_at = {each.pk: place for place, each in enumerate(months)}
    category_at = {each: place for place, each in enumerate(categories)}
    at = np.searchsorted(cells, found)
    counted = [(month_at[row[0]], category_at[row[1]]) for row in rows]
    return CellCounts(
        cells=cells,
        is_land=np.isin(cells, land),
        areas=areas_of(cells),
        months=months,
        categories=categories,
        rows=np.column_stack([at, np.array(counted, np.int64).reshape(-1, 2)]),
        numbers=numbers,
        longitudes=longitudes,
        latitudes=latitudes,
        places=_places(at, rows, numbers, _during(analysis, months)),
        timing=timing,
    )


def _during(analysis: HotspotAnalysis, months: Sequence[IncidentMonth]) -> set[int]:
    """The ids of the months that the analysis is about, among all that are loaded."""
    return {each.pk for each in months if analysis.first_month <= each.month <= analysis.last_month}


def hours_of(analysis: HotspotAnalysis) -> Hours | None:
    """The hours and days that an analysis is about; None for all."""
    if analysis.from_hour is None and not analysis.days:
        return None
    days = analysis.days or EVERY_DAY
    if analysis.from_hour is None or analysis.to_hour is None:
        return Hours(days=days)
    return Hours(analysis.from_hour, analysis.to_hour, days)


def _numbers(
    rows: Sequence[tuple[Any, ...]], hours: Hours | None, during: Collection[int]
) -> tuple[Numbers, Timing | None]:
    """How many incidents each row has; where only some hours count, how much of them."""
    counts = np.array([row[5] for row in rows], np.int64)
    if hours is None or not rows:
        return counts, None
    starts, ends = (np.array([row[place] for row in rows], np.int64) for place in (6, 7))
    first, last = (datetime.fromtimestamp(int(each), UTC) for each in (starts.min(), ends.max()))
    shares = aoristic_weights(starts, ends, hours.windows(first, last))
    weights, is_during = counts * shares, np.array([row[0] in during for row in rows])
    in_part = counts[is_during & (shares > 0) & (shares < 1)].sum()
    outside = counts[is_during].sum() - weights[is_during].sum()
    return weights, Timing(in_part=int(in_part), outside=round(float(outside), 3))


def police_generated(months: Sequence[IncidentMonth]) -> int:
    """How many incidents of the months were recorded because police looked, counted or not."""
    is_generated = Q(category__is_police_generated=True) | Q(is_police_generated=True)
    return Incident.objects.filter(is_generated, month__in=months).count()


def _points(
    analysis: HotspotAnalysis, months: Sequence[IncidentMonth], categories: list[int], districts: Sequence[District]
) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        chosen = [[each.pk for each in months], categories, [each.pk for each in districts]]
        times = ", ".join(_NO_TIMES if hours_of(analysis) is None else _TIMES)
        cursor.execute(_POINTS.format(times=times), [*chosen, analysis.includes_generated])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _places(
    cells: NDArray[np.intp], rows: Sequence[tuple[Any, ...]], numbers: Numbers, months: Collection[int]
) -> dict[int, str]:
    """The two locations with most incidents of each cell in some months: Shopping Area and High Street."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for cell, row, number in zip(cells.tolist(), rows, numbers.tolist(), strict=True):
        if row[0] in months and number:
            # Published files say of all of them that it was "On or near"; a force's own may say nothing.
            found[cell][row[4].removeprefix(_NEAR)] += number if row[4] else 0
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
