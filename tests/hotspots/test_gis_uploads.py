"""Every format through the pages that take it: a boundary, an area of a set, many areas, outlines, places."""

import json
from datetime import date
from urllib.parse import urlencode

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from shapely.geometry import Polygon, box, shape

from hotspot.core.models import StoredFile
from hotspots.models import District, HotspotArea, Place
from tests.hotspots.area_sets import drafted
from tests.hotspots.gis_writer import GRID, WRITTEN, written
from tests.hotspots.test_areas import NEW
from tests.hotspots.test_boundaries import BOW_TIE, polygon

SQUARE, OTHER = box(-0.28, 51.94, -0.27, 51.95), box(-0.2, 51.94, -0.19, 51.95)
DAY = {"first_day_day": "1", "first_day_month": "5", "first_day_year": "2024"}
AREAS, OUTLINES = reverse("hotspots:import_areas"), reverse("hotspots:load_outlines")
PLACES = reverse("hotspots:load_places")


@pytest.fixture
def adam(force, as_user):
    return as_user(force.adam)


def upload(content: bytes, name: str = "upload.bin") -> SimpleUploadedFile:
    """A file whose name says nothing about what it is."""
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize(("driver", "suffix", "system"), WRITTEN)
def test_a_new_area_gets_its_boundary_from_a_file(force, adam, tmp_path, driver, suffix, system):
    url = reverse("hotspots:add_area")
    sent = NEW | {
        "district": str(force.north_herts.pk),
        "file": upload(written(tmp_path, [SQUARE], driver, suffix, system)),
    }
    page = adam.post(url, sent)
    html = page.content.decode()
    assert "Nothing is saved yet" in html
    assert f"in {'British National Grid' if system == GRID else 'longitude and latitude (WGS 84)'}" in html
    assert adam.post(url, dict(page.context["kept"]) | {"step": "save"}).status_code == 302
    assert shape(HotspotArea.objects.get(name=NEW["name"]).boundary).equals(SQUARE)


@pytest.mark.parametrize(("driver", "suffix", "system"), WRITTEN)
def test_a_new_area_of_a_set_gets_its_boundary_from_a_file(force, as_user, tmp_path, driver, suffix, system):
    draft = drafted(force, "Winter")
    content = written(tmp_path, [SQUARE], driver, suffix, system)
    facts = {"way": "file", "name": "Bancroft", "town": "Hitchin", "district": force.north_herts.pk, "kind": "asb"}
    url = reverse("area_sets:add_candidate", args=[draft.pk])
    assert as_user(force.anna).post(url, facts | {"file": upload(content)}).status_code == 302
    assert shape(draft.members.get(is_new=True).boundary).equals(SQUARE)


def test_a_new_area_of_a_set_that_is_not_valid_is_shown(force, as_user, tmp_path):
    draft = drafted(force, "Winter")
    content = written(tmp_path, [Polygon(BOW_TIE)], "KML", "kml")
    facts = {"way": "file", "name": "Bancroft", "town": "Hitchin", "district": force.north_herts.pk, "kind": "asb"}
    url = reverse("area_sets:add_candidate", args=[draft.pk])
    page = as_user(force.anna).post(url, facts | {"file": upload(content)})
    assert page.status_code == 422
    assert 'class="app-drawing__fault"' in page.content.decode()
    assert not draft.members.filter(is_new=True).exists()


@pytest.mark.parametrize(("driver", "suffix", "system"), WRITTEN)
def test_areas_come_with_what_their_table_says(force, adam, tmp_path, driver, suffix, system):
    columns = {
        "NAME": ["Baldock", "Royston"],
        "TOWN": ["Baldock", "Röyston"],
        "DISTRICT": ["North Herts", "E07000099"],
        "HOTSPOT_TY" if suffix == "shp" else "HOTSPOT_TYPE": ["both", "asb"],
        "FIRST_DAY": ["2024-06-01", None],
    }
    content = written(tmp_path, [SQUARE, OTHER], driver, suffix, system, **columns)
    page = adam.post(AREAS, DAY | {"file": upload(content)})
    assert [row[1]["text"] for row in page.context["rows"]] == ["New", "New"]
    form = page.context["form"]
    kept = {name: form[name].value() for name in ("kept", "first_day")}
    assert adam.post(AREAS, {"step": "save"} | kept)["Location"] == reverse("hotspots:areas")
    baldock, royston = HotspotArea.objects.filter(name__in=["Baldock", "Royston"]).order_by("name")
    assert (baldock.kind, baldock.first_day, baldock.district) == ("both", date(2024, 6, 1), force.north_herts)
    assert (royston.kind, royston.first_day, royston.town) == ("asb", date(2024, 5, 1), "Röyston")
    assert shape(baldock.boundary).equals(SQUARE)
    assert shape(royston.boundary).equals(OTHER)


def test_a_day_of_a_table_is_a_day_in_every_format(force, adam, tmp_path):
    """KML has no days, so GDAL writes 2024/06/01; a Shapefile has them, without a time."""
    for driver, suffix in (("ESRI Shapefile", "shp"), ("GPKG", "gpkg"), ("KML", "kml"), ("GeoJSON", "geojson")):
        folder = tmp_path / suffix
        folder.mkdir()
        columns = {
            "name": ["Baldock"],
            "district": ["North Herts"],
            "first_day": np.array(["2024-06-01"], "datetime64[D]"),
        }
        page = adam.post(AREAS, DAY | {"file": upload(written(folder, [SQUARE], driver, suffix, **columns))})
        assert page.context["rows"][0][4] == "1 June 2024"


@pytest.mark.parametrize(("driver", "suffix", "system"), WRITTEN)
@pytest.mark.parametrize("column", ["LAD24CD", "lad13cd", "district_c"])
def test_outlines_are_found_by_the_code_in_their_table(force, adam, tmp_path, driver, suffix, system, column):
    codes = {column: ["E07000099", "E07000103"]}
    content = written(tmp_path, [SQUARE, OTHER], driver, suffix, system, **codes)
    page = adam.post(OUTLINES, {"file": upload(content)})
    assert [row[0] for row in page.context["rows"]] == ["North Herts", "Watford"]
    assert "Read as " in page.content.decode()
    saved = adam.post(OUTLINES, {"step": "save", "kept": page.context["form"]["kept"].value()}, follow=True)
    assert "2 outlines are loaded." in saved.content.decode()
    outline = shape(District.objects.get(name="North Herts").outline)
    assert outline.symmetric_difference(SQUARE).area < 1e-3 * SQUARE.area


@pytest.mark.parametrize(("driver", "suffix", "system"), WRITTEN)
def test_places_are_found_by_the_name_in_their_table(adam, tmp_path, driver, suffix, system):
    content = written(tmp_path, [SQUARE, OTHER], driver, suffix, system, BUA24NM=["Röyston", "Baldock"])
    page = adam.post(PLACES, {"file": upload(content)})
    assert [row[0] for row in page.context["rows"]] == ["Baldock", "Röyston"]
    assert "Read as " in page.content.decode()
    saved = adam.post(PLACES, {"step": "save", "kept": page.context["form"]["kept"].value()}, follow=True)
    assert "2 places are loaded." in saved.content.decode()
    outline = shape(Place.objects.get(name="Röyston").outline)
    assert outline.symmetric_difference(SQUARE).area < 1e-3 * SQUARE.area


def test_a_file_that_is_refused_leaves_nothing_behind(force, adam, tmp_path):
    content = written(tmp_path, [box(2.2, 48.8, 2.4, 48.9)], "GPKG", "gpkg", name=["Paris"])[:20_000]
    redraw = reverse("hotspots:redraw_area", args=[force.hitchin.pk])
    for url, sent in ((AREAS, DAY), (OUTLINES, {}), (PLACES, {}), (redraw, {})):
        page = adam.post(url, sent | {"file": upload(content)})
        assert page.status_code == 422
        assert "damaged or cut off" in page.content.decode()
    assert not StoredFile.objects.exists()
    assert HotspotArea.objects.count() == 3


def test_a_file_of_areas_shows_each_place_where_one_is_not_valid(adam, tmp_path):
    names = {"name": ["Baldock", "Royston"], "district": ["North Herts"] * 2}
    content = written(tmp_path, [SQUARE, Polygon(BOW_TIE)], "GeoJSON", "geojson", **names)
    html = adam.post(AREAS, DAY | {"file": upload(content)}).content.decode()
    assert "Nothing can be imported" in html
    assert html.count('class="app-drawing__fault"') == 1
    assert '<h3 class="govuk-heading-s">Royston</h3>' in html
    assert "The boundary crosses itself near longitude -0.27500, latitude 51.94500" in html


def test_a_repaired_area_says_so_in_the_table(adam, tmp_path):
    loop = [[-0.27, 51.945], [-0.2699, 51.9451], [-0.2699, 51.945], [-0.27, 51.9451]]
    drawn = Polygon([[-0.28, 51.94], [-0.27, 51.94], *loop, [-0.27, 51.95], [-0.28, 51.95]])
    content = written(tmp_path, [drawn], "GPKG", "gpkg", name=["Baldock"], district=["North Herts"])
    page = adam.post(AREAS, DAY | {"file": upload(content)})
    assert "The boundary has been repaired, and is 38 square metres larger for it." in page.context["rows"][0][5]


@pytest.mark.parametrize("url", [OUTLINES, PLACES])
def test_a_repaired_outline_says_by_how_much(force, adam, url):
    page = adam.post(url, {"file": upload(north_herts(BOW_TIE))})
    assert page.context["rows"][0][-1] == "Repaired: 381,937 square metres larger"


def north_herts(ring: list) -> bytes:
    """A file with one feature, which is both an outline and a place."""
    properties = {"LAD24CD": "E07000099", "name": "North Herts"}
    feature = {"type": "Feature", "properties": properties, "geometry": polygon(ring)}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


@pytest.mark.slow
@pytest.mark.parametrize("url", [OUTLINES, PLACES])
def test_an_outline_that_is_a_tangle_is_shown(force, adam, url):
    tangle = np.random.default_rng(1).uniform((-0.29, 51.94), (-0.28, 51.95), (1_000, 2)).tolist()
    html = adam.post(url, {"file": upload(north_herts(tangle))}).content.decode()
    assert "North Herts: The boundary crosses itself so often" in html
    assert 'class="app-drawing__fault"' in html


def test_what_is_pasted_may_be_in_national_grid(force, adam):
    ring = [[518_000, 229_000], [519_000, 229_000], [519_000, 230_000], [518_000, 230_000], [518_000, 229_000]]
    url = reverse("hotspots:redraw_area", args=[force.hitchin.pk])
    encoded = urlencode({"text": json.dumps(polygon(ring))})
    html = adam.post(url, encoded, content_type="application/x-www-form-urlencoded").content.decode()
    assert "Read as GeoJSON in British National Grid." in html
    assert "100 hectares, 1.0 km from west to east, 1.0 km from south to north" in html


@pytest.mark.parametrize("url", [reverse("hotspots:add_area"), AREAS, OUTLINES, PLACES])
def test_forms_name_the_formats_and_offer_them(adam, url):
    html = adam.get(url).content.decode()
    for word in ("GeoJSON", "KML", "zipped Shapefile", "GeoPackage", "British National Grid", ".gpkg", ".kml", ".zip"):
        assert word in html


def test_a_system_nobody_knows_is_named_on_the_page(adam, tmp_path):
    content = written(tmp_path, [box(-30_000, 6_790_000, -29_000, 6_791_000)], "ESRI Shapefile", "shp", "EPSG:3857")
    html = adam.post(AREAS, DAY | {"file": upload(content)}).content.decode()
    assert "not read here: WGS_1984_Web_Mercator" in html
