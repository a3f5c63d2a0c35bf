"""An administrator imports a force's spreadsheet, from the file on their computer to the shifts in the log."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hotspot.core import tasks
from patrols.models import PatrolShift
from tests.journeys.conftest import DESKTOP, SMALL_PHONE

pytestmark = pytest.mark.slow

HEADERS = "Date,Start,Home by,Area,Officers,Arrests,Nothing to report"
RIGHT = "11/10/2024,22:00,06:00,Hitchin town centre,2,1,"
WRONG = "10/10/2024,22:00,02:00,Hitchen town centre,1,,yes"
MENDED = "10/10/2024,22:00,02:00,Letchworth town centre,1,,yes"


@pytest.fixture(autouse=True)
def _waiting_jobs(monkeypatch):
    """Jobs wait for `tasks.run_waiting_jobs`, so that somebody can look at the page meanwhile."""
    monkeypatch.setattr(tasks, "_ring", lambda job_id: None)


def upload(page: Page, *rows: str) -> None:
    page.goto("/manage/import/")
    page.get_by_role("button", name="Import a file").or_(page.get_by_role("link", name="Import a file")).first.click()
    content = "\r\n".join([HEADERS, *rows]).encode()
    page.get_by_label("File").set_input_files({"name": "patrols.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="What are its columns?")).to_be_visible()


def work(page: Page, *, scripts: bool) -> None:
    """Wait as somebody at the page would: the script brings what came of it, or a link does."""
    expect(page.get_by_role("status").filter(has_text="Queued")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_be_visible()
    tasks.run_waiting_jobs()
    if not scripts:
        page.get_by_role("link", name="See how far it is").click()


@pytest.mark.parametrize(
    ("scripts", "size"),
    [(True, DESKTOP), (False, DESKTOP), (True, SMALL_PHONE)],
    ids=["desktop", "no-scripts", "phone"],
)
def test_a_spreadsheet_becomes_shifts_and_comes_once(force, page_for, tmp_path, scripts, size):
    force.letchworth.name = "Letchworth town centre"
    force.letchworth.save()
    page: Page = page_for(force.adam, size, javascript=scripts)

    upload(page, RIGHT, WRONG)
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("alert").or_(page.locator(".govuk-error-summary")).first).to_contain_text("Finish")
    page.get_by_label("Home by").select_option("end")
    page.get_by_role("button", name="Check the file").click()
    work(page, scripts=scripts)
    expect(page.get_by_role("heading", name="What would be imported")).to_be_visible()
    expect(page.get_by_text("Nothing can be imported while a row has an error.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download all of them as CSV").click()
    file = tmp_path / "problems.csv"
    download.value.save_as(file)
    (problem,) = csv.DictReader(Path(file).read_text("utf-8-sig").splitlines())
    assert "Hitchen town centre" in problem.values()

    upload(page, RIGHT, MENDED)
    expect(page.get_by_label("Home by")).to_have_value("end")
    page.get_by_role("button", name="Check the file").click()
    work(page, scripts=scripts)
    assert not PatrolShift.objects.exists()
    page.get_by_role("button", name="Import 2 shifts").click()
    work(page, scripts=scripts)
    expect(page.get_by_role("heading", name="Imported")).to_be_visible()
    page.get_by_role("link", name="See the shifts").click()
    expect(page.locator("main").get_by_text("Letchworth town centre").locator("visible=true").first).to_be_visible()
    assert PatrolShift.objects.count() == 2

    upload(page, RIGHT, MENDED)
    page.get_by_role("button", name="Check the file").click()
    work(page, scripts=scripts)
    expect(page.get_by_text("There is nothing new in this file")).to_be_visible()
    assert PatrolShift.objects.count() == 2
