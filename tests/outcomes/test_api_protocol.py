"""What every request to the API goes through: keys, versions, bodies, parameters, allowances (P, V, H rows)."""

import json
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from redis.exceptions import ConnectionError as RedisDown

from hotspot.core.api import throttling
from hotspot.core.api.problems import KINDS
from hotspot.core.models import IdempotencyKey
from hotspot.core.permissions import Scope
from outcomes.models import Arrest
from outcomes.records import json_documents, json_lists
from patrols.models import PatrolShift
from tests.api import Caller, errors, night_in_hitchin, person_caller, problem, system_caller

pytestmark = pytest.mark.usefixtures("now")


@pytest.fixture
def rota(force):
    return system_caller(force.adam, Scope.WRITE_SHIFTS, Scope.VOID_SHIFTS)


@pytest.fixture
def other(force):
    return system_caller(force.adam, Scope.WRITE_SHIFTS, name="Other rota")


@pytest.fixture
def logged(force, rota):
    """A shift that the rota logged."""
    answer = rota.post("shifts", night_in_hitchin(force))
    assert answer.status_code == 201, answer.content
    return answer


def path(logged):
    return f"shifts/{logged.json()['id']}"


# --- Idempotency-Key ----------------------------------------------------------------------------------------------


def test_the_same_key_and_body_answer_as_the_first_time(force, rota):
    key = {"Idempotency-Key": str(uuid4())}
    first = rota.post("shifts", night_in_hitchin(force), **key)
    again = rota.post("shifts", night_in_hitchin(force), **key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert [answer.get("Idempotent-Replay") for answer in (first, again)] == [None, "true"]
    for name in ("ETag", "Location", "Content-Type"):
        assert first[name] == again[name]
    assert PatrolShift.objects.count() == Arrest.objects.count() == 1


def test_the_same_key_for_another_body_or_address_is_refused(force, rota, logged):
    key = {"Idempotency-Key": str(IdempotencyKey.objects.get().key)}
    other = night_in_hitchin(force, note="Quiet")
    assert problem(rota.post("shifts", other, **key)) == (422, "key_reused")
    # The same values in other bytes are another request.
    spaced = json.dumps(night_in_hitchin(force), indent=1).encode()
    assert problem(rota.send("POST", "shifts", spaced, **key)) == (422, "key_reused")
    assert problem(rota.post("shifts/bulk", night_in_hitchin(force), **key)) == (422, "key_reused")
    assert PatrolShift.objects.count() == 1


def test_keys_of_different_callers_have_nothing_to_do_with_each_other(force, rota, other):
    key = {"Idempotency-Key": str(uuid4())}
    assert rota.post("shifts", night_in_hitchin(force), **key).status_code == 201
    elsewhere = {"area": force.letchworth.pk, "crew": [{"role": "police_officer"}]}
    second = other.post("shifts", night_in_hitchin(force, **elsewhere), **key)
    assert second.status_code == 201, second.content
    assert "Idempotent-Replay" not in second
    assert PatrolShift.objects.count() == 2


@pytest.mark.parametrize("key", ["", "1", "x" * 36, "a" * 10_000, "{2f1c7a5e-8d0b-4b7e-9a57-0c3c8d1f6e2}"])
def test_without_a_proper_key_nothing_is_written(force, rota, key):
    headers = {"Idempotency-Key": key} if key else {}
    answer = rota.send("POST", "shifts", night_in_hitchin(force), **headers)
    assert problem(answer) == (400, "invalid")
    assert errors(answer) == [("Idempotency-Key", "key_invalid" if key else "key_missing")]
    assert not PatrolShift.objects.exists()


def test_what_was_refused_can_be_mended_and_sent_again_with_its_key(force, rota):
    key = {"Idempotency-Key": str(uuid4())}
    refused = rota.post("shifts", night_in_hitchin(force, crew=[{"role": "pcso"}]), **key)
    assert problem(refused) == (400, "invalid")
    assert not IdempotencyKey.objects.exists()
    assert rota.post("shifts", night_in_hitchin(force), **key).status_code == 201


def test_the_key_commits_with_the_shift_or_not_at_all(force, rota, monkeypatch):
    key = {"Idempotency-Key": str(uuid4())}

    def fails(*_, **__):
        raise OperationalError("the server closed the connection unexpectedly")

    with monkeypatch.context() as broken:
        broken.setattr(json_documents, "one", fails)
        answer = rota.post("shifts", night_in_hitchin(force), **key)
        assert problem(answer) == (503, "unavailable")
        assert answer["Retry-After"] == "30"
    assert not PatrolShift.objects.exists()
    assert not IdempotencyKey.objects.exists()
    assert rota.post("shifts", night_in_hitchin(force), **key).status_code == 201


def test_every_write_by_post_can_be_sent_again(force, rota, logged):
    key = {"Idempotency-Key": str(uuid4()), "If-Match": logged["ETag"]}
    first = rota.post(f"{path(logged)}/void", {"reason": "Entered twice"}, **key)
    # By now the shift has another version; the answer is the first one all the same.
    again = rota.post(f"{path(logged)}/void", {"reason": "Entered twice"}, **key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.content == again.content
    assert again["Idempotent-Replay"] == "true"


def test_a_submission_makes_one_shift_for_ever(force, rota, now):
    body = night_in_hitchin(force, submission_id=str(uuid4()))
    first = rota.post("shifts", body)
    IdempotencyKey.objects.all().delete()
    now.move_to("2024-10-25T12:00:00Z")
    again = rota.post("shifts", body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert PatrolShift.objects.count() == 1


def test_somebody_elses_submission_tells_nothing(force, rota, other):
    body = night_in_hitchin(force, submission_id=str(uuid4()))
    shift_id = rota.post("shifts", body).json()["id"]
    answer = other.post("shifts", body)
    assert problem(answer) == (409, "conflict")
    assert errors(answer) == [(None, "submission_taken")]
    assert f"HS-{shift_id}" not in answer.content.decode()


# --- Versions -----------------------------------------------------------------------------------------------------


def test_a_change_needs_the_version_it_is_made_to(logged, rota):
    arrest = f"arrests/{logged.json()['arrests'][0]['id']}"
    for method, address in (
        ("PATCH", path(logged)),
        ("PUT", f"{path(logged)}/visits"),
        ("POST", f"{path(logged)}/void"),
        ("POST", f"{path(logged)}/complete"),
        ("PATCH", arrest),
        ("POST", f"{arrest}/withdraw"),
    ):
        answer = rota.send(method, address, {"reason": "x"}, **{"Idempotency-Key": str(uuid4())})
        assert problem(answer) == (428, "version_needed"), address


OTHER_VERSIONS = [
    "*",
    "{now}",
    '"x"',
    '"-1"',
    '"0", "999"',
    '"99999999999999999999"',
    'W/"{now}"',
    '"{now}',
    '"{now}-x"',
]


@pytest.mark.parametrize("version", OTHER_VERSIONS)
def test_another_version_is_not_changed(logged, rota, version):
    arrest = f"arrests/{logged.json()['arrests'][0]['id']}"
    reason = {"reason": "Mended"}
    for method, address, body in (
        ("PATCH", path(logged), reason | {"note": "Mended"}),
        ("PUT", f"{path(logged)}/visits", {"visits": []}),
        ("POST", f"{path(logged)}/void", reason),
        ("PATCH", arrest, reason),
        ("POST", f"{arrest}/withdraw", reason),
    ):
        tag = version.replace("{now}", str(logged.json()["version"]))
        headers = {"Idempotency-Key": str(uuid4()), "If-Match": tag}
        assert problem(rota.send(method, address, body, **headers)) == (412, "changed_meanwhile"), address
    assert rota.get(path(logged)).json() == logged.json()


def test_the_second_of_two_writers_is_told_and_loses_nothing(logged, rota):
    first = rota.patch(path(logged), {"reason": "Mended", "note": "One"}, **{"If-Match": logged["ETag"]})
    assert first.status_code == 200, first.content
    assert first["ETag"] != logged["ETag"]
    second = {"reason": "Mended", "note": "Two"}
    assert problem(rota.patch(path(logged), second, **{"If-Match": logged["ETag"]}))[0] == 412
    assert rota.get(path(logged)).json()["note"] == "One"
    # A weak tag says "much the same", which is not enough to change something (RFC 9110, 13.1.1).
    weak = rota.patch(path(logged), second, **{"If-Match": "W/" + first["ETag"]})
    assert problem(weak) == (412, "changed_meanwhile")
    assert "without W/" in weak.json()["detail"]
    # One of a list is enough, wherever it is.
    listed = f'"0",W/"7" , {first["ETag"]}'
    assert rota.patch(path(logged), second, **{"If-Match": listed}).status_code == 200


def test_who_has_the_record_gets_no_body(logged, rota, other):
    etag = logged["ETag"]
    for known in (etag, f"W/{etag}", f'"0", {etag}', f'W/"x,y",W/{etag}', "*"):
        answer = rota.get(path(logged), None, **{"If-None-Match": known})
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", etag)
    for unknown in ('"0"', f'"0{etag[1:]}', etag.strip('"'), f'{etag[:-1]}0"'):
        assert rota.get(path(logged), None, **{"If-None-Match": unknown}).status_code == 200
    # Knowing the version of something is no right to it.
    assert problem(other.get(path(logged), None, **{"If-None-Match": etag})) == (404, "not_found")
    answer = rota.get(path(logged))
    assert {"Authorization", "Cookie"} <= set(answer["Vary"].split(", "))
    assert {"private", "no-store"} == set(answer["Cache-Control"].split(", "))


def test_who_sees_officers_has_another_etag_and_either_names_the_version(force, logged, rota):
    adam = person_caller(force.adam)
    seen = adam.get(path(logged))
    assert "collar_number" in seen.content.decode()
    assert seen["ETag"] != rota.get(path(logged))["ETag"]
    assert adam.get(path(logged), None, **{"If-None-Match": logged["ETag"]}).status_code == 200
    assert adam.get(path(logged), None, **{"If-None-Match": seen["ETag"]}).status_code == 304
    changed = adam.patch(path(logged), {"reason": "Mended", "note": "One"}, **{"If-Match": seen["ETag"]})
    assert changed.status_code == 200, changed.content


def test_an_etag_stays_a_strong_one_where_answers_are_compressed(logged, rota):
    compressed = {"Accept-Encoding": "gzip"}
    assert "Content-Encoding" in rota.get("shifts", {"detail": "full"}, **compressed)
    answer = rota.get(path(logged), None, **compressed)
    assert len(answer.content) > 200
    assert answer["ETag"] == logged["ETag"]
    changed = rota.patch(
        path(logged), {"reason": "Mended", "note": "One"}, **compressed, **{"If-Match": answer["ETag"]}
    )
    assert not changed["ETag"].startswith("W/")


# --- Addresses, allowances, errors --------------------------------------------------------------------------------


def test_other_addresses_are_not_there_and_redirect_nowhere(rota):
    for address in ("shifts/", "shifts/1/", "nonsense", "shifts/x", "shifts/-1", "shifts/" + "9" * 40, "../v0/shifts"):
        assert problem(rota.get(address)) == (404, "not_found"), address
    assert problem(rota.post("shifts/", {})) == (404, "not_found")


def test_the_61st_request_in_a_minute_is_refused_and_nobody_elses(force, rota, other, settings, now):
    settings.API_RATES = {"default": 60, "mirror": 600, "figures": 10, "token": 20}
    answers = [rota.get("areas") for _ in range(61)]
    assert [answer.status_code for answer in answers] == [200] * 60 + [429]
    assert [answers[0]["RateLimit-Limit"], answers[0]["RateLimit-Remaining"]] == ["60", "59"]
    assert answers[59]["RateLimit-Remaining"] == answers[60]["RateLimit-Remaining"] == "0"
    refused = answers[60]
    assert problem(refused) == (429, "too_many_requests")
    assert 1 <= int(refused["RateLimit-Reset"]) <= 60
    assert int(refused["Retry-After"]) >= int(refused["RateLimit-Reset"])
    assert other.get("areas").status_code == 200
    now.shift(int(refused["Retry-After"]))
    assert rota.get("areas")["RateLimit-Remaining"] == "59"


def test_what_costs_more_has_an_allowance_of_its_own(force, settings):
    settings.API_RATES = {"default": 3, "mirror": 5, "figures": 2, "token": 20}
    reader = system_caller(force.adam, Scope.READ_SHIFTS, Scope.READ_FIGURES, Scope.WRITE_SHIFTS)
    assert [reader.get("figures").status_code for _ in range(3)] == [200, 200, 429]
    assert [reader.get("shifts").status_code for _ in range(6)] == [200] * 5 + [429]
    assert [reader.post("shifts").status_code for _ in range(4)] == [400] * 3 + [429]


@pytest.mark.parametrize("moment", ["incr", "add"])
def test_without_the_cache_nobody_is_held_up(force, rota, settings, monkeypatch, moment):
    settings.API_RATES = {"default": 1, "mirror": 1, "figures": 1, "token": 1}

    def down(*_, **__):
        raise RedisDown("connection refused")

    # A test before may have asked in the same minute, which stands still here: then nothing would be added.
    cache.clear()
    monkeypatch.setattr(throttling.cache, moment, down)
    assert [rota.get("areas").status_code for _ in range(3)] == [200] * 3
    assert rota.post("shifts", night_in_hitchin(force)).status_code == 201
    assert Client().post("/api/token", "", "application/x-www-form-urlencoded").status_code in {400, 401}
    cache.clear()


def test_what_fails_says_nothing_about_us(force, rota, monkeypatch):
    def fails(*_, **__):
        raise RuntimeError("secret detail at /srv/app.py: SELECT * FROM core_user")

    monkeypatch.setattr(json_lists.DocumentList, "page", fails)
    answer = rota.get("shifts")
    assert problem(answer) == (500, "failed")
    assert "secret" not in answer.content.decode()
    assert answer.json()["reference"] == answer["X-Request-ID"]


def test_without_the_database_the_answer_is_503(force, rota, monkeypatch):
    def gone(*_, **__):
        raise OperationalError("could not connect to server")

    monkeypatch.setattr(json_lists.DocumentList, "page", gone)
    answer = rota.get("shifts")
    assert problem(answer) == (503, "unavailable")
    assert answer["Retry-After"] == "30"


def test_no_other_site_may_read_answers(rota):
    headers = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    for answer in (rota.get("shifts", None, **headers), rota.send("OPTIONS", "shifts", **headers)):
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_the_description_is_for_callers_and_people_and_nobody_else(force, rota, as_user):
    assert problem(Caller().get("openapi.json"))[0] == 401
    assert rota.get("openapi.json").json()["openapi"] == "3.1.0"
    assert Client().get("/api/docs").status_code == 302
    page = as_user(force.sam).get("/api/docs")
    assert page.status_code == 200
    assert "/api/v1/shifts" in page.content.decode()


def test_every_problem_that_there_is_can_be_looked_up(db):
    page = Client().get("/api/problems").content.decode()
    for code in KINDS:
        assert f'id="{code}"' in page


def test_a_key_is_the_callers_and_is_kept_with_what_it_wrote(force, rota):
    key = uuid4()
    answer = rota.post("shifts", night_in_hitchin(force), **{"Idempotency-Key": str(key)})
    kept = IdempotencyKey.objects.get()
    assert (kept.user_id, kept.key, kept.status) == (rota.user.pk, UUID(str(key)), 201)
    assert kept.body.encode() == answer.content
