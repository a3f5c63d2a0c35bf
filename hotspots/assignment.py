"""In which area each of many points lies."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from shapely import bounds, intersects_xy, prepare
from shapely.geometry import MultiPolygon, Polygon

NOWHERE = -1


def assign(
    longitudes: NDArray[np.float64], latitudes: NDArray[np.float64], geometries: Sequence[Polygon | MultiPolygon]
) -> NDArray[np.int32]:
    """The index of the first geometry that holds each point, inside or on its edge; -1 for a point that none holds.

    Points and geometries have the same coordinates, in degrees or metres. A point without a number (NaN) is in none.
    Geometries are prepared, which makes them quicker and is kept. Raises ValueError unless there are as many
    longitudes as latitudes.
    """
    if longitudes.shape != latitudes.shape or longitudes.ndim != 1:
        message = "Each point needs a longitude and a latitude."
        raise ValueError(message)
    found = np.full(len(longitudes), NOWHERE, dtype=np.int32)
    # From west to east, so that the points between two longitudes are one slice. NaN is sorted to the end.
    order = np.argsort(longitudes)
    x, y = longitudes[order], latitudes[order]
    free = np.ones(len(x), dtype=bool)
    for index, (geometry, (west, south, east, north)) in enumerate(zip(geometries, bounds(geometries), strict=True)):
        start, end = np.searchsorted(x, west, "left"), np.searchsorted(x, east, "right")
        near = free[start:end] & (y[start:end] >= south) & (y[start:end] <= north)
        candidates = start + np.flatnonzero(near)
        prepare(geometry)
        inside = candidates[intersects_xy(geometry, x[candidates], y[candidates])]
        found[order[inside]] = index
        free[inside] = False
    return found
