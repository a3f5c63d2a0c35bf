"""Boundaries that are typed: lists of corners, circles, and the form that takes them."""

import pytest
from django.urls import reverse
from shapely.geometry import shape

from hotspot.core.errors import DomainError, DomainErrors
from hotspots.areas import boundary_sources
from hotspots.areas.boundaries import METRES_A_DEGREE, check_boundary
from hotspots.models import District, HotspotArea
from tests.hotspots.test_areas import NEW
from tests.hotspots.test_boundaries import polygon

TRIANGLE = "51.94, -0.28\n51.94, -0.27\n51.95, -0.27"


@pytest.fixture
def adam(force, as_user):
    return as_user(force.adam)


class TestPosition:
    @pytest.mark.parametrize(
        ("text", "position"),
        [
            ("51.9486, -0.2771", (-0.2771, 51.9486)),
            ("51.9486 -0.2771", (-0.2771, 51.9486)),
            (" 51.9486;-0.2771 ", (-0.2771, 51.9486)),
            ("518500 229100", (-0.277245, 51.94779)),
            ("518500,229100", (-0.277245, 51.94779)),
            ("TL 18500 29100", (-0.277245, 51.94779)),
            ("tl1850029100", (-0.277245, 51.94779)),
            ("TL 185 291", (-0.277245, 51.94779)),
            ("TL18502910", (-0.277245, 51.94779)),
        ],
    )
    def test_is_read_in_three_ways(self, text, position):
        assert boundary_sources.read_position(text) == pytest.approx(position, abs=2e-6)

    def test_of_the_ordnance_survey_is_exact(self):
        # Caister Water Tower in the Ordnance Survey's guide to coordinate systems: 52°39'28.8282"N 1°42'57.8663"E.
        found = boundary_sources.read_position("651409.804 313177.450")
        assert found == pytest.approx((1 + 42 / 60 + 57.8663 / 3600, 52 + 39 / 60 + 28.8282 / 3600), abs=1e-6)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("-0.2771, 51.9486", "longitude first"),
            ("48.85, 2.35", "not in Great Britain"),
            ("229100 1518500", "easting first"),
            ("518,500 229,100", "is not a point"),
            ("TL 18 29", "is not a point"),
            ("TL 185 2910", "is not a point"),
            ("here", "“here” is not a point"),
            ("51.9486", "is not a point"),
            ("x" * 500, "x" * 40 + "”"),
        ],
    )
    def test_that_cannot_be_read_is_refused(self, text, words):
        with pytest.raises(DomainError) as refusal:
            boundary_sources.read_position(text)
        assert words in refusal.value.message


class TestList:
    def test_is_closed_and_keeps_its_order(self):
        ring = boundary_sources.read_list(TRIANGLE + "\n\n")["coordinates"][0]
        assert ring == [[-0.28, 51.94], [-0.27, 51.94], [-0.27, 51.95], [-0.28, 51.94]]
        assert boundary_sources.read_list(TRIANGLE + "\n51.94, -0.28")["coordinates"][0] == ring

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("51.94, -0.28\n51.95, -0.27\n51.94, -0.28", "at least three points"),
            ("51.94, -0.28\n\n51.95 x\n51.94, -0.27", "Line 3: “51.95 x” is not a point"),
            ("51.94, -0.28\n" * 10_001, "at most 10,000"),
        ],
    )
    def test_that_draws_nothing_is_refused(self, text, words):
        with pytest.raises(DomainError) as refusal:
            boundary_sources.read_list(text)
        assert words in refusal.value.message
        assert refusal.value.field == "coordinates"


class TestCircle:
    @pytest.mark.parametrize("radius", [10, 150, 2_000])
    def test_has_64_corners_at_its_radius(self, radius):
        drawn = check_boundary(boundary_sources.circle("51.9486, -0.2771", radius))
        assert drawn.vertices == 65
        assert drawn.width_metres == pytest.approx(2 * radius, abs=0.3)
        # Sixty-four corners cut 0.16 per cent off a circle.
        assert drawn.hectares * 10_000 == pytest.approx(0.9984 * 3.14159 * radius**2, rel=0.01)

    def test_goes_up_as_far_as_the_plane_says(self):
        north = shape(boundary_sources.circle("51.9486, -0.2771", 1_000)).bounds[3]
        assert (north - 51.9486) * METRES_A_DEGREE == pytest.approx(1_000, abs=0.2)

    @pytest.mark.parametrize("radius", [0, 9, 2_001])
    def test_of_another_radius_is_refused(self, radius):
        with pytest.raises(DomainErrors, match="from 10 to 2,000 metres"):
            boundary_sources.circle("51.9486, -0.2771", radius)


class TestForm:
    """The pages that take them: what is selected counts, and nothing typed is lost."""

    def sent(self, force, **given):
        return NEW | {"district": str(force.north_herts.pk), "text": ""} | given

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"way": "coordinates", "coordinates": TRIANGLE}, "4 points"),
            ({"coordinates": TRIANGLE}, "4 points"),
            ({"way": "circle", "centre": "TL 18500 29100", "radius": "150"}, "7.1 hectares"),
            ({"centre": "51.9486, -0.2771", "radius": "1,000"}, "314 hectares"),
            # What was typed elsewhere does not matter.
            ({"way": "coordinates", "coordinates": TRIANGLE, "radius": "x", "text": "{}"}, "4 points"),
        ],
    )
    def test_what_is_given_is_shown_and_saved(self, force, adam, given, words):
        url = reverse("hotspots:add_area")
        page = adam.post(url, self.sent(force, **given))
        assert words in page.content.decode()
        kept = dict(page.context["kept"])
        assert given.items() <= kept.items()
        assert adam.post(url, kept | {"step": "save"}).status_code == 302
        assert HotspotArea.objects.filter(name=NEW["name"]).exists()

    @pytest.mark.parametrize(
        ("given", "field", "words"),
        [
            ({"way": "file"}, "file", "Select a boundary file"),
            ({"way": "text"}, "text", "Draw the boundary, or paste GeoJSON"),
            ({"way": "coordinates"}, "coordinates", "List the corners"),
            ({"way": "circle", "centre": "TL 18500 29100"}, "radius", "Enter the radius"),
            ({"way": "circle", "radius": "100"}, "centre", "Enter the centre"),
            ({"way": "circle", "centre": "51.9486, -0.2771", "radius": "5"}, "radius", "from 10 to 2,000 metres"),
            ({"way": "circle", "centre": "51.9486, -0.2771", "radius": "five"}, "radius", "whole number"),
            ({"way": "circle", "centre": "Market Place", "radius": "50"}, "centre", "“Market Place” is not a point"),
            (
                {"coordinates": "51.94, -0.28\n51.95, -0.27\n51.95, -0.28\n51.94, -0.27"},
                "coordinates",
                "crosses itself",
            ),
            ({"way": "teleport"}, "way", "Select one of the options"),
        ],
    )
    def test_what_is_wrong_is_said_beside_it(self, force, adam, given, field, words):
        page = adam.post(reverse("hotspots:redraw_area", args=(force.hitchin.pk,)), {"text": "", **given})
        assert page.status_code == 422
        form = page.context["form"]
        assert words in str(form.errors[field])
        assert list(form.errors) == [field]
        assert all(form[name].value() == value for name, value in given.items() if name != "way")

    def test_what_is_given_counts_where_nothing_is_given_in_the_way_that_is_selected(self, force, adam):
        # Without a script all ways are open beside the one that is selected from the start.
        page = adam.post(reverse("hotspots:add_area"), self.sent(force, way="text", coordinates=TRIANGLE))
        assert "4 points" in page.content.decode()
        assert dict(page.context["kept"])["way"] == "coordinates"

    def test_corners_that_cross_are_drawn_with_the_place(self, force, adam):
        corners = "51.94, -0.28\n51.95, -0.27\n51.94, -0.27\n51.95, -0.28"
        given = {"way": "coordinates", "coordinates": corners}
        page = adam.post(reverse("hotspots:redraw_area", args=(force.hitchin.pk,)), given)
        html = page.content.decode()
        assert "Where the boundary is not valid" in html
        assert '<circle class="app-drawing__fault" cx="200.0" cy="200.0" r="14">' in html
        assert page.context["form"]["coordinates"].value() == corners
        outside = given | {"coordinates": corners.replace("51.95, -0.28", "61.95, -0.28")}
        assert "app-drawing__fault" not in adam.post(page.request["PATH_INFO"], outside).content.decode()

    def test_both_mistakes_in_a_circle_are_said_at_once(self, force, adam):
        given = {"way": "circle", "centre": "nowhere", "radius": "5"}
        page = adam.post(reverse("hotspots:redraw_area", args=(force.hitchin.pk,)), given)
        assert set(page.context["form"].errors) == {"centre", "radius"}

    def test_an_area_is_redrawn_from_what_it_is(self, force, adam):
        page = adam.get(reverse("hotspots:redraw_area", args=(force.hitchin.pk,)))
        assert '"type":"Polygon"' in page.context["form"]["text"].value()
        assert page.context["form"]["way"].value() == "text"


def test_surroundings_are_the_other_areas_and_the_outlines(force, adam):
    line = [[-0.3, 51.9], [-0.2, 51.9], [-0.2, 52.0], [-0.3, 52.0], [-0.25, 51.95000001], [-0.3, 51.9]]
    District.objects.filter(pk=force.north_herts.pk).update(outline=polygon(line))
    HotspotArea.objects.filter(pk=force.watford.pk).update(last_day="2024-10-11")
    found = adam.get(reverse("hotspots:surroundings"), {"without": str(force.hitchin.pk)}).json()
    others = HotspotArea.objects.exclude(pk__in=(force.hitchin.pk, force.watford.pk))
    assert [area["name"] for area in found["areas"]] == [area.name for area in others]
    assert found["areas"][0]["boundary"] == others[0].boundary
    (district,) = found["districts"]
    assert (district["id"], district["name"]) == (str(force.north_herts.pk), "North Herts")
    assert len(district["outline"]["coordinates"][0]) == 6
    assert len(adam.get(reverse("hotspots:surroundings"), {"without": "x' OR 1"}).json()["areas"]) == 2
