"""What the twenty most used requests may cost: statements, trips to the database and the cache, and bytes.

Nothing is timed, so a busy machine fails nothing. Whoever makes a page dearer meets the number here, and changes it on
purpose. The data are those of a force with 60 areas and three financial years.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from unittest import mock

import pytest
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection
from django.db.models import Count
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from redis.connection import Connection

from hotspot.core.models import User
from hotspot.core.permissions import Role, Scope
from hotspot.settings import CACHES
from hotspots.models import FundingStream, HotspotArea
from patrols.models import PatrolShift
from reports.demo.scale import LargeLoad, load_scale
from tests import factories
from tests.api import Caller, system_caller

pytestmark = pytest.mark.slow
AGAIN = "So that it can be logged again"
START = datetime(2024, 10, 11, 21, tzinfo=UTC)
Ask = Callable[["World"], HttpResponse]


@dataclass(frozen=True)
class World:
    """Who asks, and what for: the supervisor who logged most, one of each other role, and systems."""

    people: dict[str, Client]
    reader: Caller
    writer: Caller
    figures: Caller
    shift: PatrolShift
    area: HotspotArea
    stream: FundingStream


@pytest.fixture
def world(db, now, as_user, settings) -> World:
    """Three financial years, the last of which runs, and an area that nobody has patrolled."""
    settings.CACHES = CACHES
    begin_numbers_anew()
    load_scale(LargeLoad(shifts=3000, areas=60, years=3, today=date(2025, 4, 1)), seed=1, demo=True)
    logged = PatrolShift.objects.values("logged_by").annotate(n=Count("pk")).order_by("-n", "logged_by")[0]
    sam = User.objects.get(pk=logged["logged_by"])
    others = {name: User.objects.filter(role=role)[0] for name, role in (("anna", Role.ANALYST), ("paul", Role.PCC))}
    adam = User.objects.filter(role=Role.ADMINISTRATOR)[0]
    district = sam.district_access.order_by("pk")[0].district
    return World(
        people={name: as_user(user) for name, user in {"sam": sam, **others}.items()} | {"nobody": Client()},
        reader=system_caller(adam, Scope.READ_SHIFTS, name="Mirror"),
        writer=system_caller(adam, Scope.WRITE_SHIFTS, name="Rota"),
        figures=system_caller(adam, Scope.READ_SHIFTS, Scope.READ_FIGURES, name="BI"),
        # Without outcomes: how many a shift has is a matter of chance.
        shift=PatrolShift.objects.filter(logged_by=sam, state="completed", nothing_to_report=True).order_by("pk")[40],
        area=factories.HotspotAreaFactory(name="Newly drawn", district=district, first_day=date(2024, 10, 1)),
        stream=FundingStream.objects.filter(is_default=True)[0],
    )


def begin_numbers_anew() -> None:
    """Number the next row of each table after its last, so that addresses are as long in every order of tests."""
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(sql)


def page(name: str, path: str) -> Ask:
    """A page, asked for by the person of this name. `{shift}` in its address is one of the supervisor's."""
    return lambda world: world.people[name].get(path.format(shift=world.shift.pk))


def call(name: str, path: str, **query: object) -> Ask:
    """An address of the API, asked for by the system of this name."""
    return lambda world: getattr(world, name).get(path, query)


def log_on_a_page(world: World) -> HttpResponse:
    """A finished shift with an arrest, from the form."""
    values = {
        "submission_id": str(uuid.uuid4()),
        "area": world.area.pk,
        "night": "2024-10-11",
        "start": "10pm",
        "end": "6am",
        "crew_police_officer": "2",
        "arrests": "1",
    }
    answer = world.people["sam"].post("/shifts/log/", values)
    assert answer.status_code == 302, answer.content.decode()
    PatrolShift.objects.filter(area=world.area).update(state="voided", void_reason=AGAIN)
    return answer


def log_by_the_api(world: World) -> HttpResponse:
    """A finished shift with three outcomes, from another system."""
    body = {
        "area": world.area.pk,
        "funding_stream": world.stream.pk,
        "starts_at": START.isoformat(),
        "ends_at": START.replace(hour=23).isoformat(),
        "crew": [{"role": "police_officer"}, {"role": "pcso"}],
        "arrests": [{}],
        "stop_searches": [{}],
        "weapons": [{}],
    }
    answer = world.writer.post("shifts", body)
    assert answer.status_code == 201, answer.content.decode()
    PatrolShift.objects.filter(area=world.area).update(state="voided", void_reason=AGAIN)
    return answer


@contextmanager
def trips_to_the_cache() -> Iterator[list[object]]:
    """What is sent to the cache."""
    sent: list[object] = []
    send = Connection.send_packed_command

    def counting(self: Connection, command: object, *args: object, **named: object) -> object:
        sent.append(command)
        return send(self, command, *args, **named)

    with mock.patch.object(Connection, "send_packed_command", counting):
        yield sent


# Who asks for what; how many statements, trips (statements, and commands to the cache) and bytes that may take.
BUDGETS: dict[str, tuple[Ask, int, int, int]] = {
    "the sign-in page": (page("nobody", "/sign-in/"), 0, 0, 4_500),
    "the form to log a shift": (page("sam", "/shifts/log/"), 9, 9, 24_000),
    "a shift logged on a page": (log_on_a_page, 13, 13, 500),
    "the line under the times": (page("sam", "/shifts/echo/?start=10pm&end=6am&night=2024-10-11"), 6, 6, 500),
    "the receipt": (page("sam", "/shifts/{shift}/saved/"), 4, 4, 4_500),
    # With what needs doing: own plans, months, and of the areas four statements, however many there are.
    "one's own shifts": (page("sam", "/shifts/"), 13, 13, 25_000),
    "everybody's shifts": (page("anna", "/shifts/"), 7, 7, 31_000),
    "one shift": (page("anna", "/shifts/{shift}/"), 12, 12, 6_500),
    "outcomes to follow": (page("sam", "/outcomes/to-follow/"), 12, 12, 6_000),
    "figures since launch": (page("anna", "/figures/"), 7, 7, 127_000),
    "figures for the PCC's office": (page("paul", "/figures/"), 10, 10, 124_000),
    "figures as a file": (page("paul", "/figures/download.csv"), 7, 7, 15_500),
    "the dashboard as it opens": (page("anna", "/dashboard/"), 32, 32, 367_000),
    "the dashboard since launch": (page("anna", "/dashboard/?period=launch"), 32, 32, 379_000),
    "a card as a file": (page("anna", "/dashboard/hours-by-week.csv"), 9, 9, 5_000),
    "the areas": (page("anna", "/manage/areas/"), 5, 5, 31_500),
    "the API's list of shifts": (call("reader", "shifts"), 2, 3, 31_000),
    "changes since a time": (call("reader", "shifts", updated_since="2024-10-01T00:00:00Z"), 4, 5, 500),
    "a shift logged by the API": (log_by_the_api, 9, 10, 2_000),
    "figures by month and area": (call("figures", "figures", by=["area", "month"]), 4, 5, 256_000),
}


def test_the_most_used_requests_keep_to_their_budgets(world):
    spent = {name: cost_of(ask, world) for name, (ask, *_) in BUDGETS.items()}
    over = {
        name: f"{cost.spent} of {tuple(most)}\n" + "\n".join(cost.statements)
        for (name, (_, *most)), cost in zip(BUDGETS.items(), spent.values(), strict=True)
        if any(each > limit for each, limit in zip(cost.spent, most, strict=True))
    }
    assert len(spent) == 20
    assert not over, "Statements, trips and bytes: spent, of the most there may be\n" + "\n\n".join(
        f"{name}: {text}" for name, text in over.items()
    )


@dataclass(frozen=True)
class Cost:
    """What a request took: its statements, its trips to the database and the cache, and the bytes of its answer."""

    statements: list[str]
    trips: int
    size: int

    @property
    def spent(self) -> tuple[int, int, int]:
        return len(self.statements), self.trips, self.size


def cost_of(ask: Ask, world: World) -> Cost:
    """What a request takes the second time: what a process reads once, or once a minute, it has read by then."""
    ask(world)
    with CaptureQueriesContext(connection) as asked, trips_to_the_cache() as sent:
        answer = ask(world)
    assert answer.status_code < 400, answer.content.decode()
    statements = [query["sql"] for query in asked.captured_queries if AGAIN not in query["sql"]]
    return Cost(statements, len(statements) + len(sent), len(answer.content))
