"""Sizes and neighbours of LSOAs and street segments, and the nearest street of a place."""

import json
from itertools import pairwise
from math import cos, pi, radians, sin

import h3
import numpy as np
import pytest
import shapely

from hotspots.analysis import neighbourhoods, shapes
from hotspots.analysis.neighbourhoods import among, groups_of, of_pairs
from tests.hotspots.police_data import outlines

# A degree of latitude on the sphere, and of longitude at 51.9 degrees north, in metres.
SOUTH_NORTH = 2 * pi * shapes.EARTH_RADIUS / 360
WEST_EAST = SOUTH_NORTH * cos(radians(51.9))


def at(east: float, north: float) -> tuple[float, float]:
    """A place so many metres from a corner in Hitchin, in degrees."""
    return -0.28 + east / WEST_EAST, 51.9 + north / SOUTH_NORTH


def line(*places: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString([at(*place) for place in places])


def square(east: float, north: float, side: float = 100) -> shapely.Polygon:
    corners = ((east, north), (east + side, north), (east + side, north + side), (east, north + side))
    return shapely.Polygon([at(*corner) for corner in corners])


def rows(neighbours) -> list[list[int]]:
    indptr, indices = neighbours
    return [indices[start:end].tolist() for start, end in pairwise(indptr)]


class TestSizes:
    def test_a_square_between_parallels_has_the_area_of_its_zone(self):
        step = radians(0.01)
        zone = shapes.EARTH_RADIUS**2 * step * (sin(radians(51.91)) - sin(radians(51.9)))
        # Edges along a parallel in many steps, as the sides of a polygon are straight on the plane.
        found = shapes.areas_of(np.array([shapely.box(-0.3, 51.9, -0.29, 51.91).segmentize(0.001)]))
        assert found[0] == pytest.approx(zone, rel=1e-6)

    def test_an_h3_cell_has_the_area_that_h3_says(self):
        cells = [h3.latlng_to_cell(51.9, -0.28, resolution) for resolution in (8, 9, 10)]
        polygons = [shapely.Polygon([(east, north) for north, east in h3.cell_to_boundary(cell)]) for cell in cells]
        expected = [h3.cell_area(cell, "m^2") for cell in cells]
        assert shapes.areas_of(np.array(polygons)) == pytest.approx(expected, rel=1e-5)

    def test_the_ten_districts_have_the_area_of_hertfordshire(self):
        polygons = [shapely.from_geojson(json.dumps(each["geometry"])) for each in outlines().values()]
        assert shapes.areas_of(np.array(polygons)).sum() == pytest.approx(1_643e6, rel=0.005)

    def test_lengths_are_those_along_the_ground_and_of_all_parts(self):
        bent = line((0, 0), (300, 0), (300, 400))
        two = shapely.MultiLineString([line((0, 0), (30, 40)), line((500, 500), (500, 510))])
        assert shapes.lengths_of(np.array([bent, two])) == pytest.approx([700, 60], rel=1e-4)
        assert shapes.lengths_of(np.empty(0, np.object_)).tolist() == []


class TestNeighbours:
    def test_polygons_that_share_an_edge_or_a_corner_are_neighbours(self):
        polygons = [square(0, 0), square(100, 0), square(100, 100), square(300, 0)]
        assert rows(shapes.touching(np.array(polygons))) == [[0, 1, 2], [0, 1, 2], [0, 1, 2], [3]]

    def test_a_gap_of_half_a_metre_is_none_and_one_of_two_metres_is(self):
        polygons = [square(0, 0), square(100.5, 0), square(202.5, 0)]
        assert rows(shapes.touching(np.array(polygons))) == [[0, 1], [0, 1], [2]]

    def test_streets_that_share_an_end_are_neighbours_and_bridges_are_not(self):
        streets = [
            line((0, 0), (100, 0)),
            line((100, 0), (200, 0)),
            line((100, 0), (100, 100)),
            line((50, -50), (50, 50)),
        ]
        assert rows(shapes.meeting(np.array(streets))) == [[0, 1, 2], [0, 1, 2], [0, 1, 2], [3]]

    def test_every_end_of_a_street_in_parts_counts(self):
        streets = [
            shapely.MultiLineString([line((0, 0), (50, 0)), line((60, 0), (100, 0))]),
            line((60, 0), (60, 90)),
            line((0, 0), (0, 10), (10, 10), (0, 0)),
        ]
        assert rows(shapes.meeting(np.array(streets))) == [[0, 1, 2], [0, 1], [0, 2]]

    def test_of_nothing_there_is_nothing(self):
        nothing = np.empty(0, np.object_)
        assert rows(shapes.touching(nothing)) == rows(shapes.meeting(nothing)) == []
        assert groups_of(*shapes.touching(nothing)) == []

    def test_groups_hang_together_the_largest_first(self):
        pairs = np.array([[4, 5], [5, 6], [0, 1]])
        found = of_pairs(pairs[:, 0], pairs[:, 1], 7)
        assert [group.tolist() for group in groups_of(*found)] == [[4, 5, 6], [0, 1], [2], [3]]

    def test_of_some_units_only_those_count(self):
        found = of_pairs(np.array([0, 1, 2]), np.array([1, 2, 3]), 4)
        assert rows(among(*found, np.array([0, 2, 3]))) == [[0], [1, 2], [1, 2]]
        assert [group.tolist() for group in groups_of(*neighbourhoods.among(*found, np.array([0, 2, 3])))] == [
            [1, 2],
            [0],
        ]


class TestNearest:
    STREETS = np.array([line((0, 0), (100, 0)), line((0, 80), (100, 80)), line((100, 0), (200, 0))])

    @pytest.mark.parametrize(
        ("place", "street"),
        [((50, 30), 0), ((50, 45), 1), ((50, -49), 0), ((50, -51), -1), ((100, -10), 0), ((240, 0), 2), ((260, 0), -1)],
    )
    def test_a_place_is_of_the_nearest_street_within_fifty_metres(self, place, street):
        east, north = at(*place)
        found = shapes.nearest(np.array([east, east]), np.array([north, north]), self.STREETS)
        # At a crossing it is that with the lowest index.
        assert found.tolist() == [street, street]

    def test_it_is_what_measuring_every_street_says(self):
        random = np.random.default_rng(7)
        places = random.uniform(-60, 260, (300, 2))
        flat = shapely.transform(self.STREETS, lambda each: (each - (-0.28, 51.9)) * (WEST_EAST, SOUTH_NORTH))
        distances = shapely.distance(shapely.points(places)[:, None], flat[None, :])
        expected = np.where(distances.min(axis=1) <= 50, distances.argmin(axis=1), -1)
        degrees = np.array([at(*place) for place in places])
        assert (shapes.nearest(degrees[:, 0], degrees[:, 1], self.STREETS) == expected).mean() > 0.99

    def test_without_streets_or_places_there_is_none(self):
        one, none = np.array([-0.28]), np.empty(0)
        assert shapes.nearest(one, np.array([51.9]), np.empty(0, np.object_)).tolist() == [-1]
        assert shapes.nearest(none, none, self.STREETS).tolist() == []


def test_the_land_beside_streets_is_thirty_metres_wide_on_each_side():
    land = shapes.beside(np.array([line((0, 0), (1000, 0)), line((1000, 0), (2000, 0))]))
    assert land.geom_type == "Polygon"
    assert shapes.areas_of(np.array([land]))[0] == pytest.approx(2000 * 60 + pi * 900, rel=0.005)
