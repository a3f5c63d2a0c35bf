"""Connected systems in the browser: a secret that is shown once, scopes, the end of access."""

import logging
import threading
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from oauth2_provider.models import Application

from hotspot.core.accounts import operations
from hotspot.core.accounts.password_links import one_time_link
from hotspot.core.models import ConnectedSystem, User
from hotspot.core.permissions import Role, Scope
from hotspots.setup import queries
from tests import factories
from tests.api import Caller, connect, token_for
from tests.conftest import NOW

LIST = reverse("hotspots:systems")
CONNECT = reverse("hotspots:connect_system")


def new(**changes: object) -> dict[str, object]:
    """What the form sends for a rota that logs shifts, from a fresh page."""
    return {"name": "Duty rota", "scopes": ["shifts:write"], "submission_id": str(uuid4())} | changes


def page(name: str, system: ConnectedSystem) -> str:
    return reverse(f"hotspots:{name}", args=[system.pk])


def text_of(response) -> str:
    return response.content.decode()


def get_token(client_id: str, secret: str):
    body = f"grant_type=client_credentials&client_id={client_id}&client_secret={secret}"
    return Client().post("/api/token", body, content_type="application/x-www-form-urlencoded")


def version_on(response) -> str:
    return str(response.context["version"])


@pytest.fixture
def adam(force, as_user):
    return as_user(force.adam)


@pytest.fixture
def rota(force):
    return connect(force.adam, Scope.WRITE_SHIFTS, name="Duty rota")


# --- connecting ---------------------------------------------------------------------------------------------------


def test_a_system_is_connected_and_gets_a_token_with_what_the_page_shows(force, adam):
    response = adam.post(CONNECT, new())
    system = ConnectedSystem.objects.get()
    client_id, secret = system.application.client_id, response.context["secret"]
    assert response.status_code == 200
    assert client_id in text_of(response)
    assert secret in text_of(response)
    assert get_token(client_id, secret).json()["scope"] == "shifts:write"
    assert get_token(client_id, "wrong").status_code == 401


def test_the_secret_is_in_one_answer_and_nowhere_else(force, adam, caplog, check_deferred):
    caplog.set_level(logging.DEBUG)
    response = adam.post(CONNECT, new())
    secret = response.context["secret"]
    assert "no-store" in response["Cache-Control"]
    assert not response.has_header("Location")
    assert text_of(response).count(secret) == 1
    check_deferred()
    assert [table for table in tables() if secret in contents(table)] == []
    assert identify_hasher(Application.objects.get().client_secret)
    assert secret not in caplog.text
    assert all(secret not in str(session.get_decoded()) for session in Session.objects.all())
    pages = [LIST, page("system", ConnectedSystem.objects.get()), reverse("hotspots:manage")]
    assert all(secret not in text_of(adam.get(url)) for url in pages)


def tables() -> list[str]:
    return connection.introspection.table_names()


def contents(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(string_agg(t::text, chr(10)), '') FROM {table} t")  # noqa: S608
        return cursor.fetchone()[0]


def test_the_same_form_again_shows_no_secret_and_connects_nothing(force, adam):
    entries = new()
    secret = adam.post(CONNECT, entries).context["secret"]
    system = ConnectedSystem.objects.get()
    again = adam.post(CONNECT, entries)
    assert again["Location"] == page("system", system)
    landed = text_of(adam.get(again["Location"]))
    assert "This system is connected already" in landed
    assert secret not in landed
    assert ConnectedSystem.objects.get() == system
    assert get_token(system.application.client_id, secret).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_the_same_moment_connect_one_system():
    adam = factories.UserFactory(role=Role.ADMINISTRATOR)
    together, submission, issued = threading.Barrier(2), uuid4(), []

    def press() -> None:
        together.wait()
        try:
            issued.append(
                operations.connect_system(
                    by=adam, at=NOW, name="Rota", scopes=[Scope.READ_SHIFTS], submission_id=submission
                )
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ConnectedSystem.objects.count() == 1
    assert sorted(one.client_secret is None for one in issued) == [False, True]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Enter the name"),
        ({"name": "x" * 121}, "120 characters"),
        ({"name": "DUTY ROTA 2"}, "There is already a connected system of this name."),
        ({"scopes": []}, "Select what the system may do"),
        ({"scopes": ["everything"]}, "Select one of the options"),
        ({"last_day_day": "31", "last_day_month": "2", "last_day_year": "2030"}, "must be a real date"),
        ({"submission_id": "x"}, "valid UUID"),
    ],
)
def test_what_is_wrong_with_a_new_system_is_said(force, adam, changes, words):
    connect(force.adam, Scope.READ_SHIFTS, name="Duty rota 2")
    response = adam.post(CONNECT, new(**changes))
    assert response.status_code == 422
    assert words in text_of(response)
    assert ConnectedSystem.objects.count() == 1


def test_the_name_of_a_revoked_system_is_free_again(force, adam, rota):
    adam.post(page("revoke_system", rota))
    assert adam.post(CONNECT, new()).context["secret"]


# --- reading ------------------------------------------------------------------------------------------------------


def test_an_empty_list_says_what_systems_are_for(force, adam, as_user):
    assert "Connect the first system" in text_of(adam.get(LIST))
    audrey = text_of(as_user(force.audrey).get(LIST))
    assert "No system is connected yet" in audrey
    assert CONNECT not in audrey


def test_the_list_says_when_a_system_was_last_used(force, adam, rota, now):
    assert "Never" in adam.get(LIST).context["rows"][0]
    Caller(headers={"Authorization": f"Bearer {token_for(rota)}"}).get("areas")
    assert "1pm, 12 October 2024" in adam.get(LIST).context["rows"][0]
    assert "1pm, 12 October 2024" in text_of(adam.get(page("system", rota)))


def test_states_active_expired_and_revoked(force, adam, now):
    active = connect(force.adam, Scope.READ_SHIFTS, name="C active")
    expired = connect(force.adam, Scope.READ_SHIFTS, name="B expired")
    revoked = connect(force.adam, Scope.READ_SHIFTS, name="A revoked")
    ConnectedSystem.objects.filter(pk=expired.pk).update(last_day=date(2024, 10, 11))
    ConnectedSystem.objects.filter(pk=active.pk).update(last_day=date(2024, 10, 12))
    operations.revoke_system(by=force.adam, system_id=revoked.pk)
    rows = adam.get(LIST).context["rows"]
    assert [(row[0]["text"], row[1]["text"]) for row in rows] == [
        ("B expired", "Expired"),
        ("C active", "Active"),
        ("A revoked", "Revoked"),
    ]
    assert queries.set_up(day=date(2024, 10, 12)).systems == 1


def test_the_page_counts_the_tokens_that_work(force, adam, rota, now):
    assert ("Access tokens that work now", "None") in facts(adam, rota)
    token_for(rota, seconds=-1)
    token_for(rota, seconds=600)
    assert ("Access tokens that work now", "1, until 1:10pm, 12 October 2024") in facts(adam, rota)
    token_for(rota, seconds=3600)
    assert ("Access tokens that work now", "2, the last until 2pm, 12 October 2024") in facts(adam, rota)
    ConnectedSystem.objects.update(last_day=date(2024, 10, 11))
    assert ("Access tokens that work now", "None") in facts(adam, rota)


def facts(client: Client, system: ConnectedSystem) -> list[tuple[str, str]]:
    return [(row["key"], row["value"]) for row in client.get(page("system", system)).context["rows"]]


def test_the_list_asks_the_same_number_of_questions_however_long(force, adam, django_assert_num_queries):
    for number in range(3):
        connect(force.adam, Scope.READ_SHIFTS, name=f"System {number}")
    adam.get(reverse("core:help"))  # The session notes once a minute that it is in use.
    with django_assert_num_queries(4):
        response = adam.get(LIST)
    assert len(response.context["rows"]) == 3


def test_auditors_read_and_change_nothing(force, as_user, rota):
    audrey = as_user(force.audrey)
    text = text_of(audrey.get(page("system", rota)))
    assert rota.application.client_id in text
    for name in ("change_system", "renew_secret", "revoke_system"):
        assert page(name, rota) not in text


def test_markup_in_a_name_is_shown_as_text(force, adam):
    response = adam.post(CONNECT, new(name="<script>alert(1)</script>"))
    system = ConnectedSystem.objects.get()
    for answer in (response, adam.get(LIST), adam.get(page("system", system)), adam.get(page("revoke_system", system))):
        assert "<script>alert" not in text_of(answer)


# --- changing -----------------------------------------------------------------------------------------------------


def test_nobody_but_an_administrator_changes_a_system(force, as_user, rota):
    for person in ("sam", "anna", "paul", "audrey"):
        client = as_user(force.people[person])
        for url in (CONNECT, *(page(name, rota) for name in ("change_system", "renew_secret", "revoke_system"))):
            assert client.post(url, new(name="Mine")).status_code == 403, (person, url)
    rota.refresh_from_db()
    assert (str(rota), rota.user.is_active, ConnectedSystem.objects.count()) == ("Duty rota", True, 1)


def test_what_is_changed_shows_in_the_history(force, adam, rota):
    entries = new(
        name="Rota", scopes=["shifts:read"], last_day_day="31", last_day_month="3", last_day_year="2030", version=""
    )
    assert adam.post(page("change_system", rota), entries)["Location"] == page("system", rota)
    text = text_of(adam.get(page("system", rota)))
    assert "Name changed from Duty rota to Rota" in text
    assert "Given: Read all shifts and outcomes" in text
    assert "No longer given: Log, plan and correct shifts" in text
    assert "Works until changed from nothing to 31 March 2030" in text
    assert "by Adam Admin" in text


def test_a_scope_taken_away_is_gone_from_tokens_that_are_out(force, adam, rota):
    caller = Caller(headers={"Authorization": f"Bearer {token_for(rota)}"})
    assert caller.get("shifts").status_code == 200
    adam.post(page("change_system", rota), new(scopes=["figures:read"]))
    assert caller.get("shifts").status_code == 404


@pytest.mark.parametrize("what", ["name", "scopes"])
def test_the_second_of_two_administrators_sees_what_the_first_changed(force, adam, rota, what):
    seen = version_on(adam.get(page("change_system", rota)))
    first = {"name": "Rota of the night", "scopes": ["shifts:write"]} | (
        {"name": "Duty rota", "scopes": ["shifts:write", "shifts:void"]} if what == "scopes" else {}
    )
    adam.post(page("change_system", rota), first | {"version": seen})
    second = adam.post(page("change_system", rota), new(name="Late", version=seen))
    assert second.status_code == 409
    words = "Given: Void shifts" if what == "scopes" else "Name changed from Duty rota to Rota of the night"
    assert [item["title"].startswith(words) for item in second.context["meanwhile"]] == [True]
    assert ConnectedSystem.objects.get().user.name != "Late"
    third = adam.post(page("change_system", rota), new(name="Late", version=version_on(second)))
    assert third["Location"] == page("system", rota)
    assert ConnectedSystem.objects.get().user.name == "Late"


# --- another secret -----------------------------------------------------------------------------------------------


def test_a_new_secret_ends_the_old_one_and_its_tokens(force, adam):
    old = adam.post(CONNECT, new()).context["secret"]
    system = ConnectedSystem.objects.get()
    caller = Caller(headers={"Authorization": f"Bearer {token_for(system)}"})
    asked = adam.get(page("renew_secret", system))
    assert get_token(system.application.client_id, old).status_code == 200
    response = adam.post(page("renew_secret", system), {"version": version_on(asked)})
    secret = response.context["secret"]
    assert "no-store" in response["Cache-Control"]
    assert get_token(system.application.client_id, old).status_code == 401
    assert get_token(system.application.client_id, secret).status_code == 200
    assert caller.get("areas").status_code == 401
    text = text_of(adam.get(page("system", system)))
    assert "New secret made" in text
    assert secret not in text


def test_sending_the_question_again_makes_no_other_secret(force, adam, rota):
    seen = version_on(adam.get(page("renew_secret", rota)))
    secret = adam.post(page("renew_secret", rota), {"version": seen}).context["secret"]
    for entries in ({"version": seen}, {}):
        again = adam.post(page("renew_secret", rota), entries)
        assert again["Location"] == page("system", rota)
        assert "No other secret was made" in text_of(adam.get(again["Location"]))
    assert get_token(rota.application.client_id, secret).status_code == 200


# --- the end ------------------------------------------------------------------------------------------------------


def test_a_revoked_system_is_out_at_once_and_for_good(force, adam):
    secret = adam.post(CONNECT, new()).context["secret"]
    rota = ConnectedSystem.objects.get()
    caller = Caller(headers={"Authorization": f"Bearer {token_for(rota)}"})
    assert caller.get("areas").status_code == 200
    assert adam.get(page("revoke_system", rota)).status_code == 200
    assert caller.get("areas").status_code == 200
    adam.post(page("revoke_system", rota))
    assert caller.get("areas").status_code == 401
    assert get_token(rota.application.client_id, secret).json() == {"error": "unauthorized_client"}
    text = text_of(adam.get(page("system", rota)))
    assert "Revoked" in text
    assert page("renew_secret", rota) not in text
    seen = version_on(adam.get(page("renew_secret", rota)))
    for name in ("change_system", "renew_secret", "revoke_system"):
        refused = adam.post(page(name, rota), new(version=seen))
        assert refused.status_code == 422
        assert "This system was revoked" in text_of(refused)


def test_a_system_works_on_its_last_day_and_not_after(force, adam, now):
    day = {"last_day_day": "12", "last_day_month": "10", "last_day_year": "2024"}
    secret = adam.post(CONNECT, new(**day)).context["secret"]
    system = ConnectedSystem.objects.get()
    assert get_token(system.application.client_id, secret).status_code == 200
    caller = Caller(headers={"Authorization": f"Bearer {token_for(system, seconds=999_999)}"})
    now.move_to(NOW + timedelta(days=1))
    assert caller.get("areas").status_code == 401
    assert get_token(system.application.client_id, secret).status_code == 400


# --- a system is no person ----------------------------------------------------------------------------------------


def test_a_system_is_not_among_the_people(force, adam, rota):
    rows = adam.get(reverse("hotspots:people")).context["rows"]
    assert {row[0]["text"] for row in rows} == {person.name for person in force.people.values()}
    assert queries.set_up(day=NOW.date()).people == len(force.people)
    for name in ("person", "edit_person", "change_role", "give_districts", "issue_link", "deactivate_person"):
        assert adam.get(reverse(f"hotspots:{name}", args=[rota.user.pk])).status_code == 404


@pytest.mark.parametrize("password", ["", "!", "a long enough passphrase"])
def test_a_system_cannot_sign_in(force, rota, password):
    client = Client()
    client.post(reverse("core:sign_in"), {"username": rota.user.email, "password": password})
    assert "_auth_user_id" not in client.session


def test_a_system_cannot_choose_a_password(force, rota):
    link = one_time_link(rota.user, at=timezone.now())
    path = link.url.partition("//")[2].partition("/")[2]
    assert "This link has ended" in text_of(Client().get(f"/{path}", follow=True))
    assert not User.objects.get(pk=rota.user.pk).has_usable_password()
