"""Answers to forms that a script sends: marked as ours, and with redirects that can be read."""

from datetime import timedelta

import pytest
from django.test import Client

from patrols.models import PatrolShift
from tests.outcomes.test_log import LOG, entry

BY_SCRIPT = {"Hotspot-Form": "1"}


@pytest.fixture
def sam(force, now, as_user):
    return as_user(force.sam)


def test_a_saved_shift_says_where_its_receipt_is(force, sam):
    answer = sam.post(LOG, entry(force), headers=BY_SCRIPT)
    receipt = f"/shifts/{PatrolShift.objects.get().pk}/saved/"
    assert (answer.status_code, answer["Hotspot-Location"], answer["Hotspot-Page"]) == (204, receipt, "1")
    assert "Location" not in answer
    assert "Hotspot-Kept" not in answer


def test_pages_are_marked_whatever_their_status(force, sam):
    for answer in (sam.post(LOG, entry(force, start="late"), headers=BY_SCRIPT), sam.get("/no/", headers=BY_SCRIPT)):
        assert answer.status_code in (422, 404)
        assert answer["Hotspot-Page"] == "1"


def test_a_form_that_the_browser_sends_is_answered_as_ever(force, sam):
    answer = sam.post(LOG, entry(force))
    assert (answer.status_code, "Hotspot-Page" in answer) == (302, False)


def test_whoever_has_to_sign_in_hears_whether_the_entries_are_kept(force, now, sam):
    stranger = Client().post(LOG, entry(force), headers=BY_SCRIPT)
    assert (stranger.status_code, stranger["Hotspot-Kept"]) == (204, "0")
    assert stranger["Hotspot-Location"].startswith("/sign-in/")
    sam.get(LOG)
    now.shift(timedelta(hours=4))
    assert sam.post(LOG, entry(force), headers=BY_SCRIPT)["Hotspot-Kept"] == "1"


def test_a_token_that_is_out_of_date_can_be_recognised(force, now):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(force.sam, backend="django.contrib.auth.backends.ModelBackend")
    answer = strict.post(LOG, entry(force), headers=BY_SCRIPT)
    assert answer.status_code == 403
    assert "data-stale-token" in answer.content.decode()
