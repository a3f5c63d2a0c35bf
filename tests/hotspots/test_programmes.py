"""Programmes, funding streams and districts in the browser."""

import re
from datetime import date

import pytest
from django.urls import reverse

from hotspot.core.errors import DomainError
from hotspots import saving
from hotspots.models import District, FundingStream, Programme
from hotspots.programmes import operations
from tests import factories

DATES = {
    "first_day_day": "1",
    "first_day_month": "April",
    "first_day_year": "2025",
    "last_day_day": "31",
    "last_day_month": "3",
    "last_day_year": "2026",
    "smallest_shown": "5",
}
NEW = {"name": "Operation Hotspot 2025/26", "grant": "£1,000,000.50"} | DATES


@pytest.fixture
def adam(force, as_user):
    return as_user(force.adam)


def test_a_new_programme_holds_its_grant_in_pence(force, adam):
    response = adam.post(reverse("hotspots:add_programme"), NEW)
    programme = Programme.objects.get(name=NEW["name"])
    assert response["Location"] == reverse("hotspots:programme", args=[programme.pk])
    assert programme.grant_pence == 100_000_050
    assert (programme.first_day, programme.last_day) == (date(2025, 4, 1), date(2026, 3, 31))
    page = adam.get(response["Location"]).content.decode()
    assert "£1,000,000.50" in page
    assert "Nothing pays for its patrols yet" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Enter the name"),
        ({"name": "Operation Hotspot 2024/25"}, "already exists"),
        ({"last_day_year": "2024"}, "The last day must be the same as or after the first day."),
        ({"last_day_day": "", "last_day_month": "", "last_day_year": ""}, "Enter the last day"),
        ({"grant": "lots"}, "Enter an amount of money"),
        ({"grant": "-1"}, "Enter an amount of £0 or more"),
        ({"grant": "1.005"}, "Enter pounds and whole pence"),
        ({"grant": "9" * 400}, "Enter £10,000,000,000 or less"),
        ({"grant": "NaN"}, "Enter an amount of money"),
    ],
)
def test_what_is_wrong_with_a_programme_is_said(force, adam, changes, words):
    page = adam.post(reverse("hotspots:add_programme"), NEW | changes)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert Programme.objects.count() == 1


def test_dates_that_leave_shifts_outside_are_refused_in_words(force, adam):
    factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sam)
    url = reverse("hotspots:edit_programme", args=[force.programme.pk])
    page = adam.post(url, NEW | {"name": force.programme.name})
    assert page.status_code == 409
    assert "Shifts are logged outside these dates" in page.content.decode()
    force.programme.refresh_from_db()
    assert force.programme.first_day == date(2024, 5, 1)


def test_changing_a_programme_shows_in_its_history(force, adam):
    url = reverse("hotspots:edit_programme", args=[force.programme.pk])
    assert '"1000000"' in adam.get(url).content.decode()
    adam.post(url, {"name": "Operation Hotspot, year one", "grant": "900000", **DATES, "first_day_year": "2024"})
    page = adam.get(reverse("hotspots:programme", args=[force.programme.pk])).content.decode()
    assert "Grant changed from £1,000,000 to £900,000" in page
    assert "First day changed from 1 May 2024 to 1 April 2024" in page
    assert "by Adam Admin" in page


STREAM = {"name": "Council", "kind": "council", "budget": "20000"}


def test_the_first_stream_of_a_programme_is_its_default(force, adam):
    programme = factories.ProgrammeFactory()
    adam.post(reverse("hotspots:add_stream", args=[programme.pk]), STREAM)
    assert programme.funding_streams.get().is_default
    assert programme.funding_streams.get().budget_pence == 2_000_000


def test_a_new_default_replaces_the_old_one(force, adam):
    adam.post(reverse("hotspots:add_stream", args=[force.programme.pk]), STREAM | {"is_default": "on"})
    assert FundingStream.objects.get(programme=force.programme, is_default=True).name == "Council"


def test_a_programme_keeps_a_default(force, adam):
    page = adam.post(reverse("hotspots:edit_stream", args=[force.grant.pk]), {"name": "Home Office grant"})
    assert page.status_code == 422
    assert "Make another one that first" in page.content.decode()
    force.grant.refresh_from_db()
    assert force.grant.is_default


def test_the_kind_of_a_stream_cannot_be_changed(force, adam):
    url = reverse("hotspots:edit_stream", args=[force.grant.pk])
    sent = {"name": "Grant", "kind": "business_as_usual", "is_default": "on"}
    assert adam.post(url, sent).status_code == 302
    force.grant.refresh_from_db()
    assert (force.grant.name, force.grant.kind) == ("Grant", "home_office_grant")


def test_two_streams_of_one_name_are_refused(force, adam):
    url = reverse("hotspots:add_stream", args=[force.programme.pk])
    page = adam.post(url, STREAM | {"name": "Home Office grant"})
    assert page.status_code == 422
    assert "already has a funding stream of this name" in page.content.decode()


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("Dacorum", "E0700009", "like E07000099"),
        ("Dacorum", "x07000096", "like E07000099"),
        ("Dacorum", "E07000099", "already exists"),
        ("north herts", "E07000096", "already a district of this name"),
        ("", "E07000096", "Enter the name"),
    ],
)
def test_what_is_wrong_with_a_district_is_said(force, adam, name, code, words):
    page = adam.post(reverse("hotspots:add_district"), {"name": name, "code": code})
    assert page.status_code == 422
    assert words in page.content.decode()


def test_a_district_is_added_and_corrected(force, adam):
    adam.post(reverse("hotspots:add_district"), {"name": "Dacorum", "code": " e07000096 "})
    district = District.objects.get(code="E07000096")
    adam.post(reverse("hotspots:edit_district", args=[district.pk]), {"name": "Dacorum Borough", "code": "E07000096"})
    district.refresh_from_db()
    assert district.name == "Dacorum Borough"


def test_lists_ask_the_same_number_of_questions_however_long(force, adam, django_assert_num_queries):
    for programme in factories.ProgrammeFactory.create_batch(5):
        factories.FundingStreamFactory(programme=programme)
    factories.DistrictFactory.create_batch(5)
    adam.get(reverse("core:help"))  # The session notes once a minute that it is in use.
    with django_assert_num_queries(4):
        adam.get(reverse("hotspots:programmes"))
    with django_assert_num_queries(3):
        adam.get(reverse("hotspots:districts"))


def version_on(page) -> str:
    """The version of its record that an edit page remembers."""
    return re.search(r'name="version" value="(\d+)"', page.content.decode())[1]


def test_two_administrators_on_one_programme_lose_nothing(force, adam):
    url = reverse("hotspots:edit_programme", args=[force.programme.pk])
    seen = version_on(adam.get(url))
    first = {"name": "Named by the first", "grant": "900000", **DATES, "first_day_year": "2024"}
    assert adam.post(url, first | {"version": seen}).status_code == 302

    late = first | {"name": "Named by the second", "version": seen}
    page = adam.post(url, late)
    assert page.status_code == 409
    words = page.content.decode()
    assert "Somebody else changed this while you were working on it." in words
    assert "Name changed from Operation Hotspot 2024/25 to Named by the first" in words
    assert 'value="Named by the second"' in words
    assert Programme.objects.get().name == "Named by the first"

    assert adam.post(url, late | {"version": version_on(page)}).status_code == 302
    assert Programme.objects.get().name == "Named by the second"


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 400, "²"])
def test_a_version_that_is_none_is_not_a_server_error(force, adam, version):
    url = reverse("hotspots:edit_programme", args=[force.programme.pk])
    assert adam.post(url, NEW | DATES | {"version": version, "first_day_year": "2024"}).status_code == 302


def test_a_name_that_somebody_takes_at_the_same_moment_is_said(force, monkeypatch):
    """The check passes, then the other administrator's write arrives first."""
    check = saving._check_row

    def taken_meanwhile(row):
        check(row)
        monkeypatch.setattr(saving, "_check_row", check)
        factories.ProgrammeFactory(name=row.name)

    monkeypatch.setattr(saving, "_check_row", taken_meanwhile)
    with pytest.raises(DomainError, match="already exists"):
        operations.save_programme(
            by=force.adam,
            name="Operation Twice",
            first_day=date(2025, 4, 1),
            last_day=date(2026, 3, 31),
            grant_pence=None,
        )
