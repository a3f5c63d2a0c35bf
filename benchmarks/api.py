"""The API under load, through a real server, in turns with what somebody would write first (benchmarks/peers)."""

import json
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as clock
from itertools import islice
from typing import Any
from uuid import uuid4

from django.db import connection
from django.utils import timezone
from oauth2_provider.models import AccessToken, set_token_value

from benchmarks.measure import Result, side_by_side
from benchmarks.peers.models import make_tables
from hotspot.core.accounts.operations import connect_system
from hotspot.core.calendar import today
from hotspot.core.clock import instant
from hotspot.core.models import User
from hotspot.core.permissions import Role, Scope
from hotspots.models import FundingStream, HotspotArea, Programme
from outcomes.records import json_documents
from patrols.models import PatrolShift

LIST_AT_LEAST, CREATE_AT_LEAST = 3, 2
READERS, WRITERS = 16, 8
ROUNDS, SECONDS = 3, 4
DEEP_PAGE = 1_000
PAGE_SIZE = 50
A_REQUEST = 50
Request = tuple[str, str, dict[str, str], str | None]
Slots = Iterator[tuple[int, datetime]]


@dataclass(frozen=True)
class Rate:
    """Answers a second, against a peer's, and how many times as many there have to be."""

    what: str
    a_second: float
    against: str
    against_a_second: float
    at_least_times: float

    @property
    def times(self) -> float:
        """How many times as many as the peer."""
        return self.a_second / self.against_a_second

    @property
    def is_kept(self) -> bool:
        """Whether the limit is kept."""
        return self.times >= self.at_least_times


def table(rates: Sequence[Rate]) -> str:
    """The rates as a Markdown table."""
    lines = ["| What | A second | Against | Ratio | Limit | Kept |", "|---|---:|---|---:|---|---|"]
    return "\n".join([*lines, *(_line(rate) for rate in rates)])


def _line(rate: Rate) -> str:
    kept = "yes" if rate.is_kept else "**no**"
    return (
        f"| {rate.what} | {rate.a_second:,.0f} | {rate.against}, {rate.against_a_second:,.0f} | {rate.times:.2f}× | "
        f"{rate.at_least_times:g}× or more | {kept} |"
    )


def pages() -> Iterator[Result]:
    """Page 1,000 of the list against page 1, at the database and through Django's query."""
    reader = User.objects.filter(role=Role.ANALYST, is_active=True).order_by("pk")[0]
    shifts = PatrolShift.objects.visible_to(reader).order_by("-starts_at", "-pk")
    last = shifts[(DEEP_PAGE - 1) * PAGE_SIZE - 1]
    deep = shifts.filter(starts_at__lte=last.starts_at).exclude(starts_at=last.starts_at, pk__gte=last.pk)
    sql, keys = json_documents.document_sql(reader, is_full=False), ("starts_at", "pk")
    late, first = side_by_side(
        lambda: json_documents.page(deep, sql, keys, size=PAGE_SIZE),
        lambda: json_documents.page(shifts, sql, keys, size=PAGE_SIZE),
    )
    yield Result(f"page {DEEP_PAGE:,} of the API's list", late, "page 1", first, 2, 50)


def rates() -> Iterator[Rate]:
    """The list of 50 shifts at 16 connections, and new shifts with three outcomes by 8 writers."""
    make_tables()
    reader, writer = _token(Scope.READ_SHIFTS), _token(Scope.WRITE_SHIFTS)
    area_ids, stream = _open_programme()
    with _server() as port:
        listed = [_reading(path, reader) for path in ("/api/v1/shifts", "/peers/shifts")]
        yield _rate("the API's list of 50 shifts, 16 connections", port, listed, LIST_AT_LEAST)
        slots = _slots(area_ids)
        single, many, peer = (
            _writing(path, _asking(writer), shape(stream, slots), most, holds)
            for path, shape, most, holds in (
                ("/api/v1/shifts", _one_by_one, 150, ""),
                ("/api/v1/shifts/bulk", _many_at_once, 12, f'"made": {A_REQUEST}'),
                ("/peers/shifts/new", _one_by_one, 150, ""),
            )
        )
        yield _rate("a shift with three outcomes logged by the API, 8 clients", port, [single, peer], CREATE_AT_LEAST)
        what = f"shifts with three outcomes, {A_REQUEST} a request, 8 clients"
        yield _rate(what, port, [many, peer], CREATE_AT_LEAST, each=A_REQUEST)


def _rate(what: str, port: int, plans: Sequence[Callable[[], Any]], at_least: float, *, each: int = 1) -> Rate:
    ours, theirs = zip(*[[_load(port, plan()) for plan in plans] for _ in range(ROUNDS)], strict=True)
    return Rate(what, each * statistics.median(ours), "ModelSerializer", statistics.median(theirs), at_least)


def _load(port: int, plan: dict[str, Any]) -> float:
    plan = {"holds": "", "host": "127.0.0.1", "port": port, "seconds": SECONDS, **plan}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"], input=json.dumps(plan), capture_output=True, text=True, check=True
    )
    said = json.loads(done.stdout)
    if said["bad"]:
        raise AssertionError(f"the server answered {said['bad']}")
    return said["answered"] / said["seconds"]


def _reading(path: str, token: str) -> Callable[[], dict[str, Any]]:
    request: Request = ("GET", path, {"Authorization": f"Bearer {token}"}, None)
    return lambda: {"repeat": True, "connections": [[request]] * READERS}


def _writing(
    path: str, headers: Mapping[str, str], bodies: Iterator[dict[str, Any]], most: int, holds: str
) -> Callable[[], dict[str, Any]]:
    def request() -> Request:
        return ("POST", path, {**headers, "Idempotency-Key": str(uuid4())}, json.dumps(next(bodies)))

    def plan() -> dict[str, Any]:
        connections = [[request() for _ in range(most)] for _ in range(WRITERS)]
        return {"repeat": False, "holds": holds, "connections": connections}

    return plan


def _asking(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}


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


def _slots(area_ids: Sequence[int]) -> Slots:
    """Areas and starts within the last three months that overlap nothing."""
    first = today(timezone.now()) - timedelta(days=80)
    for days in range(79):
        for hour in (2, 8, 14, 20):
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


def _token(scope: Scope) -> str:
    administrator = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk")[0]
    name = f"Benchmark {uuid4().hex[:8]}"
    issued = connect_system(by=administrator, at=timezone.now(), name=name, scopes=[scope])
    raw = uuid4().hex
    expires = timezone.now() + timedelta(hours=2)
    token = AccessToken(application=issued.system.application, scope=scope.value, expires=expires)
    set_token_value(token, raw)
    token.save()
    return raw


@contextmanager
def _server() -> Iterator[int]:
    """A web server as production runs it, on a port of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        *(sys.executable, "-m", "gunicorn", "hotspot.wsgi", f"--bind=127.0.0.1:{port}", "--log-level=error"),
        *("--worker-class=gthread", "--workers=2", "--threads=8", "--keep-alive=30"),
    ]
    connection.close()
    with subprocess.Popen(command, env=os.environ | {"DJANGO_SETTINGS_MODULE": "benchmarks.settings"}) as server:
        try:
            _wait(f"http://127.0.0.1:{port}/healthz")
            yield port
        finally:
            server.terminate()


def _wait(address: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 - our own server
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not start")
