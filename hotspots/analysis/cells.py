"""H3 cells: which places are in which, how large they are, which are neighbours, and what they look like.

A set of cells is an array of their indexes without repeats, in ascending order, so that a run is repeatable. Indexes
are unsigned; signed ones, as a database has them, are taken too.

Places are degrees of WGS 84. H3 itself has latitude first: with the two swapped it gives cells elsewhere on Earth,
which match nothing here, and no error.
"""

from collections.abc import Iterable, Sequence

import h3.api.numpy_int as h3
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hotspots.analysis.neighbourhoods import groups_of
from hotspots.incidents.tables import EAST, NORTH, SOUTH, WEST

# Cells of about 70, 10, 1.3 and 0.2 hectares.
RESOLUTIONS = (8, 9, 10, 11)

Cells = NDArray[np.uint64]
Degrees = NDArray[np.float64]
Numbers = NDArray[np.integer | np.floating]
Indexes = NDArray[np.intp]


def cells_at(longitudes: Degrees, latitudes: Degrees, resolution: int) -> Cells:
    """The cell of each place, in the order of the places.

    Raises ValueError for places outside Great Britain, as they are with longitude and latitude swapped.
    """
    _check_resolution(resolution)
    _check_places(np.column_stack([longitudes, latitudes]))
    places = zip(np.asarray(latitudes).tolist(), np.asarray(longitudes).tolist(), strict=True)
    return np.fromiter((h3.latlng_to_cell(north, east, resolution) for north, east in places), np.uint64)


def cells_covering(geometries: Iterable[BaseGeometry], resolution: int) -> Cells:
    """The cells that share land with any of these polygons, so that together they cover them.

    Not those whose centre is inside, which is what H3 gives by default: incidents at the edge would have no cell.
    Raises ValueError for places outside Great Britain, as they are with longitude and latitude swapped.
    """
    _check_resolution(resolution)
    parts = shapely.get_parts(list(geometries))
    _check_places(shapely.get_coordinates(parts))
    found = [
        h3.h3shape_to_cells_experimental(h3.geo_to_h3shape(part), resolution, contain="overlap")
        for part in parts[~shapely.is_empty(parts)]
    ]
    return np.unique(np.concatenate([np.empty(0, np.uint64), *found]))


def areas_of(cells: Cells) -> NDArray[np.float64]:
    """The size of each cell in square metres, which differs between cells of one resolution.

    As H3 has it, on a sphere: in England 0.4 % less than on the ellipsoid of the maps, alike for all cells.
    """
    return np.fromiter((h3.cell_area(cell, "m^2") for cell in cells.tolist()), np.float64)


def neighbours(cells: Cells) -> tuple[Indexes, Indexes]:
    """Of each cell the places in `cells` of itself and of its neighbours, as the arrays of a compressed sparse row.

    `(indptr, indices)`: those of the cell at i are `indices[indptr[i]:indptr[i + 1]]`, ascending.
    Raises ValueError where the cells are not in ascending order. For cells in Great Britain: elsewhere a pentagon can
    lie between them.
    """
    cells = _in_order(cells)
    if not len(cells):
        return np.zeros(1, np.intp), np.empty(0, np.intp)
    # By the coordinates of H3's grid, as asking H3 for the neighbours of each cell takes several times as long.
    axes = np.array([h3.cell_to_local_ij(int(cells[0]), cell) for cell in cells.tolist()])
    axes -= axes.min(axis=0)
    width = axes[:, 1].max() + 2
    numbers = axes @ (width, 1)
    beside = numbers[:, None] + (0, 1, -1, width, -width, width + 1, -width - 1)
    order = np.argsort(numbers)
    columns = order[np.minimum(np.searchsorted(numbers, beside, sorter=order), len(cells) - 1)]
    is_here = numbers[columns] == beside
    columns = np.sort(np.where(is_here, columns, len(cells)), axis=1)
    return np.concatenate([[0], is_here.sum(axis=1).cumsum()]), columns[columns < len(cells)]


def merge_adjacent(cells: Cells) -> list[Cells]:
    """The groups of cells that hang together: the largest first, of as large ones that with the lowest cell.

    These cells may be in any order, such as that of `statistics.top`; those of a group are ascending.
    """
    cells = np.unique(cells.astype(np.uint64))
    return [cells[group] for group in groups_of(*neighbours(cells))]


def outline_of(cells: Cells) -> BaseGeometry:
    """The land of the cells as one polygon, or several, in longitude and latitude.

    Put together by shapely: H3's own function fails on some sets of cells.
    """
    return shapely.union_all([shapely.Polygon(_corners(cell)) for cell in cells.tolist()])


def _corners(cell: int) -> Sequence[tuple[float, float]]:
    return [(east, north) for north, east in h3.cell_to_boundary(cell)]


def _in_order(cells: Cells) -> Cells:
    """The cells as unsigned numbers; numpy compares signed with unsigned as floating point, where many are the same."""
    unsigned = cells.astype(np.uint64)
    if not (unsigned[1:] > unsigned[:-1]).all():
        raise ValueError("The cells must be in ascending order, without repeats.")
    return unsigned


def _check_resolution(resolution: int) -> None:
    if resolution not in RESOLUTIONS:
        raise ValueError(f"The resolution is {resolution}, not one of {RESOLUTIONS}.")


def _check_places(places: Degrees) -> None:
    """Raise ValueError unless all places, rows of longitude and latitude, are in Great Britain."""
    if not ((places >= (WEST, SOUTH)) & (places <= (EAST, NORTH))).all():
        raise ValueError("Some places are outside Great Britain. Are longitude and latitude swapped?")
