"""A form that is sent after its session has ended is not lost, and shown to nobody else."""

from datetime import timedelta

import pytest
from django.test import Client

from patrols.models import PatrolShift
from tests.factories import PASSWORD
from tests.outcomes.test_log import LOG, entry

SAID = "You were signed out, so this is not saved yet"


@pytest.fixture
def late(force, now, as_user):
    """Sam's browser, in which a shift was sent four hours after anything else."""
    browser = as_user(force.sam)
    browser.get(LOG)
    now.shift(timedelta(hours=4))
    response = browser.post(LOG, entry(force, note="Quiet but for the station", start="nine"))
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/")
    assert PatrolShift.objects.count() == 0
    return browser


def sign_in(browser, person, to=LOG):
    return browser.post("/sign-in/", {"username": person.email, "password": PASSWORD, "next": to}, follow=True)


def test_after_signing_in_again_the_form_is_filled_in_and_unsaved(force, late):
    assert "what you entered is there again" in late.get("/sign-in/").content.decode()
    page = sign_in(late, force.sam).content.decode()
    assert SAID in page
    assert "Quiet but for the station" in page
    assert 'value="nine"' in page
    assert PatrolShift.objects.count() == 0


def test_it_is_shown_once(force, late):
    sign_in(late, force.sam)
    assert "Quiet" not in late.get(LOG).content.decode()


def test_somebody_else_sees_nothing_of_it(force, late):
    assert "Quiet" not in sign_in(late, force.sue).content.decode()
    late.post("/sign-out/")
    assert "Quiet" not in sign_in(late, force.sam).content.decode()


def test_another_page_leaves_it_where_it_is(force, late):
    assert "Quiet" not in sign_in(late, force.sam, "/shifts/plan/").content.decode()
    assert "Quiet" in late.get(LOG).content.decode()


def test_after_signing_out_by_hand_nothing_is_kept(force, now, as_user):
    browser = as_user(force.sam)
    browser.get(LOG)
    browser.post("/sign-out/")
    browser.post(LOG, entry(force, note="Quiet"))
    assert "nothing has been saved" in browser.get("/sign-in/").content.decode()
    assert "Quiet" not in sign_in(browser, force.sam).content.decode()


def test_a_page_that_cannot_be_filled_in_again_says_that_nothing_is_saved(force, now, as_user):
    browser = as_user(force.sam)
    browser.get("/account/password/")
    now.shift(timedelta(hours=4))
    browser.post("/account/password/", {"old_password": PASSWORD, "new_password1": "x", "new_password2": "x"})
    assert "nothing has been saved" in browser.get("/sign-in/").content.decode()
    assert PASSWORD not in str(dict(browser.session))


@pytest.mark.parametrize("referer", ["http://[", "http://[x]/", "//[", "http://testserver:99999999/", "\x7f"])
def test_a_referer_that_is_no_address_does_no_harm(db, referer):
    response = Client(raise_request_exception=False).post("/manage/areas/new/", {}, headers={"Referer": referer})
    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=/manage/areas/new/")


@pytest.mark.parametrize(
    ("came_from", "address"),
    [
        ("http://testserver/dashboard/?period=2024-10", "/dashboard/%3Fperiod%3D2024-10"),
        ("http://evil.example/dashboard/", "/dashboard/views/"),
        ("", "/dashboard/views/"),
    ],
)
def test_from_a_form_that_keeps_nothing_the_way_back_is_the_page_it_stood_on(force, now, as_user, came_from, address):
    browser = as_user(force.anna)
    browser.get("/dashboard/")
    now.shift(timedelta(hours=4))
    response = browser.post("/dashboard/views/", {"name": "October"}, headers={"Referer": came_from})
    assert response["Location"] == f"/sign-in/?next={address}"
    assert "nothing has been saved" in browser.get(response["Location"]).content.decode()
