"""Incidents of trial days in areas, from the force's own extract: published street files know no days."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from shapely import unary_union
from shapely.geometry.base import BaseGeometry

from hotspot.core import wording
from hotspot.core.calendar import Period
from hotspot.core.errors import DomainError
from hotspots.analysis.hours import Hours
from hotspots.assignment import NOWHERE, assign
from hotspots.models import Dataset, IncidentMonth

Counts = NDArray[np.int64]
MOST_BASE_MONTHS = 12
_INCIDENTS = """
    SELECT longitude, latitude, extract(epoch FROM started_at)::bigint, extract(epoch FROM ended_at)::bigint
    FROM hotspots_incident
    WHERE month_id = ANY(%s) AND category_id = ANY(%s) AND NOT is_police_generated AND started_at IS NOT NULL
        AND longitude BETWEEN %s AND %s AND latitude BETWEEN %s AND %s
"""


@dataclass(frozen=True)
class DayCounts:
    """Incidents by area (a row each) and day: in the areas, and in the rings around them, outside all areas.

    `hours` is how long each day's counted hours last. `unclear` incidents lie in an area, and could have happened on a
    counted day or not: the record does not say when closely enough. They are counted nowhere.
    """

    areas: Counts
    rings: Counts
    hours: NDArray[np.float64]
    unclear: int
    months: Sequence[IncidentMonth]


def count_days(
    areas: Sequence[BaseGeometry],
    rings: Sequence[BaseGeometry],
    days: Sequence[date],
    *,
    categories: Collection[int],
    hours: Hours,
) -> DayCounts:
    """Count the incidents of some categories on some days, in order. An incident in two areas counts in the first.

    Raises DomainError `extract_missing` where a month of these days is not loaded.
    """
    months = extract_months(days[0], days[-1])
    longitudes, latitudes, starts, ends = _incidents(months, categories, [*areas, *rings])
    windows = np.array([hours.window(day) for day in days], np.int64)
    place = np.maximum(np.searchsorted(windows[:, 0], starts, side="right") - 1, 0)
    inside = (starts >= windows[place, 0]) & (ends < windows[place, 1]) & (starts < windows[place, 1])
    last = np.maximum(np.searchsorted(windows[:, 0], ends, side="right") - 1, 0)
    touches = inside | ((ends >= windows[last, 0]) & (starts < windows[last, 1]))
    area = assign(longitudes, latitudes, areas)
    ring = assign(longitudes, latitudes, rings)
    ring[area != NOWHERE] = NOWHERE
    return DayCounts(
        areas=_table(area, place, inside, len(areas), len(days)),
        rings=_table(ring, place, inside, len(rings), len(days)),
        hours=(windows[:, 1] - windows[:, 0]) / 3600,
        unclear=int((touches & ~inside & (area != NOWHERE)).sum()),
        months=months,
    )


def _table(rows: NDArray[np.int32], columns: Counts, inside: NDArray[np.bool_], areas: int, days: int) -> Counts:
    table = np.zeros((areas, days), np.int64)
    counted = inside & (rows != NOWHERE)
    np.add.at(table, (rows[counted], columns[counted]), 1)
    return table


def _incidents(
    months: Sequence[IncidentMonth], categories: Collection[int], shapes: Sequence[BaseGeometry]
) -> tuple[NDArray[np.float64], NDArray[np.float64], Counts, Counts]:
    west, south, east, north = unary_union(shapes).bounds
    ids = [each.pk for each in months]
    with connection.cursor() as cursor:
        cursor.execute(_INCIDENTS, [ids, list(categories), west, east, south, north])
        rows = cursor.fetchall()
    found = np.array(rows, np.float64).reshape(-1, 4)
    return found[:, 0], found[:, 1], found[:, 2].astype(np.int64), found[:, 3].astype(np.int64)


def extract_months(first_day: date, last_day: date) -> list[IncidentMonth]:
    """The months of the extract that hold these trial days, the last of which ends on the morning after.

    Raises DomainError `extract_missing`.
    """
    needed = [each.first_day for each in Period(first_day, last_day + timedelta(days=1)).each_month()]
    found = list(IncidentMonth.objects.of(Dataset.EXTRACT).filter(month__in=needed).order_by("month"))
    if missing := [wording.month(each) for each in needed if each not in {month.month for month in found}]:
        message = (
            f"Your own extract of {wording.listing(missing)} is not loaded. A trial is analysed by days, and published "
            "street files know only months."
        )
        raise DomainError("extract_missing", message)
    return found


def days_before(day: date) -> list[date]:
    """The days from which what to expect is taken: of the last months of the extract before a day, at most twelve in
    a row. The last of these days is left out, since its night is in another month. None without such a month.
    """
    months = IncidentMonth.objects.of(Dataset.EXTRACT).filter(month__lt=day.replace(day=1)).order_by("-month")
    run: list[date] = []
    for month in months.values_list("month", flat=True)[:MOST_BASE_MONTHS]:
        if run and Period.month(month).last_day + timedelta(days=1) != run[-1]:
            break
        run.append(month)
    return list(Period(run[-1], Period.month(run[0]).last_day).each_day())[:-1] if run else []


def pooled_dispersion(counts: Counts, block_days: int) -> float:
    """How many times as much counts of days vary inside blocks as a Poisson variable; 1 where nothing varies, and
    where there are fewer than two days.

    The sum of the variances of all areas and blocks by the sum of their means: few incidents weigh little.
    """
    if counts.shape[1] < 2:
        return 1.0
    blocks = counts.shape[1] // block_days
    cut = counts[:, : blocks * block_days].reshape(counts.shape[0], blocks, block_days) if blocks else counts[:, None]
    means = cut.mean(axis=2).sum()
    return float(cut.var(axis=2, ddof=1).sum() / means) if means else 1.0
