"""What analysts explore, of a financial year: each kind of source, and the page as they are sent it."""

from collections.abc import Iterator
from importlib import import_module

from django.db import connection
from django.http import QueryDict
from django.test import Client

from benchmarks.measure import Action, Result, side_by_side
from hotspot.core.calendar import Period
from hotspot.core.models import User
from hotspot.core.permissions import Role
from hotspots.models import Programme
from reports.explore.criteria import read_explored
from reports.explore.tables import explore
from reports.figures.criteria import read_criteria

AT_MOST_MILLISECONDS, PAGE_MILLISECONDS = 150, 300
RUNS = 11
_BY_HAND = """
    SELECT area_id, month, sum(patrol_minutes) FROM reports_monthsummary
    WHERE programme_id = %s AND month BETWEEN %s AND %s GROUP BY area_id, month
"""
ASKED = {
    "arrests for 100 hours by area and month": "measure=arrests&shown=per_hours&rows=area&columns=month",
    "patrol hours by district and hour": "measure=patrol_hours&rows=district&columns=hour",
    "patrol hours by area and week": "measure=patrol_hours&rows=area&columns=week",
    "patrol hours by district and role": "measure=patrol_hours&rows=district&columns=role",
    "patrols by weekday and hour": "measure=patrols&rows=weekday&columns=hour",
    "find rate by object and month": "measure=find_rate&rows=object&columns=month",
    "knives by how they were found": "measure=knives&rows=found_by&columns=month",
    "ASB powers by power and week": "measure=asb_powers&rows=power&columns=week",
}
"""One of each source: summaries of months and days, the clock, crews, shifts, and each kind of outcome."""


def results(programme: Programme) -> Iterator[Result]:
    """Each table, and the page of the first of them."""
    year = Period.financial_year(programme.last_day)
    analyst = User.objects.filter(role=Role.ANALYST, is_active=True).order_by("pk")[0]
    address = f"programme={programme.pk}&period=year-{year.first_day:%Y-%m}&"
    by_hand = _by_hand(programme, year)
    for what, asked in ASKED.items():
        took, hand = side_by_side(_table(analyst, programme, f"{address}{asked}"), by_hand, runs=RUNS)
        yield Result(f"explored: {what}", took, "hours by area and month by hand", hand, None, AT_MOST_MILLISECONDS)
    page = _page(analyst, f"{address}{ASKED['arrests for 100 hours by area and month']}")
    took, hand = side_by_side(page, by_hand, runs=RUNS)
    yield Result("the page that explores", took, "hours by area and month by hand", hand, None, PAGE_MILLISECONDS)


def _by_hand(programme: Programme, year: Period) -> Action:
    def ask() -> None:
        with connection.cursor() as cursor:
            cursor.execute(_BY_HAND, [programme.pk, year.first_day, year.last_day])
            cursor.fetchall()

    return ask


def _table(analyst: User, programme: Programme, address: str) -> Action:
    values = QueryDict(address)

    def ask() -> None:
        question = read_criteria(values, by=analyst, today=programme.last_day)
        if question is None:
            raise AssertionError("There is no programme.")
        asked = read_explored(values, question, by=analyst)
        if asked.ignored or explore(asked, today=programme.last_day).is_empty:
            raise AssertionError(f"Nothing was found for {address}: {asked.ignored}")

    return ask


def _page(analyst: User, address: str) -> Action:
    import_module("hotspot.wsgi")
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(analyst, backend="django.contrib.auth.backends.ModelBackend")

    def get() -> None:
        if client.get(f"/explore/?{address}").status_code != 200:
            raise AssertionError("the page did not answer")

    return get
