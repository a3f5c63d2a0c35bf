"""Costs of a financial year by area and the page of them, against SQL by hand for time alone."""

from collections.abc import Iterator
from datetime import date
from importlib import import_module
from typing import Any

from django.db import connection
from django.test import Client
from django.utils import timezone

from benchmarks.measure import Action, Result, side_by_side
from hotspot.core.calendar import Period
from hotspot.core.models import User
from hotspot.core.permissions import Role
from hotspots.models import Programme
from patrols.models import HourlyRate
from reports.costs.queries import costs_seen_by
from reports.costs.rules import sums_by

AT_MOST_MILLISECONDS, PAGE_MILLISECONDS = 100, 300
RUNS = 11
_BY_HAND = """
    SELECT area_id, key, sum(minutes) FROM reports_monthpart
    WHERE programme_id = %s AND part = 'crew' AND month BETWEEN %s AND %s GROUP BY area_id, key
"""


def results(programme: Programme) -> Iterator[Result]:
    """The last financial year by area, the same with a new rate in the middle of each month, and the page."""
    year = Period.financial_year(programme.last_day)
    analyst = User.objects.filter(role=Role.ANALYST, is_active=True).order_by("pk")[0]

    def by_area() -> Any:
        return sums_by(costs_seen_by(analyst, programme, year, at=timezone.now()).lines, lambda line: line.area_id)

    took, by_hand = side_by_side(by_area, _by_hand(programme, year), runs=RUNS)
    yield Result("costs of a year by area", took, "its time by hand", by_hand, None, AT_MOST_MILLISECONDS)
    took, by_hand = side_by_side(_page(programme, year), by_area, runs=RUNS)
    yield Result("the page of costs", took, "costs by area", by_hand, None, PAGE_MILLISECONDS)
    made = _rates_in_each_month(year)
    took, by_hand = side_by_side(by_area, _by_hand(programme, year), runs=RUNS)
    yield Result("costs, a new rate in each month", took, "its time by hand", by_hand, None, 10 * AT_MOST_MILLISECONDS)
    _take_away(made)


def _by_hand(programme: Programme, year: Period) -> Action:
    def ask() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(_BY_HAND, [programme.pk, year.first_day, year.last_day])
            return cursor.fetchall()

    return ask


def _page(programme: Programme, year: Period) -> Action:
    """The page as an analyst is sent it."""
    import_module("hotspot.wsgi")
    client = Client(headers={"host": "127.0.0.1"})
    analyst = User.objects.filter(role=Role.ANALYST, is_active=True).order_by("pk")[0]
    client.force_login(analyst, backend="django.contrib.auth.backends.ModelBackend")

    def get() -> None:
        response = client.get("/costs/", {"year": f"{programme.pk}-{year.first_day.year}"})
        if response.status_code != 200 or b"By area" not in response.content:
            raise AssertionError(f"the page of costs answered {response.status_code}")

    return get


def _rates_in_each_month(year: Period) -> list[int]:
    """Another rate of every role and type from the 16th of each month; gives their ids."""
    last: dict[tuple[Any, ...], HourlyRate] = {}
    for rate in HourlyRate.objects.order_by("first_day"):
        last[rate.funding_stream_id, rate.role, rate.rate_type] = rate
    days: list[date] = [month.first_day.replace(day=16) for month in year.each_month()]
    made = HourlyRate.objects.bulk_create(
        HourlyRate(
            funding_stream_id=stream, role=role, rate_type=kind, first_day=day, source="Benchmark",
            hour_pence=(rate.hour_pence or 0) + place + 1,
        )
        for (stream, role, kind), rate in last.items()
        for place, day in enumerate(days)
    )  # fmt: skip
    return [rate.pk for rate in made]


def _take_away(made: list[int]) -> None:
    """Rates are never deleted, so for this the trigger is passed by."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM patrols_hourlyrate WHERE id = ANY(%s)", [made])
        cursor.execute("SET session_replication_role = origin")
