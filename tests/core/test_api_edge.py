"""Before anybody is known: plain HTTP and wrong tokens from one address."""

import pytest
from django.core.cache import cache
from django.test import Client
from redis.exceptions import ConnectionError as RedisDown

from hotspot.core.api import throttling
from hotspot.core.permissions import Scope
from tests.api import Caller, problem, system_caller

FORM = "application/x-www-form-urlencoded"


# --- Nothing of the API over plain HTTP ---------------------------------------------------------------------------


@pytest.fixture
def https(settings):
    """The service as it is deployed: behind a proxy that ends TLS."""
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_HSTS_SECONDS = 31_536_000


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
@pytest.mark.parametrize(
    "path",
    ["/api/v1/shifts", "/api/v1/nonsense", "/api/token", "/api/v2/shifts", "/api/", "/api/docs/x"],
)
def test_the_api_over_plain_http_is_refused_and_not_redirected(https, path, method):
    """Without the db fixture a query would fail this test: no token is looked up."""
    answer = Client().generic(method, path, b"{}", headers={"Authorization": "Bearer secret-token"})
    assert answer.status_code == 403
    assert "Location" not in answer
    assert answer["Content-Type"] == "application/problem+json"
    if method != "HEAD":
        assert problem(answer) == (403, "https_needed")
        assert "https://" in answer.json()["detail"]
        assert answer.json()["reference"] == answer["X-Request-ID"]
    assert "secret-token" not in answer.content.decode()
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_another_slash_gets_nobody_round_it(https):
    assert problem(Client().get("/", PATH_INFO="//api/v1/shifts")) == (403, "https_needed")


@pytest.mark.parametrize("path", ["/", "/shifts/", "/sign-in/", "/api/docs", "/api/problems", "/api", "/apiary"])
def test_pages_are_redirected(https, path):
    answer = Client().get(path, {"a": "1"})
    assert (answer.status_code, answer["Location"]) == (301, f"https://testserver{path}?a=1")


@pytest.mark.parametrize("headers", [{"X-Forwarded-Proto": "http"}, {"X-Forwarded-Proto": "http, https"}, {}])
def test_only_the_proxys_word_makes_a_call_an_encrypted_one(https, headers):
    assert problem(Client().get("/api/v1/areas", headers=headers)) == (403, "https_needed")


def test_over_https_the_api_is_as_ever(force, https):
    rota = system_caller(force.adam, Scope.WRITE_SHIFTS)
    rota.headers["X-Forwarded-Proto"] = "https"
    answer = rota.get("areas")
    assert answer.status_code == 200
    assert answer["Strict-Transport-Security"].startswith("max-age=31536000; includeSubDomains")
    answer = Client().post("/api/token", "", FORM, headers={"X-Forwarded-Proto": "https"})
    assert answer.json()["error"] in {"invalid_client", "invalid_request", "unsupported_grant_type"}


def test_what_a_probe_of_the_platform_asks_needs_no_https(https):
    assert Client().get("/healthz").status_code == 200


def test_a_demonstration_is_on_plain_http(force):
    assert system_caller(force.adam, Scope.WRITE_SHIFTS).get("areas").status_code == 200


# --- wrong tokens -------------------------------------------------------------------------------------------------


@pytest.fixture
def three_wrong_ones(settings, now):
    """Three wrong tokens a minute are borne."""
    cache.clear()
    settings.API_RATES = settings.API_RATES | {"wrong_token": 3}
    yield
    cache.clear()


def guesser(address="192.0.2.1", header="Bearer guess"):
    return Caller(client=Client(REMOTE_ADDR=address), headers={"Authorization": header})


def test_wrong_tokens_from_one_address_are_429_after_the_limit_wherever_they_are_sent(force, three_wrong_ones):
    headers = ["Bearer one", "Basic YTpi", "Bearer two", "Bearer three", "x"]
    paths = ["shifts", "openapi.json", "figures", "areas", "shifts/1"]
    answers = [guesser(header=header).get(path) for header, path in zip(headers, paths, strict=True)]
    assert [problem(answer) for answer in answers[:3]] == [(401, "not_signed_in")] * 3
    assert [problem(answer) for answer in answers[3:]] == [(429, "too_many_requests")] * 2
    assert 1 <= int(answers[3]["Retry-After"]) <= 61
    assert "WWW-Authenticate" not in answers[3]
    for method in ("POST", "PATCH", "DELETE", "OPTIONS"):
        assert guesser().send(method, "shifts").status_code == 429


def test_others_and_the_next_minute_are_not_touched(force, three_wrong_ones, now):
    refused = [guesser().get("shifts") for _ in range(4)][-1]
    assert refused.status_code == 429
    assert guesser("192.0.2.2").get("shifts").status_code == 401
    assert Caller(client=Client(REMOTE_ADDR="192.0.2.1")).get("shifts").status_code == 401
    rota = system_caller(force.adam, Scope.WRITE_SHIFTS)
    rota.client = Client(REMOTE_ADDR="192.0.2.1")
    assert rota.get("shifts").status_code == 200
    now.shift(int(refused["Retry-After"]))
    assert guesser().get("shifts").status_code == 401


def test_behind_the_proxy_the_address_is_the_one_it_added(force, three_wrong_ones, settings):
    settings.BEHIND_PROXY = True

    def guess(forwarded):
        return guesser("10.0.0.1").get("shifts", None, **{"X-Forwarded-For": forwarded}).status_code

    assert [guess(f"198.51.100.{number}, 192.0.2.1") for number in range(4)] == [401, 401, 401, 429]
    assert guess("192.0.2.1, 192.0.2.9") == 401


@pytest.mark.parametrize("moment", ["incr", "add"])
def test_without_the_cache_a_wrong_token_is_401(db, three_wrong_ones, monkeypatch, moment):
    def down(*_, **__):
        raise RedisDown("connection refused")

    monkeypatch.setattr(throttling.cache, moment, down)
    assert {guesser().get("shifts").status_code for _ in range(5)} == {401}


def test_a_call_with_a_good_token_is_counted_once(force, monkeypatch):
    counted = []
    monkeypatch.setattr(throttling, "_counted", lambda key: counted.append(key) or 1)
    rota = system_caller(force.adam, Scope.WRITE_SHIFTS)
    assert rota.get("areas").status_code == 200
    assert len(counted) == 1
