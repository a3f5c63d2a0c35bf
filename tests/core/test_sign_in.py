"""Signing in and out."""

from datetime import timedelta

import pytest
from axes.models import AccessFailureLog
from django.conf import settings as django_settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from hotspot.core.accounts.forms import WRONG
from hotspot.core.accounts.operations import invite_person
from hotspot.core.models import User
from hotspot.core.permissions import Role
from tests import factories
from tests.factories import PASSWORD

SIGN_IN = "/sign-in/"


WRONG_PASSWORD = "wrong password here"


def attempt(username: str, password: str = WRONG_PASSWORD, browser: Client | None = None, **extra):
    return (browser or Client()).post(SIGN_IN, {"username": username, "password": password}, **extra)


def fail(times: int, username: str, **extra) -> None:
    for _ in range(times):
        assert attempt(username, **extra).status_code in (200, 429)


def test_the_right_password_opens_the_service(force):
    browser = Client()
    response = attempt(" SAM@hotspot.example ", PASSWORD, browser)
    # Not by way of the first address, which leads there as well: where the signal is poor each costs a second.
    assert (response.status_code, response["Location"]) == (302, reverse("outcomes:shifts"))
    assert browser.get("/")["Location"] == reverse("outcomes:shifts")


@pytest.mark.parametrize("who", ["anna", "paul", "audrey"])
def test_everybody_else_starts_with_figures(force, as_user, who):
    assert as_user(force.people[who]).get("/")["Location"] == reverse("reports:figures")


def test_an_administrator_starts_with_figures_once_everything_is_set_up(force, as_user, now):
    page = as_user(force.adam).get("/", follow=True)
    assert page.redirect_chain[-1][0] == reverse("reports:figures")


def test_the_first_administrator_starts_at_the_set_up_and_is_told_what_is_next(db, as_user):
    first = as_user(invite_person(by=None, name="Ada", email="ada@hotspot.example", role=Role.ADMINISTRATOR))
    page = first.get("/", follow=True)
    assert page.redirect_chain[-1][0] == reverse("hotspots:manage")
    assert page.content.decode().count("Next: ") == 1
    assert "Next: add a programme" in page.content.decode()
    assert reverse("hotspots:manage") in first.get(reverse("reports:figures")).content.decode().split("<main")[1]


def test_unknown_wrong_and_deactivated_look_the_same(force):
    User.objects.filter(pk=force.sue.pk).update(is_active=False)
    pages = [
        attempt("nobody@hotspot.example"),
        attempt(force.sam.email),
        attempt(force.sue.email, PASSWORD),
        attempt("not an address"),
    ]
    assert {page.status_code for page in pages} == {200}
    assert all(WRONG in page.content.decode() for page in pages)
    assert {tuple(page.context["form"].non_field_errors()) for page in pages} == {(WRONG,)}


@pytest.mark.parametrize(
    ("username", "password", "words"),
    [
        ("", "x", "Enter the e-mail address"),
        ("sam@hotspot.example", "", "Enter the password"),
        ("sam\x00@hotspot.example", "x", "characters that cannot be stored"),
        ("x" * 300, "x", "254 characters"),
        ("sam@hotspot.example", "x" * 4097, "4096 characters"),
    ],
)
def test_what_cannot_be_read_is_said(force, username, password, words):
    page = attempt(username, password)
    assert page.status_code == 200
    assert words in page.content.decode()
    assert not AccessFailureLog.objects.exists()


def test_the_eleventh_wrong_password_waits(force):
    fail(10, force.sam.email)
    page = attempt(force.sam.email)
    assert page.status_code == 429
    assert 1 <= int(page["Retry-After"]) <= 300
    assert f"{WRONG} Try again in 5 minutes." in page.content.decode()
    assert force.sam.email in page.content.decode()
    assert attempt(force.sam.email, PASSWORD).status_code == 429


def test_the_right_password_works_after_five_minutes(force, now):
    fail(10, force.sam.email)
    now.shift(timedelta(minutes=4, seconds=30))
    page = attempt(force.sam.email, PASSWORD)
    assert (page.status_code, page["Retry-After"]) == (429, "30")
    assert "Try again in 1 minute." in page.content.decode()
    # The refused try above did not make the wait longer.
    now.shift(timedelta(seconds=31))
    assert attempt(force.sam.email, PASSWORD).status_code == 302


def test_capitals_and_browsers_are_no_way_around(force):
    for n in range(10):
        attempt("Sam@hotspot.example" if n % 2 else force.sam.email, headers={"User-Agent": f"Browser {n}"})
    assert attempt("SAM@HOTSPOT.EXAMPLE", PASSWORD).status_code == 429


def test_the_right_password_forgets_earlier_failures(force):
    fail(9, force.sam.email)
    assert attempt(force.sam.email, PASSWORD).status_code == 302
    fail(9, force.sam.email)
    assert attempt(force.sam.email, PASSWORD).status_code == 302


def test_others_and_those_who_are_signed_in_are_not_touched(force, as_user):
    sam = as_user(force.sam)
    fail(11, force.sam.email)
    assert sam.get(reverse("core:account")).status_code == 200
    assert attempt(force.sue.email, PASSWORD).status_code == 302
    assert attempt(force.sam.email, PASSWORD, REMOTE_ADDR="10.1.2.3").status_code == 302


def test_an_account_that_does_not_exist_waits_too(force):
    fail(10, "nobody@hotspot.example")
    assert attempt("nobody@hotspot.example").status_code == 429


def test_thirty_failures_an_hour_stop_an_address(force, now):
    for n in range(30):
        assert attempt(f"person{n}@hotspot.example").status_code == 200
        now.shift(60)
    page = attempt(force.sam.email, PASSWORD)
    assert page.status_code == 429
    assert int(page["Retry-After"]) == 30 * 60
    assert "Try again in 30 minutes." in page.content.decode()
    # Another address is none of it, and an hour after the first failure there is room for one more.
    assert attempt(force.sue.email, PASSWORD, REMOTE_ADDR="10.1.2.3").status_code == 302
    now.shift(timedelta(minutes=30, seconds=1))
    assert attempt(force.sam.email, PASSWORD).status_code == 302


def test_behind_our_proxy_the_last_forwarded_address_counts(force, settings):
    settings.BEHIND_PROXY = True
    for n in range(30):
        attempt(f"person{n}@hotspot.example", headers={"X-Forwarded-For": f"1.2.3.{n}, 10.9.9.9"})
    spoofed = {"X-Forwarded-For": "8.8.8.8, 10.9.9.9"}
    assert attempt(force.sam.email, PASSWORD, headers=spoofed).status_code == 429
    assert attempt(force.sam.email, PASSWORD, headers={"X-Forwarded-For": "10.9.9.8"}).status_code == 302


@pytest.mark.parametrize("address", ["", "unix:", "garbage"])
def test_an_address_that_cannot_be_read_is_no_error(force, address):
    assert attempt(force.sam.email, REMOTE_ADDR=address).status_code == 200
    assert attempt(force.sam.email, PASSWORD, REMOTE_ADDR=address).status_code == 302


def test_no_password_is_written_down(force):
    attempt(force.sam.email, "a secret of mine")
    rows = [str(row) for row in AccessFailureLog.objects.values()]
    assert rows
    assert "a secret of mine" not in str(rows)


def test_signing_in_gives_a_new_session_key(force):
    browser = Client()
    session = browser.session
    session["planted"] = "by somebody else"
    session.save()
    planted = session.session_key
    browser.cookies[django_settings.SESSION_COOKIE_NAME] = planted
    attempt(force.sam.email, PASSWORD, browser)
    assert browser.cookies[django_settings.SESSION_COOKIE_NAME].value != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_a_session_that_was_signed_out_cannot_be_used_again(force, as_user):
    sam = as_user(force.sam)
    key = sam.session.session_key
    assert sam.post(reverse("core:sign_out"))["Location"] == SIGN_IN
    replayed = Client()
    replayed.cookies[django_settings.SESSION_COOKIE_NAME] = key
    assert replayed.get(reverse("core:account")).status_code == 302
    assert not Session.objects.filter(session_key=key).exists()


def test_signing_out_and_in_need_a_post_with_its_token(force):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(force.sam, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get(reverse("core:sign_out")).status_code == 405
    refused = browser.post(reverse("core:sign_out"))
    assert refused.status_code == 403
    assert "This page was open for too long" in refused.content.decode()
    assert browser.get(reverse("core:account")).status_code == 200
    stranger = Client(enforce_csrf_checks=True)
    assert attempt(force.sam.email, PASSWORD, stranger).status_code == 403


@pytest.mark.parametrize(
    ("next_page", "leads_to"),
    [
        ("/account/", "/account/"),
        ("https://evil.example/", "/shifts/"),
        ("//evil.example", "/shifts/"),
        ("javascript:alert(1)", "/shifts/"),
        ("/\\evil.example", "/shifts/"),
    ],
)
def test_after_signing_in_people_stay_on_our_own_host(force, next_page, leads_to):
    sent = {"username": force.sam.email, "password": PASSWORD, "next": next_page}
    assert Client().post(SIGN_IN, sent)["Location"] == leads_to


def test_who_is_signed_in_is_not_asked_again(force, as_user):
    assert as_user(force.sam).get(SIGN_IN)["Location"] == "/shifts/"


def test_a_new_password_ends_other_sessions(force, as_user):
    here, elsewhere = as_user(force.sam), as_user(force.sam)
    sent = {"old_password": PASSWORD, "new_password1": "seven brown otters", "new_password2": "seven brown otters"}
    assert here.post(reverse("core:change_password"), sent)["Location"] == reverse("core:account")
    assert here.get(reverse("core:account")).status_code == 200
    assert elsewhere.get(reverse("core:account")).status_code == 302


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"old_password": "not it"}, "This is not your present password."),
        ({"new_password2": "seven brown badgers"}, "The two passwords are not the same."),
        ({"new_password1": "short", "new_password2": "short"}, "at least 12 characters"),
        ({"old_password": ""}, "Enter your present password"),
        ({"new_password1": ""}, "Enter a new password"),
    ],
)
def test_what_is_wrong_with_a_new_password_is_said(force, as_user, changes, words):
    sent = {"old_password": PASSWORD, "new_password1": "seven brown otters", "new_password2": "seven brown otters"}
    page = as_user(force.sam).post(reverse("core:change_password"), sent | changes)
    assert words in page.content.decode()
    force.sam.refresh_from_db()
    assert force.sam.check_password(PASSWORD)


@pytest.mark.parametrize(
    "password",
    [
        "elevenchars",
        "password1234",
        "Hertfordshire1",
        "Operation-Hotspot-2024",
        "HertsPolice2025!!",
        "sam.sergeant@hotspot",
        "x" * 4097,
        "ŵ" * 2049,
    ],
)
def test_weak_and_endless_passwords_are_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password, User(email="sam.sergeant@hotspot.example", name="Sam Sergeant"))


@pytest.mark.parametrize(
    "password",
    ["three random words", "x7" * 40, "ŵŷ 🦦🦦🦦 dyfrgi brown", "policeman's tall purple giraffe", "  spaces around  "],
)
def test_long_and_unusual_passwords_are_accepted(password):
    validate_password(password, User(email="sam.sergeant@hotspot.example", name="Sam Sergeant"))


def test_a_password_of_emoji_signs_in(force):
    force.sam.set_password("🦦 ŵ seven brown otters")
    force.sam.save()
    assert attempt(force.sam.email, "🦦 ŵ seven brown otters").status_code == 302


def test_cookies_are_kept_from_scripts_and_other_sites(force):
    browser = Client()
    attempt(force.sam.email, PASSWORD, browser)
    for name in (django_settings.SESSION_COOKIE_NAME, django_settings.CSRF_COOKIE_NAME):
        cookie = browser.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert not cookie["domain"]
        assert len(cookie.value) < 4096


def test_an_account_of_no_known_role_may_do_nothing(force, as_user):
    nobody = factories.UserFactory()
    nobody.role = "ghost"
    assert not any(nobody.may(permission) for permission in ("use_service", "view_figures"))
