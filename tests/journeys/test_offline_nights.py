"""Random nights, each from its seed: whatever is killed or falsified meanwhile, every shift is stored exactly once.

`OFFLINE_NIGHTS` says how many (500 take about an hour on two cores), `OFFLINE_SEED` where to begin.
"""

import os
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from playwright.sync_api import BrowserContext, Error, Page, Route

from outcomes.models import UnfinishedShift
from outcomes.offline import views
from patrols.models import PatrolShift
from tests.journeys.conftest import ARGUMENTS, PHONE, await_requests, chromium, sign_in

pytestmark = pytest.mark.slow
NIGHTS, SEED = int(os.environ.get("OFFLINE_NIGHTS", "12")), int(os.environ.get("OFFLINE_SEED", "1"))
# Nights that one phone has one after the other: making a force and a browser takes as long as a night.
TOGETHER = 10
QUEUE, ANY_PAGE = "/shifts/queue/", "/help/"
TIMES = ("6pm", "7pm", "8pm", "9pm", "10pm")

KEEP = """async ([id, person, fields]) =>
  (await import("/static/js/queue.js")).keep({ id, person, fields, days: 7 })"""
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


@pytest.fixture(autouse=True)
def _keeps(settings):
    """The force has chosen that phones keep shifts."""
    settings.OFFLINE_QUEUE = "counts"


def lost(route: Route) -> None:
    """The service has answered, and nobody hears it."""
    route.fetch()
    route.abort("connectionreset")


def portal(route: Route) -> None:
    route.fulfill(status=200, content_type="text/html", body="<h1>Welcome</h1>")


def status(code: int) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=code, headers={"Hotspot-Page": "1"}, body="{}")


ANSWERS: list[Callable[[Route], None]] = [
    lambda route: route.continue_(),
    lambda route: route.continue_(),
    lambda route: route.abort("internetdisconnected"),
    lost,
    portal,
    status(500),
    status(503),
]


class Service:
    """The web server and its database: fails before it writes, or after, as the night has it."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.is_well, self.log = chance, False, views.recording.log_shift

    def log_shift(self, **values: Any) -> Any:
        """What the view calls."""
        fails = "" if self.is_well else self.chance.choice(["", "", "before", "after"])
        if fails == "before":
            raise OperationalError("the database is gone")
        logged = self.log(**values)
        if fails == "after":
            raise OperationalError("the connection is gone")
        return logged


@dataclass
class Night:
    """One night of one phone: what was saved on it, and how it is disturbed."""

    context: BrowserContext
    person: int
    areas: list[int]
    chance: random.Random
    taken: int = 0
    saved: list[str] = field(default_factory=list)
    is_quiet: bool = False

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
            page.goto(ANY_PAGE)
        return page

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
        if self.page().evaluate(KEEP, [submission, self.person, fields]) == "kept":
            self.saved.append(submission)

    def send(self) -> None:
        """Begin to send, and do not wait."""
        self.page().evaluate(f"(person) => {{ ({SEND})(person); }}", self.person)

    def reload(self) -> None:
        self.page().reload()

    def kill(self) -> None:
        """The tab, in the middle of whatever it does."""
        page = self.page()
        self.context.new_page()
        page.close()

    def second_tab(self) -> None:
        """Another tab sends at the same time."""
        other = self.context.new_page()
        other.goto(ANY_PAGE)
        self.send()
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
            self.send,
            self.send,
            self.reload,
            self.kill,
            self.second_tab,
            self.no_signal,
        ]
        self.chance.choice(steps)()

    def end(self) -> dict[str, str]:
        """In the morning everything works. What is left on the phone, by submission."""
        self.is_quiet = True
        for _ in range(5):
            self.page().evaluate(SEND, self.person)
            if not (left := self.page().evaluate(LEFT, self.person)):
                return {}
        return dict(left)


def spend(night: Night, service: Service) -> None:
    """A night, and the morning after, in which everything works."""
    night.save()
    for _ in range(night.chance.randint(6, 14)):
        night.happen()
    service.is_well = True
    assert night.end() == {}


def stored_once(night: Night) -> None:
    """What was saved on the phone is stored once, and the phone has its number."""
    mine = set(night.saved)
    shifts, unfinished = PatrolShift.objects.in_bulk(field_name="submission_id"), UnfinishedShift.objects.all()
    numbers = {str(key): shift.reference for key, shift in shifts.items()}
    for each in unfinished:
        assert str(each.submission_id) not in numbers
        numbers[str(each.submission_id)] = f"U-{each.pk}"
    receipts = dict(night.page().evaluate(RECEIPTS, night.person))
    assert {key: number for key, number in receipts.items() if key in mine} == {key: numbers.get(key) for key in mine}
    assert set(numbers) == set(receipts)


@pytest.mark.parametrize("first", range(SEED, SEED + NIGHTS, TOGETHER))
def test_a_night_ends_with_every_shift_stored_once(force, page_for, watch, monkeypatch, first):
    context = page_for(force.sam, PHONE).context
    areas, taken = [force.hitchin.pk, force.letchworth.pk], 0
    for seed in range(first, min(first + TOGETHER, SEED + NIGHTS)):
        chance = random.Random(seed)
        service = Service(chance)
        with monkeypatch.context() as patched:
            patched.setattr(views.recording, "log_shift", service.log_shift)
            night = Night(context, force.sam.pk, areas, chance, taken)
            context.route(f"**{QUEUE}", night.answer)
            try:
                spend(night, service)
                stored_once(night)
            except BaseException as error:
                error.add_note(f"OFFLINE_SEED={seed} OFFLINE_NIGHTS=1")
                raise
            context.unroute_all(behavior="wait")
        taken += len(night.saved)
    assert PatrolShift.objects.count() + UnfinishedShift.objects.count() == taken
    assert PatrolShift.objects.exists()
    watch.complaints.clear()


@pytest.fixture
def start_browser(force, live_server, playwright, tmp_path) -> Iterator[Callable[[], BrowserContext]]:
    """`start_browser()` is the phone's browser, with what it kept when it was closed before."""
    contexts: list[BrowserContext] = []

    def start() -> BrowserContext:
        context = playwright.chromium.launch_persistent_context(
            tmp_path, executable_path=chromium(), args=ARGUMENTS, base_url=live_server.url, service_workers="block"
        )
        contexts.append(context)
        sign_in(context, force.sam, live_server.url)
        return context

    yield start
    for context in contexts:
        try:
            context.close()
        except Error:
            continue
    await_requests()


def test_a_shift_outlives_the_browser(force, start_browser):
    context = start_browser()
    context.route(f"**{QUEUE}", lambda route: route.abort())
    night = Night(context, force.sam.pk, [force.hitchin.pk], random.Random(7))
    night.save()
    context.close()
    assert not PatrolShift.objects.exists()
    again = Night(start_browser(), force.sam.pk, [force.hitchin.pk], random.Random(7), 0, night.saved)
    assert again.end() == {}
    assert PatrolShift.objects.count() + UnfinishedShift.objects.count() == 1
