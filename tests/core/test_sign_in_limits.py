"""Guessing one account's password from many addresses is slow; its person hears of it and is not kept out."""

from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from axes.models import AccessFailureLog
from django.conf import settings
from django.core import mail
from django.test import Client
from redis.exceptions import ConnectionError as RedisDown

from hotspot.core import tasks
from hotspot.core.accounts import devices
from hotspot.core.accounts.forms import WRONG
from hotspot.core.models import SignInFailure, SignInNotice
from tests.core.test_sign_in import SIGN_IN, WRONG_PASSWORD, attempt
from tests.factories import PASSWORD

pytestmark = pytest.mark.slow

LIMIT, OF_DEVICE = settings.SIGN_IN_FAILURES_PER_ACCOUNT, settings.SIGN_IN_FAILURES_PER_DEVICE
COOKIE = settings.DEVICE_COOKIE_NAME


def guess(account, number, browser=None, password=WRONG_PASSWORD):
    return attempt(account, password, browser, REMOTE_ADDR=f"192.0.2.{number}")


def guesses(account, times):
    return [guess(account, number).status_code for number in range(times)]


@pytest.fixture
def known(force, now):
    """A browser in which Sam has signed in and out."""
    browser = Client()
    assert guess(force.sam.email, 250, browser, PASSWORD).status_code == 302
    browser.post("/sign-out/")
    return browser


def test_wrong_passwords_for_one_account_from_forty_addresses_are_held_up(force, now):
    answers = guesses(force.sam.email, 40)
    assert answers == [200] * (LIMIT - 1) + [429] * (40 - LIMIT + 1)
    refused = guess(force.sam.email, 99, password=PASSWORD)
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert f"{WRONG} Try again in 1 minute." in refused.content.decode()
    # Where one was entered before as well, and not the five minutes that ten from one address would wait.
    assert guess(force.sam.email, 1)["Retry-After"] == "60"
    assert guess(force.sue.email, 1, password=PASSWORD).status_code == 302


def test_each_further_one_waits_longer_and_never_for_good(force, now):
    guesses(force.sam.email, LIMIT)
    waits = []
    for number in range(8):
        wait = int(guess(force.sam.email, 100 + number)["Retry-After"])
        waits.append(wait)
        now.shift(wait)
        assert guess(force.sam.email, 120 + number).status_code == 429
    assert waits == [60, 120, 240, 480, 900, 900, 900, 900]
    now.shift(900)
    assert guess(force.sam.email, 1, password=PASSWORD).status_code == 302


def test_a_day_later_all_is_as_it_was(force, now):
    guesses(force.sam.email, 40)
    now.shift(timedelta(days=1, minutes=1))
    assert guess(force.sam.email, 1).status_code == 200


def test_what_is_refused_does_not_count(force, now):
    guesses(force.sam.email, 40)
    assert SignInFailure.objects.count() == LIMIT


def test_an_account_that_nobody_has_is_held_up_alike_and_nobody_is_told(force, now):
    assert guesses("nobody@hotspot.example", 40) == guesses(force.sam.email, 40)
    assert SignInNotice.objects.get().user == force.sam


def test_other_capitals_are_the_same_account(force, now):
    guesses(force.sam.email.upper(), LIMIT)
    assert guess(force.sam.email, 99).status_code == 429


# --- a browser that its person has used before --------------------------------------------------------------------


def test_a_known_browser_is_not_held_up(force, known):
    guesses(force.sam.email, 40)
    assert guess(force.sam.email, 251, known, PASSWORD).status_code == 302


def test_not_even_at_an_address_from_which_others_guess(force, known):
    assert [guess(force.sam.email, 7).status_code for _ in range(35)][-1] == 429
    assert guess(force.sam.email, 7, known, PASSWORD).status_code == 302


def test_a_known_browser_has_a_limit_of_its_own_wherever_it_is(force, known):
    answers = [guess(force.sam.email, number, known).status_code for number in range(OF_DEVICE + 2)]
    assert answers == [200] * (OF_DEVICE - 1) + [429] * 3
    assert guess(force.sam.email, 99, known, PASSWORD)["Retry-After"] == "60"
    # It holds up nobody else, and its person is not told of their own mistakes.
    assert guess(force.sam.email, 98, password=PASSWORD).status_code == 302
    assert not SignInNotice.objects.exists()


def test_it_is_known_for_its_person_only(force, known):
    guesses(force.sue.email, 40)
    assert guess(force.sue.email, 251, known, PASSWORD).status_code == 429


def test_a_shared_browser_is_known_for_each_of_its_people(force, known):
    guess(force.sue.email, 250, known, PASSWORD)
    known.post("/sign-out/")
    for person in (force.sam, force.sue):
        guesses(person.email, 40)
        assert guess(person.email, 251, known, PASSWORD).status_code == 302
        known.post("/sign-out/")


@pytest.mark.parametrize("forge", [lambda text: text[:-1] + "x", lambda text: "x", lambda text: ""])
def test_a_forged_cookie_makes_no_browser_known(force, known, forge):
    known.cookies[COOKIE] = forge(known.cookies[COOKIE].value)
    guesses(force.sam.email, 40)
    assert guess(force.sam.email, 251, known, PASSWORD).status_code == 429


def test_a_new_password_makes_other_browsers_unknown_and_keeps_this_one(force, known):
    here = Client()
    guess(force.sam.email, 252, here, PASSWORD)
    new = {"old_password": PASSWORD, "new_password1": "seven brown otters", "new_password2": "seven brown otters"}
    before = here.cookies[COOKIE].value
    assert here.post("/account/password/", new).status_code == 302
    assert here.cookies[COOKIE].value != before
    here.post("/sign-out/")
    guesses(force.sam.email, 40)
    assert guess(force.sam.email, 251, known, "seven brown otters").status_code == 429
    assert guess(force.sam.email, 251, here, "seven brown otters").status_code == 302


def test_a_browser_is_known_for_half_a_year(force, known, now):
    now.shift(timedelta(seconds=devices.MAXIMUM_AGE + 60))
    guesses(force.sam.email, 40)
    assert guess(force.sam.email, 251, known, PASSWORD).status_code == 429


def test_the_cookie_is_kept_from_scripts_and_other_sites(force, known):
    cookie = known.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert (cookie["path"], cookie["domain"], cookie["max-age"]) == ("/", "", devices.MAXIMUM_AGE)
    assert force.sam.email not in cookie.value


# --- telling the person -------------------------------------------------------------------------------------------


def test_the_person_is_told_once(force, now):
    guesses(force.sam.email, 40)
    for _ in range(3):
        now.shift(timedelta(minutes=16))
        guess(force.sam.email, 99)
        tasks.send_sign_in_notices()
    (letter,) = mail.outbox
    assert letter.to == [force.sam.email]
    assert "wrong passwords for your account" in letter.body
    assert "192.0.2" not in letter.body


def test_another_day_is_another_episode(force, now):
    for _ in range(2):
        guesses(force.sam.email, 40)
        tasks.send_sign_in_notices()
        now.shift(timedelta(days=1, minutes=1))
    assert len(mail.outbox) == 2


def test_without_the_mail_server_signing_in_is_as_ever_and_the_letter_goes_later(force, now, monkeypatch):
    def down(*_, **__):
        raise SMTPServerDisconnected

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", down)
        assert guesses(force.sam.email, LIMIT)[-1] == 429
        tasks.send_sign_in_notices()
    assert mail.outbox == []
    tasks.send_sign_in_notices()
    tasks.send_sign_in_notices()
    assert len(mail.outbox) == 1


def test_nothing_of_it_needs_the_cache(force, now, monkeypatch):
    def down(*_, **__):
        raise RedisDown("connection refused")

    monkeypatch.setattr("django.core.cache.backends.locmem.LocMemCache.get", down)
    monkeypatch.setattr("django.core.cache.backends.locmem.LocMemCache.add", down)
    assert guesses(force.sam.email, LIMIT)[-1] == 429


def test_what_counts_no_longer_is_removed(force, now):
    guesses(force.sam.email, 3)
    now.shift(timedelta(days=2))
    tasks.clear_sessions()
    assert not SignInFailure.objects.exists()


def test_many_old_failures_do_not_make_the_count_forget_new_ones(force, now):
    """django-axes would delete the latest of more than a thousand, on which the limit for an address stands."""
    old = AccessFailureLog(username=force.sam.email, ip_address="192.0.2.1", attempt_time=None)
    AccessFailureLog.objects.bulk_create(
        AccessFailureLog(username=old.username, ip_address=old.ip_address) for _ in range(1_001)
    )
    guess(force.sam.email, 2)
    assert AccessFailureLog.objects.count() == 1_002


def test_the_front_door_sets_no_such_cookie_for_a_wrong_password(force):
    browser = Client()
    browser.get(SIGN_IN)
    attempt(force.sam.email, browser=browser)
    assert COOKIE not in browser.cookies


def test_who_sits_at_somebody_elses_browser_cannot_guess_the_password_either(force, now):
    browser, other = Client(), Client()
    for each in (browser, other):
        each.force_login(force.sam, backend="django.contrib.auth.backends.ModelBackend")

    def change(old, client=browser):
        new = "three random words"
        return client.post("/account/password/", {"old_password": old, "new_password1": new, "new_password2": new})

    for number in range(OF_DEVICE):
        assert "This is not your present password." in change(f"{WRONG_PASSWORD} {number}").content.decode()
    for client in (browser, other):
        page = change(PASSWORD, client).content.decode()
        assert "Too many wrong passwords were entered here. Try again in 1 minute." in page
    assert SignInFailure.objects.count() == OF_DEVICE
    # Nothing else is held up, and signing in is not either.
    assert browser.get("/account/").status_code == 200
    assert guess(force.sam.email, 1, password=PASSWORD).status_code == 302
    now.shift(60)
    assert change(PASSWORD).status_code == 302
