"""The decisions of the reader of files of shapes, one by one: systems by number, rings, geometries of GeoPackages."""

import struct

import numpy as np
import pytest
from shapely import to_wkb
from shapely.geometry import LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon, box, shape

from hotspot.core.errors import DomainError
from hotspots.gis_files import coordinate_systems, rings
from hotspots.gis_files.contents import CoordinateSystem
from hotspots.gis_files.geopackage_geometries import read_geometry

WGS_84, GRID = CoordinateSystem.WGS_84, CoordinateSystem.NATIONAL_GRID


@pytest.mark.parametrize(
    ("code", "expected"), [(4326, WGS_84), (4979, WGS_84), (4258, WGS_84), (4937, WGS_84), (27700, GRID), (7405, GRID)]
)
def test_systems_by_their_code(code, expected):
    assert coordinate_systems.from_epsg(code) == expected
    for other in (code - 1, code + 1):
        with pytest.raises(DomainError, match=f"not read here: EPSG:{other}"):
            coordinate_systems.from_epsg(other)


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (181, 200_000, GRID),
        (180, 91, GRID),
        (181, 90, GRID),
        (180, 90, WGS_84),
        (-180, 90, WGS_84),
        (0, 91, GRID),
        (181, 0, GRID),
        (-1, 200_000, WGS_84),
        (500_000, -1, WGS_84),
        (700_000, 1_250_000, GRID),
        (700_001, 200_000, WGS_84),
        (500_000, 1_250_001, WGS_84),
        (-700_000, -200_000, WGS_84),
    ],
)
def test_what_numbers_can_be_nothing_but_eastings_and_northings(x, y, expected):
    assert coordinate_systems.from_numbers(np.array([[x, y]], dtype=float)) == expected
    assert coordinate_systems.from_numbers(np.array([[518_000, 229_000], [x, y]], dtype=float)) == expected


def test_no_numbers_are_taken_for_degrees():
    assert coordinate_systems.from_numbers(np.empty((0, 2))) == WGS_84


def positions(*drawn: Polygon) -> list:
    """The rings of polygons as a Shapefile has them: outer ones with the clock, holes against it."""
    found = []
    for each in drawn:
        found.append(np.array(each.exterior.coords)[:: -1 if each.exterior.is_ccw else 1])
        found += [np.array(hole.coords)[:: 1 if hole.is_ccw else -1] for hole in each.interiors]
    return found


def assembled(sent: list) -> MultiPolygon:
    return shape({"type": "MultiPolygon", "coordinates": rings.as_polygons(sent)})


LAND = Polygon(box(0, 0, 10, 10).exterior, [box(1, 1, 6, 6).exterior, box(7, 7, 8, 8).exterior])
ISLAND = Polygon(box(2, 2, 5, 5).exterior, [box(3, 3, 4, 4).exterior])
ISLET = box(3.2, 3.2, 3.8, 3.8)
ELSEWHERE = Polygon(box(20, 0, 30, 10).exterior, [box(21, 1, 22, 2).exterior])


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("order", range(4))
def test_rings_find_the_smallest_ring_around_them(turned, order):
    sent = positions(LAND, ISLAND, ISLET, ELSEWHERE)
    sent = [sent[place] for place in np.random.default_rng(order).permutation(len(sent))]
    found = assembled([ring[::-1] for ring in sent] if turned else sent)
    assert found.is_valid
    assert found.equals(MultiPolygon([LAND, ISLAND, ISLET, ELSEWHERE]))
    assert sorted(len(part.interiors) for part in found.geoms) == [0, 1, 1, 2]


def test_a_hole_in_nothing_is_land():
    found = assembled([*positions(LAND), np.array(box(20, 0, 21, 1).exterior.coords)])
    assert found.equals(MultiPolygon([LAND, box(20, 0, 21, 1)]))


def test_a_ring_of_three_positions_is_one_and_of_two_is_none():
    triangle = np.array([[0, 0], [0, 1], [1, 0]], dtype=float)
    assert rings.as_polygons([triangle]) == [[triangle.tolist()]]
    with pytest.raises(DomainError, match="every ring needs at least four positions"):
        rings.as_polygons([triangle, triangle[:2]])
    assert rings.as_polygons([]) == []


def test_twice_the_area_of_a_ring_wherever_it_is():
    ring = np.array([[0, 0], [4, 0], [5, 3], [1, 2], [0, 0]], dtype=float)
    expected = 2 * Polygon(ring).area
    for far in (0, 600_000):
        assert rings._signed_area(ring + far) == pytest.approx(expected)
        assert rings._signed_area((ring + far)[::-1]) == pytest.approx(-expected)
        assert rings._signed_area((ring + far)[:-1]) == pytest.approx(expected)


SQUARE = box(-0.28, 51.94, -0.27, 51.95)


def blob(wkb: bytes, *, envelope: int = 0, numbers: int = 0, flags: int = 1) -> bytes:
    return (
        b"GP\0"
        + bytes([flags | envelope << 1])
        + struct.pack("<i", 4326)
        + struct.pack(f"<{numbers}d", *[0] * numbers)
        + wkb
    )


@pytest.mark.parametrize(("envelope", "numbers"), [(0, 0), (1, 4), (2, 6), (3, 6), (4, 8)])
def test_a_geometry_comes_after_its_envelope(envelope, numbers):
    assert shape(read_geometry(blob(to_wkb(SQUARE), envelope=envelope, numbers=numbers))).equals(SQUARE)


@pytest.mark.parametrize("envelope", [5, 6, 7])
def test_an_envelope_that_is_none_is_refused(envelope):
    with pytest.raises(ValueError, match="extension"):
        read_geometry(blob(to_wkb(SQUARE), envelope=envelope, numbers=8))


@pytest.mark.parametrize(
    "drawn",
    [Point(0, 1), LineString([(0, 1), (1, 2)]), MultiPoint([(0, 1)]), MultiLineString([[(0, 1), (1, 2)]])],
    ids=lambda drawn: drawn.geom_type,
)
def test_of_what_is_no_polygon_only_the_type_is_read(drawn):
    assert read_geometry(blob(to_wkb(drawn))) == {"type": drawn.geom_type}


@pytest.mark.parametrize("thousands", [0, 1, 2, 3])
@pytest.mark.parametrize("order", ["<", ">"])
def test_heights_and_measures_are_left_out(thousands, order):
    numbers = 2 + (thousands in (1, 3)) + (thousands in (2, 3))
    corners = [(-0.28, 51.94), (-0.27, 51.94), (-0.27, 51.95), (-0.28, 51.94)]
    ring = b"".join(struct.pack(f"{order}{numbers}d", *corner, *[7] * (numbers - 2)) for corner in corners)
    head = (b"\1" if order == "<" else b"\0") + struct.pack(f"{order}I", thousands * 1000 + 3)
    polygon = head + struct.pack(f"{order}II", 1, 4) + ring
    assert read_geometry(blob(polygon))["coordinates"] == [[list(corner) for corner in corners]]
    several = head[:1] + struct.pack(f"{order}II", thousands * 1000 + 6, 2) + polygon * 2
    found = read_geometry(blob(several))
    assert found == {"type": "MultiPolygon", "coordinates": [[[list(corner) for corner in corners]]] * 2}


def test_flags_say_heights_measures_and_a_system_too():
    corners = [(-0.28, 51.94), (-0.27, 51.94), (-0.27, 51.95), (-0.28, 51.94)]
    for flags, extra, system in ((0x80000000, 1, b""), (0x40000000, 1, b""), (0xE0000000, 2, b"\xe6\x10\0\0")):
        ring = b"".join(struct.pack(f"<{2 + extra}d", *corner, *[7] * extra) for corner in corners)
        polygon = b"\1" + struct.pack("<I", flags | 3) + system + struct.pack("<II", 1, 4) + ring
        assert read_geometry(blob(polygon))["coordinates"] == [[list(corner) for corner in corners]]


def test_an_empty_polygon_has_no_rings():
    assert read_geometry(blob(to_wkb(Polygon()))) == {"type": "Polygon", "coordinates": []}
    assert read_geometry(blob(b"\1" + struct.pack("<III", 3, 1, 0))) == {"type": "Polygon", "coordinates": [[]]}
