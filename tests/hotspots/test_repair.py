"""Boundaries that are not valid: repaired where nobody could see it, otherwise refused and shown."""

import json
import re

import numpy as np
import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Polygon, mapping, shape

from hotspot.core.errors import DomainError
from hotspots.areas.boundaries import Projection, check_boundary
from hotspots.areas.drawings import drawing_of_fault
from hotspots.areas.repair import MOST_CHANGE, Fault, InvalidBoundary, Repair
from hotspots.models import HotspotArea
from tests.hotspots.test_boundaries import BOW_TIE, HOLE, RING, moved, polygon

PLANE = Projection(51.945)
SIDE = 1_000
"""Metres."""


def in_metres(*rings) -> dict:
    """A polygon of positions in metres from the corner of a square."""
    west, south = PLANE.to_metres(Polygon(RING)).bounds[:2]
    return polygon(
        *(
            [list(PLANE.to_degrees(Polygon([(west + x, south + y)] * 4)).exterior.coords[0]) for x, y in ring]
            for ring in rings
        )
    )


def with_loop(size: float) -> dict:
    """A square kilometre with a triangular loop of so many metres outside its eastern side, turned the other way."""
    loop = [
        (SIDE, 500 - size / 2),
        (SIDE + size, 500 + size / 2),
        (SIDE + size, 500 - size / 2),
        (SIDE, 500 + size / 2),
    ]
    return in_metres([(0, 0), (SIDE, 0), *loop, (SIDE, SIDE), (0, SIDE), (0, 0)])


def refused(geometry) -> InvalidBoundary:
    with pytest.raises(InvalidBoundary) as error:
        check_boundary(geometry)
    assert error.value.code == "boundary_invalid"
    return error.value


SPIKE = [*RING[:2], [-0.27, 51.945], [-0.2695, 51.945], [-0.27, 51.945], *RING[2:]]
TOUCHING = [*RING[:2], [-0.27, 51.945], [-0.275, 51.943], [-0.275, 51.947], [-0.27, 51.945], *RING[2:]]
"""A bite out of the eastern side, with its mouth shut."""


@pytest.mark.parametrize(
    ("geometry", "words", "square_metres"),
    [
        (polygon(SPIKE), "The boundary crosses itself near longitude -0.26950, latitude 51.94500", 0),
        (polygon(TOUCHING), "The boundary touches itself near longitude -0.27000, latitude 51.94500", 0),
        (with_loop(20), "The boundary crosses itself near longitude", 200),
    ],
    ids=["spike", "touching", "loop"],
)
def test_what_changes_nothing_that_can_be_seen_is_repaired(geometry, words, square_metres):
    boundary = check_boundary(geometry)
    assert str(boundary.repair).startswith(words)
    assert boundary.repair.square_metres == pytest.approx(square_metres, abs=2)
    assert shape(boundary.geometry).is_valid
    assert shape(boundary.geometry).area == pytest.approx(shape(geometry).area, rel=0.001)
    assert check_boundary(boundary.geometry).repair is None


@pytest.mark.parametrize(
    "ring",
    [
        RING[:-1],
        [RING[0], RING[0], *RING[1:], RING[-1]],
        RING[::-1],
        [*RING[:2], [-0.27, 51.945], [-0.27, 51.945], *RING[2:]],
    ],
    ids=["not closed", "first and last twice", "turned", "twice"],
)
def test_what_is_only_untidy_is_no_fault(ring):
    boundary = check_boundary(polygon(ring))
    assert boundary.repair is None
    assert shape(boundary.geometry).equals(Polygon(RING))


def test_the_threshold_is_half_a_per_cent_of_the_area():
    assert MOST_CHANGE == 0.005
    # A loop that turns the other way counts twice: as less than nothing before, as land after. It is a triangle of a
    # quarter of the square of its size, so that half of that square is the change.
    for size, is_repaired in ((95, True), (105, False)):
        geometry = with_loop(size)
        if is_repaired:
            boundary = check_boundary(geometry)
            assert 0.004 < boundary.repair.square_metres / 1e6 < 0.005
        else:
            assert "would change the area by" in refused(geometry).message


@pytest.mark.parametrize(
    ("geometry", "words", "place"),
    [
        (polygon(BOW_TIE), "The boundary crosses itself", (-0.275, 51.945)),
        (polygon(RING, moved(HOLE, 0.1, 0)), "A hole lies outside the boundary", (-0.178, 51.942)),
        (
            {"type": "MultiPolygon", "coordinates": [[RING], [HOLE]]},
            "One part of the boundary lies inside another",
            None,
        ),
        (polygon([RING[0]] * 5), "It encloses nothing", None),
        (polygon(RING, HOLE, HOLE), "near longitude", None),
    ],
    ids=["bow-tie", "hole outside", "nested", "point", "hole twice"],
)
def test_what_would_be_another_area_is_refused_with_the_place(geometry, words, place):
    error = refused(geometry)
    assert words in error.message
    if place:
        assert error.fault.place == pytest.approx(place)
        assert f"longitude {place[0]:.5f}, latitude {place[1]:.5f}" in error.message


def test_the_change_is_said_in_square_metres():
    assert refused(polygon(BOW_TIE)).message == (
        "The boundary crosses itself near longitude -0.27500, latitude 51.94500. It is not repaired here, because that "
        "would change the area by 381,937 square metres. Correct it where it was drawn, or ask whoever drew it to."
    )


@pytest.mark.parametrize(
    ("square_metres", "words"),
    [
        (0.2, "less than one square metre larger or smaller"),
        (-1.2, "1 square metre smaller"),
        (1.2, "1 square metre larger"),
        (-12_345, "12,345 square metres smaller"),
    ],
)
def test_a_change_in_words(square_metres, words):
    repair = Repair(Fault("The boundary touches itself", None), square_metres)
    assert str(repair) == f"The boundary touches itself. The boundary has been repaired, and is {words} for it."


@pytest.mark.slow
@pytest.mark.parametrize("corners", [600, 9_999])
def test_a_tangle_is_refused_before_it_is_repaired_for_ever(corners):
    tangle = Polygon(np.random.default_rng(1).uniform((-0.29, 51.94), (-0.28, 51.95), (corners, 2)))
    assert "crosses itself so often that it cannot be repaired" in refused(as_lists(tangle)).message


def as_lists(drawn) -> dict:
    return json.loads(json.dumps(mapping(drawn)))


CORNERS = st.tuples(
    st.floats(-0.29, -0.28).map(lambda x: round(x, 6)),
    st.floats(51.60, 51.61).map(lambda y: round(y, 6)),
)


@given(st.lists(CORNERS, min_size=4, max_size=12), st.integers(0, 3))
def test_whatever_is_accepted_is_valid_and_accepted_again_as_it_is(corners, repeated):
    try:
        boundary = check_boundary(as_lists(Polygon([*corners, *corners[:repeated]])))
    except DomainError:
        return
    assert shape(boundary.geometry).is_valid
    again = check_boundary(boundary.geometry)
    assert (again, again.repair) == (boundary, None)


def test_a_fault_is_marked_where_it_is():
    drawn = drawing_of_fault(refused(polygon(BOW_TIE)))
    assert drawn.mark == (200, 200)
    assert (
        drawn.words
        == "The boundary as it was sent. The boundary crosses itself near longitude -0.27500, latitude 51.94500"
    )
    assert drawn.path.count("M") == 1
    numbers = [float(number) for number in re.findall(r"[\d.]+", drawn.path)]
    assert min(numbers) >= 0
    assert max(numbers) <= 400


def test_a_fault_without_a_place_is_drawn_without_a_mark():
    error = InvalidBoundary("boundary_invalid", "x", Polygon(RING), Fault("x", None))
    assert drawing_of_fault(error).mark is None


@pytest.fixture
def adam(force, as_user):
    return as_user(force.adam)


def test_the_page_shows_where_a_boundary_is_not_valid(force, adam):
    url = reverse("hotspots:redraw_area", args=[force.hitchin.pk])
    page = adam.post(url, {"text": json.dumps(polygon(BOW_TIE))})
    html = page.content.decode()
    assert page.status_code == 422
    assert "Where the boundary is not valid" in html
    assert '<circle class="app-drawing__fault" cx="200.0" cy="200.0" r="14">' in html
    assert (
        'role="img" aria-label="The boundary as it was sent. The boundary crosses itself near longitude -0.27500'
        in html
    )
    assert "css/manage" in html
    assert "app-drawing__fault" not in adam.post(url, {"text": "x"}).content.decode()


def test_the_preview_says_what_was_repaired_and_what_is_saved_is_that(force, adam):
    url = reverse("hotspots:redraw_area", args=[force.hitchin.pk])
    page = adam.post(url, {"text": json.dumps(with_loop(20))})
    assert "The boundary crosses itself near longitude" in page.content.decode()
    assert "The boundary has been repaired, and is 200 square metres larger for it." in page.content.decode()
    adam.post(url, dict(page.context["kept"]) | {"step": "save"})
    force.hitchin.refresh_from_db()
    assert shape(force.hitchin.boundary).is_valid
    assert HotspotArea.objects.get(pk=force.hitchin.pk).boundary == check_boundary(with_loop(20)).geometry
