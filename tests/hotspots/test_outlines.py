"""Outlines of districts from a file of boundaries: matched, repaired, simplified, looked at, then loaded."""

import json
from pathlib import Path

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box, mapping, shape

from hotspot.core.history import versions_of
from hotspots.areas import operations, outlines
from hotspots.models import District
from hotspots.pages.timeline import sentence
from tests import factories

URL = "/manage/districts/outlines/"
COUNTY = Path(__file__).with_name("data") / "herts_districts.geojson"
HERTS = box(-0.4, 51.8, -0.3, 51.9)
BOWTIE = Polygon([(-0.4, 51.8), (-0.3, 51.9), (-0.3, 51.8), (-0.4, 51.9)])


def feature(drawn=HERTS, **properties):
    geometry = drawn if isinstance(drawn, dict | None) else mapping(drawn)
    return json.loads(json.dumps({"type": "Feature", "properties": properties, "geometry": geometry}))


def collection(*features) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def upload(browser, content):
    return browser.post(URL, {"file": SimpleUploadedFile("districts.geojson", content)})


def save(browser, page):
    return browser.post(URL, {"step": "save", "kept": page.context["form"]["kept"].value()}, follow=True)


def refusal(page) -> str:
    ((message,),) = page.context["form"].errors.values()
    return message


@pytest.fixture
def adam(force, as_user):
    return as_user(force.adam)


@pytest.fixture
def county(db):
    """The ten districts by the codes in the real file."""
    features = json.loads(COUNTY.read_bytes())["features"]
    for each in features:
        factories.DistrictFactory(name=each["properties"]["LAD13NM"], code=each["properties"]["LAD13CD"])
    return features


def test_the_real_file_gives_all_ten_districts_valid_outlines_that_are_nearly_what_was_drawn(county):
    found = outlines.understand_outlines(outlines.read_outline_file(COUNTY.read_bytes()).features)
    assert [outline.district.name for outline in found.outlines if outline.was_repaired] == [
        "East Hertfordshire",
        "Hertsmere",
        "North Hertfordshire",
        "St Albans",
        "Stevenage",
        "Welwyn Hatfield",
    ]
    assert (len(found.outlines), found.unused, found.missing) == (10, [], [])
    sent = {each["properties"]["LAD13CD"]: shape(each["geometry"]).buffer(0) for each in county}
    for outline in found.outlines:
        drawn, before = shape(outline.geometry), sent[outline.district.code]
        assert drawn.is_valid
        assert drawn.symmetric_difference(before).area < 0.01 * before.area
    assert len(json.dumps([outline.geometry for outline in found.outlines])) < 100_000


def test_what_would_be_loaded_is_shown_and_then_loaded(force, adam):
    District.objects.filter(pk=force.watford_district.pk).update(outline=factories.SQUARE)
    factories.DistrictFactory(name="Dacorum")
    page = upload(adam, COUNTY.read_bytes())
    assert [(row[0], row[2]["text"]) for row in page.context["rows"]] == [
        ("North Herts", "New"),
        ("Watford", "Replaces another"),
    ]
    html = page.content.decode()
    assert "Not valid as drawn, and repaired: North Herts." in html
    # The file's code is not the one that Dacorum has here, and a code is not overruled by a name.
    assert "8 features are not used, because they are not districts here: Broxbourne, Dacorum, Hertsmere," in html
    assert "Still without an outline: Dacorum." in html
    assert "Load 2 outlines" in html
    assert District.objects.get(name="North Herts").outline is None
    assert "2 outlines are loaded." in save(adam, page).content.decode()
    loaded = District.objects.get(name="North Herts")
    assert shape(loaded.outline).is_valid
    latest = versions_of(loaded)[0]
    assert (latest.by, [sentence(change) for change in latest.changes]) == (force.adam.name, ["Outline loaded"])
    assert [row[2] for row in adam.get("/manage/districts/").context["rows"]] == ["None", "Loaded", "Loaded"]


@pytest.mark.parametrize(
    "properties",
    [
        {"LAD24CD": "E07000099", "LAD24NM": "Elsewhere"},
        {"lad13cd": "e07000099", "LAD13CDO": "26UF"},
        {"code": "E07000099", "id": 7},
        {"id": "E07000099"},
        {"district_code": "E07000099"},
        {"LAD24NM": "north  HERTS"},
        {"name": "North Herts"},
        {"LAD24NM": "North Hertfordshire", "CTY24CD": "E10000015"},
    ],
    ids=str,
)
def test_a_district_is_found_by_its_code_or_by_its_name_where_there_is_no_code(force, properties):
    District.objects.filter(pk=force.north_herts.pk).update(name_in_police_data="North Hertfordshire")
    (found,) = outlines.understand_outlines([feature(**properties)]).outlines
    assert found.district == force.north_herts


def test_the_id_of_a_feature_may_be_its_code(force):
    (found,) = outlines.understand_outlines([{**feature(name="x"), "id": "E07000099"}]).outlines
    assert found.district == force.north_herts


NAMED = {"LAD24CD": "E07000099"}
EASTINGS = box(518_000, 228_000, 522_000, 232_000)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"x", "must be GeoJSON"),
        (b"PK\x03\x04", "damaged or cut off"),
        (b"[1, 2]", "GeoJSON must be a FeatureCollection"),
        (collection(), "at least one feature"),
        (collection(*[feature()] * 2001), "at most 2,000 features"),
        (collection(feature(LAD24CD="E07000012")), "No feature in the file is a district that is here."),
        (collection(feature(name=7)), "No feature in the file is a district that is here."),
        (collection(feature(**NAMED), feature(name="North Herts")), "Two features are North Herts."),
        (collection(feature(EASTINGS, **NAMED)), "North Herts: These look like eastings and northings."),
        (collection(feature(box(2.2, 48.8, 2.4, 48.9), **NAMED)), "must lie in Great Britain"),
        (collection(feature(box(51.8, -0.4, 51.9, -0.3), **NAMED)), "the wrong way round"),
        (collection(feature(None, **NAMED)), "must be a Polygon"),
        (collection(feature({"type": "Point", "coordinates": [0, 51]}, **NAMED)), "this one is a Point"),
        (collection(feature({"type": "Polygon", "coordinates": [[[-0.4, 51.8]] * 4]}, **NAMED)), "encloses nothing"),
        (collection(feature(box(-0.3, 51.8, -0.2999, 51.8001), **NAMED)), "encloses nothing"),
        (collection(feature(name="a\0b")), "cannot be stored"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_file_is_refused_in_plain_words_and_nothing_is_saved(force, adam, content, said):
    good = feature(LAD24CD="E07000103")
    if said.startswith(("North", "must lie", "the wrong")):
        content = collection(good, *json.loads(content)["features"])
    page = upload(adam, content)
    assert page.status_code == 422
    assert said in refusal(page)
    assert not District.objects.filter(outline__isnull=False).exists()


def test_a_file_that_is_too_large_is_refused(adam, monkeypatch):
    monkeypatch.setattr("hotspots.areas.outlines.MAXIMUM_FILE_BYTES", 1_000_000)
    monkeypatch.setattr("hotspots.areas.district_views.MAXIMUM_FILE_BYTES", 1_000_000)
    assert "smaller than 1 MB" in refusal(upload(adam, b" " * 1_000_001))


def test_a_file_is_needed(adam):
    assert refusal(adam.post(URL, {})) == "Select a file"


def test_what_has_changed_since_the_look_is_said(force, adam):
    page = upload(adam, collection(feature(**NAMED)))
    District.objects.filter(pk=force.north_herts.pk).update(code="E07000012")
    assert "No feature in the file is a district that is here." in save(adam, page).content.decode()
    assert adam.post(URL, {"step": "save"})["Location"] == URL
    assert adam.post(URL, {"step": "save", "kept": 10**9}).status_code == 404


def test_only_administrators_load_outlines(force, as_user, adam):
    page = upload(adam, collection(feature(**NAMED)))
    for person in (force.sam, force.anna, force.paul):
        browser = as_user(person)
        assert upload(browser, collection(feature(**NAMED))).status_code == 403
        assert save(browser, page).status_code == 403
        assert URL not in browser.get("/manage/districts/").content.decode()
    assert not District.objects.filter(outline__isnull=False).exists()


def test_one_wrong_shape_leaves_all_as_they_were(force):
    features = [feature(LAD24CD="E07000103"), feature(EASTINGS, **NAMED)]
    with pytest.raises(outlines.DomainError, match="eastings"):
        operations.load_outlines(by=force.adam, features=features)
    assert not District.objects.filter(outline__isnull=False).exists()


def test_a_crossed_shape_is_repaired(force):
    (found,) = outlines.understand_outlines([feature(BOWTIE, **NAMED)]).outlines
    assert found.was_repaired
    assert shape(found.geometry).area == pytest.approx(HERTS.area / 2, rel=0.001)


@pytest.mark.slow
@pytest.mark.parametrize("corners", [1_000, 100_000])
def test_a_tangle_is_refused_before_it_is_repaired_for_ever(force, corners):
    tangle = Polygon(np.random.default_rng(1).uniform((-0.5, 51.6), (0.1, 52), (corners, 2)))
    with pytest.raises(outlines.DomainError, match="crosses itself so often"):
        outlines.understand_outlines([feature(tangle, **NAMED)])


def test_a_long_shape_that_crosses_itself_once_is_repaired(force):
    angles = np.linspace(0, 2 * np.pi, 3_000, endpoint=False)
    eight = Polygon(np.column_stack((-0.3 + 0.1 * np.sin(angles), 51.8 + 0.1 * np.sin(2 * angles + 0.001))))
    (found,) = outlines.understand_outlines([feature(eight, **NAMED)]).outlines
    assert found.was_repaired


@pytest.mark.slow
def test_an_outline_with_very_many_bends_has_fewer_and_at_most_50_kb():
    zigzag = [(-0.9 + n / 10_000, 51.5 + 0.002 * (n % 2)) for n in range(12_000)]
    drawn = Polygon([*zigzag, (0.3, 52), (-0.9, 52)])
    geometry = outlines.simplified(drawn)
    assert len(json.dumps(geometry, separators=(",", ":"))) <= 50_000
    assert shape(geometry).is_valid
    assert shape(geometry).area == pytest.approx(drawn.area, rel=0.02)


def test_islands_too_small_to_be_seen_are_left_out():
    islands = MultiPolygon([HERTS, box(-0.2, 51.8, -0.19999, 51.80001)])
    assert outlines.simplified(islands)["type"] == "Polygon"


CORNERS = st.tuples(
    st.floats(-0.5, 0.2, allow_nan=False).map(lambda x: round(x, 6)),
    st.floats(51.6, 52.1, allow_nan=False).map(lambda y: round(y, 6)),
)


@given(st.lists(CORNERS, min_size=4, max_size=12, unique=True))
def test_whatever_is_drawn_becomes_a_valid_outline_or_nothing(corners):
    geometry = outlines.simplified(Polygon(corners))
    if geometry is not None:
        drawn = shape(geometry)
        assert drawn.is_valid
        assert drawn.area > 0
        assert geometry["type"] in ("Polygon", "MultiPolygon")
