"""An administrator imports a force's spreadsheet, from the file on their computer to the shifts in the log."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from hotspot.core.jobs import tasks
from patrols.models import PatrolShift
from tests import factories
from tests.journeys.conftest import DESKTOP, SMALL_PHONE

pytestmark = pytest.mark.slow

FORCE = Path(__file__).parents[1] / "cases" / "force.csv"
HEADERS = "Date,Start,Home by,Area,Officers,Arrests,Nothing to report"
RIGHT = "11/10/2024,22:00,06:00,Hitchin town centre,2,1,"
WRONG = "10/10/2024,22:00,02:00,Hitchen town centre,1,,yes"
MENDED = "10/10/2024,22:00,02:00,Letchworth town centre,1,,yes"


@pytest.fixture(autouse=True)
def _waiting_jobs(monkeypatch):
    """Jobs wait for `tasks.run_waiting_jobs`, so that somebody can look at the page meanwhile."""
    monkeypatch.setattr(tasks, "_send_notice", lambda job_id: None)


def upload(page: Page, *rows: str) -> None:
    page.goto("/manage/import/")
    page.get_by_role("button", name="Import a file").or_(page.get_by_role("link", name="Import a file")).first.click()
    content = "\r\n".join([HEADERS, *rows]).encode()
    page.get_by_label("File").set_input_files({"name": "patrols.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="What are its columns?")).to_be_visible()


def needs_no_scrolling(page: Page, cell: Locator) -> bool:
    """Whether the whole cell can be read without moving the table sideways."""
    box, size = cell.bounding_box(), page.viewport_size
    return bool(box and size) and box["x"] >= 0 and box["x"] + box["width"] <= size["width"]  # type: ignore[index]


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
    assert needs_no_scrolling(page, page.get_by_label("Home by"))
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("alert").or_(page.locator(".govuk-error-summary")).first).to_contain_text("Finish")
    page.get_by_label("Home by").select_option("end")
    page.get_by_role("button", name="Check the file").click()
    work(page, scripts=scripts)
    expect(page.get_by_role("heading", name="What would be imported")).to_be_visible()
    expect(page.get_by_text("Nothing can be imported while a row has an error or a question.")).to_be_visible()
    assert needs_no_scrolling(page, page.get_by_role("cell").last)
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


@pytest.mark.parametrize(
    ("scripts", "size"), [(True, DESKTOP), (False, SMALL_PHONE)], ids=["desktop", "phone-without-scripts"]
)
def test_a_spreadsheet_as_a_force_keeps_it(force, page_for, scripts, size):
    """Title lines, two rows of headers, times and crew in one cell, nil, totals, misspelt areas, 31 November."""
    force.letchworth.name = "Letchworth town centre"
    force.letchworth.save()
    factories.HotspotAreaFactory(name="Royston town centre", district=force.north_herts)
    page: Page = page_for(force.adam, size, javascript=scripts)
    page.goto("/manage/import/new/")
    # It is October in these journeys.
    content = FORCE.read_bytes().replace(b"/11/24", b"/09/24")
    page.get_by_label("File").set_input_files({"name": "force.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Upload").click()

    expect(page.get_by_text("with the headers in row 5")).to_be_visible()
    page.get_by_text("Are the headers in another row?").click()
    expect(page.get_by_role("radio", name="Row 5", exact=True)).to_be_checked()
    page.get_by_label("ASB powers", exact=True).select_option("asb_other")
    page.get_by_label("Rows in which every outcome is blank").check()
    page.get_by_role("button", name="Check the file").click()
    work(page, scripts=scripts)

    page.get_by_label("0: there were none").check()
    for spelling, area in (("Hitchen town", "Hitchin"), ("Letchworth", "Letchworth"), ("Royston TC", "Royston")):
        choice = page.get_by_label(f"“{spelling}")
        choice.select_option(label=choice.locator("option", has_text=area).first.inner_text())
    page.get_by_role("button", name="Check again with this").click()
    work(page, scripts=scripts)
    expect(page.get_by_text("This date does not exist.")).to_be_visible()
    expect(page.get_by_label("Row 14: TOTAL")).to_be_checked()
    page.get_by_label("Row 12: 31/09/24").check()
    page.get_by_role("button", name="Check again with this").click()
    work(page, scripts=scripts)

    page.get_by_label("Leave out “Sgt”").check()
    if page.get_by_label("I have read the warnings").count():
        page.get_by_label("I have read the warnings").check()
    page.get_by_role("button", name="Import 6 shifts").click()
    work(page, scripts=scripts)
    expect(page.get_by_role("heading", name="Imported")).to_be_visible()
    assert PatrolShift.objects.count() == 6

    page.get_by_role("link", name="Undo this import").click()
    page.get_by_role("button", name="Undo the import").click()
    work(page, scripts=scripts)
    expect(page.get_by_role("heading", name="This import was undone")).to_be_visible()
    assert set(PatrolShift.objects.values_list("state", flat=True)) == {"voided"}
