"""Incidents counted in units, month by month: what an analysis starts from."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress

import numpy as np
from django.db import connection
from django.db.models import Q
from numpy.typing import NDArray

from hotspot.core.errors import DomainError
from hotspots.analysis.statistics import Numbers
from hotspots.analysis.units import Units, units_of
from hotspots.analysis.weighing import CountedRow, Weighed, hours_of, weigh
from hotspots.models import District, HotspotAnalysis, Incident, IncidentMonth

Indexes = NDArray[np.int64]
# Published points are few and incidents many, so each point's unit is found once.
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
class UnitCounts:
    """Incidents by unit, month and category: a row of `rows` for each of these that has any, as the places of its unit,
    month and category in these lists. Of small cells next to all are empty, so a table of every month and category
    would take gigabytes. `weighed` says of each row how many incidents it has, or what they weigh.

    `longitudes` and `latitudes` are those of the map point of each row; `streets` name the locations of most incidents
    in each unit that has any in the months of the analysis. `unplaced` incidents of these months are in no unit, and
    in no row.
    """

    units: Units
    months: Sequence[IncidentMonth]
    categories: Sequence[int]
    rows: Indexes
    weighed: Weighed
    longitudes: NDArray[np.float64]
    latitudes: NDArray[np.float64]
    streets: dict[int, str]
    unplaced: int

    def of_months(self, months: Collection[date]) -> Numbers:
        """Incidents by unit, of all categories in some months."""
        return self._by_unit(self._is_in(months))

    def of_category(self, category: int, months: Collection[date]) -> Numbers:
        """Incidents by unit, of one category in some months."""
        return self._by_unit(self._is_in(months) & (self.rows[:, 2] == self.categories.index(category)))

    def points_in(self, months: Collection[date]) -> tuple[NDArray[np.float64], NDArray[np.float64], Numbers]:
        """The longitudes and latitudes of the map points in some months, and how many incidents each has."""
        chosen = self._is_in(months)
        return self.longitudes[chosen], self.latitudes[chosen], self.weighed.numbers[chosen]

    def _is_in(self, months: Collection[date]) -> NDArray[np.bool_]:
        return np.isin(self.rows[:, 1], [place for place, each in enumerate(self.months) if each.month in months])

    def _by_unit(self, chosen: NDArray[np.bool_]) -> Numbers:
        values = np.zeros(len(self.units), self.weighed.numbers.dtype)
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


def count_units(
    analysis: HotspotAnalysis, districts: Sequence[District], months: Sequence[IncidentMonth], categories: list[int]
) -> UnitCounts:
    """Count the incidents of some months in the units of the districts' land. Units without any are among them.

    Raises what `units_of` raises.
    """
    everything = _points(analysis, months, categories, districts)
    longitudes, latitudes = (np.array([getattr(row, name) for row in everything], np.float64) for name in _PLACE)
    units = units_of(analysis, districts, longitudes, latitudes)
    is_placed = units.at >= 0
    rows = list(compress(everything, is_placed))
    weighed = weigh(rows, analysis, months)
    at = units.at[is_placed]
    month_at = {each.pk: place for place, each in enumerate(months)}
    category_at = {each: place for place, each in enumerate(categories)}
    during = {each.pk for each in months if analysis.first_month <= each.month <= analysis.last_month}
    counted = [(month_at[row.month], category_at[row.category]) for row in rows]
    return UnitCounts(
        units=units,
        months=months,
        categories=categories,
        rows=np.column_stack([at, np.array(counted, np.int64).reshape(-1, 2)]),
        weighed=weighed,
        longitudes=longitudes[is_placed],
        latitudes=latitudes[is_placed],
        streets=_streets(at, rows, weighed.numbers, during),
        unplaced=sum(row.number for row in compress(everything, ~is_placed) if row.month in during),
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


def _streets(
    units: NDArray[np.intp], rows: Sequence[CountedRow], numbers: Numbers, months: Collection[int]
) -> dict[int, str]:
    """The two locations with most incidents of each unit in some months: Shopping Area and High Street."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for unit, row, number in zip(units.tolist(), rows, numbers.tolist(), strict=True):
        if row.month in months and number:
            # Published files say of all of them that it was "On or near"; a force's own may say nothing.
            found[unit][row.location.removeprefix(_NEAR)] += number if row.location else 0
    return {unit: " and ".join(name for name, _ in names.most_common(2) if name) for unit, names in found.items()}


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
