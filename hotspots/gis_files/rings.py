"""Rings without a word about which is a hole in which: put together to polygons."""

import numpy as np
from numpy.typing import NDArray
from shapely import STRtree, linearrings, point_on_surface, polygons

from hotspots.gis_files.contents import refusal

Ring = NDArray[np.float64]
Sizes = NDArray[np.float64]
Indices = NDArray[np.int64]


def as_polygons(rings: list[Ring]) -> list[list[list[list[float]]]]:
    """The coordinates of a MultiPolygon from rings of x and y. Raises DomainError `file_malformed`.

    Outer rings turn one way and holes the other. The largest says which way, as it cannot be a hole: some programs
    write all rings the wrong way round. A hole belongs to the smallest outer ring around it; one without is no hole.
    """
    if any(len(ring) < 3 for ring in rings):
        raise refusal("malformed", "A shape in the file is not complete: every ring needs at least four positions.")
    areas = np.array([_signed_area(ring) for ring in rings])
    if not len(areas):
        return []
    sizes = np.abs(areas)
    is_hole = areas * areas[np.argmax(sizes)] < 0
    outer, holes = np.flatnonzero(~is_hole), np.flatnonzero(is_hole)
    owners = _owners(rings, sizes, outer, holes)
    drawn = [[rings[index].tolist()] for index in outer]
    for hole, owner in zip(holes, owners, strict=True):
        if owner < 0:
            drawn.append([rings[hole].tolist()])
        else:
            drawn[owner].append(rings[hole].tolist())
    return drawn


def _owners(rings: list[Ring], sizes: Sizes, outer: Indices, holes: Indices) -> Indices:
    """Which of the outer rings is the smallest around each hole, -1 where there is none."""
    owners = np.full(len(holes), -1, dtype=np.int64)
    if len(holes):
        inside = point_on_surface([polygons(linearrings(rings[index])) for index in holes])
        shells = [polygons(linearrings(rings[index])) for index in outer]
        around, hole = STRtree(inside).query(shells, predicate="contains")
        # An island in the hole may be around the point, but is smaller than the hole.
        is_larger = sizes[outer[around]] > sizes[holes[hole]]
        around, hole = around[is_larger], hole[is_larger]
        # From the largest to the smallest, so that the smallest is what stays.
        order = np.argsort(-sizes[outer[around]], kind="stable")
        owners[hole[order]] = around[order]
    return owners


def _signed_area(ring: Ring) -> float:
    """Twice the area of a ring, by Gauss's formula: positive where it turns against the clock."""
    x, y = (ring - ring[0]).T
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))
