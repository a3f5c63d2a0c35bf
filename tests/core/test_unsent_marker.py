"""Where the session cookie itself is gone: the form says to whom it was shown, and only they get it back."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client

from hotspot.core.pages import resubmission
from patrols.models import PatrolShift
from tests.core.test_unsent import SAID, sign_in
from tests.outcomes.test_log import LOG, entry


@pytest.fixture
def shown(force, now, as_user):
    """Sam's browser and the marker of the form that it shows; then its session cookie is gone."""
    browser = as_user(force.sam)
    found = re.search(r'name="shown_to" value="([^"]+)"', browser.get(LOG).content.decode())
    del browser.cookies[settings.SESSION_COOKIE_NAME]
    return browser, found[1]


def send(browser, force, marker, **changes):
    body = entry(force, note="Quiet but for the station", **changes)
    response = browser.post(LOG, body | ({"shown_to": marker} if marker else {}))
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/")
    assert PatrolShift.objects.count() == 0
    return browser


def comes_back(browser, person, to=LOG):
    page = sign_in(browser, person, to).content.decode()
    return "Quiet but for the station" in page and SAID in page


def test_entries_come_back_to_the_person_to_whom_the_form_was_shown(force, shown):
    browser = send(*shown[:1], force, shown[1])
    assert "what you entered is there again" in browser.get("/sign-in/").content.decode()
    assert comes_back(browser, force.sam)
    assert "Quiet" not in browser.get(LOG).content.decode()


def test_they_come_back_without_any_cookie_at_all_though_tokens_are_checked(force, shown):
    browser = send(Client(enforce_csrf_checks=True), force, shown[1])
    browser.handler.enforce_csrf_checks = False
    assert comes_back(browser, force.sam)


def test_after_signing_out_in_another_tab_they_come_back(force, now, as_user):
    browser = as_user(force.sam)
    marker = re.search(r'name="shown_to" value="([^"]+)"', browser.get(LOG).content.decode())[1]
    browser.post("/sign-out/")
    assert comes_back(send(browser, force, marker), force.sam)


def test_somebody_else_gets_nothing_of_them(force, shown):
    browser = send(*shown[:1], force, shown[1])
    assert not comes_back(browser, force.sue)
    browser.post("/sign-out/")
    assert not comes_back(browser, force.sam)


def test_a_marker_cannot_hand_entries_to_another_person(force, shown):
    """Sue sends a form of hers under Sam's eyes: it is never shown to him as his own."""
    browser = send(*shown[:1], force, resubmission.marker(force.sue))
    assert not comes_back(browser, force.sam)


@pytest.mark.parametrize(
    "forge",
    [
        lambda marker, sam: "",
        lambda marker, sam: marker[:-1] + ("A" if marker[-1] != "A" else "B"),
        lambda marker, sam: marker.replace(marker.split(":")[0], "x", 1),
        lambda marker, sam: signing.dumps(sam.pk),
        lambda marker, sam: str(sam.pk),
        lambda marker, sam: "\0",
        lambda marker, sam: "x" * 10_000,
    ],
)
def test_for_a_forged_marker_nothing_is_kept(force, shown, forge):
    browser = send(*shown[:1], force, forge(shown[1], force.sam))
    assert "nothing has been saved" in browser.get("/sign-in/").content.decode()
    assert not comes_back(browser, force.sam)


def test_a_marker_is_good_for_as_long_as_a_session(force, shown, now):
    now.shift(timedelta(seconds=settings.SESSION_COOKIE_AGE - 60))
    assert comes_back(send(Client(), force, shown[1]), force.sam)
    now.shift(timedelta(seconds=120))
    assert not comes_back(send(Client(), force, shown[1]), force.sam)


def test_entries_that_nobody_fetches_go_with_their_session(force, shown, now):
    browser = send(*shown[:1], force, shown[1])
    now.shift(timedelta(seconds=settings.SESSION_COOKIE_AGE + 60))
    assert not comes_back(browser, force.sam)


def test_too_much_is_not_kept(force, shown):
    browser = send(*shown[:1], force, shown[1], start="9" * 70_000)
    assert not comes_back(browser, force.sam)


def test_neither_tokens_nor_passwords_are_kept(force, shown):
    browser, marker = shown
    send(browser, force, marker, csrfmiddlewaretoken="token-4711", old_password="password-4711")
    kept = str(dict(browser.session))
    assert "Quiet" in kept
    assert "4711" not in kept
    assert marker not in kept


def test_every_form_that_is_filled_again_says_to_whom_it_was_shown(force, now, as_user):
    pages = {path: as_user(force.sam).get(path).content.decode() for path in (LOG, "/shifts/plan/")}
    assert all('name="shown_to"' in page for page in pages.values())


def test_a_form_with_an_old_token_is_filled_in_again_for_its_reader(force, now):
    """Sam signed in again in another tab while a form was open."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(force.sam, backend="django.contrib.auth.backends.ModelBackend")
    marker = re.search(r'name="shown_to" value="([^"]+)"', browser.get(LOG).content.decode())[1]
    body = entry(force, note="Quiet but for the station") | {"csrfmiddlewaretoken": "a" * 64}
    assert browser.post(LOG, body).status_code == 403
    assert browser.post(LOG, body | {"shown_to": resubmission.marker(force.sue)}).status_code == 403
    answer = browser.post(LOG, body | {"shown_to": marker})
    assert (answer.status_code, answer["Location"]) == (302, LOG)
    page = browser.get(LOG).content.decode()
    assert "Quiet but for the station" in page
    assert SAID in page
    assert PatrolShift.objects.count() == 0
