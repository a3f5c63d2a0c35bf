"""The whole product on servers of its own, which a test may kill: PostgreSQL, Valkey and gunicorn.

Nothing here waits for a fixed time: it looks again until it sees what it waits for, with PATIENCE before it gives up.
"""

import json
import logging
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from script.processes import Processes

PATIENCE = 60
# Fixtures of servers that take more than a minute to make.
DEAR = frozenset({"product", "clusters", "upgraded"})
# A line for each of a hundred requests would hide what gunicorn says.
logging.getLogger("httpx").setLevel(logging.WARNING)
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of it belongs to the slow tier, and what uses the same servers to one process, which then makes them once."""
    for item in items:
        if "faults" in item.path.parts:
            item.add_marker("slow")
            for servers in DEAR.intersection(getattr(item, "fixturenames", ())):
                item.add_marker(pytest.mark.xdist_group(servers))


def until(look: Callable[[], Any], what: str) -> Any:
    """What `look` gives, as soon as it is true. Fails, saying what was waited for, when patience ends."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited in vain for {what}")


@dataclass
class Product:
    """The running product, and the means to break it. `world` is what `tests/faults/world.py` said."""

    processes: Processes
    folder: Path
    sockets: str
    world: dict[str, Any] = field(default_factory=dict)
    redis_url: str = ""
    address: str = ""

    # --- the database ---

    def start_database(self) -> None:
        from script import embedded  # noqa: PLC0415 - needs the wheels, which `product` asks for

        # What was acknowledged must outlive the server's death, which the tests' usual tuning does not promise.
        settings = {**embedded.TUNING["tests"], "synchronous_commit": "on"}
        embedded.start_postgres(self.processes, folder=self.folder, sockets=self.sockets, settings=settings)

    def stop_database(self, with_signal: int = signal.SIGINT) -> None:
        """Stop PostgreSQL and see it gone. SIGQUIT is `pg_ctl stop -m immediate`: as if it had crashed."""
        import psutil  # noqa: PLC0415

        note = next(self.folder.glob("postgresql-*/postmaster.pid"), None)
        if note is None:
            return
        server = psutil.Process(int(note.read_text().split()[0]))
        server.send_signal(with_signal)
        server.wait(PATIENCE)

    def sql(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(self.connect()) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute(query, values)
            return cursor.fetchall()

    def connect(self) -> Any:
        import psycopg2  # noqa: PLC0415

        return psycopg2.connect(host=self.sockets, user="postgres", dbname="hotspot")

    @contextmanager
    def held(self, table: str, mode: str = "EXCLUSIVE") -> Iterator[None]:
        """Let nobody write to a table, so that a request that wants to stands still at a known place. With the mode
        ACCESS EXCLUSIVE nobody reads it either."""
        with closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN {mode} MODE")
            yield

    def wait_for_the_request_to_stand_still(self) -> None:
        waiting = "SELECT 1 FROM pg_stat_activity WHERE usename = 'hotspot' AND wait_event_type = 'Lock'"
        until(lambda: self.sql(waiting), "a request that waits for a lock")

    # --- the queue ---

    def start_queue(self) -> None:
        from script import embedded  # noqa: PLC0415

        self.redis_url = embedded.start_valkey(self.processes, folder=self.folder)

    def signal_queue(self, number: int) -> None:
        self._started("Valkey").send_signal(number)

    # --- the web server ---

    @property
    def log(self) -> Path:
        return self.folder / "log" / "gunicorn.log"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "DATABASE_URL": f"postgres://hotspot@/hotspot?host={self.sockets}",
            "REDIS_URL": self.redis_url,
            "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
            "DEMO": "true",
            "DEBUG": "false",
            # Nobody here is too slow, only in the way.
            "STATEMENT_TIMEOUT_MS": str(PATIENCE * 1000),
        }

    def start_web(self, threads: int = 4, **changes: str) -> None:
        """Start the web server, with these changes to its environment."""
        options = ["--worker-class=gthread", "--workers=1", f"--threads={threads}", "--bind=127.0.0.1:0"]
        command = [sys.executable, "-m", "gunicorn", "hotspot.wsgi", *options]
        with self.log.open("wb") as output:
            self.processes.start("gunicorn", command, env=self.environment | changes, stdout=output, stderr=output)
        listening = until(lambda: re.search(r"Listening at: (http://\S+)", self.log.read_text()), "gunicorn")
        self.address = listening[1]
        until(lambda: self.readiness() == 200, "the product")

    def stop_web(self) -> None:
        web = self._started("gunicorn")
        web.terminate()
        web.wait(PATIENCE)

    def workers(self) -> set[int]:
        """The processes of gunicorn that answer requests."""
        import psutil  # noqa: PLC0415

        return {child.pid for child in psutil.Process(self._started("gunicorn").pid).children()}

    def readiness(self) -> int:
        try:
            return httpx.get(f"{self.address}/readyz", timeout=PATIENCE).status_code
        except httpx.TransportError:
            return 0

    def _started(self, name: str) -> subprocess.Popen[bytes]:
        return self.processes._started[name]

    # --- people ---

    def browser(self, **cookies: str) -> httpx.Client:
        # A connection of its own for each request, so that none is met that gunicorn closes at the same moment.
        limits = httpx.Limits(max_keepalive_connections=0)
        return httpx.Client(base_url=self.address, cookies=cookies, timeout=PATIENCE, limits=limits)

    def sam(self) -> httpx.Client:
        """A browser in which Sam has signed in."""
        return self.browser(session=self.world["session"])

    def entry(self, browser: httpx.Client, **changes: str) -> dict[str, Any]:
        """A good shift as the form sends it: two nights ago, two officers, one arrest; others like it may be there."""
        return {
            **hidden(browser.get("/shifts/log/").text),
            "area": str(self.world["area"]),
            "night": self.world["night"],
            "start": "10pm",
            "end": "6am",
            "crew_police_officer": "2",
            "arrests": "1",
            "keep": ["duplicate", "overlap", "same_patrol"],
            "doubts_reason": "Another crew",
            **changes,
        }

    def saved(self, entry: dict[str, Any]) -> tuple[int, ...]:
        """How many shifts, crew members and arrests there are of this entry, and versions of the shift."""
        return self.sql(
            """SELECT count(*),
                      (SELECT count(*) FROM patrols_crewmember WHERE shift_id IN (SELECT id FROM mine)),
                      (SELECT count(*) FROM outcomes_arrest WHERE shift_id IN (SELECT id FROM mine)),
                      (SELECT count(*) FROM patrols_patrolshiftevent WHERE pgh_obj_id IN (SELECT id FROM mine))
               FROM mine""".replace("FROM mine", "FROM patrols_patrolshift WHERE submission_id = %s"),
            *[str(uuid.UUID(entry["submission_id"]))] * 4,
        )[0]


NOTHING = (0, 0, 0, 0)
WHOLE = (1, 2, 1, 1)


def hidden(page: str) -> dict[str, Any]:
    """The hidden fields of the form on a page; a list where there are several of one name."""
    fields: dict[str, Any] = {}
    for name, value in HIDDEN.findall(page):
        fields.setdefault(name, []).append(unescape(value))
    return {name: values[0] if len(values) == 1 else values for name, values in fields.items()}


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """The product, started once for all tests of this process."""
    reason = "The embedded servers (requirements-embedded.txt) are not installed, so there is nothing to kill"
    embedded = pytest.importorskip("script.embedded", reason=reason)
    with Processes() as processes:
        folder = embedded.make_temporary_folder(processes)
        (folder / "log").mkdir()
        running = Product(processes, folder, str(embedded.make_socket_folder(processes)))
        running.start_database()
        running.start_queue()
        patient = running.environment | {"STATEMENT_TIMEOUT_MS": "0"}
        made = subprocess.run(
            [sys.executable, "-m", "tests.faults.world"], env=patient, capture_output=True, text=True, check=False
        )
        assert made.returncode == 0, made.stderr
        running.world = json.loads(made.stdout.splitlines()[-1])
        running.start_web()
        yield running


@pytest.fixture
def whole(product: Product) -> Iterator[Product]:
    """The product with its database running, at the end as at the start. A failure shows what gunicorn said."""
    yield product
    sys.stdout.write(product.log.read_text(errors="replace")[-500_000:])
    product.stop_database()
    product.start_database()
    until(lambda: product.readiness() == 200, "the product to be well again")


@pytest.fixture
def in_the_background() -> Iterator[Callable[..., Future]]:
    """`in_the_background(function, *arguments)` runs beside the test; its `.result(PATIENCE)` is what it gave."""
    with ThreadPoolExecutor() as pool:
        yield pool.submit
