"""In which of 120 areas a million points lie, against shapely's tree of the same areas."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely import STRtree, points
from shapely.geometry import Polygon

from benchmarks.measure import Result, side_by_side
from hotspots.areas.boundaries import METRES_A_DEGREE
from hotspots.assignment import NOWHERE, assign

POINTS, AREAS, CORNERS = 1_000_000, 120, 40
AT_MOST_MILLISECONDS = 1000
AT_MOST_TIMES = 1
RUNS = 11
SOUTH_WEST, NORTH_EAST = (-0.7, 51.6), (0.2, 52.1)
SPREAD_METRES = 450

Floats = NDArray[np.float64]


def results() -> Iterator[Result]:
    """One row: a million points over 120 areas."""
    chance = np.random.default_rng(1)
    middles = chance.uniform(SOUTH_WEST, NORTH_EAST, (AREAS, 2))
    areas = [_area(middle, chance) for middle in middles]
    longitudes, latitudes = _points(middles, chance)
    if not np.array_equal(assign(longitudes, latitudes, areas), _by_tree(longitudes, latitudes, areas)):
        message = "assign() and shapely's tree differ"
        raise AssertionError(message)
    ours, tree = side_by_side(
        lambda: assign(longitudes, latitudes, areas), lambda: _by_tree(longitudes, latitudes, areas), runs=RUNS
    )
    what = f"{POINTS:,} points assigned to {AREAS} areas"
    yield Result(what, ours, "shapely's tree", tree, AT_MOST_TIMES, AT_MOST_MILLISECONDS)


def _area(middle: Floats, chance: np.random.Generator) -> Polygon:
    """A jagged ring of 400 to 900 m around its middle."""
    reach = chance.uniform(400, 900, CORNERS) / METRES_A_DEGREE
    angles = np.arange(CORNERS) * 2 * math.pi / CORNERS
    stretch = math.cos(math.radians(middle[1]))
    return Polygon(middle + np.column_stack((reach * np.cos(angles) / stretch, reach * np.sin(angles))))


def _points(middles: Floats, chance: np.random.Generator) -> tuple[Floats, Floats]:
    """Longitudes and latitudes: half of them around the areas, as hotspots have it, in no order."""
    around = middles[chance.integers(0, AREAS, POINTS // 2)]
    around = around + chance.normal(0, SPREAD_METRES / METRES_A_DEGREE, around.shape)
    anywhere = chance.uniform(SOUTH_WEST, NORTH_EAST, (POINTS - len(around), 2))
    both = chance.permutation(np.concatenate((around, anywhere)))
    return both[:, 0].copy(), both[:, 1].copy()


def _by_tree(longitudes: Floats, latitudes: Floats, areas: list[Polygon]) -> Any:
    """The same answer as somebody would get it who knows shapely."""
    which, index = STRtree(areas).query(points(longitudes, latitudes), predicate="intersects")
    found = np.full(len(longitudes), len(areas))
    np.minimum.at(found, which, index)
    return np.where(found == len(areas), NOWHERE, found)
