"""Whatever somebody presses twice, there is one shift."""

from contextlib import suppress

import pytest
from playwright.sync_api import Error, Page, expect

from patrols.models import PatrolShift
from tests.journeys.conftest import PHONE
from tests.journeys.shift_form import LOG, expect_receipt, fill_shift, save

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("javascript", [True, False])]


@pytest.fixture
def page(force, page_for, javascript) -> Page:
    """The form filled in and ready to be saved."""
    page = page_for(force.sam, PHONE, javascript=javascript)
    page.goto(LOG)
    enter(page)
    return page


def enter(page: Page) -> None:
    fill_shift(page)
    page.get_by_label("Nothing to report").check()


def test_a_double_click_on_save(page):
    page.get_by_role("button", name="Save shift").dblclick(no_wait_after=True)
    expect_receipt(page)
    assert PatrolShift.objects.count() == 1


def test_enter_and_then_save(page):
    page.get_by_label("Finish", exact=True).focus()
    page.keyboard.press("Enter")
    # The receipt may be there before the finger is: then there is no button left to press.
    with suppress(Error):
        page.get_by_role("button", name="Save shift").click(force=True, no_wait_after=True, timeout=1_000)
    expect_receipt(page)
    assert PatrolShift.objects.count() == 1


def test_back_and_save_again(page):
    save(page)
    reference = expect_receipt(page)
    page.go_back()
    enter(page)
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Is this right?")
    expect(page.locator("main")).to_contain_text(f"It looks like {reference}")
    assert PatrolShift.objects.count() == 1


def test_the_receipt_again(page):
    save(page)
    reference = expect_receipt(page)
    page.reload()
    assert expect_receipt(page) == reference
    assert PatrolShift.objects.count() == 1


def test_the_same_night_in_two_tabs(page):
    other = page.context.new_page()
    other.goto(LOG)
    enter(other)
    save(page)
    expect_receipt(page)
    save(other)
    expect(other.get_by_role("heading", level=1)).to_have_text("Is this right?")
    assert PatrolShift.objects.count() == 1


def test_one_form_sent_from_two_tabs(page):
    other = page.context.new_page()
    other.goto(LOG)
    enter(other)
    sent = page.locator("[name=submission_id]").get_attribute("value")
    # As a browser that copies a tab with all that was entered.
    other.locator("[name=submission_id]").evaluate("(field, sent) => { field.value = sent; }", sent)
    save(page)
    reference = expect_receipt(page)
    save(other)
    assert expect_receipt(other) == reference
    expect(other.locator("main")).to_contain_text("This shift was saved already")
    assert PatrolShift.objects.count() == 1
