"""From a file of police data to an approved set: an analyst loads, asks and proposes; an administrator approves."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hotspot.core.jobs import tasks
from hotspots.models import AreaSet, District, HotspotArea
from tests.hotspots.police_data import hertfordshire
from tests.journeys.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.slow

OUTLINES = Path(__file__).parents[2] / "reports/demo/districts.geojson"
FILE = "2024-01-hertfordshire-street.csv"


@pytest.fixture(autouse=True)
def _waiting_jobs(monkeypatch):
    """Jobs wait for `tasks.run_waiting_jobs`, so that somebody can look at the page meanwhile."""
    monkeypatch.setattr(tasks, "_send_notice", lambda job_id: None)


@pytest.fixture(autouse=True)
def _outlines(force):
    """The two districts have their outlines."""
    force.north_herts.name_in_police_data = "North Hertfordshire"
    force.north_herts.save()
    for feature in json.loads(OUTLINES.read_text())["features"]:
        name = feature["properties"]["LAD13NM"].replace("North Hertfordshire", "North Herts")
        District.objects.filter(name=name).update(outline=feature["geometry"])


def load(page: Page, *, scripts: bool) -> None:
    page.goto("/police-data/files/new/")
    content = hertfordshire("2024-01")
    page.get_by_label("File of police data").set_input_files({"name": FILE, "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Upload").click()
    work(page, scripts=scripts)
    page.get_by_label("is our force").check()
    page.get_by_role("button", name=re.compile("Load 1 month")).click()
    work(page, scripts=scripts)
    expect(page.get_by_text("What it did")).to_be_visible()


def work(page: Page, *, scripts: bool) -> None:
    """Wait as somebody at the page would: the script brings what came of it, or a link does."""
    expect(page.get_by_role("progressbar")).to_be_visible()
    tasks.run_waiting_jobs()
    if not scripts:
        page.get_by_role("link", name="See how far it is").click()


def analyse(page: Page, *, scripts: bool) -> None:
    page.goto("/police-data/analyses/new/")
    page.get_by_label("Name", exact=True).fill("Hotspots of January")
    page.get_by_role("button", name="Run").click()
    work(page, scripts=scripts)
    expect(page.get_by_role("table", name=re.compile("Cells side by side"))).to_be_visible()


def propose(page: Page) -> None:
    page.get_by_role("link", name="Draw up a set of areas from these").click()
    page.get_by_label("Name", exact=True).fill("Areas from November 2024")
    for part, text in (("Day", "1"), ("Month", "11"), ("Year", "2024")):
        page.get_by_label(part, exact=True).first.fill(text)
    page.get_by_role("button", name="Save draft").click()
    page.get_by_role("link", name="Add areas that continue").click()
    page.get_by_label("Hitchin town centre").check()
    page.get_by_role("button", name="Add to the set").click()
    page.get_by_role("link", name="Add land of the analysis Hotspots of January").click()
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Add to the set").click()
    page.get_by_role("row").filter(has_text=re.compile(r"\bNew\b")).get_by_role("link").click()
    page.get_by_role("button", name="Change").click()
    page.get_by_label("Name", exact=True).fill("Market Street")
    page.get_by_label("Town", exact=True).fill("Watford")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("heading", name="Market Street")).to_be_visible()
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Areas from November 2024").click()
    page.get_by_role("link", name="Set the targets").click()
    page.get_by_label("Patrol hours a month in Market Street").fill("40")
    page.get_by_label("Patrols a month in Market Street").fill("10")
    page.get_by_role("button", name="Save targets").click()
    for _ in ("its page", "the question"):
        page.get_by_role("button", name="Propose set").click()
    expect(page.get_by_text("Waiting for approval", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    ("scripts", "size"),
    [(True, DESKTOP), (False, DESKTOP), (True, PHONE)],
    ids=["desktop", "no-scripts", "phone"],
)
def test_from_a_file_to_an_approved_set(force, page_for, scripts, size):
    page = page_for(force.anna, size, javascript=scripts)
    load(page, scripts=scripts)
    analyse(page, scripts=scripts)
    propose(page)

    page = page_for(force.adam, size, javascript=scripts)
    page.goto(f"/manage/areas/sets/{AreaSet.objects.get().pk}/")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Created on 1 November 2024")).to_be_visible()
    page.get_by_role("button", name="Approve set").click()
    expect(page.get_by_text("Areas from November 2024 is approved.")).to_be_visible()

    area = HotspotArea.objects.get(name="Market Street")
    page = page_for(force.paul, size, javascript=scripts)
    page.goto(f"/manage/areas/{area.pk}/")
    expect(page.get_by_text("of the land")).to_be_visible()
    expect(page.get_by_role("link", name="Areas from November 2024")).to_be_visible()
