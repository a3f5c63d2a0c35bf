"""The API under load, through a real server, in turns with what somebody would write first (benchmarks/peers)."""

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from datetime import time as clock
from itertools import islice
from typing import Any
from uuid import uuid4

from django.utils import timezone
from oauth2_provider.models import AccessToken, set_token_value

from benchmarks import servers
from benchmarks.measure import Result, side_by_side
from benchmarks.peers.models import make_tables
from hotspot.core.accounts.operations import connect_system
from hotspot.core.calendar import today
from hotspot.core.clock import instant
from hotspot.core.models import User
from hotspot.core.permissions import Role, Scope
from hotspots.models import FundingStream, HotspotArea, Programme
from outcomes.records import json_lists
from patrols.models import PatrolShift

PRODUCT, SERIALIZER, FASTAPI = "the product", "ModelSerializer", "FastAPI + asyncpg"
# How many times as many answers as a peer's there have to be.
LISTS_AT_LEAST = {SERIALIZER: 3, FASTAPI: 0.7}
WRITES_AT_LEAST = {SERIALIZER: 1.5}
BULK_AT_LEAST, MOST_P95 = 2, 100
READERS, WRITERS, CLIENTS = 16, 8, (1, 2, 8)
# More than any of them logs in the seconds of a round.
MOST_WRITES = {FASTAPI: 6_000}
# As many as there are free times for, in all rounds together.
MOST_BULKS = 56
# When shifts begin that are logged one by one, and those that are logged many at once.
HOURS, BULK_HOURS = (2, 8, 14), (20,)
ROUNDS, SECONDS = 3, 4
DEEP_PAGE = 1_000
PAGE_SIZE = 50
A_REQUEST = 50
MADE = f'"made": {A_REQUEST}'
Request = tuple[str, str, dict[str, str], str | None]
Slots = Iterator[tuple[int, datetime]]


@dataclass(frozen=True)
class Target:
    """Who is asked: the product or a peer, on which port, at which address."""

    name: str
    port: int
    path: str


@dataclass(frozen=True)
class Load:
    """How many answers came a second, and in how many milliseconds half and 95 in a hundred of them."""

    a_second: float
    p50: float
    p95: float


@dataclass(frozen=True)
class Rate:
    """Answers a second, against a peer's, and how many times as many there have to be; None: for comparison only."""

    what: str
    a_second: float
    against: str
    against_a_second: float
    at_least_times: float | None

    @property
    def times(self) -> float:
        """How many times as many as the peer."""
        return self.a_second / self.against_a_second

    @property
    def is_kept(self) -> bool:
        """Whether the limit is kept."""
        return self.at_least_times is None or self.times >= self.at_least_times


@dataclass(frozen=True)
class Writing:
    """How quickly one target logs shifts with three outcomes for some clients at once, and its limit."""

    target: str
    clients: int
    load: Load
    most_p95: float | None = None

    @property
    def is_kept(self) -> bool:
        """Whether the limit is kept."""
        return self.most_p95 is None or self.load.p95 <= self.most_p95


def table(rates: Sequence[Rate]) -> str:
    """The rates as a Markdown table."""
    lines = ["| What | A second | Against | Ratio | Limit | Kept |", "|---|---:|---|---:|---|---|"]
    return "\n".join([*lines, *(_line(rate) for rate in rates)])


def _line(rate: Rate) -> str:
    limit = "" if rate.at_least_times is None else f"{rate.at_least_times:g}× or more"
    return (
        f"| {rate.what} | {rate.a_second:,.0f} | {rate.against}, {rate.against_a_second:,.0f} | {rate.times:.2f}× | "
        f"{limit} | {_kept(rate.is_kept) if limit else ''} |"
    )


def _kept(is_kept: bool) -> str:
    return "yes" if is_kept else "**no**"


def writing_table(writings: Sequence[Writing]) -> str:
    """How quickly shifts are logged, as a Markdown table."""
    lines = [
        "| A shift with three outcomes | Clients | A second | p50 | p95 | Limit | Kept |",
        "|---|---:|---:|---:|---:|---|---|",
    ]
    for each in writings:
        limit = "" if each.most_p95 is None else f"p95 {each.most_p95:g} ms"
        load = f"{each.load.a_second:,.0f} | {each.load.p50:,.1f} ms | {each.load.p95:,.1f} ms"
        kept = _kept(each.is_kept) if limit else ""
        lines.append(f"| {each.target} | {each.clients} | {load} | {limit} | {kept} |")
    return "\n".join(lines)


def pages() -> Iterator[Result]:
    """Page 1,000 of the API's list against page 1, without a web server."""
    reader = User.objects.filter(role=Role.ANALYST, is_active=True).order_by("pk")[0]
    shifts = PatrolShift.objects.visible_to(reader).order_by("-starts_at", "-pk")
    last = shifts[(DEEP_PAGE - 1) * PAGE_SIZE - 1]
    listed, start = json_lists.NEWEST[False], (last.starts_at, last.pk)
    late, first = side_by_side(
        lambda: listed.page(reader, size=PAGE_SIZE, start=start), lambda: listed.page(reader, size=PAGE_SIZE)
    )
    yield Result(f"page {DEEP_PAGE:,} of the API's list", late, "page 1", first, 2, 50)


@dataclass(frozen=True)
class Measured:
    """Everything under load."""

    rates: Sequence[Rate]
    writings: Sequence[Writing]


def measure() -> Measured:
    """The list of 50 shifts at 16 connections, and new shifts with three outcomes, in turns with the peers."""
    make_tables()
    reader, writer = token(Scope.READ_SHIFTS), token(Scope.WRITE_SHIFTS)
    programme = area_ids, stream = _open_programme()
    with ExitStack() as running:
        port = running.enter_context(servers.product())
        lists = [Target(PRODUCT, port, "/api/v1/shifts"), Target(SERIALIZER, port, "/peers/shifts")]
        writers = [Target(PRODUCT, port, "/api/v1/shifts"), Target(SERIALIZER, port, "/peers/shifts/new")]
        if not servers.missing_peers():
            peer = running.enter_context(servers.fastapi())
            lists.append(Target(FASTAPI, peer, "/shifts"))
            writers.append(Target(FASTAPI, peer, "/shifts/new"))
            copy = running.enter_context(servers.datasette())
            lists.append(Target("Datasette on 100,000 shifts", copy, "/copy/newest.json?_shape=objects"))
        loads = _in_turns({target.name: (target.port, _reading(target.path, reader)) for target in lists})
        rates = list(_rates("the API's list of 50 shifts, 16 connections", loads, LISTS_AT_LEAST))
        writings = list(_writings(writers, writer, programme))
        single = {each.target: each.load for each in writings if each.clients == WRITERS}
        rates += _rates("a shift with three outcomes logged by the API, 8 clients", single, WRITES_AT_LEAST)
        bulk = _writing(
            "/api/v1/shifts/bulk",
            writer,
            _many_at_once(stream, _slots(area_ids, hours=BULK_HOURS)),
            most=MOST_BULKS,
            holds=MADE,
        )
        many = _in_turns({PRODUCT: (port, bulk)})[PRODUCT]
        what = f"shifts with three outcomes, {A_REQUEST} a request, 8 clients"
        rates.append(Rate(what, A_REQUEST * many.a_second, SERIALIZER, single[SERIALIZER].a_second, BULK_AT_LEAST))
    return Measured(rates, writings)


def _rates(what: str, loads: Mapping[str, Load], limits: Mapping[str, float]) -> Iterator[Rate]:
    ours = loads[PRODUCT].a_second
    for name, load in loads.items():
        if name != PRODUCT:
            yield Rate(what, ours, name, load.a_second, limits.get(name))


def _writings(targets: Sequence[Target], token: str, programme: tuple[list[int], int]) -> Iterator[Writing]:
    area_ids, stream = programme
    slots = _slots(area_ids)
    for clients in CLIENTS:
        plans = {}
        for target in targets:
            # Peers check no rule, so theirs may lie at any time.
            free = slots if target.name == PRODUCT else _slots(area_ids)
            bodies = _one_by_one(stream, free)
            most = MOST_WRITES.get(target.name, 1_200)
            plans[target.name] = (target.port, _writing(target.path, token, bodies, most=most, clients=clients))
        for name, load in _in_turns(plans).items():
            yield Writing(name, clients, load, MOST_P95 if (name, clients) == (PRODUCT, WRITERS) else None)


def _in_turns(plans: Mapping[str, tuple[int, Callable[[], Any]]]) -> dict[str, Load]:
    """The medians of some rounds of each, in turns."""
    rounds = [{name: _load(port, plan()) for name, (port, plan) in plans.items()} for _ in range(ROUNDS)]
    return {name: _median([each[name] for each in rounds]) for name in plans}


def _median(loads: Sequence[Load]) -> Load:
    return Load(*(statistics.median(getattr(load, part.name) for load in loads) for part in fields(Load)))


def _load(port: int, plan: dict[str, Any]) -> Load:
    plan = {"holds": "", "host": "127.0.0.1", "port": port, "seconds": SECONDS, **plan}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"], input=json.dumps(plan), capture_output=True, text=True, check=True
    )
    said = json.loads(done.stdout)
    if said["bad"]:
        raise AssertionError(f"the server answered {said['bad']}")
    return Load(said["answered"] / said["seconds"], said["p50"], said["p95"])


def _reading(path: str, token: str) -> Callable[[], dict[str, Any]]:
    request: Request = ("GET", path, {"Authorization": f"Bearer {token}"}, None)
    return lambda: {"repeat": True, "connections": [[request]] * READERS}


def _writing(
    path: str, token: str, bodies: Iterator[dict[str, Any]], *, most: int, clients: int = WRITERS, holds: str = ""
) -> Callable[[], dict[str, Any]]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def request() -> Request:
        return ("POST", path, {**headers, "Idempotency-Key": str(uuid4())}, json.dumps(next(bodies)))

    def plan() -> dict[str, Any]:
        connections = [[request() for _ in range(most // clients)] for _ in range(clients)]
        return {"repeat": False, "holds": holds, "connections": connections}

    return plan


def _one_by_one(stream: int, slots: Slots) -> Iterator[dict[str, Any]]:
    for area, starts_at in slots:
        yield {
            "submission_id": str(uuid4()),
            "area": area,
            "funding_stream": stream,
            "starts_at": starts_at.isoformat(),
            "ends_at": (starts_at + timedelta(hours=4)).isoformat(),
            "crew": [{"role": "police_officer"}, {"role": "pcso"}],
            "arrests": [{}],
            "stop_searches": [{}],
            "weapons": [{}],
            # The data has shifts of other people in these areas.
            "keep": {"doubts": ["same_patrol"], "reason": "Another crew"},
        }


def _many_at_once(stream: int, slots: Slots) -> Iterator[dict[str, Any]]:
    shifts = _one_by_one(stream, slots)
    while some := list(islice(shifts, A_REQUEST)):
        yield {"shifts": some}


def _slots(area_ids: Sequence[int], hours: Sequence[int] = HOURS) -> Slots:
    """Areas and starts within the last three months that overlap nothing."""
    first = today(timezone.now()) - timedelta(days=80)
    for days in range(79):
        for hour in hours:
            for area in area_ids:
                yield area, instant(first + timedelta(days=days), clock(hour, 30), change="before")


def _open_programme() -> tuple[list[int], int]:
    """Every area, and a stream that pays for shifts in the last three months."""
    now = today(timezone.now())
    programme, _ = Programme.objects.get_or_create(
        name="Benchmark", defaults={"first_day": now - timedelta(days=100), "last_day": now}
    )
    stream, _ = FundingStream.objects.get_or_create(
        programme=programme,
        name="Home Office grant",
        defaults={"kind": FundingStream.Kind.HOME_OFFICE_GRANT, "is_default": True},
    )
    HotspotArea.objects.filter(last_day__isnull=False).update(last_day=None)
    return list(HotspotArea.objects.values_list("pk", flat=True)), stream.pk


def token(*scopes: Scope) -> str:
    """A token of a new system with these scopes, for two hours."""
    administrator = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk")[0]
    name = f"Benchmark {uuid4().hex[:8]}"
    issued = connect_system(by=administrator, at=timezone.now(), name=name, scopes=scopes)
    raw = uuid4().hex
    expires = timezone.now() + timedelta(hours=2)
    issued_token = AccessToken(application=issued.system.application, scope=" ".join(scopes), expires=expires)
    set_token_value(issued_token, raw)
    issued_token.save()
    return raw
