"""What becomes of a shift afterwards: doubted, corrected by two at once, voided, planned ahead, told in detail."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from outcomes.models import Arrest
from patrols.models import PatrolShift
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.shift_form import LOG, expect_receipt, figures, fill_shift, save

pytestmark = pytest.mark.slow


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


# --- warnings ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def doubted(force, page_for) -> Page:
    """Thirteen hours, which the service asks about."""
    page = page_for(force.sam, PHONE)
    page.goto(LOG)
    fill_shift(page, start="10pm", end="11am")
    page.get_by_label("Nothing to report").check()
    save(page)
    heading(page, "Is this right?")
    expect(page.locator("main")).to_contain_text("Nothing is saved yet")
    assert not PatrolShift.objects.exists()
    return page


def test_a_doubt_is_kept_with_a_reason_and_not_without(doubted):
    doubted.get_by_role("button", name="Yes, keep it").click()
    expect(doubted).to_have_title("Error: Is this right? – Operation Hotspot")
    expect(doubted.locator(".govuk-error-summary")).to_be_focused()
    doubted.get_by_role("link", name="Say why it is right").click()
    expect(doubted.get_by_label("Why it is right")).to_be_focused()
    doubted.keyboard.type("Football, held on")
    doubted.get_by_role("button", name="Yes, keep it").click()
    expect_receipt(doubted)
    assert PatrolShift.objects.get().clock_minutes == 13 * 60


def test_a_doubt_is_changed_with_everything_still_there(doubted):
    doubted.get_by_role("button", name="Change it").click()
    heading(doubted, "Log a shift")
    expect(doubted.get_by_label("Nothing to report")).to_be_checked()
    expect(doubted.get_by_label("Last night")).to_be_checked()
    doubted.get_by_label("Finish", exact=True).fill("6am")
    save(doubted)
    expect_receipt(doubted)
    assert PatrolShift.objects.get().clock_minutes == 8 * 60


# --- two people -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("javascript", [True, False])
def test_two_correct_at_once_and_the_second_chooses(force, last_thursday, page_for, javascript):
    first, second = page_for(force.adam, DESKTOP), page_for(force.sam, PHONE, javascript=javascript)
    for page in (first, second):
        page.goto(f"/shifts/{last_thursday.pk}/correct/")
    correct(first, "Custody record came late", arrests="3", weapons="1")
    heading(first, last_thursday.reference)
    correct(second, "Searches were left out", arrests="2", searches="4")
    heading(second, "This shift changed while you were editing")
    row = second.get_by_role("row").filter(has_text="Arrests")
    assert [text.split()[-1] for text in row.locator("td").all_inner_texts()] == ["1", "3", "2"]
    second.get_by_label("Arrests, theirs: 3").check()
    second.get_by_label("Stop searches, yours: 4").check()
    expect(second.get_by_label("Weapons recovered, theirs: 1")).to_be_checked()
    second.get_by_role("button", name="Save what I chose").click()
    heading(second, last_thursday.reference)
    counts = [last_thursday.arrests, last_thursday.stop_searches, last_thursday.weapons]
    assert [outcomes.standing().count() for outcomes in counts] == [3, 4, 1]
    for reason in ("Custody record came late", "Searches were left out"):
        expect(second.locator("main")).to_contain_text(reason)


def correct(page: Page, reason: str, *, arrests: str, searches: str = "", weapons: str = "") -> None:
    page.get_by_label("Arrests", exact=True).fill(arrests)
    page.get_by_label("Stop searches", exact=True).fill(searches)
    page.get_by_label("Weapons recovered", exact=True).fill(weapons)
    page.get_by_label("Why it changes").fill(reason)
    page.get_by_role("button", name="Save correction").click()


# --- void -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("javascript", [True, False])
def test_a_void_takes_it_out_of_the_figures_and_undoing_puts_it_back(force, page_for, javascript):
    page = page_for(force.sam, PHONE, javascript=javascript)
    page.goto(LOG)
    fill_shift(page)
    page.get_by_label("Arrests", exact=True).fill("1")
    save(page)
    reference = expect_receipt(page)
    path = f"/shifts/{PatrolShift.objects.get().pk}/"
    assert figures(page)[:3] == [16, 1, 1]
    page.goto(path)
    page.get_by_role("link", name="Void this shift").click()
    page.get_by_role("button", name="Void shift").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    page.get_by_label("Why").fill("Entered on the wrong night")
    page.get_by_role("button", name="Void shift").click()
    expect(page.locator("main")).to_contain_text(f"{reference} is voided")
    expect(page.locator("main")).to_contain_text("Entered on the wrong night")
    page.goto("/figures/")
    expect(page.locator("main")).to_contain_text("No shifts logged")
    page.goto(path)
    page.get_by_role("button", name="Undo void").click()
    expect(page.locator("main")).to_contain_text(f"{reference} counts again")
    assert figures(page)[:3] == [16, 1, 1]


# --- ahead and after ------------------------------------------------------------------------------------------------


def test_a_shift_is_planned_and_completed_the_morning_after(force, page_for, time_machine):
    page = page_for(force.sam, PHONE)
    page.goto("/shifts/plan/")
    page.get_by_label("Hitchin").check()
    page.get_by_label("Tonight").check()
    page.get_by_label("Start", exact=True).fill("10pm")
    page.get_by_label("Finish", exact=True).fill("6am")
    page.get_by_label("Police officers", exact=True).fill("2")
    page.get_by_role("button", name="Plan").click()
    expect(page.locator("main")).to_contain_text("is planned. Complete it when it is over.")
    planned = PatrolShift.objects.get()
    time_machine.move_to(datetime(2024, 10, 13, 6, 30, tzinfo=UTC), tick=True)
    page = page_for(force.sam, PHONE)
    page.goto("/shifts/")
    expect(page.locator("main")).to_contain_text("Shifts to complete")
    page.get_by_role("link", name=f"Complete {planned.reference}").click()
    expect(page.get_by_label("Start", exact=True)).to_have_value("22:00")
    page.get_by_label("Stop searches", exact=True).fill("3")
    save(page)
    expect_receipt(page)
    planned.refresh_from_db()
    assert (planned.state, planned.stop_searches.count()) == ("completed", 3)
    assert figures(page)[:4] == [16, 1, 0, 3]


def test_detail_is_added_from_the_worklist_one_after_the_other(force, page_for):
    page = page_for(force.sam, PHONE)
    page.goto(LOG)
    fill_shift(page)
    page.get_by_label("Arrests", exact=True).fill("2")
    save(page)
    expect_receipt(page)
    page.get_by_role("link", name="Add it now").click()
    expect(page.locator("main")).to_contain_text("2 outcomes wait for detail")
    page.get_by_role("link", name="Add detail to").first.click()
    heading(page, "Arrest 1")
    page.get_by_label("What for").select_option(index=1)
    page.get_by_role("button", name="Save and do the next one").click()
    heading(page, "Arrest 2")
    page.get_by_label("What for").select_option(index=2)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("main")).to_contain_text("Arrest 2 is saved")
    assert not Arrest.objects.filter(detail_to_follow=True).exists()
    page.goto("/outcomes/to-follow/")
    expect(page.locator("main")).to_contain_text("Nothing waits for detail")


# --- crew and visits ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("javascript", [True, False])
def test_somebody_joins_the_crew_for_a_part(force, last_thursday, page_for, javascript):
    page = page_for(force.sam, PHONE, javascript=javascript)
    page.goto(f"/shifts/{last_thursday.pk}/crew/")
    row = page.locator("fieldset.app-row").last
    row.get_by_label("Role").select_option(label="PCSO")
    row.get_by_label("Collar number").fill("pcso 77")
    row.get_by_label("Own start", exact=True).fill("11pm")
    row.get_by_label("Own finish", exact=True).fill("1am")
    page.get_by_label("Why").fill("Left off the sheet")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("is saved")
    assert sorted(member.minutes for member in last_thursday.crew.all()) == [120, 480, 480]
    assert figures(page)[0] == 18


def test_visits_are_entered_a_row_at_a_time(force, last_thursday, page_for):
    page = page_for(force.sam, PHONE, javascript=False)
    page.goto(f"/shifts/{last_thursday.pk}/visits/")
    for arrived, left in (("10.30pm", "10:45pm"), ("2am", "2.15am")):
        row = page.locator("fieldset.app-row").last
        row.get_by_label("Arrived").fill(arrived)
        row.get_by_label("Left").fill(left)
        page.get_by_role("button", name="Add another").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("are saved")
    assert [visit.ends_at - visit.starts_at for visit in last_thursday.visits.all()] == [timedelta(minutes=15)] * 2
