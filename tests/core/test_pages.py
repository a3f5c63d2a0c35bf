"""Statements, health, errors and the account."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from django.urls import path, reverse
from django.utils import timezone
from oauth2_provider.models import AccessToken

from hotspot.core import views
from hotspot.core.api import problems
from hotspot.core.middleware import SmallFiles
from hotspot.core.models import IdempotencyKey, User
from hotspot.core.pages.access import public
from hotspot.core.permissions import IN_WORDS, PERSON_ROLES, Permission, Role, Scope, abilities
from hotspot.core.tasks import clear_sessions
from hotspot.urls import handler404, handler500  # noqa: F401 - this module is a URLconf too
from hotspot.urls import urlpatterns as ours
from tests import factories
from tests.api import connect, token_for

PUBLIC = ["/sign-in/", "/accessibility/", "/privacy/", "/help/", "/healthz", "/readyz"]


@pytest.mark.django_db
@pytest.mark.parametrize("url", PUBLIC)
def test_anybody_may_read(url):
    response = Client().get(url)
    assert response.status_code == 200
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "'unsafe" not in response["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/", "/account/", "/account/password/"])
def test_strangers_sign_in_first(url):
    response = Client().get(url)
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/")


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/accessibility/", "/privacy/", "/help/", "/healthz", "/readyz", "/account/"])
def test_reading_pages_take_no_post(force, as_user, url):
    assert as_user(force.sam).post(url).status_code == 405


def test_healthz_asks_nothing_of_the_database():
    """Without the db fixture a query would fail this test."""
    response = Client().get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.fixture
def database_down(monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError("could not connect to server")

    monkeypatch.setattr(connection, "cursor", refuse)


@pytest.mark.django_db
def test_readyz_says_503_while_the_database_is_down(database_down):
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert b"could not connect" not in response.content


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/account/", "/manage/areas/", "/help/", "/nowhere/"])
def test_pages_say_503_while_the_database_is_down(force, as_user, url, monkeypatch):
    browser = as_user(force.sam)
    browser.raise_request_exception = False

    def refuse(*args, **kwargs):
        raise OperationalError("could not connect to server")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", refuse)
        response = browser.get(url)
    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    page = response.content.decode()
    assert "The service is not available" in page
    assert response["X-Request-ID"] in page
    assert "could not connect" not in page
    assert browser.get("/account/").status_code == 200


def failing(error: Exception, request):
    """What is answered to a request in which this was raised."""
    request.reference = "abc123"
    try:
        raise error
    except Exception:
        return views.server_error(request)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("terminating connection"), 503),
        (InterfaceError("connection already closed"), 503),
        (DatabaseError("server closed the connection unexpectedly"), 503),
        (IntegrityError("a mistake of ours"), 500),
    ],
)
@pytest.mark.parametrize("path", ["/shifts/", "/api/v1/areas"])
def test_a_database_that_goes_away_is_503_and_a_mistake_of_ours_500(rf, error, status, path):
    assert failing(error, rf.get(path)).status_code == status
    problem = problems.problem_of(error)
    assert problem.kind.status == status


def test_what_was_entered_is_kept_on_the_page_to_be_sent_again(rf):
    entered = {"csrfmiddlewaretoken": "t", "note": 'Quiet <b>"night"</b>', "keep": ["overlap", "duplicate"]}
    page = failing(OperationalError(), rf.post("/shifts/log/", entered)).content.decode()
    assert "Send it again" in page
    assert 'name="note" value="Quiet &lt;b&gt;&quot;night&quot;&lt;/b&gt;"' in page
    assert page.count('name="keep"') == 2


@pytest.mark.parametrize(
    ("path", "entered"),
    [
        ("/sign-in/", {"username": "sam@hotspot.example", "password": "hidden words"}),
        ("/nowhere/", {"note": "hidden words"}),
        ("/shifts/log/", {"note": "hidden words" * 10_000}),
        ("/shifts/log/", {f"field{number}": "hidden words" for number in range(2000)}),
    ],
)
def test_passwords_and_what_is_no_form_of_ours_are_not_repeated(rf, path, entered):
    page = failing(OperationalError(), rf.post(path, entered)).content.decode()
    assert "The service is not available" in page
    assert "hidden words" not in page


def test_a_mistake_of_ours_says_500_with_its_reference(rf):
    request = rf.get("/")
    request.reference = "abc123"
    try:
        raise ValueError("a secret detail")
    except ValueError:
        response = views.server_error(request)
    assert response.status_code == 500
    assert "abc123" in response.content.decode()
    assert "secret" not in response.content.decode()


@public
def _ask_too_much(request):
    raise OperationalError("canceling statement due to statement timeout")


def _undeclared(request):
    raise AssertionError("called")


urlpatterns = [*ours, path("too-much/", _ask_too_much), path("undeclared/", _undeclared)]


@pytest.mark.django_db
@pytest.mark.urls("tests.core.test_pages")
def test_a_question_that_takes_too_long_is_503():
    browser = Client(raise_request_exception=False)
    assert browser.get("/too-much/").status_code == 503


@pytest.mark.django_db
@pytest.mark.urls("tests.core.test_pages")
def test_a_view_that_declares_nothing_is_not_there():
    assert Client().get("/undeclared/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(("url", "words"), [("/nowhere/", "Page not found"), ("/manage/areas/%00/", "Page not found")])
def test_404_repeats_nothing(url, words):
    response = Client().get(url)
    assert response.status_code == 404
    assert words in response.content.decode()
    assert response["X-Request-ID"] in response.content.decode()
    assert "nowhere" not in response.content.decode()


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("/help/?area=&kind=", "/help/"),
        ("/help/?area=&q=a+b&q=&q=%26", "/help/?q=a+b&q=%26"),
    ],
)
@pytest.mark.django_db
def test_empty_parameters_are_left_out_of_an_address_that_a_browser_opens(asked, answered):
    client = Client()
    response = client.generic(
        "GET", asked.partition("?")[0], headers={"accept": "text/html"}, QUERY_STRING=asked.partition("?")[2]
    )
    assert (response.status_code, response["Location"]) == (302, answered)
    assert client.get("/help/?q=a", headers={"accept": "text/html"}).status_code == 200
    assert client.get("/help/?area=").status_code == 200


@pytest.mark.django_db
def test_too_large_a_form_is_400_in_words(force, as_user):
    response = as_user(force.adam).post("/manage/districts/new/", {"name": "x" * 1_100_000})
    assert response.status_code == 400
    assert "We could not read that request" in response.content.decode()


@pytest.mark.django_db
def test_too_many_fields_are_400(force, as_user):
    response = as_user(force.adam).post("/manage/districts/new/", {f"field{n}": "x" for n in range(1001)})
    assert response.status_code == 400


@pytest.mark.django_db
def test_an_account_says_who_and_what(force, as_user):
    page = as_user(force.sam).get(reverse("core:account")).content.decode()
    assert force.sam.email in page
    assert "log shifts" in page
    assert "invite people" not in page


def test_every_permission_has_words():
    assert set(IN_WORDS) == set(Permission) - {Permission.USE_SERVICE}
    assert all(abilities(role) for role, _ in PERSON_ROLES)


def navigation_of(browser: Client) -> list[str]:
    return [place.label for place in browser.get("/help/").context["navigation"]]


@pytest.mark.django_db
def test_the_navigation_offers_what_a_person_may_open(force, as_user):
    assert navigation_of(as_user(force.paul)) == [
        "Figures",
        "Published",
        "Returns",
        "Ledger",
        "Areas",
        "Problem solving",
        "Impact",
    ]
    assert navigation_of(as_user(force.anna)) == [
        "Shifts",
        "Figures",
        "Dashboard",
        "Published",
        "Returns",
        "Ledger",
        "Areas",
        "Problem solving",
        "Police data",
        "Impact",
    ]
    assert navigation_of(as_user(force.audrey)) == [
        "Shifts",
        "Figures",
        "Dashboard",
        "Published",
        "Returns",
        "Ledger",
        "Areas",
        "Problem solving",
        "Police data",
        "Impact",
        "People",
        "Systems",
        "Downloads",
    ]
    assert navigation_of(as_user(force.adam))[-1] == "Manage"
    assert "Areas" not in navigation_of(as_user(force.adam))
    assert navigation_of(Client()) == []


@pytest.mark.parametrize(
    ("page", "entry"),
    [
        ("incidents:months", "Police data"),
        ("hotspots:districts", "Areas"),
        ("area_sets:list", "Areas"),
        ("initiatives:list", "Problem solving"),
        ("reports:plan_totals", "Problem solving"),
    ],
)
def test_the_navigation_marks_where_people_came_from(force, as_user, page, entry):
    of_adam = entry if entry == "Problem solving" else "Manage"
    for person, marked in ((force.anna, entry), (force.adam, of_adam)):
        places = as_user(person).get(reverse(page)).context["navigation"]
        assert [place.label for place in places if place.current] == [marked]


@pytest.mark.parametrize("page", ["reports:impact", "reports:dosage", "trials:list", "reports:changes"])
def test_pages_on_effects_are_reached_through_impact_by_those_who_see_it(force, as_user, page):
    for person in (force.anna, force.paul, force.adam, force.audrey):
        places = as_user(person).get(reverse(page)).context["navigation"]
        assert [place.label for place in places if place.current] == ["Impact"]


def test_supervisors_have_presence_trials_and_tonight_to_themselves(force, as_user):
    offered = navigation_of(as_user(force.sam))
    assert {"Tonight", "Presence", "Trials"} <= set(offered)
    assert "Impact" not in offered
    places = as_user(force.sam).get(reverse("reports:plans")).context["navigation"]
    assert [place.label for place in places if place.current] == ["Areas"]


@pytest.mark.django_db
def test_the_first_administrator_is_made_from_the_command_line(capsys):
    call_command("create_administrator", email="Adam@Force.example", name="Adam Ant")
    printed = capsys.readouterr().out
    adam = User.objects.get()
    assert (adam.email, adam.role, adam.has_usable_password()) == ("adam@force.example", Role.ADMINISTRATOR, False)
    link = printed[printed.index("/welcome/") :].strip()
    assert "Choose your password" in Client().get(link, follow=True).content.decode()
    call_command("create_administrator", email="adam@force.example", name="Adam Ant")
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_the_command_makes_nobody_an_administrator_who_was_something_else():
    factories.UserFactory(email="sam@force.example")
    with pytest.raises(CommandError, match="not an active administrator"):
        call_command("create_administrator", email="sam@force.example", name="Sam")
    with pytest.raises(CommandError, match="valid email"):
        call_command("create_administrator", email="nobody", name="Sam")


@pytest.mark.django_db
def test_sessions_that_ended_are_cleared(force, as_user, now, capsys):
    as_user(force.sam)
    now.shift(13 * 60 * 60)
    as_user(force.sue)
    clear_sessions()
    assert Session.objects.count() == 1


@pytest.mark.django_db
def test_expired_tokens_and_old_answers_are_cleared(force, now):
    system = connect(force.adam, Scope.READ_SHIFTS)
    token_for(system, seconds=60)
    token_for(system, seconds=2 * 24 * 60 * 60)
    for days in (15, 13):
        made = timezone.now() - timedelta(days=days)
        IdempotencyKey.objects.create(user=force.sam, key=uuid4(), status=201, created_at=made)
    now.shift(60 * 60)
    clear_sessions()
    assert AccessToken.objects.count() == 1
    assert IdempotencyKey.objects.get().created_at > timezone.now() - timedelta(days=14)


def test_production_cookies_are_bound_to_the_host():
    environment = os.environ | {
        "DEMO": "false",
        "DEBUG": "false",
        "SECRET_KEY": "x" * 60,
        "DJANGO_SETTINGS_MODULE": "hotspot.settings",
    }
    script = (
        "from hotspot import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE)"
    )
    printed = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    assert printed.stdout.split() == ["__Host-session", "__Host-csrf", "True"]


def test_an_address_that_takes_only_forms_says_so_on_a_page(force, as_user):
    browser = as_user(force.anna)
    response = browser.get("/dashboard/views/")
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert response["Cache-Control"] == "no-store, private"
    assert "only takes what is sent from a form" in response.content.decode()
    assert browser.post("/dashboard/").content == b""


def answered_in_development(path: str, tmp_path: Path) -> HttpResponseBase:
    """A file of 2 kB, asked for at this address by a browser that takes gzip."""
    file = tmp_path / "style.css"
    file.write_text("body { color: red }\n" * 100)
    request = RequestFactory().get(path, headers={"Accept-Encoding": "gzip"})
    return SmallFiles(lambda _: FileResponse(file.open("rb")))(request)


def test_static_files_are_compressed_in_development_and_nothing_else(tmp_path):
    small = answered_in_development("/static/style.css", tmp_path)
    assert small["Content-Encoding"] == "gzip"
    assert sum(map(len, small)) < 200
    assert not answered_in_development("/shifts/file.xlsx", tmp_path).has_header("Content-Encoding")
