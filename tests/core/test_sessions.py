"""A session goes on under a new key when its person may do something else than before, and ends for a page alone."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from hotspot.core.accounts.operations import change_role
from hotspot.core.permissions import Role
from hotspots.people.operations import give_districts
from patrols.models import PatrolShift
from tests.outcomes.test_log import LOG, entry


@pytest.fixture
def sam(force, now):
    """Sam's browser, with a page open and something in its session."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(force.sam, backend="django.contrib.auth.backends.ModelBackend")
    browser.get(LOG)
    session = browser.session
    session["kept"] = "4711"
    session.save()
    return browser


def key_of(browser):
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def token_in(page):
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[1]


CHANGES = {
    "role": lambda force: change_role(by=force.adam, person_id=force.sam.pk, role=Role.ADMINISTRATOR),
    "role, behind our back": lambda force: type(force.sam).objects.filter(pk=force.sam.pk).update(role=Role.ANALYST),
    "districts": lambda force: give_districts(
        by=force.adam, person_id=force.sam.pk, districts=[force.north_herts, force.watford_district]
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_next_request_gets_a_new_key_and_a_new_token_and_keeps_the_session(force, sam, change):
    before, token = key_of(sam), sam.cookies[settings.CSRF_COOKIE_NAME].value
    CHANGES[change](force)
    assert sam.get("/account/").status_code == 200
    assert key_of(sam) != before
    assert sam.cookies[settings.CSRF_COOKIE_NAME].value != token
    assert not Session.objects.filter(session_key=before).exists()
    assert sam.session["kept"] == "4711"
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = before
    assert thief.get("/account/").status_code == 302


def test_it_is_renewed_once(force, sam):
    CHANGES["districts"](force)
    keys, tokens = set(), set()
    for _ in range(3):
        sam.get("/account/")
        keys.add(key_of(sam))
        tokens.add(sam.cookies[settings.CSRF_COOKIE_NAME].value)
    assert len(keys) == len(tokens) == 1


def test_a_form_that_was_open_can_still_be_sent_and_the_page_after_it_has_the_new_token(force, sam):
    page, before = sam.get(LOG), key_of(sam)
    CHANGES["districts"](force)
    answer = sam.post(LOG, entry(force) | {"csrfmiddlewaretoken": token_in(page)})
    assert answer.status_code == 302
    assert PatrolShift.objects.count() == 1
    assert key_of(sam) != before
    old = sam.cookies[settings.CSRF_COOKIE_NAME].value
    page = sam.get(LOG)
    assert sam.cookies[settings.CSRF_COOKIE_NAME].value != old
    assert sam.post("/sign-out/", {"csrfmiddlewaretoken": token_in(page)}).status_code == 302


def test_districts_that_stay_the_same_and_changes_to_others_renew_nothing(force, sam):
    before = key_of(sam)
    give_districts(by=force.adam, person_id=force.sam.pk, districts=[force.north_herts])
    change_role(by=force.adam, person_id=force.sue.pk, role=Role.ANALYST)
    sam.get("/account/")
    assert key_of(sam) == before


def test_what_a_script_asks_for_leaves_the_token_of_the_open_form_alone(force, sam):
    before = sam.cookies[settings.CSRF_COOKIE_NAME].value
    CHANGES["districts"](force)
    sam.get("/shifts/echo/", headers={"Sec-Fetch-Mode": "cors"})
    assert sam.cookies[settings.CSRF_COOKIE_NAME].value == before
    sam.get(LOG, headers={"Sec-Fetch-Mode": "navigate"})
    assert sam.cookies[settings.CSRF_COOKIE_NAME].value != before


# --- a session that has ended ----------------------------------------------------------------------------------------

ASIDE = {
    "GET": {"Sec-Fetch-Mode": "cors", "Hotspot-Form": "1", "Accept": "application/json"},
    "POST": {"Sec-Fetch-Mode": "cors", "Hotspot-Form": "1", "Accept": "application/json"},
}
FORM = {"Sec-Fetch-Mode": "cors", "Hotspot-Form": "1", "Accept": "text/html"}


@pytest.mark.parametrize("method", ASIDE)
@pytest.mark.parametrize("is_first", [True, False], ids=["before the form", "after it"])
def test_entries_outlive_what_the_page_asks_for_beside_its_form(force, sam, time_machine, method, is_first):
    """Both are under way with the cookie of the session that has ended, and the answers arrive in the other order."""
    page = sam.get(LOG)
    sent = entry(force) | dict(
        re.findall(r'name="(shown_to|csrfmiddlewaretoken)" value="([^"]+)"', page.content.decode())
    )
    time_machine.shift(timedelta(hours=4))
    other = Client()
    other.cookies.load({name: morsel.value for name, morsel in sam.cookies.items()})

    def ask_aside():
        return other.generic(method, "/shifts/queue/", headers=ASIDE[method])

    if is_first:
        aside = ask_aside()
    form = sam.post(LOG, sent, headers=FORM)
    if not is_first:
        aside = ask_aside()
    assert form["Hotspot-Kept"] == "1"
    sam.cookies.update(aside.cookies)
    sign_in = sam.get("/sign-in/", {"next": LOG})
    assert "what you entered is there again" in sign_in.content.decode()


def test_what_is_asked_for_on_the_side_by_nobody_makes_no_session(db):
    assert not Client().post("/shifts/queue/", headers=ASIDE["POST"]).cookies
    assert not Session.objects.exists()


def test_a_page_takes_the_cookie_of_a_session_that_is_gone_away(force, sam):
    Session.objects.all().delete()
    assert sam.get("/", headers={"Sec-Fetch-Mode": "navigate"}).cookies[settings.SESSION_COOKIE_NAME].value == ""
