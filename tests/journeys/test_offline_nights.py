"""Random nights, each from its seed: whatever is killed or falsified meanwhile, every shift and every visit is stored
exactly once.

Pages, processes of the web server and of the database really die, at any step: see `failing_service`. The network is
cut, delayed and falsified by the browser's driver.

`OFFLINE_NIGHTS` says how many (500 take about an hour on two cores), `OFFLINE_SEED` where to begin.
"""

import os
import random
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest
from django.db import OperationalError, connection
from playwright.sync_api import BrowserContext, Error, Page, Playwright, Route

from hotspot.core.models import User
from outcomes.models import UnfinishedShift
from patrols.models import LiveVisit, PatrolShift
from tests.journeys.conftest import ARGUMENTS, chromium, sign_in

pytestmark = pytest.mark.slow
NIGHTS, SEED = int(os.environ.get("OFFLINE_NIGHTS", "12")), int(os.environ.get("OFFLINE_SEED", "1"))
# Nights that one phone has one after the other: making a force and a browser takes as long as a night.
TOGETHER = 12
# After that many it is no accident.
TRIES = 8
PAUSES_MS = (0, 0, 30, 300)
MINUTE_MS, DAY_MS = 60_000, 86_400_000
QUEUE, ANY_PAGE = "/shifts/queue/", "/help/"
TIMES = ("6pm", "7pm", "8pm", "9pm", "10pm")

KEEP = """async ([id, person, fields]) =>
  (await import("/static/js/queue.js")).keep({ id, person, fields, days: 7 })"""
NOTE = """async ([id, person, fields]) =>
  (await import("/static/js/queue.js")).keep({ id, person, fields, days: 7, replaces: true })"""
NOW = "Date.now()"
SEND = """(person) => import("/static/js/sending.js")
  .then((sending) => sending.send("/shifts/queue/", person, { isForced: true }))"""
LEFT = """async (person) => {
  const { unsent } = await (await import("/static/js/queue.js")).list(person);
  return unsent.map(({ id, state }) => [id, state]);
}"""
RECEIPTS = """async (person) => {
  const { own } = await (await import("/static/js/queue.js")).list(person);
  return own.filter(({ state }) => state === "sent").map(({ id, reference }) => [id, reference]);
}"""


def lost(route: Route) -> None:
    """The service has answered, and nobody hears it."""
    with suppress(Error):
        route.fetch()
    route.abort("connectionreset")


def portal(route: Route) -> None:
    route.fulfill(status=200, content_type="text/html", body="<h1>Welcome</h1>")


def status(code: int) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=code, headers={"Hotspot-Page": "1"}, body="{}")


ANSWERS: list[Callable[[Route], None]] = [
    *[lambda route: route.continue_()] * 10,
    lambda route: route.abort("internetdisconnected"),
    lost,
    portal,
    status(500),
    status(503),
]


@dataclass
class Service:
    """The web server and its database, in processes of their own, which die as `failing_service` has it."""

    url: str
    folder: Path
    process: subprocess.Popen[bytes]

    def fail(self, seed: int) -> None:
        """From now on, as this seed has it."""
        (self.folder / "seed").write_text(str(seed))

    def log(self) -> str:
        """What it said."""
        return (self.folder / "log").read_text()

    def recover(self) -> None:
        """Fail no more."""
        (self.folder / "seed").write_text("")

    def kill(self) -> None:
        """All that answers requests now, whatever it is doing."""
        for worker in psutil.Process(self.process.pid).children():
            with suppress(psutil.NoSuchProcess):
                worker.kill()


@pytest.fixture
def service(force, tmp_path) -> Iterator[Service]:
    """One that takes what the cast has in its database."""
    listening = socket.create_server(("127.0.0.1", 0))
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    given = {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": database.geturl(),
        "OFFLINE_QUEUE": "counts",
    }
    # Where other processes test with the same server, only the connection is cut.
    is_alone = os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1") == "1"
    options = ["--recovers"] if is_alone else []
    command = [sys.executable, "-m", "tests.journeys.failing_service", f"--socket={listening.fileno()}"]
    command += [f"--begins={time.time()}", f"--folder={tmp_path}", *options]
    (tmp_path / "seed").write_text("")
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            command, env=os.environ | given, pass_fds=[listening.fileno()], stdout=log, stderr=subprocess.STDOUT
        )
    yield Service(f"http://localhost:{listening.getsockname()[1]}", tmp_path, process)
    process.terminate()
    process.wait()
    listening.close()


@dataclass
class Phone:
    """A browser in which Sam has signed in, with what it kept when it ended before."""

    playwright: Playwright
    sam: User
    url: str
    folder: Path
    context: BrowserContext = field(init=False)

    def start(self) -> None:
        """Open the browser and sign in."""
        self.context = self.playwright.chromium.launch_persistent_context(
            self.folder, executable_path=chromium(), args=ARGUMENTS, base_url=self.url, service_workers="block"
        )
        await_database()
        sign_in(self.context, self.sam, self.url)

    def kill(self) -> None:
        """Every process of the browser, at once."""
        mine = f"--user-data-dir={self.folder}"
        processes = [each for each in psutil.process_iter(["cmdline"]) if mine in (each.info["cmdline"] or [])]
        assert processes
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(processes)
        self.close()

    def close(self) -> None:
        """As far as it still runs."""
        with suppress(Error):
            self.context.close()


@pytest.fixture
def phone(force, service, playwright, browser_type_launch_args, tmp_path) -> Iterator[Phone]:
    """Sam's."""
    with_browser = Phone(playwright, force.sam, service.url, tmp_path / "phone")
    with_browser.start()
    yield with_browser
    with_browser.close()


@dataclass
class Night:
    """One night of one phone: what was saved on it, and how it is disturbed."""

    phone: Phone
    service: Service
    areas: list[int]
    chance: random.Random
    taken: int = 0
    visited: int = 0
    saved: list[str] = field(default_factory=list)
    visits: list[str] = field(default_factory=list)
    is_quiet: bool = False

    @property
    def person(self) -> int:
        """Whose shifts they are."""
        return self.phone.sam.pk

    @property
    def context(self) -> BrowserContext:
        """The browser as it runs now."""
        return self.phone.context

    def begin(self) -> None:
        """From now on the network is as the night has it."""
        self.context.route(f"**{QUEUE}", self.answer)

    def answer(self, route: Route) -> None:
        """Whatever the network makes of a request to the queue."""
        if self.is_quiet:
            route.continue_()
        else:
            self.chance.choice(ANSWERS)(route)

    def page(self) -> Page:
        """A tab of the service, opened by hand."""
        page = self.context.pages[0] if self.context.pages else self.context.new_page()
        if ANY_PAGE not in page.url:
            open_page(page)
        return page

    def ask(self, script: str, *values: Any) -> Any:
        """What the page answers. A script that did not arrive, as its process died, is asked for by a new page."""
        for _ in range(TRIES):
            with suppress(Error):
                return self.page().evaluate(script, *values)
            open_page(self.page())
        return self.page().evaluate(script, *values)

    def save(self) -> None:
        """A shift of another night or area, so that none looks like another; some need a correction."""
        number, submission = self.taken + len(self.saved), str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
        day = date(2024, 10, 11) - timedelta(days=number // len(self.areas))
        fields = {
            "area": str(self.areas[number % len(self.areas)]),
            "night": "other",
            "night_date_day": str(day.day),
            "night_date_month": str(day.month),
            "night_date_year": str(day.year),
            "start": self.chance.choice(TIMES),
            "end": "11pm",
            "crew_police_officer": "2",
        } | ({"nothing_to_report": "on"} if self.chance.random() < 0.8 else {})
        if self.ask(KEEP, [submission, self.person, fields]) == "kept":
            self.saved.append(submission)

    def visit(self) -> None:
        """Ten minutes in an area, after those before. The second press may come while the first is on its way."""
        number, arrival = self.visited + len(self.visits), str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
        began = self.ask(NOW) - DAY_MS + number * 20 * MINUTE_MS
        here = {"area": str(self.areas[number % len(self.areas)]), "arrived": str(began)}
        if self.chance.random() < 0.5:
            self.ask(NOTE, [arrival, self.person, here])
            self.chance.choice([self.send, self.reload])()
        left = {"left": str(began + 10 * MINUTE_MS), "departure": str(uuid.UUID(int=number, version=4))}
        assert self.ask(NOTE, [arrival, self.person, here | left]) == "kept"
        self.visits.append(arrival)

    def send(self) -> None:
        """Begin to send, and do not wait."""
        self.ask(f"(person) => {{ ({SEND})(person); }}", self.person)

    def reload(self) -> None:
        open_page(self.page())

    def kill(self) -> None:
        """The tab, in the middle of whatever it does."""
        page = self.page()
        self.context.new_page()
        page.close()

    def kill_browser(self) -> None:
        """In the middle of whatever it does; and open it again."""
        self.phone.kill()
        self.phone.start()
        self.begin()

    def second_tab(self) -> None:
        """Another tab sends at the same time."""
        other = self.context.new_page()
        open_page(other)
        self.send()
        with suppress(Error):
            other.evaluate(SEND, self.person)
        other.close()

    def no_signal(self) -> None:
        self.page()
        self.context.set_offline(True)
        self.send()
        self.page().wait_for_timeout(20)
        self.context.set_offline(False)

    def happen(self) -> None:
        """Something."""
        steps = [
            self.save,
            self.save,
            self.save,
            self.visit,
            self.visit,
            self.send,
            self.send,
            self.reload,
            self.kill,
            self.second_tab,
            self.no_signal,
            self.service.kill,
            self.kill_browser,
        ]
        self.chance.choice(steps)()
        self.page().wait_for_timeout(self.chance.choice(PAUSES_MS))

    def end(self) -> dict[str, str]:
        """In the morning everything works. What is left on the phone, by submission."""
        self.is_quiet = True
        for _ in range(TRIES):
            self.ask(SEND, self.person)
            if not (left := self.ask(LEFT, self.person)):
                return {}
            self.page().wait_for_timeout(200)
        return dict(left)


def open_page(page: Page) -> None:
    """Open it, again where the process that answered died."""
    for _ in range(TRIES):
        with suppress(Error):
            page.goto(ANY_PAGE)
            return
    page.goto(ANY_PAGE)


def spend(night: Night) -> None:
    """A night, and the morning after, in which everything works."""
    night.save()
    for _ in range(night.chance.randint(6, 14)):
        night.happen()
    night.service.recover()
    assert night.end() == {}


def await_database() -> None:
    """It is back after a crash, and this process has a connection to it again."""
    for _ in range(100):
        connection.close()
        with suppress(OperationalError):
            connection.ensure_connection()
            return
        time.sleep(0.1)


def stored_once(night: Night) -> None:
    """What was saved on the phone is stored once, and the phone has its number."""
    mine = {*night.saved, *night.visits}
    await_database()
    shifts, unfinished = PatrolShift.objects.in_bulk(field_name="submission_id"), UnfinishedShift.objects.all()
    numbers = {str(key): shift.reference for key, shift in shifts.items()}
    numbers |= {str(visit.arrival): "Tonight" for visit in LiveVisit.objects.exclude(left_at=None)}
    for each in unfinished:
        assert str(each.submission_id) not in numbers
        numbers[str(each.submission_id)] = f"U-{each.pk}"
    receipts = dict(night.ask(RECEIPTS, night.person))
    assert {key: number for key, number in receipts.items() if key in mine} == {key: numbers.get(key) for key in mine}
    assert set(numbers) == set(receipts)


@pytest.mark.parametrize("first", range(SEED, SEED + NIGHTS, TOGETHER))
def test_a_night_ends_with_every_shift_stored_once(force, phone, service, first):
    areas, taken, visited = [force.hitchin.pk, force.letchworth.pk], 0, 0
    seeds = range(first, min(first + TOGETHER, SEED + NIGHTS))
    for seed in seeds:
        night = Night(phone, service, areas, random.Random(seed), taken, visited)
        night.begin()
        service.fail(seed)
        try:
            spend(night)
            stored_once(night)
        except BaseException as error:
            error.add_note(f"OFFLINE_SEED={seed} OFFLINE_NIGHTS=1")
            raise
        phone.context.unroute_all(behavior="wait")
        taken, visited = taken + len(night.saved), visited + len(night.visits)
    assert PatrolShift.objects.count() + UnfinishedShift.objects.count() == taken
    assert PatrolShift.objects.exists()
    assert LiveVisit.objects.count() == LiveVisit.objects.exclude(left_at=None).count() == visited
    # Otherwise nothing was tried. A night or two alone may be quiet.
    assert "was sent SIGKILL" in service.log() or len(seeds) < TOGETHER
    assert list(service.folder.glob("????????-*")) or len(seeds) < TOGETHER


def test_a_shift_outlives_the_browser(force, phone, service):
    night = Night(phone, service, [force.hitchin.pk], random.Random(7))
    phone.context.route(f"**{QUEUE}", lambda route: route.abort())
    night.save()
    phone.kill()
    assert not PatrolShift.objects.exists()
    phone.start()
    assert night.end() == {}
    assert PatrolShift.objects.count() + UnfinishedShift.objects.count() == 1
