"""Places on maps: read from a file, looked at, loaded, and drawn faintly with their names."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from shapely.geometry import Point, box, mapping, shape

from hotspot.core.errors import DomainError
from hotspots.areas import drawings, queries
from hotspots.areas.boundaries import check_boundary
from hotspots.areas.places import understand_places
from hotspots.models import District, HotspotArea, Place
from tests import factories
from tests.factories import SQUARE
from tests.hotspots.test_outlines import BOWTIE, HERTS, collection, feature

URL = "/manage/districts/places/"


@pytest.fixture
def adam(force, as_user):
    return as_user(force.adam)


def upload(browser, content: bytes):
    return browser.post(URL, {"file": SimpleUploadedFile("wards.geojson", content)})


def text_of(drawn) -> str:
    return json.dumps(mapping(drawn))


class TestFile:
    @pytest.mark.parametrize(
        ("properties", "name"),
        [
            ({"name": "Hitchin Priory"}, "Hitchin Priory"),
            ({"WD24CD": "E05004751", "WD24NM": " Hitchin \u200bPriory ", "LAD24NM": "North Herts"}, "Hitchin Priory"),
            ({"BUA24NM": "Hitchin", "NAME": "Hitchin town"}, "Hitchin town"),
            ({"PARNCP24NM": "Preston"}, "Preston"),
            ({"ward_name": "Bearton"}, "Bearton"),
        ],
    )
    def test_names_are_found_as_the_ons_publishes_them(self, properties, name):
        assert [place.name for place in understand_places([feature(**properties)]).places] == [name]

    def test_what_is_no_place_is_counted(self):
        tiny = Point(-0.3, 51.9).buffer(0.00002)
        found = understand_places([feature(name="B"), feature(BOWTIE, name="a"), feature(), feature(tiny, name="T")])
        assert [(place.name, place.repair is not None) for place in found.places] == [("a", True), ("B", False)]
        assert (found.nameless, found.too_small) == (1, 1)
        assert found.places[1].hectares == pytest.approx(7_640, rel=0.01)

    def test_a_file_without_places_is_refused(self):
        with pytest.raises(DomainError) as refusal:
            understand_places([feature(), feature(code="E07000099")])
        assert refusal.value.code == "places_none"


class TestPage:
    def test_a_file_is_looked_at_then_replaces_what_was_there(self, force, adam):
        assert "No place is loaded" in adam.get(URL).content.decode()
        old = factories.PlaceFactory(name="Old")
        assert "1 place is loaded" in adam.get(URL).content.decode()
        page = upload(adam, collection(feature(name="Hitchin"), feature(BOWTIE, name="Bow"), feature()))
        text = page.content.decode()
        assert "Load 2 places" in text
        assert "They replace all places" in text
        assert "1 feature is not used" in text
        assert Place.objects.get() == old
        saved = adam.post(URL, {"step": "save", "kept": page.context["form"]["kept"].value()}, follow=True)
        assert "2 places are loaded." in saved.content.decode()
        assert [place.name for place in Place.objects.all()] == ["Bow", "Hitchin"]
        place = Place.objects.get(name="Hitchin")
        assert (place.west, place.south, place.east, place.north) == shape(place.outline).bounds == HERTS.bounds
        assert place.loaded_by == force.adam

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"{", "GeoJSON"),
            (collection(feature()), "No feature in the file is a place"),
            (collection(feature({"type": "Point", "coordinates": [0, 51]}, name="P")), "P: The boundary must be"),
        ],
    )
    def test_a_file_that_gives_none_is_refused(self, force, adam, content, words):
        page = upload(adam, content)
        assert page.status_code == 422
        assert words in page.content.decode()


class TestDrawn:
    def draw(self, *places):
        return drawings.drawing("x", check_boundary(SQUARE), places=places).places

    def test_what_crosses_the_drawing_has_a_line_and_a_name(self):
        drawn = self.draw(
            ("Hitchin", text_of(box(-0.276, 51.8, -0.2, 52))),
            ("Nothing of it is here", text_of(box(-0.5, 51.8, -0.4, 52))),
            ("All is in it", text_of(box(-1, 51, 1, 53))),
        )
        assert len(drawn.paths) == 1
        (name,) = drawn.names
        assert name.name == "Hitchin"
        assert 0 < name.x < 400
        assert 0 < name.y < 400

    def test_names_do_not_lie_on_one_another_or_over_the_edge(self):
        same = text_of(box(-0.276, 51.8, -0.2, 52))
        drawn = self.draw(("Hitchin", same), ("Charlton", same), ("x" * 80, same))
        assert len(drawn.paths) == 3
        assert [name.name for name in drawn.names] == ["Hitchin"]

    def test_there_are_only_so_many(self):
        places = [(f"P{n}", text_of(box(-0.279 + n / 10_000, 51.8, -0.2, 52))) for n in range(30)]
        assert len(self.draw(*places).paths) == drawings.MOST_PLACES

    def test_pages_show_them_with_names_that_are_escaped(self, force, adam):
        factories.PlaceFactory(name="<b>Hitchin</b>", west=-0.275, south=51.945)
        factories.PlaceFactory(name="Elsewhere", west=-0.5, south=51.5)
        assert [name for name, _ in queries.places_within(force.sam, (-0.3, 51.9, -0.2, 52))] == ["<b>Hitchin</b>"]
        page = adam.get(reverse("hotspots:area", args=(force.hitchin.pk,))).content.decode()
        assert page.count('class="app-places-beneath"') == 1
        assert "&lt;b&gt;Hitchin&lt;/b&gt;" in page
        assert "Dotted: places." in page


class TestInItsDistrict:
    def test_an_area_is_shown_in_its_district_with_its_town(self, force, adam):
        url = reverse("hotspots:area", args=(force.hitchin.pk,))
        assert "lies in its district" not in adam.get(url).content.decode()
        District.objects.update(outline=json.loads(text_of(box(-0.5, 51.8, -0.1, 52.1))))
        moved = json.loads(text_of(box(-0.3, 51.9, -0.2, 52)))
        HotspotArea.objects.filter(pk=force.letchworth.pk).update(town="HITCHIN", boundary=moved)
        page = adam.get(url)
        drawn = page.context["in_district"]
        assert drawn.words == "Where Hitchin town centre lies in its district"
        assert drawn.around.count("M") == 1
        assert len(drawn.districts) == 1
        assert drawn.scale_label == "10 km"
        # The square is too small to be seen, so a ring is around it.
        x, y = drawn.dot
        assert (x, y) == pytest.approx((217, 193), abs=15)
        assert 'class="app-drawing__dot"' in page.content.decode()
        HotspotArea.objects.filter(pk=force.hitchin.pk).update(boundary=moved)
        assert adam.get(url).context["in_district"].dot is None
