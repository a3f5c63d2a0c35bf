"""Access tokens: got with a client id and secret, and what opens with them."""

import base64
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken

from hotspot.core.accounts.operations import change_system, connect_system, revoke_system
from hotspot.core.models import ConnectedSystem
from hotspot.core.permissions import Scope
from tests.api import Caller, connect, problem, system_caller, token_for

pytestmark = pytest.mark.usefixtures("now")
FORM = "application/x-www-form-urlencoded"
W, A = Scope.WRITE_SHIFTS, Scope.READ_FIGURES


@pytest.fixture
def issued(force):
    return connect_system(by=force.adam, at=timezone.now(), name="Rota", scopes=[W, A])


def ask(issued, secret=None, *, body="grant_type=client_credentials", **headers):
    """Ask for a token as RFC 6749 recommends: with the id and secret in an Authorization header."""
    pair = f"{issued.system.application.client_id}:{secret or issued.client_secret}"
    basic = "Basic " + base64.b64encode(pair.encode()).decode()
    return Client().post("/api/token", body, FORM, headers={"Authorization": basic, **headers})


def caller(token):
    return Caller(headers={"Authorization": f"Bearer {token}"})


def test_client_id_and_secret_give_a_token_that_works(issued):
    answer = ask(issued)
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert (found["token_type"], found["expires_in"]) == ("Bearer", 3600)
    assert set(found["scope"].split()) == {W, A}
    assert "no-store" in answer["Cache-Control"]
    assert caller(found["access_token"]).get("shifts").status_code == 200
    assert caller(found["access_token"]).get("figures").status_code == 200


def test_id_and_secret_in_the_body_do_as_well(issued):
    body = {
        "grant_type": "client_credentials",
        "client_id": issued.system.application.client_id,
        "client_secret": issued.client_secret,
        "scope": str(A),
    }
    answer = Client().post("/api/token", body, headers={"Content-Type": FORM})
    assert answer.status_code == 400  # multipart is not what the RFC says
    encoded = "&".join(f"{name}={value}" for name, value in body.items())
    answer = Client().post("/api/token", encoded, FORM)
    assert (answer.status_code, answer.json()["scope"]) == (200, A)
    assert problem(caller(answer.json()["access_token"]).get("shifts")) == (404, "not_found")


def test_no_token_and_no_secret_is_in_the_database(issued):
    token = ask(issued).json()["access_token"]
    row = AccessToken.objects.get()
    application = ConnectedSystem.objects.get().application
    assert token not in {str(value) for value in vars(row).values()}
    assert issued.client_secret not in {str(value) for value in vars(application).values()}


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"secret": "wrong"}, 401, "invalid_client"),
        ({"body": "grant_type=client_credentials&scope=shifts:read"}, 400, "invalid_scope"),
        ({"body": "grant_type=client_credentials&scope=everything"}, 400, "invalid_scope"),
        ({"body": "grant_type=password&username=a&password=b"}, 400, "unsupported_grant_type"),
        ({"body": "grant_type=authorization_code&code=1"}, 400, "unsupported_grant_type"),
        ({"body": ""}, 400, "invalid_request"),
        ({"body": "grant_type=client_credentials&x=%00"}, 400, "invalid_request"),
        ({"body": "grant_type=client_credentials&%00=x"}, 400, "invalid_request"),
        ({"body": "grant_type=client_credentials&x=" + "1" * 5000}, 400, "invalid_request"),
        ({"body": "grant_type=client_credentials&x=" + "1" * 400_000}, 400, "invalid_request"),
        ({"body": "a=1&" * 1100}, 400, "invalid_request"),
    ],
)
def test_what_gets_no_token_and_why(issued, change, status, error):
    answer = ask(issued, **change)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer["Content-Type"].startswith("application/json")
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize("basic", [b"a:b", b"\x00:\x00", b"no colon", b"\xff\xfe:\xff", b""])
def test_nonsense_for_an_id_is_refused_and_nothing_fails(db, basic):
    headers = {"Authorization": "Basic " + base64.b64encode(basic).decode()}
    answer = Client().post("/api/token", "grant_type=client_credentials", FORM, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("body", [b"client_id=%00&client_secret=x&grant_type=client_credentials", b"client_id=\xff"])
def test_nonsense_in_a_token_request_is_refused_and_nothing_fails(db, body):
    assert Client().generic("POST", "/api/token", body, FORM).status_code in {400, 401}


def test_a_token_is_asked_for_by_post_only(db):
    for method in ("get", "put", "patch", "delete"):
        assert getattr(Client(), method)("/api/token").status_code == 405
    assert Client().post("/api/token", "{}", "application/json").json()["error"] == "invalid_request"


def test_tokens_are_not_asked_for_all_the_time(issued, settings):
    cache.clear()
    settings.API_RATES = settings.API_RATES | {"token": 2}
    assert [ask(issued).status_code for _ in range(3)] == [200, 200, 429]
    answer = ask(issued)
    assert answer.json()["error"] == "slow_down"
    assert 1 <= int(answer["Retry-After"]) <= 60
    cache.clear()


# --- calling with it ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer ", "Bearer nonsense", "Bearer a b", "Basic YTpi", "Token x", "Bearer " + "x" * 5000, "x"],
)
def test_what_is_no_token_opens_nothing(db, header):
    answer = Caller(headers={"Authorization": header}).get("shifts")
    assert problem(answer) == (401, "not_signed_in")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_token_in_the_address_opens_nothing(force):
    token = system_caller(force.adam, W).headers["Authorization"].removeprefix("Bearer ")
    assert problem(Caller().get("shifts", {"access_token": token})) == (401, "not_signed_in")
    assert problem(Caller().send("POST", "shifts", {"access_token": token})) == (401, "not_signed_in")


def test_a_wrong_token_is_not_mended_by_a_session(force, as_user):
    sam = as_user(force.sam)
    assert sam.get("/api/v1/shifts").status_code == 200
    assert sam.get("/api/v1/shifts", headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_a_token_ends_by_itself(force, now):
    system = connect(force.adam, W)
    rota = caller(token_for(system, seconds=60))
    assert rota.get("shifts").status_code == 200
    now.shift(timedelta(seconds=60))
    assert problem(rota.get("shifts")) == (401, "not_signed_in")


def test_a_revoked_system_is_out_at_once(issued, force):
    rota = caller(ask(issued).json()["access_token"])
    revoke_system(by=force.adam, system_id=issued.system.pk)
    assert problem(rota.get("shifts")) == (401, "not_signed_in")
    assert ask(issued).status_code in {400, 401}


def test_a_switched_off_user_is_out_at_once(force):
    rota = system_caller(force.adam, W)
    type(rota.user).objects.filter(pk=rota.user.pk).update(is_active=False)
    assert problem(rota.get("shifts")) == (401, "not_signed_in")


def test_a_system_is_out_after_its_last_day(force, now):
    issued = connect_system(by=force.adam, at=timezone.now(), name="Rota", scopes=[W], last_day=date(2024, 10, 12))
    token = token_for(issued.system, seconds=10**6)
    assert ask(issued).status_code == 200
    now.shift(timedelta(days=1))
    assert problem(caller(token).get("shifts")) == (401, "not_signed_in")
    assert ask(issued).status_code in {400, 401}


def test_a_scope_taken_away_is_gone_from_tokens_that_are_out(issued, force):
    rota = caller(ask(issued).json()["access_token"])
    assert rota.get("figures").status_code == 200
    change_system(by=force.adam, system_id=issued.system.pk, name="Rota", scopes=[W], last_day=None)
    assert problem(rota.get("figures")) == (403, "not_allowed")
    assert rota.get("shifts").status_code == 200
    assert ask(issued, body=f"grant_type=client_credentials&scope={A}").json()["error"] == "invalid_scope"


def test_a_token_holds_no_more_than_it_was_asked_for(issued):
    rota = caller(token_for(issued.system, A))
    assert rota.get("figures").status_code == 200
    assert problem(rota.post("shifts")) == (403, "not_allowed")
    assert problem(rota.get("shifts")) == (404, "not_found")


def test_a_scope_that_the_system_never_had_is_worth_nothing(issued):
    forged = caller(token_for(issued.system, Scope.READ_SHIFTS, "unheard:of"))
    assert problem(forged.get("figures")) == (403, "not_allowed")
    assert problem(forged.get("areas")) == (403, "not_allowed")


def test_when_a_system_called_last_is_kept_by_the_minute(force, now):
    system = connect(force.adam, W)
    rota = caller(token_for(system))

    def last_used():
        return ConnectedSystem.objects.get(pk=system.pk).last_used_at

    assert last_used() is None
    rota.get("areas")
    first = last_used()
    assert first == timezone.now()
    now.shift(timedelta(seconds=59))
    rota.get("areas")
    assert last_used() == first
    now.shift(timedelta(seconds=1))
    rota.get("areas")
    assert last_used() == timezone.now()


def test_a_token_is_in_no_log(force, caplog):
    rota = system_caller(force.adam, W)
    token = rota.headers["Authorization"].removeprefix("Bearer ")
    rota.get("figures")
    rota.post("shifts", {"nonsense": True})
    caller(f"{token}x").get("shifts")
    assert caplog.text
    assert token not in caplog.text


def test_a_session_needs_the_csrf_token_to_write_and_not_to_read(force):
    session = Client(enforce_csrf_checks=True)
    session.force_login(force.sam, backend="django.contrib.auth.backends.ModelBackend")
    assert session.get("/api/v1/shifts").status_code == 200
    headers = {"Idempotency-Key": str(uuid4())}
    for content_type in ("application/json", "text/plain"):
        answer = session.post("/api/v1/shifts", b"{}", content_type=content_type, headers=headers)
        assert problem(answer)[0] in {403, 415}
    answer = session.post("/api/v1/shifts", b"{}", content_type="application/json", headers=headers)
    assert problem(answer) == (403, "not_allowed")
