"""The session ends while the form is open."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from patrols.models import PatrolShift
from tests.factories import PASSWORD
from tests.journeys.conftest import PHONE
from tests.journeys.shift_form import LOG, expect_receipt, fill_shift, save

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("javascript", [True, False])
def test_what_was_entered_is_there_again_after_signing_in(force, page_for, time_machine, javascript):
    page = page_for(force.sam, PHONE, javascript=javascript)
    page.goto(LOG)
    fill_shift(page, area="Letchworth", officers=3)
    page.get_by_label("Stop searches", exact=True).fill("2")
    time_machine.shift(timedelta(hours=4))
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(page.locator("main")).to_contain_text("what you entered is there again")
    page.get_by_label("E-mail address").fill(force.sam.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log a shift")
    expect(page.locator("main")).to_contain_text("this is not saved yet")
    assert not PatrolShift.objects.exists()
    expect(page.get_by_label("Letchworth")).to_be_checked()
    expect(page.get_by_label("Police officers", exact=True)).to_have_value("3")
    save(page)
    expect_receipt(page)
    assert PatrolShift.objects.get().stop_searches.count() == 2
