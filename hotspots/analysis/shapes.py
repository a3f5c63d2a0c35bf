"""LSOAs and street segments as shapes: their sizes, which are neighbours, and which of them a place belongs to.

Shapes and places are in degrees of WGS 84. Sizes are those on a sphere, as the sizes of H3 cells are.
"""

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hotspots.analysis.neighbourhoods import of_pairs

EARTH_RADIUS = 6_371_007.180918475
"""In metres: the sphere with the surface of the ellipsoid of WGS 84, which H3 has, too."""
TOUCHING = 1.0
"""LSOAs are neighbours where their boundaries come as near as this, in metres: rounded, they share no exact point."""
NEAREST = 50.0
"""A place further than this from every street, in metres, belongs to none."""
BESIDE = 30.0
"""How far land beside a street belongs to it, in metres, when it becomes an area."""
NOWHERE = -1
_AT_CORNERS = 4
"""Into so many pieces a quarter of a circle is cut at the ends of a street."""

Shapes = NDArray[np.object_]
Reals = NDArray[np.float64]
Indexes = NDArray[np.intp]


def areas_of(polygons: Shapes) -> Reals:
    """The area of each polygon in square metres.

    On the plane of the sinusoidal projection, which keeps areas. Source: Snyder (1987), Map projections: a working
    manual, page 243.
    """

    def project(positions: Reals) -> Reals:
        longitudes, latitudes = np.radians(positions).T
        return EARTH_RADIUS * np.column_stack([longitudes * np.cos(latitudes), latitudes])

    areas: Reals = shapely.area(shapely.transform(polygons, project))
    return areas


def lengths_of(lines: Shapes) -> Reals:
    """The length of each line in metres, its parts together."""
    parts, owner = shapely.get_parts(lines, return_index=True)
    positions, part = shapely.get_coordinates(parts, return_index=True)
    radians = np.radians(positions)
    is_step = part[1:] == part[:-1]
    steps = np.diff(radians, axis=0)[is_step]
    middles = ((radians[1:, 1] + radians[:-1, 1]) / 2)[is_step]
    metres = EARTH_RADIUS * np.hypot(steps[:, 0] * np.cos(middles), steps[:, 1])
    return np.bincount(owner[part[1:][is_step]], metres, len(lines)).astype(np.float64)


def touching(polygons: Shapes) -> tuple[Indexes, Indexes]:
    """Which polygons share a boundary or a corner, or lie within TOUCHING, as `neighbourhoods` has it."""
    if not len(polygons):
        return of_pairs(np.empty(0, np.intp), np.empty(0, np.intp), 0)
    flat = _in_metres(polygons, _middle_latitude(polygons))
    first, second = shapely.STRtree(flat).query(flat, predicate="dwithin", distance=TOUCHING)
    return of_pairs(first, second, len(polygons))


def meeting(lines: Shapes) -> tuple[Indexes, Indexes]:
    """Which lines share an end point, as `neighbourhoods` has it. Streets that only cross, as on a bridge, do not."""
    parts, owner = shapely.get_parts(lines, return_index=True)
    ends = np.concatenate([shapely.get_point(parts, 0), shapely.get_point(parts, -1)])
    _, node = np.unique(_as_one(*shapely.get_coordinates(ends).T), return_inverse=True)
    line = np.concatenate([owner, owner])
    order = np.argsort(node, kind="stable")
    node, line = node[order], line[order]
    first, second = [np.empty(0, np.intp)], [np.empty(0, np.intp)]
    # Of each line the next one at the same point, then the one after it, and so on: few streets meet in one point.
    for step in range(1, np.bincount(node).max(initial=1)):
        is_same = node[step:] == node[:-step]
        first.append(line[:-step][is_same])
        second.append(line[step:][is_same])
    return of_pairs(np.concatenate(first), np.concatenate(second), len(lines))


def nearest(longitudes: Reals, latitudes: Reals, lines: Shapes) -> Indexes:
    """The index of the nearest line of each place, -1 where none is within NEAREST.

    Of lines as near as each other, as where a place is at a crossing, that with the lowest index.
    """
    found = np.full(len(longitudes), NOWHERE, np.intp)
    if not len(lines) or not len(found):
        return found
    latitude = _middle_latitude(lines)
    places, place_of = np.unique(_as_one(longitudes, latitudes), return_inverse=True)
    points, flat = _in_metres(shapely.points(places.real, places.imag), latitude), _in_metres(lines, latitude)
    # All that are near enough, then the nearest of them: the tree's own search for the nearest takes thrice as long.
    place, line = shapely.STRtree(flat).query(points, predicate="dwithin", distance=NEAREST)
    order = np.lexsort((line, shapely.distance(points[place], flat[line]), place))
    near, first = np.unique(place[order], return_index=True)
    of_place = np.full(len(places), NOWHERE, np.intp)
    of_place[near] = line[order][first]
    return of_place[place_of]


def beside(lines: Shapes) -> BaseGeometry:
    """The land within BESIDE of these lines, in degrees."""
    latitude = _middle_latitude(lines)
    land = shapely.union_all(shapely.buffer(_in_metres(lines, latitude), BESIDE, quad_segs=_AT_CORNERS))
    in_degrees: BaseGeometry = shapely.transform(land, lambda positions: positions / _degree(latitude))
    return in_degrees


def _as_one(x: Reals, y: Reals) -> NDArray[np.complex128]:
    """Places as complex numbers, which numpy sorts ten times as fast as rows of two."""
    return x + 1j * y


def _middle_latitude(shapes: Shapes) -> float:
    _, south, _, north = shapely.total_bounds(shapes)
    return float(south + north) / 2


def _degree(latitude: float) -> tuple[float, float]:
    """The length of a degree of longitude and of latitude in metres."""
    degree = np.radians(1) * EARTH_RADIUS
    return float(degree * np.cos(np.radians(latitude))), float(degree)


def _in_metres(shapes: Shapes, latitude: float) -> Shapes:
    """Shapes on the plane that is right at a latitude: distances are right to half a per cent in a county."""
    flat: Shapes = shapely.transform(shapes, lambda positions: positions * _degree(latitude))
    return flat
