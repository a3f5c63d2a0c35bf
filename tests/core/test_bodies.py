"""Who somebody is and what they may do is settled before anything reads what they send."""

from io import BytesIO
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client

from hotspot.core.permissions import Scope
from tests.api import Caller, errors, person_caller, problem, system_caller
from tests.house import test_access as pages
from tests.house import test_api_access as endpoints
from tests.house.test_access import world
from tests.house.test_api_access import records

__all__ = ["records", "world"]

SECRET = "a" * 32
TYPES = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
UPLOAD = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\na\r\n--x--\r\n'


class Unread(BytesIO):
    """A body that notes whether anything read it."""

    was_read = False

    def read(self, *arguments):
        self.was_read = True
        return super().read(*arguments)

    def readline(self, *arguments):
        self.was_read = True
        return super().readline(*arguments)


def sent(client, method, path, body, content_type, length=0, **headers):
    """The status of the answer, and whether the body was read."""
    stream = Unread(body)
    environ = {"wsgi.input": stream, "CONTENT_LENGTH": str(length or len(body)), "CONTENT_TYPE": content_type}
    answer = client.generic(method, path, b"x", content_type, headers=headers, **environ)
    return answer.status_code, stream.was_read


def browser(user=None):
    client = Client(enforce_csrf_checks=True)
    if user:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["csrf"] = SECRET
    return client


# --- the API ------------------------------------------------------------------------------------------------------


def test_the_recorder_records(force):
    rota = system_caller(force.adam, Scope.WRITE_SHIFTS)
    headers = rota.headers | {"Idempotency-Key": str(uuid4())}
    assert sent(rota.client, "POST", "/api/v1/shifts", b"{}", "application/json", **headers) == (400, True)


@pytest.mark.slow
@pytest.mark.parametrize("who", endpoints.CALLERS)
def test_no_endpoint_reads_the_body_of_a_caller_whom_it_refuses(records, who):
    force, paths = records
    caller, column = endpoints.caller_of(who, force), endpoints.CALLERS.index(who)
    wrong = []
    for name, rows in endpoints.MATRIX.items():
        for method in endpoints.METHODS:
            if method in rows and rows[method][column] not in (401, 403):
                continue
            status, was_read = sent(caller.client, method, f"/api/v1/{paths[name]}", b"a=b", TYPES[1], **caller.headers)
            if was_read or status not in (401, 403, 404, 405):
                wrong.append((method, name, status, was_read))
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("content_type", TYPES)
@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT"])
def test_no_endpoint_reads_the_body_of_a_session_without_its_csrf_token(records, method, content_type):
    force, paths = records
    for name, rows in endpoints.MATRIX.items():
        if method in rows:
            answer = sent(browser(force.adam), method, f"/api/v1/{paths[name]}", b"csrfmiddlewaretoken=x", content_type)
            assert answer == (403, False), name


@pytest.mark.parametrize("caller_of", ["person", "system"])
def test_no_endpoint_reads_the_body_of_a_caller_who_calls_too_often(force, settings, caller_of):
    cache.clear()
    settings.API_RATES = dict.fromkeys(settings.API_RATES, 0)
    caller = person_caller(force.sam) if caller_of == "person" else system_caller(force.adam, Scope.WRITE_SHIFTS)
    assert sent(caller.client, "POST", "/api/v1/shifts", b"{}", "application/json", **caller.headers) == (429, False)
    cache.clear()


def test_no_endpoint_reads_the_body_of_a_wrong_token(db):
    guess = {"Authorization": "Bearer guess"}
    assert sent(Caller().client, "POST", "/api/v1/shifts", b"{}", "application/json", **guess) == (401, False)


# --- pages --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("who", pages.ACTORS)
def test_no_page_reads_the_body_of_a_person_who_may_not_use_it(world, who):
    force, values = world
    client, column = browser(force.people.get(who)), pages.ACTORS.index(who)
    wrong = []
    for name, row in pages.MATRIX.items():
        view = pages.URLS[name].callback
        is_public = view.required_permission == "public"
        may_use = who != "anon" and force.people[who].may(view.required_permission) if not is_public else True
        # A form whose entries are kept is read: see the next test.
        if may_use or getattr(view, "refills", False):
            continue
        path = pages.path_of(name, values, force)
        status, was_read = sent(client, "POST", path, UPLOAD, "multipart/form-data; boundary=x")
        if was_read or status not in (302, 403, 404):
            wrong.append((name, status, was_read, row[column]))
    assert wrong == []


@pytest.mark.parametrize("path", ["/shifts/log/", "/sign-in/", "/sign-out/", "/manage/import/new/"])
def test_no_page_reads_a_large_body_of_somebody_not_signed_in(force, path):
    status, was_read = sent(browser(), "POST", path, UPLOAD, "multipart/form-data; boundary=x", length=300_000)
    assert (status in (302, 400, 413), was_read) == (True, False)


@pytest.mark.parametrize("path", ["shifts", "shifts/bulk"])
def test_half_a_character_in_a_name_is_refused_and_can_be_quoted(force, path):
    answer = system_caller(force.adam, Scope.WRITE_SHIFTS).post(path, b'{"\\ud800": 1}')
    assert problem(answer) == (400, "invalid")
    assert ("\ud800", "unknown_field") in errors(answer)


def test_half_a_character_in_an_item_is_refused_and_its_answer_is_kept(force):
    answer = system_caller(force.adam, Scope.WRITE_SHIFTS).post("shifts/bulk", b'{"shifts": [{"\\ud800": 1}]}')
    assert answer.status_code == 200
    assert b"\\ud800" in answer.content


# --- charsets -----------------------------------------------------------------------------------------------------

PLAIN_FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("charset", ["utf-16", "latin-1", "hex", "zlib", "rot13"])
@pytest.mark.parametrize("content_type", [PLAIN_FORM, "multipart/form-data; boundary=x", "text/plain"])
def test_no_charset_makes_an_address_or_a_form_fail(force, charset, content_type):
    client, said = Client(raise_request_exception=False), f"{content_type}; charset={charset}"
    client.force_login(force.sam, backend="django.contrib.auth.backends.ModelBackend")
    assert client.generic("GET", "/shifts/?since=2024-10-01", b"", said).status_code == 200
    for path in ("/shifts/log/", "/sign-in/"):
        assert client.generic("POST", path, UPLOAD, said).status_code == 400, path
    assert client.generic("POST", "/api/token", b"grant_type=x", said).status_code == 400
    rota = system_caller(force.adam, Scope.WRITE_SHIFTS)
    rota.client.raise_request_exception = False
    assert (
        rota.client.generic("GET", "/api/v1/shifts?since=2024-10-01", b"", said, headers=rota.headers).status_code
        == 200
    )
    assert problem(rota.send("POST", "shifts", b"{}", said, **{"Idempotency-Key": str(uuid4())}))[0] == 415


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", "us-ascii", "klingon"])
def test_a_form_in_utf_8_is_read_whatever_that_is_called(db, charset):
    sent = b"username=nobody%40hotspot.example&password=x"
    assert Client().generic("POST", "/sign-in/", sent, f"{PLAIN_FORM}; charset={charset}").status_code == 200
