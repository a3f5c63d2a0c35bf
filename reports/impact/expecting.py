"""What areas could be expected to have with no patrols at all, with what they had by chance taken out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hotspots.analysis.cells import areas_of, cells_at
from hotspots.areas.boundaries import Projection
from reports.impact.points import Mask, Points
from reports.impact.statistics import Counted, Ratio, empirical_bayes

RESOLUTION = 9
"""Of the H3 cells whose counts say how places differ: about ten hectares each."""


@dataclass(frozen=True)
class Expected:
    """What can be expected after, in incidents, the variance of that, and how much of what was had is not chance.

    The variance is of Poisson counts, and without that of the comparison, which is the same for all areas. `kept` is 1
    where places differ in truth only, near 0 where they differ by chance.
    """

    after: float
    variance: float
    kept: float


def expected_after(
    points: Points,
    areas: Sequence[BaseGeometry],
    counts: Sequence[float],
    before: Mask,
    comparison: Counted,
    *,
    dispersion: float,
) -> list[Expected] | None:
    """For each area (in degrees, with its `counts` before), what it could have had after.

    Places are H3 cells with at least one incident in any month; an area is so many of them as it is large. What an area
    had is drawn to their mean by empirical Bayes, and changed as the comparison did. `before` says which months are
    before; by chance, counts vary `dispersion` times as much as a Poisson variable. None without a comparison or where
    all places are alike in having nothing.

    Source: Hauer (1997), Observational before-after studies in road safety, ch. 11; the variance of what is expected is
    its mean times the share that is kept.
    """
    cells, size = _cells(points, before)
    if not (comparison.before and comparison.after) or not len(cells):
        return None
    plane = Projection.around(areas)
    trend = comparison.after / comparison.before
    found = []
    for area, count in zip(areas, counts, strict=True):
        number = plane.to_metres(area).area / size
        shrunk = empirical_bayes(count / number, cells, dispersion=dispersion)
        if shrunk is None:
            return None
        usual, kept = number * shrunk.expected, 1 - shrunk.weight
        found.append(Expected(usual * trend, trend**2 * kept * usual, kept))
    return found


def compare(after: float, expected: Sequence[Expected], comparison: Counted, *, dispersion: float) -> Ratio | None:
    """What areas had after together, by what they could be expected to; None where nothing could be.

    Where they had none, a half stands for it, as in `relative_rate_ratio`. The variance of its logarithm is
    dispersion times 1/after + variance/expected² and, once for all areas, 1/before + 1/after of the comparison.
    """
    total = math.fsum(each.after for each in expected)
    if not (total and all(comparison)):
        return None
    after = after or 0.5
    own = math.fsum(each.variance for each in expected) / total**2
    error = math.sqrt(1 / after + own + 1 / comparison.before + 1 / comparison.after)
    return Ratio(after / total, error).widened(dispersion)


def _cells(points: Points, before: Mask) -> tuple[list[float], float]:
    """The incidents before of every cell that has any in any month, and the size of a cell in square metres."""
    positions, at = np.unique(np.column_stack([points.longitudes, points.latitudes]), axis=0, return_inverse=True)
    cells, cell_of = np.unique(cells_at(positions[:, 0], positions[:, 1], RESOLUTION), return_inverse=True)
    if not len(cells):
        return [], 0
    counts: NDArray[np.float64] = np.zeros(len(cells))
    np.add.at(counts, cell_of[at.ravel()], np.where(before[points.months], points.numbers, 0))
    return counts.tolist(), float(areas_of(cells).mean())
