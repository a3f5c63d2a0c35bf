"""Figures that take the database too long are given up: 503, for people and programs, and the rest goes on."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test import Client

from hotspot.core.permissions import Scope
from tests.api import person_caller, problem, system_caller

pytestmark = pytest.mark.usefixtures("now")


@contextmanager
def summaries_take_too_long() -> Iterator[None]:
    """Whoever reads the summaries meets PostgreSQL's own statement_timeout."""

    def slowly(execute, sql, *rest):
        if "reports_monthsummary" not in sql and "reports_daysummary" not in sql:
            return execute(sql, *rest)
        with transaction.atomic():
            execute("SET LOCAL statement_timeout = 10", None, *rest[1:])
            return execute("SELECT pg_sleep(60)", None, *rest[1:])

    with connection.execute_wrapper(slowly):
        yield


@pytest.mark.parametrize("query", [{}, {"by": ["area", "month"]}, {"by": ["area", "day"], "period": "year-2024-04"}])
def test_figures_that_take_too_long_are_503_and_can_be_asked_again(force, query):
    reader = system_caller(force.adam, Scope.READ_FIGURES, Scope.READ_SHIFTS)
    with summaries_take_too_long():
        answer = reader.get("figures", query)
        assert problem(answer) == (503, "unavailable")
        assert answer["Retry-After"] == "30"
        assert "statement" not in answer.content.decode()
        assert reader.get("areas").status_code == 200
        assert reader.get("shifts").status_code == 200
    assert reader.get("figures", query).status_code == 200


@pytest.mark.parametrize("path", ["/figures/", "/figures/download.csv"])
def test_a_page_of_figures_says_so_and_where_to_find_the_log(force, as_user, path):
    anna = as_user(force.anna)
    anna.raise_request_exception = False
    with summaries_take_too_long():
        answer = anna.get(path)
        assert answer.status_code == 503
        assert answer["Retry-After"] == "30"
        page = answer.content.decode()
        assert "The service is not available" in page
        assert answer["X-Request-ID"] in page
        assert "statement" not in page
        assert anna.get("/shifts/").status_code == 200
        assert Client().get("/readyz").status_code == 200
    assert anna.get(path).status_code == 200


def test_a_session_gets_the_same_answer(force):
    with summaries_take_too_long():
        assert problem(person_caller(force.anna).get("figures")) == (503, "unavailable")
