"""What a phone with a poor signal has to fetch, and what the figures take on paper."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.test.testcases import LiveServerThread
from playwright.sync_api import Page
from pypdf import PdfReader

from tests import factories
from tests.journeys.conftest import PHONE
from tests.journeys.shift_form import LOG

pytestmark = pytest.mark.slow

MAXIMUM_BYTES = 60_000


@pytest.fixture
def as_deployed(force, live_server, settings, tmp_path) -> Iterator[str]:
    """The address of a server that sends style sheets and scripts as in production: collected, hashed, compressed."""
    settings.STATIC_ROOT = tmp_path
    static = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": static}
    call_command("collectstatic", verbosity=0, interactive=False)
    thread = LiveServerThread("127.0.0.1", static_handler=lambda handler: WSGIHandler())
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()


def fetched(page: Page, path: str) -> dict[str, int]:
    """How many bytes came over the wire for each address that the page needed, cold."""
    names: dict[str, str] = {}
    weights: dict[str, int] = {}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.on("Network.responseReceived", lambda event: names.update({event["requestId"]: event["response"]["url"]}))
    session.on(
        "Network.loadingFinished",
        lambda event: weights.update({names.get(event["requestId"], "?"): event["encodedDataLength"]}),
    )
    page.goto(path, wait_until="networkidle")
    return weights


def test_logging_a_shift_weighs_less_than_60_kb_cold(as_deployed, force, last_thursday, page_for):
    page = page_for(force.sam, PHONE, base_url=as_deployed)
    weights = fetched(page, LOG)
    assert len(weights) > 5
    assert all(address.startswith(as_deployed) for address in weights)
    assert sum(weights.values()) < MAXIMUM_BYTES, weights


def test_the_figures_of_a_year_are_printed_on_two_sheets_of_paper(force, page_for):
    for area in [force.hitchin, *factories.HotspotAreaFactory.create_batch(11, district=force.north_herts)]:
        factories.PatrolShiftFactory(area=area, funding_stream=force.grant, logged_by=force.sam)
    page = page_for(force.anna, theme="dark")
    page.goto("/figures/")
    sheets = page.pdf(format="A4").count(b"/Type /Page\n")
    assert sheets == 2


def test_the_dashboard_of_twelve_areas_is_printed_on_three_sheets_and_nothing_is_cut_off(force, page_for):
    for area in [force.hitchin, *factories.HotspotAreaFactory.create_batch(11, district=force.north_herts)]:
        shift = factories.PatrolShiftFactory(area=area, funding_stream=force.grant, logged_by=force.sam)
        factories.ArrestFactory(shift=shift)
        factories.AreaTargetFactory(area=area)
    page = page_for(force.anna, theme="dark")
    page.goto("/dashboard/")
    sheets = PdfReader(BytesIO(page.pdf(format="A4"))).pages
    assert len(sheets) == 3
    assert all("OFFICIAL-SENSITIVE" in sheet.extract_text() for sheet in sheets)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1047})
    wide = "cards => cards.filter(card => card.scrollWidth > card.clientWidth).map(card => card.id)"
    assert page.locator(".app-card").evaluate_all(wide) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 718
    assert not page.get_by_role("navigation", name="Cards").is_visible()
