"""The dashboard's cards, one by one and all together, for a financial year and every area."""

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from typing import Any

from django.db import connection
from django.test import Client
from django.utils import timezone

from benchmarks.measure import Action, Result, side_by_side
from hotspot.core.calendar import Period
from hotspot.core.models import User
from hotspot.core.permissions import Role
from hotspots.models import District, HotspotArea, Programme
from reports.dashboard.views import KINDS
from reports.figures.headline import COLUMNS, Grain, figures
from reports.figures.series import Selection
from reports.models import HOURS

CARD_MILLISECONDS, ALL_MILLISECONDS, AT_MOST_TIMES = 100, 400, 2
RUNS = 11
CARD = b'class="app-card"'

_PLACE = "programme_id = %(programme)s AND area_id = ANY(%(areas)s)"
_MONTHS = f"{_PLACE} AND month BETWEEN %(first)s AND %(last)s"
_DAYS = f"{_PLACE} AND day BETWEEN %(first)s AND %(last)s AND patrols > 0"
_BY_KEY = f"SELECT part, key, sum(number), sum(minutes) FROM reports_monthpart WHERE {_MONTHS}"
_BY_AREA = f"SELECT area_id, part, key, sum(number), sum(minutes) FROM reports_monthpart WHERE {_MONTHS}"
_PATROLLED = f"SELECT area_id, count(*), max(day) FROM reports_daysummary WHERE {_DAYS} GROUP BY area_id"
_BY_MONTH = (
    "SELECT area_id, date_trunc('month', day) AS month, sum(patrols), count(*) FROM reports_daysummary "
    f"WHERE {_DAYS} GROUP BY area_id, month"
)
_SUMS = ", ".join(f"sum({column})" for column in COLUMNS)
# What somebody who knows the cards' summaries would write by hand for whole months.
BY_HAND = {
    "map": (
        f"SELECT area_id, {_SUMS} FROM reports_monthsummary WHERE {_MONTHS} GROUP BY area_id",
        "SELECT id, boundary FROM hotspots_hotspotarea WHERE id = ANY(%(areas)s)",
    ),
    "outcomes-by-kind": (
        f"{_BY_KEY} AND part IN ('arrests', 'stop_searches', 'weapons', 'asb_powers') GROUP BY part, key",
    ),
    "who-patrols": (f"{_BY_KEY} AND part = 'crew' GROUP BY part, key",),
    "when-patrols-happen": (
        f"SELECT weekday, {', '.join(f'sum({hour})' for hour in HOURS)} FROM reports_monthhours "
        f"WHERE {_MONTHS} GROUP BY weekday",
    ),
    "dosage": (f"{_BY_AREA} AND part = 'visits' GROUP BY area_id, part, key", _PATROLLED),
    "data-quality": (f"{_BY_AREA} AND part IN ('shifts', 'to_follow') GROUP BY area_id, part, key", _BY_MONTH),
}


def results(programme: Programme) -> Iterator[Result]:
    """Each card and all of them against the same months' six figures, and what a card asks against SQL by hand."""
    period = Period.financial_year(programme.last_day).clip(programme.period) or programme.period
    areas = list(HotspotArea.objects.with_district().defer("boundary"))
    asked = Selection(programme, period, areas, timezone.now(), districts=District.objects.all())
    # What was asked keeps what it counted for several cards, so each time it is asked anew.
    cards: dict[str, Action] = {code: lambda kind=kind: kind.card(replace(asked)) for code, kind in KINDS.items()}  # type: ignore[misc]
    cards |= {"all cards": lambda: _all_cards(replace(asked))}

    def headline() -> None:
        figures(programme=programme, period=period, areas=asked.area_ids, at=asked.at, by=(Grain.AREA,))

    for code, card in cards.items():
        took, headline_took = side_by_side(card, headline, runs=RUNS)
        limit = ALL_MILLISECONDS if code == "all cards" else CARD_MILLISECONDS
        yield Result(f"dashboard: {code}", took, "six figures by area", headline_took, None, limit)
    took, headline_took = side_by_side(_page(programme, period), headline, runs=RUNS)
    yield Result("dashboard: the whole page", took, "six figures by area", headline_took, None, ALL_MILLISECONDS)
    for code, statements in BY_HAND.items():
        ask: Action = lambda ask=KINDS[code].ask: ask(replace(asked))  # type: ignore[misc]  # noqa: E731
        asks, by_hand = side_by_side(ask, _all_of(statements, asked), runs=RUNS)
        yield Result(f"dashboard: what {code} asks", asks, "SQL by hand", by_hand, AT_MOST_TIMES, CARD_MILLISECONDS)


def _all_cards(asked: Selection) -> None:
    for kind in KINDS.values():
        kind.card(asked)


def _page(programme: Programme, period: Period) -> Action:
    """The page as an analyst is sent it by a worker that runs: permissions, filter, tiles, cards and HTML."""
    import_module("hotspot.wsgi")
    client = Client(headers={"host": "127.0.0.1"})
    analyst = User.objects.filter(role=Role.ANALYST, is_active=True).order_by("pk")[0]
    client.force_login(analyst, backend="django.contrib.auth.backends.ModelBackend")
    days = {"since": str(period.first_day), "until": str(period.last_day)}
    asked: dict[str, int | str] = {"programme": programme.pk, **days}

    def get() -> None:
        response = client.get("/dashboard/", asked)
        # What this month still needs is left out of the page when the month is not one of the period.
        if response.status_code != 200 or response.content.count(CARD) < len(KINDS) - 1:
            raise AssertionError(f"the dashboard answered {response.status_code}")

    return get


def _all_of(statements: tuple[str, ...], asked: Selection) -> Action:
    period = asked.period
    values: dict[str, Any] = {
        "programme": asked.programme.pk,
        "areas": asked.area_ids,
        "first": period.first_day,
        "last": period.last_day,
    }

    def ask() -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement, values)
                cursor.fetchall()

    return ask
