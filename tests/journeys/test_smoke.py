"""The journeys that run every time: a shift is logged on a phone, and the figures follow."""

from playwright.sync_api import expect

from outcomes.models import Arrest, StopSearch
from patrols.models import PatrolShift
from tests.factories import PASSWORD
from tests.journeys.conftest import PHONE
from tests.journeys.shift_form import LOG, expect_receipt, figures, fill_shift, save


def test_a_shift_is_logged_on_a_phone_and_the_figures_follow(force, last_thursday, page_for):
    page = page_for(force.sam, PHONE)
    before = figures(page)
    page.goto("/shifts/")
    page.get_by_role("button", name="Log a shift").click()
    fill_shift(page)
    for _ in range(3):
        page.get_by_role("button", name="One more: Stop searches").tap()
    page.get_by_role("button", name="One fewer: Stop searches").tap()
    page.get_by_role("button", name="One more: Arrests").tap()
    expect(page.get_by_role("status").filter(has_text="10pm Friday to 6am Saturday")).to_contain_text(
        "8 hours × 2 people = 16 hours of patrol"
    )
    save(page)
    expect_receipt(page)
    after = figures(page)
    assert [now - then for then, now in zip(before, after, strict=True)] == [16, 1, 1, 2, 0, 0]
    assert (PatrolShift.objects.count(), Arrest.objects.count(), StopSearch.objects.count()) == (2, 2, 2)


def test_a_shift_is_logged_without_javascript(force, page_for):
    page = page_for(force.sam, PHONE, javascript=False)
    page.goto(LOG)
    fill_shift(page)
    page.get_by_label("Nothing to report").check()
    save(page)
    expect_receipt(page)
    assert PatrolShift.objects.get().nothing_to_report


def test_somebody_signs_in_and_out(force, page_for):
    page = page_for()
    page.goto("/shifts/log/")
    page.get_by_label("E-mail address").fill(force.sam.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log a shift")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.goto(LOG)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
