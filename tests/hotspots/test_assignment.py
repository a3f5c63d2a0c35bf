"""In which area points lie: against one question to shapely for each point and area."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, Polygon, box

from hotspots.assignment import assign

HOLED = Polygon(box(0, 0, 4, 4).exterior.coords, [box(1, 1, 2, 2).exterior.coords])
PARTS = MultiPolygon([box(0, 0, 1, 1), box(5, 5, 6, 6)])


def assigned(points, geometries) -> list[int]:
    longitudes, latitudes = np.array(points, dtype=float).reshape(-1, 2).T
    return assign(longitudes, latitudes, geometries).tolist()


def one_by_one(points, geometries) -> list[int]:
    """The plain way."""
    return [
        next((index for index, geometry in enumerate(geometries) if geometry.intersects(Point(*point))), -1)
        for point in points
    ]


def test_points_are_in_the_first_area_that_holds_them():
    areas = [box(0, 0, 1, 1), box(0.5, 0, 2, 1), box(0, 0, 3, 3)]
    assert assigned([(0.7, 0.5), (1.5, 0.5), (2.5, 2.5), (4, 4)], areas) == [0, 1, 2, -1]


def test_an_edge_or_a_corner_belongs_to_the_first_area_that_has_it():
    west, east = box(0, 0, 1, 1), box(1, 0, 2, 1)
    points = [(1, 0.5), (1, 1), (0, 0), (2, 1), (0.5, 0)]
    assert assigned(points, [west, east]) == [0, 0, 0, 1, 0]
    assert assigned(points, [east, west]) == [0, 0, 1, 0, 1]


def test_a_hole_is_outside_and_parts_are_inside():
    points = [(1.5, 1.5), (1, 1.5), (3, 3), (5.5, 5.5), (4.5, 4.5)]
    assert assigned(points, [HOLED, PARTS]) == [-1, 0, 0, 1, -1]


def test_what_is_not_a_number_is_nowhere():
    nan, most = float("nan"), float("inf")
    points = [(nan, 0.5), (0.5, nan), (nan, nan), (most, 0.5), (-most, 0.5), (0.5, most), (0.5, 0.5)]
    assert assigned(points, [box(0, 0, 1, 1)]) == [-1] * 6 + [0]


def test_no_points_no_areas_and_an_empty_area():
    assert assigned([], [box(0, 0, 1, 1)]) == []
    assert assigned([(0, 0)], []) == [-1]
    assert assigned([(0, 0)], [Polygon(), box(0, 0, 1, 1)]) == [1]


def test_each_point_needs_both_coordinates():
    with pytest.raises(ValueError, match="longitude and a latitude"):
        assign(np.zeros(2), np.zeros(3), [])
    with pytest.raises(ValueError, match="longitude and a latitude"):
        assign(np.zeros((2, 2)), np.zeros((2, 2)), [])


def test_the_arrays_that_were_given_stay_as_they_are():
    longitudes, latitudes = np.array([2.0, 0.5, 1.0]), np.array([0.0, 0.5, 1.0])
    assign(longitudes, latitudes, [box(0, 0, 1, 1)])
    assert (longitudes.tolist(), latitudes.tolist()) == ([2.0, 0.5, 1.0], [0.0, 0.5, 1.0])


# A coarse grid, so that many points lie on edges and corners, and areas share them.
GRID = st.integers(0, 6).map(lambda n: n / 2)
PLACES = st.tuples(GRID, GRID)
TRIANGLES = st.lists(PLACES, min_size=3, max_size=3, unique=True).map(Polygon).filter(lambda each: each.area > 0)
AREAS = TRIANGLES | st.sampled_from([HOLED, PARTS, box(1, 1, 3, 3)])


@given(points=st.lists(PLACES, max_size=30), areas=st.lists(AREAS, max_size=6))
def test_any_points_and_areas_are_as_one_by_one(points, areas):
    assert assigned(points, areas) == one_by_one(points, areas)


def test_many_points_and_areas_as_one_by_one():
    chance = np.random.default_rng(5)
    areas = [shapely.buffer(Point(*middle), 0.02) for middle in chance.uniform(0, 1, (60, 2))]
    points = chance.uniform(-0.1, 1.1, (5000, 2))
    found = assigned(points, areas)
    assert found == one_by_one(points, areas)
    assert 0 < sum(index == -1 for index in found) < 5000
