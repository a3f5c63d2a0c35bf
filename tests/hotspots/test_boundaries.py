"""V23: what a boundary must be, and what is said about one that is not."""

import json
import math
from itertools import pairwise

import pytest

from hotspot.core.errors import DomainError
from hotspots.areas.boundaries import MAXIMUM_BOUNDARY_BYTES, MAXIMUM_VERTICES, check_boundary, read_boundary
from hotspots.areas.drawings import drawing

RING = [[-0.28, 51.94], [-0.27, 51.94], [-0.27, 51.95], [-0.28, 51.95], [-0.28, 51.94]]
HOLE = [[-0.278, 51.942], [-0.278, 51.944], [-0.274, 51.944], [-0.274, 51.942], [-0.278, 51.942]]


def polygon(*rings) -> dict:
    return {"type": "Polygon", "coordinates": list(rings)}


def refusal(text) -> DomainError:
    with pytest.raises(DomainError) as refused:
        read_boundary(text if isinstance(text, str | bytes) else json.dumps(text))
    assert refused.value.field == "boundary"
    return refused.value


def moved(ring, east: float, north: float) -> list:
    return [[x + east, y + north] for x, y in ring]


def test_a_square_is_measured():
    boundary = check_boundary(polygon(RING))
    width = 0.01 * 111_320 * math.cos(math.radians(51.945))
    assert boundary.width_metres == pytest.approx(width)
    assert boundary.height_metres == pytest.approx(1113.2)
    assert boundary.hectares == pytest.approx(width * 1113.2 / 10_000)
    assert (boundary.parts, boundary.vertices) == (1, 5)


@pytest.mark.parametrize(
    "wrapped",
    [
        polygon(RING),
        {"type": "Feature", "properties": None, "geometry": polygon(RING)},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": polygon(RING)}]},
        {"type": "MultiPolygon", "coordinates": [[RING]]},
    ],
)
def test_v23_every_way_of_saying_one_polygon_is_stored_the_same(wrapped):
    assert read_boundary(json.dumps(wrapped)).geometry == check_boundary(polygon(RING)).geometry


def test_a_byte_order_mark_is_no_error():
    assert read_boundary(b"\xef\xbb\xbf" + json.dumps(polygon(RING)).encode()).parts == 1


def test_heights_go_rings_close_and_turn_the_standard_way():
    clockwise = [[x, y, 90.5] for x, y in reversed(RING)][:-1]
    ring = check_boundary(polygon(clockwise)).geometry["coordinates"][0]
    assert ring[0] == ring[-1]
    assert all(len(position) == 2 for position in ring)
    assert sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairwise(ring)) < 0


def test_a_hole_and_several_parts_are_kept():
    whole = check_boundary(polygon(RING)).hectares
    assert check_boundary(polygon(RING, HOLE)).hectares < whole
    two = check_boundary({"type": "MultiPolygon", "coordinates": [[RING], [moved(RING, 0.1, 0)]]})
    assert two.parts == 2
    assert two.hectares == pytest.approx(2 * whole)
    assert two.geometry["type"] == "MultiPolygon"


BOW_TIE = [[-0.28, 51.94], [-0.27, 51.95], [-0.27, 51.94], [-0.28, 51.95], [-0.28, 51.94]]


@pytest.mark.parametrize(
    ("sent", "code", "words"),
    [
        ("not json", "not_json", "must be GeoJSON"),
        ("", "not_json", "must be GeoJSON"),
        ("[" * 100_000, "not_json", "must be GeoJSON"),
        (b"\xff\xfe\x00", "not_json", "must be GeoJSON"),
        ("5", "not_polygon", "Polygon or a MultiPolygon"),
        ("null", "not_polygon", "Polygon or a MultiPolygon"),
        ({"type": "Point", "coordinates": [-0.28, 51.94]}, "not_polygon", "this one is a Point"),
        ({"type": "Feature", "geometry": None}, "not_polygon", "none was found"),
        ({"type": "FeatureCollection", "features": []}, "one_feature", "holds 0"),
        ({"type": "FeatureCollection", "features": [1, 2]}, "one_feature", "holds 2"),
        ({"type": "FeatureCollection", "features": "x"}, "one_feature", "exactly one"),
        ({"type": "MultiPolygon", "coordinates": []}, "empty", "no coordinates"),
        (polygon(), "malformed", "at least four"),
        (polygon([]), "malformed", "at least four"),
        (polygon(RING[:3]), "malformed", "at least four"),
        ({"type": "Polygon", "coordinates": [5]}, "malformed", "at least four"),
        ({"type": "Polygon"}, "malformed", "at least four"),
        (polygon([[-0.28, "51.94"], *RING[1:]]), "not_a_number", "not a number"),
        (polygon([[-0.28, None], *RING[1:]]), "not_a_number", "not a number"),
        (polygon([[-0.28, True], *RING[1:]]), "not_a_number", "not a number"),
        (polygon([[-0.28], *RING[1:]]), "not_a_number", "not a number"),
        ('{"type":"Polygon","coordinates":[[[NaN,51.9],[1,2],[3,4],[NaN,51.9]]]}', "not_a_number", "not a number"),
        ('{"type":"Polygon","coordinates":[[[1e999,51.9],[1,2],[3,4],[1,51.9]]]}', "not_a_number", "not a number"),
        (
            f'{{"type":"Polygon","coordinates":[[[{"9" * 4000},51.9],[1,2],[3,4],[1,5]]]}}',
            "not_a_number",
            "not a number",
        ),
        (polygon([[y, x] for x, y in RING]), "swapped", "wrong way round"),
        (polygon([[518_000 + x, 229_000 + y] for x, y in RING]), "not_degrees", "eastings and northings"),
        (polygon([[0, 0], [0, 1], [1, 1], [0, 0]]), "outside", "longitude 0, latitude 0"),
        (polygon(moved(RING, 10, 0)), "outside", "Great Britain"),
        (polygon(BOW_TIE), "invalid", "crosses itself near longitude -0.27500, latitude 51.94500"),
        (polygon(RING, moved(HOLE, 0.1, 0)), "invalid", "hole lies outside"),
        (polygon([RING[0]] * 5), "invalid", "boundary"),
    ],
)
def test_v23_what_is_no_boundary_is_refused_in_words(sent, code, words):
    error = refusal(sent)
    assert error.code == f"boundary_{code}"
    assert words in error.message


def circle(points: int) -> list:
    angles = [2 * math.pi * n / points for n in range(points)]
    ring = [[-0.28 + math.cos(angle) / 20, 51.94 + math.sin(angle) / 20] for angle in angles]
    return [*ring, ring[0]]


def test_v23_ten_thousand_points_are_the_most():
    assert check_boundary(polygon(circle(MAXIMUM_VERTICES - 1))).vertices == MAXIMUM_VERTICES
    assert refusal(polygon(circle(MAXIMUM_VERTICES))).code == "boundary_too_detailed"


def test_v23_two_and_a_half_megabytes_are_the_most():
    padded = json.dumps(polygon(RING)).ljust(MAXIMUM_BOUNDARY_BYTES)
    assert read_boundary(padded).parts == 1
    assert refusal(padded + " ").code == "boundary_too_large"


def test_what_is_stored_is_accepted_again():
    boundary = check_boundary(
        polygon(
            circle(500),
        )
    )
    assert check_boundary(boundary.geometry) == boundary


def test_a_drawing_stays_in_its_box_and_says_its_size():
    drawn = drawing("Hitchin", check_boundary(polygon(RING, HOLE)), [polygon(moved(RING, 0.01, 0))])
    numbers = [float(n) for n in drawn.path.replace("M", " ").replace("L", " ").replace("Z", " ").split()]
    assert min(numbers) >= 0
    assert max(numbers) <= 400
    assert drawn.path.count("M") == 2
    assert drawn.scale_label == "200 m"
    assert drawn.scale == pytest.approx(200 * 400 / (1113.2 * 1.2), abs=1)
    assert "hectares" in drawn.words
