"""Many areas from one GeoJSON file: looked at first, then all of the new ones or none."""

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hotspot.core.models import StoredFile
from hotspots.models import HotspotArea
from tests import factories

URL = "/manage/areas/import/"
DAY = {"first_day_day": "1", "first_day_month": "5", "first_day_year": "2024"}


def feature(name="Baldock", district="North Herts", shift=0.0, **properties):
    ring = [[x + shift, y] for x, y in factories.SQUARE["coordinates"][0]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"name": name, "district": district} | properties, "geometry": geometry}


def upload(browser, *features, content=None):
    data = content or json.dumps({"type": "FeatureCollection", "features": features}).encode()
    return browser.post(URL, DAY | {"file": SimpleUploadedFile("areas.geojson", data)})


def save(browser, page):
    form = page.context["form"]
    return browser.post(URL, {"step": "save"} | {name: form[name].value() for name in ("kept", "first_day")})


@pytest.fixture
def adam(force, as_user):
    return as_user(force.adam)


def states(page) -> list[str]:
    return [row[1]["text"] for row in page.context["rows"]]


def test_new_areas_are_shown_and_then_added(force, adam):
    page = upload(
        adam, feature(kind="Both", town="Baldock"), feature("Royston", "E07000099", 0.1, first_day="2024-06-01")
    )
    assert states(page) == ["New", "New"]
    assert "Add 2 areas" in page.content.decode()
    assert HotspotArea.objects.count() == 3
    assert save(adam, page)["Location"] == "/manage/areas/"
    baldock, royston = HotspotArea.objects.filter(name__in=["Baldock", "Royston"]).order_by("name")
    assert (baldock.kind, baldock.first_day, baldock.district) == ("both", date(2024, 5, 1), force.north_herts)
    assert (royston.town, royston.first_day, royston.kind) == ("Royston", date(2024, 6, 1), "asb")


def test_the_same_file_again_adds_nothing(adam):
    save(adam, upload(adam, feature()))
    again = upload(adam, feature())
    assert states(again) == ["Here already"]
    assert "nothing new in this file" in again.content.decode()
    save(adam, again)
    assert HotspotArea.objects.filter(name="Baldock").count() == 1


def test_what_differs_is_said_and_stays(force, adam):
    page = upload(adam, feature("hitchin TOWN centre", town="Hitchin", shift=0.2), feature())
    assert states(page) == ["Here with another kind and boundary", "New"]
    save(adam, page)
    force.hitchin.refresh_from_db()
    assert force.hitchin.boundary == factories.SQUARE
    assert HotspotArea.objects.filter(name="Baldock").exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (feature(""), "name must have"),
        (feature("x" * 121), "name must have"),
        (feature(district="Atlantis"), "district must be one"),
        (feature(kind="parking"), "kind must be"),
        (feature(first_day="1 May"), "must be a date"),
        (feature(position="first"), "position must be"),
        (feature() | {"geometry": None}, "must be a Polygon"),
        (feature(shift=40), "Great Britain"),
        (feature("Royston"), "Feature 1 has the same name"),
    ],
)
def test_one_wrong_feature_stops_all_of_them(adam, wrong, said):
    page = upload(adam, feature("Royston", shift=0.1), wrong)
    assert said in page.context["rows"][1][2]
    assert "Nothing can be imported" in page.content.decode()
    assert save(adam, page).status_code == 422
    assert HotspotArea.objects.count() == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "must be GeoJSON"),
        (b"[]", "FeatureCollection"),
        (b'{"features": []}', "FeatureCollection"),
        (b'{"features": [1]}', "FeatureCollection"),
        (b"[" * 100_000, "must be GeoJSON"),
        (b'{"features": [' + b"{}," * 500 + b"{}]}", "at most 500"),
        (b" " * 5_000_001, "smaller than 5 MB"),
        (b'{"features": [{"geometry": {"type": "Polygon", "coordinates": [[[NaN, 1]]]}}]}', ""),
    ],
    ids=["broken", "list", "empty", "numbers", "deep", "many", "large", "nan"],
)
def test_what_is_no_collection_is_refused(adam, content, said):
    page = upload(adam, content=content)
    if said:
        assert said in str(page.context["form"].errors)
        assert not StoredFile.objects.exists()
    else:
        assert states(page) == ["Error"]


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "9999-12-31", "10000-01-01", "2024-02-30"])
def test_a_day_that_nobody_means_is_refused(adam, day):
    page = upload(adam, feature(first_day=day))
    assert "The day it is active from must be a date" in page.content.decode()


def test_texts_that_are_far_too_long_are_refused_by_their_length(adam, monkeypatch):
    """Cleaning looks at every character, and a file has five million of them."""
    cleaned = []
    monkeypatch.setattr("hotspots.areas.features.clean_line", lambda text: cleaned.append(text) or text)
    properties = {"é" * 50_000: 1, "name": "é" * 50_000, "town": "é" * 50_000, "district": "é" * 50_000}
    page = upload(adam, feature() | {"properties": properties})
    assert "Its name must have 1 to 120 characters" in page.content.decode()
    assert sum(map(len, cleaned)) < 10_000


def test_only_ones_own_upload_can_be_saved(adam, as_user):
    page = upload(adam, feature())
    other = as_user(factories.UserFactory(role="administrator"))
    assert save(other, page).status_code == 404
    assert HotspotArea.objects.count() == 3


def test_markup_in_a_name_is_inert(adam):
    page = upload(adam, feature("<script>alert(1)</script>"))
    assert "<script>alert" not in page.content.decode()
