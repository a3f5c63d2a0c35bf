"""Somebody else logged the patrol, and a supervisor asks for what they can no longer correct."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from patrols.models import CorrectionRequest, PatrolShift
from tests import factories
from tests.conftest import NOW
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.shift_form import LOG, expect_receipt, fill_shift, save

pytestmark = pytest.mark.slow


def look(page: Page, name: str) -> None:
    """Keep a picture of the page where somebody asks for one."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_one_button_says_that_it_is_a_different_crew(force, page_for):
    factories.DistrictAccessFactory(user=force.sue, district=force.north_herts)
    shift = factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sam)
    page = page_for(force.sue, PHONE)
    page.goto(LOG)
    fill_shift(page)
    page.get_by_label("Nothing to report").check()
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Is this the same patrol?")
    expect(page.locator("main")).to_contain_text(f"Another supervisor, Sam Sergeant, logged {shift.reference}")
    look(page, "same-patrol")
    page.get_by_role("button", name="No, it is a different crew").click()
    expect_receipt(page)
    assert PatrolShift.objects.get(logged_by=force.sue).doubts_reason == "A different crew"


def test_the_same_patrol_is_not_offered_again_as_a_draft(force, page_for):
    factories.DistrictAccessFactory(user=force.sue, district=force.north_herts)
    factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sam)
    page = page_for(force.sue, PHONE)
    page.goto(LOG)
    fill_shift(page)
    page.get_by_label("Arrests", exact=True).fill("3")
    save(page)
    page.get_by_role("link", name="Yes, it is the same: do not save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My shifts")
    page.goto(LOG)
    expect(page.get_by_label("Arrests", exact=True)).to_have_value("")
    assert not PatrolShift.objects.filter(logged_by=force.sue).exists()


def test_a_supervisor_asks_and_an_administrator_answers(force, page_for):
    starts_at = NOW - timedelta(days=20)
    shift = factories.PatrolShiftFactory(
        area=force.hitchin,
        funding_stream=force.grant,
        logged_by=force.sam,
        starts_at=starts_at,
        logged_at=starts_at + timedelta(hours=9),
    )
    page = page_for(force.sam, PHONE)
    page.goto(f"/shifts/{shift.pk}/")
    look(page, "shift-offers")
    page.get_by_role("button", name="Ask an administrator").click()
    page.get_by_label("What is wrong, and what is right").fill("The finish was 5am, not 6am")
    look(page, "ask")
    page.get_by_role("button", name="Send to the administrators").click()
    expect(page.locator("main")).to_contain_text("An administrator has not answered yet.")
    look(page, "shift-asked")
    adam = page_for(force.adam, DESKTOP)
    adam.goto("/manage/")
    look(adam, "manage")
    adam.get_by_role("link", name="Requests for corrections").click()
    look(adam, "requests")
    adam.get_by_role("link", name=shift.reference).click()
    adam.get_by_label("The shift is right now").check()
    look(adam, "request")
    adam.get_by_role("button", name="Save answer").click()
    expect(adam.locator("main")).to_contain_text("Nothing waits for an answer")
    assert CorrectionRequest.objects.get().state == "done"
