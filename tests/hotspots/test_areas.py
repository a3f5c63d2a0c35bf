"""Areas in the browser: drawn, looked at, saved, renamed, retired."""

import json
import re
from datetime import date
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hotspot.core.errors import DomainError
from hotspots.areas import operations
from hotspots.models import District, HotspotArea
from tests import factories
from tests.factories import SQUARE
from tests.hotspots.test_boundaries import BOW_TIE, circle, polygon

NEW = {
    "name": "Stevenage Old Town",
    "town": "Stevenage",
    "kind": "both",
    "first_day_day": "1",
    "first_day_month": "5",
    "first_day_year": "2024",
    "position": "100",
}


@pytest.fixture
def adam(force, as_user):
    return as_user(force.adam)


def sent(force, **changes) -> dict:
    return NEW | {"district": str(force.north_herts.pk), "text": json.dumps(SQUARE)} | changes


def test_a_new_area_is_looked_at_before_it_is_saved(force, adam):
    url = reverse("hotspots:add_area")
    page = adam.post(url, sent(force))
    assert page.status_code == 200
    assert "Nothing is saved yet" in page.content.decode()
    assert "38 hectares" in page.content.decode()
    assert not HotspotArea.objects.filter(name=NEW["name"]).exists()

    # What the page carries along is enough to save it.
    kept = dict(page.context["kept"])
    response = adam.post(url, kept | {"step": "save"})
    area = HotspotArea.objects.get(name=NEW["name"])
    assert response["Location"] == reverse("hotspots:area", args=[area.pk])
    assert area.boundary["type"] == "Polygon"
    assert (area.district, area.first_day, area.last_day) == (force.north_herts, date(2024, 5, 1), None)


def test_going_back_from_the_check_keeps_everything(force, adam):
    page = adam.post(reverse("hotspots:add_area"), sent(force, step="change"))
    assert "There is a problem" not in page.content.decode()
    assert NEW["name"] in page.content.decode()
    assert not HotspotArea.objects.filter(name=NEW["name"]).exists()


def test_an_uploaded_file_wins_over_what_is_pasted(force, adam):
    upload = SimpleUploadedFile("area.geojson", json.dumps(polygon(circle(9_999))).encode())
    page = adam.post(reverse("hotspots:add_area"), sent(force, file=upload))
    assert "10,000 points" in page.content.decode()
    # The largest boundary there may be still fits into the form that carries it.
    kept = dict(page.context["kept"])
    assert adam.post(reverse("hotspots:add_area"), kept | {"step": "save"}).status_code == 302


def test_a_file_is_not_lost_over_another_mistake(force, adam):
    upload = SimpleUploadedFile("area.geojson", json.dumps(polygon(circle(7))).encode())
    page = adam.post(reverse("hotspots:add_area"), sent(force, file=upload, text="", town=""))
    assert page.status_code == 422
    assert json.loads(page.context["form"]["text"].value())["type"] == "Polygon"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": ""}, "Select how you give the boundary"),
        ({"text": json.dumps(polygon(BOW_TIE))}, "crosses itself"),
        ({"name": ""}, "Enter the name"),
        ({"name": "x" * 121}, "120 characters"),
        ({"name": "a\x00b"}, "characters that cannot be stored"),
        ({"town": " "}, "Enter the town"),
        ({"district": ""}, "Select the district"),
        ({"district": "99999"}, "Select one of the options"),
        ({"first_day_day": "", "first_day_month": "", "first_day_year": ""}, "Enter the day from which it is active"),
        ({"kind": "burglary"}, "Select one of the options"),
        ({"first_day_month": "13"}, "must be a real date"),
        ({"position": "-1"}, "Enter 0 or more"),
        ({"position": "x"}, "whole number"),
        ({"name": "HITCHIN TOWN CENTRE", "step": "save"}, "already has a hotspot area of this name"),
    ],
)
def test_what_is_wrong_with_a_new_area_is_said(force, adam, changes, words):
    page = adam.post(reverse("hotspots:add_area"), sent(force, **changes))
    assert page.status_code == 422
    assert words in page.content.decode()
    assert HotspotArea.objects.count() == 3


def test_what_the_hint_allows_to_be_pasted_is_accepted_in_either_encoding(force, adam):
    page = adam.get(reverse("hotspots:redraw_area", args=[force.hitchin.pk])).content.decode()
    most = int(re.search(r"up to ([\d,]+) characters", page)[1].replace(",", ""))
    boundary = json.dumps(SQUARE, indent=1)
    # Blanks are what encoding makes most of; a browser sends each line break as two characters.
    pasted = boundary + "\n" * (most - len(boundary) - 10)
    url = reverse("hotspots:redraw_area", args=[force.hitchin.pk])
    assert "Check the new boundary" in adam.post(url, {"text": pasted}).content.decode()
    encoded = adam.post(url, urlencode({"text": pasted}), content_type="application/x-www-form-urlencoded")
    assert "Check the new boundary" in encoded.content.decode()
    too_long = adam.post(url, {"text": boundary + "x" * most})
    assert too_long.status_code == 422
    assert f"Paste at most {most:,} characters" in too_long.content.decode()


def test_a_file_that_is_too_large_is_refused(force, adam):
    upload = SimpleUploadedFile("area.geojson", b" " * 2_600_000)
    page = adam.post(reverse("hotspots:add_area"), sent(force, file=upload))
    assert page.status_code == 422
    assert "smaller than 2.5 MB" in page.content.decode()


def test_the_same_name_in_another_district_is_another_area(force, adam):
    form = sent(force, name="Hitchin town centre", district=str(force.watford_district.pk), step="save")
    assert adam.post(reverse("hotspots:add_area"), form).status_code == 302


def test_a_new_name_keeps_the_old_one_in_the_history(force, adam):
    url = reverse("hotspots:edit_area", args=[force.hitchin.pk])
    form = sent(force, name="Hitchin market place", town="Hitchin")
    assert adam.post(url, form).status_code == 302
    page = adam.get(reverse("hotspots:area", args=[force.hitchin.pk])).content.decode()
    assert "Name changed from Hitchin town centre to Hitchin market place" in page
    assert "by Adam Admin" in page


def test_drawings_show_the_outlines_of_districts_that_the_person_may_see(force, adam, as_user):
    line = [[-0.3, 51.945], [-0.2, 51.945], [-0.2, 52.2], [-0.3, 52.2], [-0.3, 51.945]]
    url = reverse("hotspots:area", args=[force.hitchin.pk])
    assert "app-districts" not in adam.get(url).content.decode()
    District.objects.update(outline=polygon(line))
    for browser, seen in ((adam, 2), (as_user(force.sam), 1)):
        page = browser.get(url).content.decode()
        # The second drawing shows where the area lies in its own district.
        districts, own = re.findall(r'<g class="app-districts" aria-hidden="true">(.*?)</g>', page)
        assert (districts.count("<path"), own.count("<path")) == (seen, 1)
        assert "Thin lines: districts." in page
    assert "app-districts" in adam.post(reverse("hotspots:add_area"), sent(force)).content.decode()


def test_redrawing_shows_first_and_saves_then(force, adam):
    url = reverse("hotspots:redraw_area", args=[force.hitchin.pk])
    page = adam.post(url, {"text": json.dumps(polygon(circle(20)))})
    force.hitchin.refresh_from_db()
    assert force.hitchin.boundary == SQUARE
    adam.post(url, dict(page.context["kept"]) | {"step": "save"})
    force.hitchin.refresh_from_db()
    assert len(force.hitchin.boundary["coordinates"][0]) == 21
    assert "Boundary redrawn" in adam.get(reverse("hotspots:area", args=[force.hitchin.pk])).content.decode()


def test_an_area_that_is_still_to_come_is_active_from_a_day(force, adam):
    url = reverse("hotspots:area", args=[force.watford.pk])
    assert "Since " in adam.get(url).content.decode()
    HotspotArea.objects.filter(pk=force.watford.pk).update(first_day=date(2099, 5, 1))
    assert "From 1 May 2099" in adam.get(url).content.decode()


def test_an_area_retires_and_reopens(force, adam):
    url = reverse("hotspots:retire_area", args=[force.hitchin.pk])
    last = {"last_day_day": "31", "last_day_month": "3", "last_day_year": "2025"}
    assert adam.post(url, last | {"last_day_year": "2023"}).status_code == 422
    assert adam.post(url, last).status_code == 302
    force.hitchin.refresh_from_db()
    assert force.hitchin.last_day == date(2025, 3, 31)
    adam.post(reverse("hotspots:reopen_area", args=[force.hitchin.pk]))
    force.hitchin.refresh_from_db()
    assert force.hitchin.last_day is None


def test_opening_a_confirmation_changes_nothing(force, adam):
    adam.get(reverse("hotspots:retire_area", args=[force.hitchin.pk]))
    adam.get(reverse("hotspots:reopen_area", args=[force.hitchin.pk]))
    force.hitchin.refresh_from_db()
    assert force.hitchin.last_day is None


def test_markup_in_a_name_is_shown_as_text(force, adam):
    force.hitchin.name = "<img src=x onerror=alert(1)>"
    force.hitchin.save()
    for name, pk in (("areas", []), ("area", [force.hitchin.pk]), ("targets", []), ("edit_targets", [])):
        page = adam.get(reverse(f"hotspots:{name}", args=pk)).content.decode()
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"hitchin", "letchworth", "watford"}),
        ({"q": "HITCH"}, {"hitchin"}),
        ({"q": "%"}, set()),
        ({"state": "retired"}, {"letchworth"}),
        ({"state": "active"}, {"hitchin", "watford"}),
        ({"kind": "asb"}, set()),
        ({"kind": "nonsense"}, {"hitchin", "letchworth", "watford"}),
        ({"page": "99"}, {"hitchin", "letchworth", "watford"}),
    ],
)
def test_the_list_is_narrowed_by_its_address(force, adam, now, query, found):
    force.letchworth.last_day = date(2024, 9, 30)
    force.letchworth.save()
    page = adam.get(reverse("hotspots:areas"), query).content.decode()
    assert {name for name in ("hitchin", "letchworth", "watford") if getattr(force, name).name in page} == found


def test_the_list_asks_the_same_number_of_questions_however_long(force, adam, django_assert_num_queries):
    adam.get(reverse("hotspots:areas"))  # The session notes once a minute that it is in use.
    with django_assert_num_queries(5):
        adam.get(reverse("hotspots:areas"))
    factories.HotspotAreaFactory.create_batch(60, district=force.north_herts)
    with django_assert_num_queries(5):
        page = adam.get(reverse("hotspots:areas"))
    assert len(page.context["rows"]) == 50
    assert "?page=2" in page.content.decode()


def test_an_operation_checks_the_boundary_itself(force):
    with pytest.raises(DomainError) as refused:
        operations.redraw_area(by=force.adam, area_id=force.hitchin.pk, boundary=polygon(BOW_TIE))
    assert refused.value.code == "boundary_invalid"
