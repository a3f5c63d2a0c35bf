"""Programmes that run at the same time: nobody is taken by surprise, and the administrator chooses which is used."""

from datetime import date

import pytest
from django.urls import reverse

from hotspots.models import Programme
from patrols.models import PatrolShift
from patrols.shifts.queries import default_stream
from tests import factories
from tests.api import night_in_hitchin, person_caller
from tests.hotspots.test_programmes import NEW

OVERLAPPING = NEW | {"name": "Winter", "first_day_day": "1", "first_day_month": "10", "first_day_year": "2024"}
NIGHT = date(2024, 10, 26)


@pytest.fixture
def adam(force, as_user):
    return as_user(force.adam)


@pytest.fixture
def winter(force):
    """A second programme for some of the same dates, with something that pays."""
    winter = factories.ProgrammeFactory(name="Winter", first_day=date(2024, 10, 1), last_day=date(2025, 3, 31))
    factories.FundingStreamFactory(programme=winter, name="Winter grant", is_default=True)
    return winter


def make_default(programme):
    Programme.objects.update(is_default=False)
    Programme.objects.filter(pk=programme.pk).update(is_default=True)


def test_overlapping_dates_are_asked_about_and_can_be_kept(force, adam):
    url = reverse("hotspots:add_programme")
    assert "keeps_overlap" not in adam.get(url).content.decode()
    page = adam.post(url, OVERLAPPING)
    text = page.content.decode()
    assert page.status_code == 422
    assert "Operation Hotspot 2024/25 (1 May 2024 to 31 March 2025) runs on some of these days too." in text
    assert "would use Operation Hotspot 2024/25 unless another is chosen" in text
    assert "would use this programme" in adam.post(url, OVERLAPPING | {"is_default": "on"}).content.decode()
    assert Programme.objects.count() == 1
    assert adam.post(url, OVERLAPPING | {"keeps_overlap": "on"}).status_code == 302
    assert Programme.objects.filter(name="Winter", is_default=False).exists()


def test_dates_that_do_not_overlap_are_not_asked_about(force, adam):
    assert adam.post(reverse("hotspots:add_programme"), NEW).status_code == 302


def test_changed_dates_are_asked_about_and_a_changed_name_is_not(force, adam, winter):
    url = reverse("hotspots:edit_programme", args=[winter.pk])
    same = OVERLAPPING | {"name": "Renamed", "last_day_year": "2025"}
    assert adam.post(url, same).status_code == 302
    assert adam.post(url, OVERLAPPING).status_code == 422


def test_a_second_programme_takes_nothing_over_until_it_is_made_the_default(force, adam, winter):
    assert default_stream(NIGHT) == force.grant
    make_default(winter)
    assert default_stream(NIGHT).programme == winter
    assert default_stream(date(2024, 6, 1)) == force.grant


def test_a_default_programme_without_funding_pays_for_nothing(force):
    make_default(factories.ProgrammeFactory(name="Empty"))
    assert default_stream(NIGHT) == force.grant


def test_making_another_programme_the_default_takes_it_from_the_old_one(force, adam, winter):
    make_default(force.programme)
    sent = OVERLAPPING | {"last_day_year": "2025", "is_default": "on"}
    assert adam.post(reverse("hotspots:edit_programme", args=[winter.pk]), sent).status_code == 302
    assert Programme.objects.get(is_default=True) == winter
    page = adam.post(reverse("hotspots:edit_programme", args=[winter.pk]), OVERLAPPING | {"last_day_year": "2025"})
    assert page.status_code == 422
    assert "Make another one that first" in page.content.decode()


def test_the_first_programme_is_the_default(db, as_user):
    adam = as_user(factories.UserFactory(role="administrator"))
    adam.post(reverse("hotspots:add_programme"), NEW)
    assert Programme.objects.get().is_default


def test_the_page_of_a_programme_says_what_runs_at_the_same_time(force, adam, winter):
    page = adam.get(reverse("hotspots:programme", args=[winter.pk])).content.decode()
    assert "Runs at the same time" in page
    assert "New shifts and figures use Operation Hotspot 2024/25 unless another is chosen." in page


def test_figures_are_of_the_programme_in_use(force, adam, winter, now):
    first = adam.get(reverse("reports:figures")).context["sheet"].question.programme
    assert first == force.programme
    make_default(winter)
    assert adam.get(reverse("reports:figures")).context["sheet"].question.programme == winter


def test_the_log_form_says_which_programme_pays_only_where_several_run(force, as_user, winter, now):
    sam = as_user(force.sam)
    page = sam.get(reverse("outcomes:log")).content.decode()
    assert "Operation Hotspot 2024/25 pays for the shift (Home Office grant) unless you choose otherwise." in page
    assert "Winter grant, Winter" in page
    Programme.objects.filter(pk=winter.pk).update(first_day=date(2025, 3, 1))
    assert "pays for the shift" not in sam.get(reverse("outcomes:log")).content.decode()


def test_the_api_uses_the_default_programme_and_says_which_it_is(force, winter, now):
    make_default(winter)
    caller = person_caller(force.sam)
    programmes = caller.get("programmes").json()["results"]
    assert {each["name"]: each["is_default"] for each in programmes} == {
        "Winter": True,
        "Operation Hotspot 2024/25": False,
    }
    assert caller.post("shifts", night_in_hitchin(force)).status_code == 201
    assert PatrolShift.objects.get().funding_stream.programme == winter
