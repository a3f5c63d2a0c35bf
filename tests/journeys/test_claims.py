"""From a file of police data to a published claim: an analyst loads and asks, the PCC's office checks and writes."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hotspots.models import HotspotArea
from reports.models import ImpactStudy
from tests.hotspots.police_data import archive, hertfordshire
from tests.journeys.test_area_sets import _outlines, _waiting_jobs, work
from tests.journeys.test_every_page import look_over
from tests.journeys.test_publishing import send, worked
from tests.reports.test_impact import WATFORD

pytestmark = pytest.mark.slow
__all__ = ["_outlines", "_waiting_jobs", "worked"]

# Real months under later names, so that the later ones are of the time of the hotspot areas.
MONTHS = {"2023-08": "2024-01", "2023-09": "2024-02", "2024-08": "2025-01", "2024-09": "2025-02"}
CLAIMS = "Patrols have cut crime by 20%. In September 2024 officers made 14 arrests."


def load(page: Page, *, scripts: bool) -> None:
    """Upload four months as one archive, look at what they are, and load them."""
    files = {
        f"{month}-hertfordshire-street.csv": hertfordshire(real).replace(real.encode(), month.encode())
        for month, real in MONTHS.items()
    }
    page.goto("/police-data/files/new/")
    file = {"name": "four-months.zip", "mimeType": "application/zip", "buffer": archive(files)}
    page.get_by_label("File of police data").set_input_files(file)
    page.get_by_role("button", name="Upload").click()
    work(page, scripts=scripts)
    page.get_by_label("is our force").check()
    page.get_by_role("button", name=re.compile("Load 4 months")).click()
    work(page, scripts=scripts)
    expect(page.get_by_text("What it did")).to_be_visible()


def study(page: Page, *, scripts: bool) -> None:
    """Ask what changed in all areas from late summer 2023 to late summer 2024."""
    page.get_by_role("link", name="Impact", exact=True).click() if scripts else page.goto("/impact/")
    page.get_by_role("link", name="New study").first.click()
    page.get_by_label("Name", exact=True).fill("Late summer against the year before")
    for label, month in (
        ("Before: from month", "2023-08-01"),
        ("Before: to month", "2023-09-01"),
        ("After: from month", "2024-08-01"),
        ("After: to month", "2024-09-01"),
    ):
        page.get_by_label(label).select_option(month)
    page.get_by_role("button", name="Measure").click()
    work(page, scripts=scripts)
    expect(page.get_by_role("table", name=re.compile("Every area, by name"))).to_be_visible()
    expect(page.get_by_text("This says nothing about the cause").first).to_be_visible()


def check(page: Page, *, scripts: bool) -> None:
    """Hold a text against figures and studies: one claim is refused, the other stands."""
    page.goto("/published/check-a-claim/")
    page.get_by_label("Text").fill(CLAIMS)
    page.get_by_role("button", name="Check").click()
    cards = page.locator(".app-claim-card")
    expect(cards).to_have_count(2)
    expect(cards.first).to_contain_text("Not supported")
    expect(cards.last).to_contain_text("Supported")
    if scripts:
        assert look_over(page) == []


def write(page: Page, words: str) -> None:
    page.get_by_label("Press text").fill(words)
    page.get_by_role("button", name="Save and go on").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_from_incidents_to_a_published_claim(worked, page_for, scripts, tmp_path):
    HotspotArea.objects.filter(pk=worked.watford.pk).update(boundary=WATFORD)
    anna: Page = page_for(worked.anna, javascript=scripts)
    load(anna, scripts=scripts)
    study(anna, scripts=scripts)

    paul: Page = page_for(worked.paul, javascript=scripts)
    paul.goto("/impact/")
    paul.get_by_role("link", name="Late summer against the year before").click()
    expect(paul.get_by_role("heading", name="Late summer against the year before")).to_be_visible()
    check(paul, scripts=scripts)

    paul.goto("/published/")
    paul.get_by_role("link", name="Prepare the first statement").click()
    paul.get_by_label("Period").select_option(f"{worked.programme.pk}:2024-09")
    paul.get_by_role("button", name="Go on to check").click()
    draft = paul.url
    paul.get_by_role("link", name="Write the words").click()
    change = f"{{change:{ImpactStudy.objects.get().pk}}}"
    write(paul, f"{{since}}: {{arrests}}.\n\nPatrols have cut crime by 20%.\n\n{change}")
    expect(paul.get_by_text("1 claim of the press text is not supported")).to_be_visible()
    paul.get_by_role("link", name="Write the words").click()
    expect(paul.locator(".app-claim-card", has_text="Patrols have cut crime by 20%")).to_be_visible()
    write(paul, f"{{since}}: {{arrests}}. Officers made 14 arrests.\n\n{change}")
    paul.get_by_role("link", name="Check the figures").click()
    paul.get_by_label("I have read this").check()
    paul.get_by_role("button", name="Go on").click()
    send(paul)
    anna.goto(draft)
    anna.get_by_role("button", name="Sign off and publish").click()
    expect(anna).to_have_url(re.compile("/published/2024-10-12-v1/"))
    with anna.expect_download() as download:
        anna.get_by_role("link", name=re.compile("The statement itself")).click()
    file = tmp_path / "statement.json"
    download.value.save_as(file)
    kept = json.loads(Path(file).read_text())
    workings = [claim["working"] for claim in kept["claims"]]
    assert ImpactStudy.objects.get().pk in [working.get("study") for working in workings]
    expect(anna.get_by_text("Officers made 14 arrests").first).to_be_visible()
