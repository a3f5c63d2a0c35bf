"""Whatever an address says, no page answers that it has failed: what makes no sense is refused or ignored."""

from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from tests.api import person_caller
from tests.house.test_access import MATRIX, PAGES, client_of, path_of, world
from tests.house.test_api_access import ENDPOINTS, records

pytestmark = pytest.mark.slow

__all__ = ["records", "world"]

NAMES = [
    "since",
    "until",
    "night",
    "night_date_0",
    "night_date_1",
    "night_date_2",
    "start",
    "end",
    "after",
    "day",
    "from",
    "to",
    "month",
    "first_day",
    "last_day",
    "period",
    "compare",
    "with",
    "with_district",
    "area",
    "district",
    "programme",
    "map",
    "zoom",
    "page",
    "like",
    "q",
    "role",
    "state",
    "whose",
    "kind",
    "logged_by",
    "late",
    "flagged",
    "to_follow",
    "outcome",
    "found",
    "stream",
    "reference",
    "collar",
    "text",
    "count",
    "sort",
    "order",
    "person",
    "crew_police_officer",
    "start_change",
    "end_change",
    "next",
    "by",
    "version",
]
DAYS = ("0001-01-01", "1899-12-31", "2024-02-30", "9999-12-31", "10000-01-01", "99999-12-31")
VALUES = (*DAYS, "-1", "0", "9" * 25, "9" * 5000, "٣", "1e9", "\0", "days", "0001-01-01T00:00:00+14:00_1")
# Pages whose addresses say most: each name by itself, and with what makes the others count.
TALKATIVE = (
    "reports:dashboard",
    "reports:explore",
    "reports:figures",
    "reports:download",
    "reports:card_file",
    "reports:explore_file",
    "outcomes:shifts",
    "outcomes:log",
    "outcomes:several",
    "outcomes:echo",
    "outcomes:download_rows",
    "outcomes:to_follow",
    "outcomes:disclosures",
)
READERS = {
    "outcomes:disclosures": "audrey",
    "outcomes:log": "sam",
    "outcomes:several": "sam",
    "outcomes:echo": "sam",
    "outcomes:shifts": "sam",
}


def browser_of(force, name):
    client = client_of(name, force)
    client.raise_request_exception = False
    return client


@pytest.fixture
def pages(world):
    """The paths of all pages, and browsers that get an answer where a page fails."""
    force, values = world
    return partial(browser_of, force), {name: path_of(name, values, force) for name in PAGES}


def failures(client, path, queries):
    return [(path, query) for query in queries if client.get(path, query).status_code >= 500]


@pytest.mark.parametrize("actor", ["sam", "adam"])
def test_no_page_fails_when_every_parameter_says_the_same_nonsense(pages, actor):
    browser, paths = pages
    client = browser(actor)
    queries = [dict.fromkeys(NAMES, value) for value in ("0001-01-01", "9999-12-31", "9" * 25)]
    assert [found for name in MATRIX for found in failures(client, paths[name], queries)] == []


@pytest.mark.parametrize("name", TALKATIVE)
def test_no_page_fails_for_any_value_of_any_parameter(pages, name):
    browser, paths = pages
    client = browser(READERS.get(name, "adam"))
    dates = ("since", "until", "night", "after")
    queries = [{date: value} for date in dates for value in VALUES]
    queries += [{"period": "days", "since": one, "until": other} for one in DAYS for other in DAYS[::5]]
    queries += [dict.fromkeys(set(NAMES) - set(dates), value) for value in VALUES]
    queries += [{"since": day, "until": day, "compare": other} for day in DAYS for other in ("before", "year")]
    queries += [{"after": f"{day}T00:00:00+00:00_{number}"} for day in DAYS for number in (1, "9" * 18)]
    assert failures(client, paths[name], queries) == []


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_that_nobody_means_is_ignored_and_said(pages, day):
    browser, paths = pages
    page = browser("sam").get(paths["outcomes:shifts"], {"since": day}).content.decode()
    assert "Enter a date with a year from 1900 to 2999" in page
    page = browser("adam").get(paths["reports:figures"], {"period": "days", "since": day}).content.decode()
    assert f"‘{day}’ is not a date" in page


# --- too many parameters ------------------------------------------------------------------------------------------

MANY = "?" + "&".join("a=1" for _ in range(1_001))


@pytest.mark.parametrize("actor", ["anon", "adam"])
def test_more_than_a_thousand_parameters_are_refused_by_every_page(pages, actor):
    browser, paths = pages
    client = browser(actor)
    answers = {name: client.get(paths[name] + MANY).status_code for name in MATRIX}
    assert {name: status for name, status in answers.items() if status >= 500} == {}
    if actor == "adam":
        assert {answers[name] for name in ("reports:dashboard", "reports:figures", "hotspots:areas")} == {400}


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "PUT"])
def test_more_than_a_thousand_parameters_are_a_problem_of_every_endpoint(records, method):
    force, paths = records
    caller = person_caller(force.adam)
    caller.client.raise_request_exception = False
    for name in ENDPOINTS:
        answer = caller.send(method, paths[name] + MANY)
        assert answer.status_code < 500, name
        if method == "GET" and answer.status_code not in (403, 404, 405):
            assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), name


@pytest.mark.parametrize("day", ["31", "99999999999", "0", "9" * 5000, "٣١"])
@pytest.mark.parametrize("year", ["0001", "9999", "2024"])
def test_no_form_fails_for_a_date_of_any_size(force, now, day, year):
    sent = {"name": "X", "first_day_0": day, "first_day_1": day, "first_day_2": year}
    sent |= {"last_day_0": day, "last_day_1": "12", "last_day_2": year}
    assert browser_of(force, "adam").post(reverse("hotspots:add_programme"), sent).status_code == 422
    sent = {"night": "other", "night_date_0": day, "night_date_1": "12", "night_date_2": year}
    assert (
        browser_of(force, "sam").post(reverse("outcomes:log"), sent | {"start": "2200", "end": "0600"}).status_code
        == 422
    )


def test_a_public_page_is_not_bothered(db):
    assert Client(raise_request_exception=False).get("/sign-in/" + MANY).status_code in (200, 400)
