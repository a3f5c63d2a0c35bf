"""What a boundary must be, and what is said about one that is not."""

import json
import math
from dataclasses import replace
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
def test_every_way_of_saying_one_polygon_is_stored_the_same(wrapped):
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
        ("not json", "unknown_format", "must be GeoJSON"),
        ("", "unknown_format", "must be GeoJSON"),
        ("[" * 100_000, "not_json", "must be GeoJSON"),
        (b"\xff\xfe\x00", "unknown_format", "must be GeoJSON"),
        ("5", "unknown_format", "must be GeoJSON"),
        ("[5]", "not_polygon", "Polygon or a MultiPolygon"),
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
        (polygon([[518_000 + x, 1_250_000 + y] for x, y in RING]), "not_degrees", "eastings and northings"),
        (polygon([[0, 0], [0, 1], [1, 1], [0, 0]]), "outside", "longitude 0, latitude 0"),
        (polygon(moved(RING, 10, 0)), "outside", "Great Britain"),
        (polygon(BOW_TIE), "invalid", "crosses itself near longitude -0.27500, latitude 51.94500"),
        (polygon(RING, moved(HOLE, 0.1, 0)), "invalid", "hole lies outside"),
        (polygon([RING[0]] * 5), "invalid", "boundary"),
    ],
)
def test_what_is_no_boundary_is_refused_in_words(sent, code, words):
    error = refusal(sent)
    assert error.code == f"boundary_{code}"
    assert words in error.message


def circle(points: int) -> list:
    angles = [2 * math.pi * n / points for n in range(points)]
    ring = [[-0.28 + math.cos(angle) / 20, 51.94 + math.sin(angle) / 20] for angle in angles]
    return [*ring, ring[0]]


def test_ten_thousand_points_are_the_most():
    assert check_boundary(polygon(circle(MAXIMUM_VERTICES - 1))).vertices == MAXIMUM_VERTICES
    assert refusal(polygon(circle(MAXIMUM_VERTICES))).code == "boundary_too_detailed"


def test_two_and_a_half_megabytes_are_the_most():
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


def test_outlines_of_districts_are_cut_off_at_the_edge_and_change_nothing_else():
    boundary, around = check_boundary(polygon(RING)), [polygon(moved(RING, 0.01, 0))]
    outlines = [
        polygon([[-1, 51.945], [0.2, 51.945], [0.2, 52.4], [-1, 52.4], [-1, 51.945]]),
        # The whole drawing lies in this one, and nothing of it in that one.
        polygon([[-1, 51], [0.5, 51], [0.5, 53], [-1, 53], [-1, 51]]),
        polygon(moved(RING, 0.5, 0)),
        {"type": "Polygon", "coordinates": "here"},
        {"type": "Polygon", "coordinates": []},
    ]
    drawn = drawing("Hitchin", boundary, around, [json.dumps(outline) for outline in outlines])
    assert drawn.districts == ["M0.0 200.0 L400.0 200.0"]
    assert replace(drawn, districts=[]) == drawing("Hitchin", boundary, around)


def fault(geometry) -> str | None:
    """The code of the refusal of a geometry, or None where it is a boundary."""
    try:
        check_boundary(geometry)
    except DomainError as refused:
        return refused.code.removeprefix("boundary_")
    return None


def square(west: float, south: float, size: float = 0.01) -> dict:
    east, north = west + size, south + size
    return polygon([[west, south], [east, south], [east, north], [west, north], [west, south]])


def test_the_limits_are_those_that_the_messages_name():
    assert (MAXIMUM_BOUNDARY_BYTES, MAXIMUM_VERTICES) == (2_500_000, 10_000)


@pytest.mark.parametrize(
    ("west", "south", "expected"),
    [
        (-8.7, 52, None),
        (-8.71, 52, "outside"),
        (1.79, 52, None),
        (1.795, 52, "outside"),
        (-2, 49.8, None),
        (-2, 49.79, "outside"),
        (-2, 60.89, None),
        (-2, 60.895, "outside"),
    ],
)
def test_a_boundary_lies_between_the_outermost_points_of_great_britain(west, south, expected):
    geometry = square(west, south)
    ring = geometry["coordinates"][0]
    # Sums of decimals must not decide: the corners are what a file would hold.
    geometry["coordinates"] = [[[round(x, 3), round(y, 3)] for x, y in ring]]
    assert fault(geometry) == expected


def test_one_position_outside_is_enough_and_is_the_one_that_is_named():
    error = refusal(polygon([RING[0], [3.5, 52], *RING[2:]]))
    assert error.code == "boundary_outside"
    assert "longitude 3.5, latitude 52 does not" in error.message


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        ([180, 52], "outside"),
        ([180.5, 52], "not_degrees"),
        ([-181, 52], "not_degrees"),
        ([-0.27, 90], "outside"),
        ([-0.27, 90.5], "not_degrees"),
        ([51.94, -0.27], "outside"),  # Swapped, but only one of them.
        ([-0.27, 51.95, 90, 1], None),
        ([-0.27, 51.95, 90, 1, 1], "not_a_number"),
        ([-0.27, 51.95, 1e12], "not_a_number"),
        ([-0.27, 51.95, 9.99e11], None),
        ({"x": 1, "y": 2}, "not_a_number"),
        (5, "not_a_number"),
    ],
)
def test_what_one_position_may_be(position, expected):
    assert fault(polygon([RING[0], [-0.27, 51.94], position, RING[3], RING[4]])) == expected


@pytest.mark.parametrize(
    ("rings", "expected"),
    [
        ([RING, HOLE[:3]], "malformed"),
        ([RING, 5], "malformed"),
        ([5, RING], "malformed"),
        ([RING[:4]], None),  # Four positions, closed by us.
    ],
)
def test_every_ring_has_four_positions(rings, expected):
    assert fault(polygon(*rings)) == expected


@pytest.mark.parametrize("polygons", [[{"0": RING}], ["ring"], [RING, None], [[RING], 5]])
def test_parts_that_are_no_lists_of_rings_are_malformed(polygons):
    assert fault({"type": "MultiPolygon", "coordinates": polygons}) == "malformed"


@pytest.mark.parametrize(("length", "words"), [(29, "this one is a xxx"), (30, "none was found")])
def test_only_a_short_kind_is_repeated(length, words):
    assert words in refusal({"type": "x" * length, "coordinates": []}).message


def test_coordinates_are_stored_with_six_decimals():
    ring = [[-0.28, 51.94], [-0.2712345678, 51.94], [-0.27, 51.9512345678], [-0.28, 51.95], [-0.28, 51.94]]
    stored = check_boundary(polygon(ring)).geometry["coordinates"][0]
    assert [-0.271235, 51.94] in stored
    assert [-0.27, 51.951235] in stored


def test_the_text_is_the_shortest_geojson():
    boundary = check_boundary(polygon(RING))
    assert json.loads(boundary.as_text) == boundary.geometry
    assert " " not in boundary.as_text


def test_a_boundary_of_a_file_with_one_feature_of_several_is_not_guessed():
    feature = {"type": "Feature", "geometry": polygon(RING)}
    error = refusal({"type": "FeatureCollection", "features": [feature] * 3})
    assert error.message == "The file must hold exactly one feature; this one holds 3."
    assert "holds 0" in refusal({"type": "FeatureCollection", "features": {"a": feature}}).message


def test_what_is_pasted_is_called_the_boundary_and_what_is_sent_the_file():
    assert refusal("x").message.startswith("The boundary must be GeoJSON")
    assert refusal(b"x").message.startswith("The file must be GeoJSON")


def test_so_many_features_are_counted_before_they_are_refused():
    feature = {"type": "Feature", "geometry": None}
    for count, words in ((2_000, "this one holds 2,000"), (2_001, "at most 2,000 features")):
        assert words in refusal({"type": "FeatureCollection", "features": [feature] * count}).message
