"""From a problem to a plan that a partnership meeting can read, and initiatives that the office can publish."""

import io
from datetime import date
from functools import partial

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from reports.models import PlanResponse, ProblemPlan
from reports.plans import operations
from tests.hotspots import initiatives
from tests.journeys.conftest import DESKTOP, PHONE
from tests.reports import plans

pytestmark = pytest.mark.slow


def fill_date(page: Page, label: str, day: str, month: str, year: str) -> None:
    group = page.get_by_role("group", name=label)
    for part, value in (("Day", day), ("Month", month), ("Year", year)):
        group.get_by_label(part).fill(value)


@pytest.mark.parametrize(
    ("scripts", "size"), [(True, DESKTOP), (False, DESKTOP), (True, PHONE)], ids=["desktop", "no-scripts", "phone"]
)
def test_an_analyst_writes_a_plan_and_a_supervisor_ticks_off_a_response(force, page_for, scripts, size):
    page = page_for(force.anna, size, javascript=scripts)
    page.goto(f"/manage/areas/{force.hitchin.pk}/")
    page.get_by_role("link", name="Problem-solving plans of this area").click()
    page.get_by_role("link", name=f"Begin a plan for {force.hitchin}").click()
    page.get_by_label("Problem, in a few words").fill("Disorder at the bus station")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("The plan is begun.")).to_be_visible()
    for link, label, text in (
        ("Write the scanning", "What is the problem?", "Fights after school."),
        ("Write the analysis", "Why does it happen?", "Nobody is in charge of the place."),
        ("Write the assessment", "What was learnt?", "Too early to say."),
    ):
        page.get_by_role("link", name=link).click()
        page.get_by_label(label).fill(text)
        page.get_by_role("button", name="Save changes").click()
        expect(page.get_by_text(text, exact=True)).to_be_visible()
    page.get_by_role("link", name="Add a response").click()
    page.get_by_label("What is to be done").fill("Ask the council to mend the lights")
    page.get_by_label("Owner (optional)").select_option(label=force.sam.name)
    fill_date(page, "Due date", "14", "10", "2024")
    page.get_by_role("button", name="Add response").click()
    expect(page.get_by_text("14 October 2024")).to_be_visible()

    page = page_for(force.sam, size, javascript=scripts)
    page.goto("/shifts/")
    page.get_by_role("link", name="problem-solving action").first.click()
    page.get_by_role("link", name="Ask the council to mend the lights").click()
    page.get_by_label("What was done (optional)").fill("The council mended them")
    page.get_by_role("button", name="It is done").click()
    expect(page.get_by_text("The response is ticked off.")).to_be_visible()
    expect(page.get_by_text("Done on 12 October 2024")).to_be_visible()
    assert PlanResponse.objects.get().status == PlanResponse.Status.DONE
    assert ProblemPlan.objects.get().lead == force.anna


def test_an_administrator_adds_an_initiative_and_the_office_sees_it_added_up(force, page_for):
    page = page_for(force.adam, DESKTOP)
    page.goto(f"/manage/areas/{force.hitchin.pk}/")
    page.get_by_role("link", name="Add an initiative here").click()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_label("Kind").select_option(label="CCTV upgrade")
    page.get_by_label("Name", exact=True).fill("Twelve cameras")
    page.get_by_label("Under way").check()
    for label, day in (("First day", "3"), ("In place from", "1")):
        month = "6" if label == "First day" else "7"
        fill_date(page, label, day, month, "2024")
    page.get_by_label("Quantity (optional)").fill("12")
    page.get_by_label("Planned cost (optional)").fill("24k")
    page.get_by_label("This may be published").check()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("Twelve cameras is added.")).to_be_visible()
    expect(page.get_by_text("12 cameras", exact=True)).to_be_visible()
    expect(page.get_by_text("£24,000", exact=True)).to_be_visible()
    page.goto("/impact/events/")
    expect(page.get_by_role("link", name="Initiative Twelve cameras")).to_be_visible()

    page = page_for(force.paul, DESKTOP)
    page.goto("/figures/")
    page.get_by_role("link", name="Problem solving").click()
    expect(page.get_by_role("row", name="CCTV upgrade")).to_contain_text("12 cameras")
    page.get_by_role("link", name="Publishable list").click()
    expect(page.get_by_role("row", name="Twelve cameras")).to_contain_text(force.hitchin.name)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download this list (CSV)").click()
    assert "Twelve cameras" in download.value.path().read_text(encoding="utf-8-sig")


def test_an_auditor_reads_and_is_offered_nothing_to_change(force, page_for):
    plan, initiative = plans.written(force), initiatives.added(force)
    page = page_for(force.audrey, DESKTOP)
    for path in (f"/problem-solving/{plan.pk}/", f"/problem-solving/initiatives/{initiative.pk}/"):
        page.goto(path)
        expect(page.get_by_role("heading", name="History")).to_be_visible()
        offered = page.locator("main a").evaluate_all("links => links.map((link) => link.getAttribute('href'))")
        assert not [each for each in offered if "edit" in each or "new" in each or "done" in each], offered
        assert page.locator("main form").count() == 0
    with page.expect_download() as download:
        page.goto(f"/problem-solving/{plan.pk}/")
        page.get_by_role("link", name="Download this plan as PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")


def test_a_plan_prints_without_buttons(force, page_for):
    plan = plans.written(force)
    page = page_for(force.anna, DESKTOP)
    page.goto(f"/problem-solving/{plan.pk}/")
    page.emulate_media(media="print")
    expect(page.get_by_text("On problem.", exact=True)).to_be_visible()
    for name in ("Write the scanning", "Change", "Download this plan as PDF"):
        expect(page.get_by_role("link", name=name, exact=True)).to_be_hidden()
    expect(page.get_by_role("heading", name="History")).to_be_hidden()


def test_a_plan_with_everything_prints_on_one_page(force, page_for):
    plan = plans.written(force, partners="Borough council\nBus operator\nTraders")
    said = (
        "Groups gather at the bus stops from five in the evening, and damage to shelters is reported on most Fridays."
    )
    for save, names in (
        (operations.save_analysis, operations.ANALYSIS),
        (partial(operations.save_assessment, studies=[]), operations.ASSESSMENT),
        (
            partial(operations.save_scanning, first_month=date(2023, 1, 1), last_month=date(2024, 6, 1), analyses=[]),
            operations.SCANNING,
        ),
    ):
        save(by=force.anna, plan_id=plan.pk, **dict.fromkeys(names, said))
    for number in range(5):
        plans.responded(force, plan, action=f"Ask the council to mend the lights of street {number}")
    page = page_for(force.anna, DESKTOP)
    page.goto(f"/problem-solving/{plan.pk}/")
    (sheet,) = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    text = sheet.extract_text()
    assert "January 2023 to June 2024" in text
    assert "Change Ask the council" not in text
