"""What people and systems read most, through the whole of a request: pages by their person, the API by its token.

Lists and figures are asked in turns with the SQL that somebody would write by hand, and, where it is installed,
measured beside DuckDB on a Parquet file of the counted shifts.
"""

import http.client
import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Count
from django.test import Client

from benchmarks import servers
from benchmarks.api import token
from benchmarks.measure import RUNS, Action, Result, side_by_side
from benchmarks.peers import statements
from hotspot.core.driver import copy_out
from hotspot.core.models import User
from hotspot.core.permissions import Role, Scope
from hotspots.models import Programme
from patrols.models import PatrolShift
from reports.figures.headline import COLUMNS

YEARS = 5
_SUMS = ", ".join(f"sum({column})::bigint AS {column}" for column in COLUMNS)
_SIX = f"SELECT {_SUMS} FROM reports_monthsummary WHERE programme_id = %s"
_CELLS = (
    f"SELECT area_id, month, {', '.join(COLUMNS)} FROM reports_monthsummary "
    "WHERE programme_id = %s AND month BETWEEN %s AND %s ORDER BY area_id, month"
)


def results(programme: Programme) -> Iterator[Result]:
    """Each page against its limit, and each answer of the API against SQL by hand and DuckDB."""
    yield from _pages(programme)
    with servers.product() as port:
        yield from _answers(port, programme)


def _pages(programme: Programme) -> Iterator[Result]:
    import_module("hotspot.wsgi")
    by_people = PatrolShift.objects.filter(logged_by__role=Role.SUPERVISOR)
    logged = by_people.values_list("logged_by").annotate(n=Count("pk")).order_by("n")
    (few, fewest), (many, most) = logged[0], logged.reverse()[0]
    analyst = User.objects.filter(role=Role.ANALYST, is_active=True).order_by("pk")[0]
    for what, person, path, limit in (
        (f"the form to log a shift, {fewest:,} logged before", few, "/shifts/log/", 60),
        (f"the form to log a shift, {most:,} logged before", many, "/shifts/log/", 60),
        ("the list of shifts", analyst.pk, "/shifts/", 40),
        ("the page of figures, all years", analyst.pk, f"/figures/?programme={programme.pk}&period=launch", 200),
        ("the dashboard as it opens", analyst.pk, f"/dashboard/?programme={programme.pk}", 400),
    ):
        took, nothing_took = side_by_side(_page(person, path), _page(person, "/healthz"))
        yield Result(f"page: {what}", took, "a page that says ok", nothing_took, None, limit)


def _page(person: int, path: str) -> Action:
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.get(pk=person), backend="django.contrib.auth.backends.ModelBackend")

    def get() -> None:
        if (status := client.get(path).status_code) != 200:
            raise AssertionError(f"{path} answered {status}")

    return get


def _answers(port: int, programme: Programme) -> Iterator[Result]:
    last = programme.last_day
    first, until = last.replace(year=last.year - YEARS, month=4, day=1), last.replace(day=1)
    months = f"{first:%Y-%m}-to-{until:%Y-%m}"
    asked = f"/api/v1/figures?programme={programme.pk}"
    listed, six, cells = (
        _get(port, path)
        for path in ("/api/v1/shifts", f"{asked}&period=launch", f"{asked}&period={months}&by=area&by=month")
    )
    yield Result("the API's list of 50 shifts, one client", *_beside(listed, statements.NEWEST), 2.5, 50)
    six_took, six_sql = side_by_side(six, _ask(_SIX, programme.pk))
    cells_took, cells_sql = side_by_side(cells, _ask(_CELLS, programme.pk, first, until))
    by_month = f"the API's figures by month and area, {YEARS} years"
    yield Result("the API's six figures, all years", six_took, "SQL by hand", six_sql, 2.5, 50)
    yield Result(by_month, cells_took, "SQL by hand", cells_sql, 2, 100)
    if not servers.missing_peers():
        took = _duck(programme, str(first), str(until))
        yield Result("the API's six figures, all years", six_took, "DuckDB on Parquet", took["six"], None, 50)
        yield Result(by_month, cells_took, "DuckDB on Parquet", took["cells"], 1, 100)


def _beside(action: Action, sql: str) -> tuple[float, str, float]:
    took, by_hand = side_by_side(action, _ask(sql))
    return took, "SQL by hand", by_hand


def _get(port: int, path: str) -> Action:
    """An address of the API, over one connection that stays open."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Authorization": f"Bearer {token(Scope.READ_SHIFTS, Scope.READ_FIGURES)}"}

    def get() -> None:
        client.request("GET", path, headers=headers)
        answer = client.getresponse()
        answer.read()
        if answer.status != 200:
            raise AssertionError(f"{path} answered {answer.status}")

    return get


def _ask(sql: str, *parameters: Any) -> Action:
    def ask() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters or None)
            cursor.fetchall()

    return ask


def _duck(programme: Programme, first: str, until: str) -> Mapping[str, float]:
    """The median milliseconds of the two questions, asked of a Parquet file with a row for each counted shift."""
    sums = ", ".join(f"sum({column})" for column in COLUMNS)
    questions = {
        "six": f"SELECT {sums} FROM {{table}}",
        "cells": f"SELECT area_id, date_trunc('month', day) AS month, {sums} FROM {{table}} "
        f"WHERE day BETWEEN '{first}' AND last_day(DATE '{until}') GROUP BY ALL ORDER BY ALL",
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "counted.csv"
        with path.open("wb") as file, connection.cursor() as cursor:
            file.write(f"area_id,day,{','.join(COLUMNS)}\n".encode())
            rows = f"SELECT area_id, day, {', '.join(COLUMNS)} FROM reports_shift_contribution WHERE programme_id = %s"
            cursor.execute("SET statement_timeout = 0")
            copy_out(cursor, rows, [programme.pk], file)
        plan = json.dumps({"csv": str(path), "questions": questions, "runs": RUNS})
        command = [str(servers.PEERS / "python"), "-m", "benchmarks.peers.duck"]
        done = subprocess.run(command, input=plan, capture_output=True, text=True, check=True, cwd=servers.ROOT)
    return json.loads(done.stdout)
