"""Loads the data and puts everything measured into words."""

import os
import platform
import sys
from dataclasses import dataclass

from django.core.management import call_command
from django.db import connection

from benchmarks import (
    analysis,
    api,
    assignment,
    costs,
    dashboard,
    explore,
    exports,
    figures,
    imports,
    incidents,
    lists,
    live,
    reads,
    servers,
    street_analysis,
)
from benchmarks.measure import RUNS, table
from hotspots.models import Programme
from patrols.models import PatrolShift


@dataclass(frozen=True)
class Measured:
    """Everything measured as Markdown, and whether all limits were kept."""

    text: str
    is_kept: bool


class _Echo:
    """Passes lines on to the terminal and keeps the last one."""

    last = ""

    def write(self, text: str) -> None:
        self.last = text.strip() or self.last
        sys.stdout.write(text)
        sys.stdout.flush()


def load(**size: int) -> str:
    """Make the data unless there is some; gives a sentence about it, or nothing."""
    call_command("migrate", verbosity=0, skip_checks=True)
    output = _Echo()
    call_command("load_demo", stdout=output, skip_checks=True, **size)
    if not output.last.startswith("Loaded"):
        return ""
    with connection.cursor() as cursor:
        # As autovacuum leaves tables that have been there for a while.
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")
    return output.last


def measure(loading: str, *, import_rows: int) -> Measured:
    """Measure everything on the data that is there. `loading` is a sentence about how it came there."""
    _lift_time_limit()
    programme = Programme.objects.order_by("first_day")[0]
    results = [
        *figures.results(programme),
        *dashboard.results(programme),
        *costs.results(programme),
        *explore.results(programme),
        *live.results(programme),
        *lists.results(),
        *api.pages(),
        *reads.results(programme),
        *exports.results(),
        *imports.results(import_rows),
        *incidents.results(),
        *analysis.results(),
        *street_analysis.results(),
        *assignment.results(),
    ]
    # Requests let an old connection go, and with it what was set on it.
    _lift_time_limit()
    counted, read = figures.live(programme)
    load = api.measure()
    parts = (
        f"{_machine()} {loading} Medians of {RUNS} runs, in turns with what each is measured against.".replace(
            "  ", " "
        ),
        table(results),
        api.table(load.rates),
        api.writing_table(load.writings),
        f"For context, the six figures of all years took {counted / 1000:,.1f} seconds when they were counted from the "
        f"shifts themselves, {counted / read:,.0f} times as long.",
        servers.missing_peers(),
    )
    kept = [each.is_kept for each in results] + [each.is_kept for each in load.rates]
    is_kept = all(kept + [each.is_kept for each in load.writings])
    return Measured("\n\n".join(filter(None, parts)), is_kept)


def _lift_time_limit() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")


def _machine() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{PatrolShift.objects.count():,} shifts, on {platform.system()} with {os.cpu_count()} cores and "
        f"{memory:.0f} GB, PostgreSQL {server}, Python {platform.python_version()}."
    )
