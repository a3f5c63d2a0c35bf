"""Journeys: a real Chromium on a real server, in the cast's hands.

Every journey also fails on what a person would not see but should: a line in the console, a violation of the Content
Security Policy, a file that is missing, an answer of 500.
"""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Response

from hotspot.core.models import User
from tests import factories
from tests.conftest import NOW
from tests.people import Force, make_force

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, SMALL_PHONE, DESKTOP = (390, 844), (320, 640), (1280, 900)
PATIENCE_MS = 15_000
EXPECTED = ("Failed to load resource", "Service Worker registration blocked by Playwright")
# Playwright can listen in every frame before anything of the page runs, which the policy does not forbid.
LISTEN = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));"""


def chromium() -> str | None:
    """Where the browser is, if there is one."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every journey needs the browser."""
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker("browser")
            item.add_marker(pytest.mark.filterwarnings("ignore:No directory at"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> Iterator[dict[str, object]]:
    """How pytest-playwright starts the browser."""
    executable = chromium()
    if executable is None:
        pytest.skip("Chromium is not installed, so the browser tier did not run")
    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    yield {"executable_path": executable, "args": ARGUMENTS}
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(autouse=True)
def _time(time_machine) -> None:
    """It is lunchtime on Saturday 12 October 2024, and time goes on. The browser's own clock is left alone."""
    time_machine.move_to(NOW, tick=True)


@pytest.fixture
def force(transactional_db) -> Force:
    """The cast, committed, so that the server sees it."""
    return make_force()


@pytest.fixture
def last_thursday(force: Force):
    """Two nights ago Sam logged Hitchin, 10pm to 6am, two officers, one arrest: what "same as last time" repeats."""
    shift = factories.PatrolShiftFactory(
        area=force.hitchin,
        funding_stream=force.grant,
        logged_by=force.sam,
        starts_at=datetime(2024, 10, 10, 21, tzinfo=UTC),
    )
    factories.ArrestFactory(shift=shift)
    return shift


# --- people at browsers --------------------------------------------------------------------------------------------


@dataclass
class Watch:
    """What went wrong behind the page."""

    complaints: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # The status of a page is the journey's business; that of anything else is heard of as a response.
        if message.type in ("error", "warning") and not message.text.startswith(EXPECTED):
            self.complaints.append(f"{message.location.get('url')}: {message.text}")

    def _response(self, response: Response) -> None:
        # A form that a script sends is answered with a page too.
        is_page = response.request.resource_type == "document" or "hotspot-form" in response.request.headers
        if response.status >= (500 if is_page else 400):
            self.complaints.append(f"{response.status} {response.url}")


PageFor = Callable[..., Page]


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Complaints of every page of the journey; there must be none at its end."""
    watching = Watch()
    yield watching
    assert watching.complaints == []


@pytest.fixture
def page_for(browser: Browser, live_server, watch: Watch) -> Iterator[PageFor]:
    """`page_for(force.sam, PHONE)` is a browser of their own in which Sam has signed in; `page.goto("/shifts/")`."""
    contexts: list[BrowserContext] = []

    def make(
        user: User | None = None,
        size: tuple[int, int] = DESKTOP,
        *,
        theme: str = "light",
        javascript: bool = True,
        worker: bool = False,
        base_url: str = live_server.url,
    ) -> Page:
        context = browser.new_context(
            base_url=base_url,
            viewport={"width": size[0], "height": size[1]},
            has_touch=size[0] < 600,
            color_scheme=theme,  # type: ignore[arg-type]
            java_script_enabled=javascript,
            reduced_motion="reduce",
            locale="en-GB",
            # What a service worker sends, `page.route` does not see.
            service_workers="allow" if worker else "block",
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(LISTEN)
        context.on("page", watch.over)
        if user is not None:
            sign_in(context, user, base_url)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
    await_requests()


def until(page: Page, script: str, arg: object = None) -> None:
    """Wait until a script says yes, also an asynchronous one: to `wait_for_function` a promise is a yes by itself."""
    # A phone that failed to send tries again after ten seconds, and then after twenty.
    for _ in range(3 * PATIENCE_MS // 100):
        # A page that is left meanwhile says nothing.
        with suppress(Error):
            if page.evaluate(script, arg):
                return
        page.wait_for_timeout(100)
    pytest.fail(f"It never became true: {script}")


def await_requests() -> None:
    """What pages asked for on the side has been answered, before the database is emptied under it."""
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            _join(thread)


def _join(thread: threading.Thread) -> None:
    while True:
        # It is listed a moment before it is started, when nobody can wait for it yet.
        with suppress(RuntimeError):
            return thread.join(PATIENCE_MS / 1000)
        time.sleep(0.01)


def sign_in(context: BrowserContext, user: User, base_url: str) -> None:
    """Give the browser a session of this person."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": base_url}])
