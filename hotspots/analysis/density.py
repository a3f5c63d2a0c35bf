"""The density of incidents as a picture: a kernel estimate on a grid, in a few steps. It chooses nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hotspots.analysis.statistics import Numbers, kernel_density
from hotspots.areas.boundaries import Projection

BANDWIDTH, GRID = 1_500, 500
"""In metres."""
# From which share of the highest density a place is in a step, the palest first.
STEPS = (0.05, 0.2, 0.5)


def density_of(
    longitudes: NDArray[np.float64],
    latitudes: NDArray[np.float64],
    numbers: Numbers,
    land: Sequence[BaseGeometry],
) -> dict[str, Any]:
    """The picture of so many incidents at each point, on this land, as JSON takes it.

    `west`, `south` and the grid are in metres on the plane around `latitude`; each of `runs` is the step, the row from
    the south, and the first and last column of places side by side.
    """
    plane = Projection.around(land)
    points = shapely.get_coordinates(plane.to_metres(shapely.MultiPoint(np.column_stack([longitudes, latitudes]))))
    bounds = shapely.total_bounds([plane.to_metres(each) for each in land])
    west, south, east, north = (float(each) for each in bounds)
    grid_x = np.arange(west, east + 2 * GRID, GRID)
    grid_y = np.arange(south, north + 2 * GRID, GRID)
    density = kernel_density(points[:, 0], points[:, 1], grid_x, grid_y, BANDWIDTH, weights=numbers)
    steps = np.searchsorted(np.array(STEPS) * density.max(), density, side="right")
    return {
        "latitude": plane.latitude,
        "west": round(west),
        "south": round(south),
        "grid": GRID,
        "bandwidth": BANDWIDTH,
        "runs": [run for row, places in enumerate(steps.tolist()) for run in _runs(row, places)],
    }


def _runs(row: int, steps: Sequence[int]) -> list[list[int]]:
    """The places of a row that are in a step, those of the same step side by side together."""
    found: list[list[int]] = []
    for column, step in enumerate(steps):
        if step and found and found[-1][0] == step and found[-1][3] == column - 1:
            found[-1][3] = column
        elif step:
            found.append([step, row, column, column])
    return found


def paths_of(picture: Mapping[str, Any], corner: tuple[float, float], factor: float) -> list[str]:
    """The SVG path of each step of a picture, seen from the top left corner, which is on the same plane."""
    grid, paths = picture["grid"], [""] * len(STEPS)
    for step, row, first, last in picture["runs"]:
        # A place of the grid is the middle of its square.
        left = (picture["west"] + (first - 0.5) * grid - corner[0]) * factor
        top = (corner[1] - picture["south"] - (row + 0.5) * grid) * factor
        width, height = (last - first + 1) * grid * factor, grid * factor
        paths[step - 1] += f"M{left:.1f} {top:.1f}h{width:.1f}v{height:.1f}h{-width:.1f}Z"
    return paths
