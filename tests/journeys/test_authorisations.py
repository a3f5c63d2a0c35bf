"""A direction outside an authorisation: the question after logging, its answer; the countdown of an authorisation."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from hotspot.core.calendar import LONDON
from hotspots.models import PowerAuthorisation
from outcomes.models import AuthorisationAnswer
from tests import factories
from tests.hotspots.authorisations import recorded
from tests.journeys.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.slow


def fill_moment(page: Page, date: str, time: str, at: datetime) -> None:
    """Type a moment into the fields with these labels, as London clocks show it."""
    local = at.astimezone(LONDON)
    group = page.get_by_role("group", name=date)
    for part, value in (("Day", local.day), ("Month", local.month), ("Year", local.year)):
        group.get_by_label(part).fill(str(value))
    page.get_by_label(time, exact=True).fill(f"{local:%H:%M}")


@pytest.mark.parametrize(
    ("scripts", "size"), [(True, DESKTOP), (False, DESKTOP), (True, PHONE)], ids=["desktop", "no-scripts", "phone"]
)
def test_a_supervisor_answers_for_a_direction_and_then_records_the_authorisation(force, page_for, scripts, size):
    now = timezone.now()
    start = (now - timedelta(hours=9)).replace(minute=0, second=0, microsecond=0)
    shift = factories.PatrolShiftFactory(
        area=force.hitchin, funding_stream=force.grant, logged_by=force.sam, starts_at=start,
        ends_at=start + timedelta(hours=8),
    )  # fmt: skip
    factories.AsbPowerUseFactory(shift=shift)
    page = page_for(force.sam, size, javascript=scripts)
    page.goto(f"/shifts/{shift.pk}/saved/")
    expect(page.get_by_text("1 dispersal direction is recorded, but no dispersal authorisation")).to_be_visible()
    page.get_by_role("link", name="Answer it").click()
    page.get_by_role("button", name="Save answer").click()
    expect(page.get_by_role("alert")).to_contain_text("Select an answer")
    page.get_by_label("It was authorised; the authorisation is kept elsewhere").check()
    page.get_by_label("In a few words").fill("On paper, A/12")
    page.get_by_role("button", name="Save answer").click()
    expect(page.get_by_text("kept elsewhere: On paper, A/12")).to_be_visible()
    assert AuthorisationAnswer.objects.get().answered_by == force.sam

    page.goto("/shifts/")
    page.get_by_role("link", name="Authorisations").first.click()
    page.get_by_role("button", name="Record an authorisation").first.click()
    page.get_by_label("Dispersal (section 34)").check()
    page.get_by_label("Who gave it had particular regard").check()
    page.get_by_label("Hitchin town centre").check()
    page.get_by_label("Locality").fill("Town centre")
    page.get_by_label("Grounds").fill("Disorder on three Fridays")
    page.get_by_label("Rank of who gave it").select_option("Inspector")
    page.get_by_label("Who gave it", exact=True).fill("Insp. 12")
    fill_moment(page, "Date it was given", "Time it was given", start)
    fill_moment(page, "First date", "Start", start)
    fill_moment(page, "Last date", "End", start + timedelta(hours=50))
    page.get_by_label("It is in writing and signed by who gave it").check()
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("lasts at most 48 hours")
    assert page.get_by_label("Locality").input_value() == "Town centre"
    fill_moment(page, "Last date", "End", start + timedelta(hours=40))
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_role("heading", name="Dispersal authorisation for Hitchin town centre")).to_be_visible()
    assert PowerAuthorisation.objects.get().added_by == force.sam
    page.goto(f"/shifts/{shift.pk}/")
    expect(page.get_by_text("1 dispersal direction is recorded")).to_have_count(0)


def test_the_countdown_goes_on_and_says_once_what_ends(force, page_for):
    now = timezone.now()
    end = now.replace(second=0, microsecond=0) + timedelta(minutes=17)
    recorded(force, at=now, given_at=end - timedelta(hours=5), starts_at=end - timedelta(hours=4), ends_at=end)
    page = page_for(force.sam, PHONE)
    page.clock.install()
    page.goto("/shifts/")
    left, status = page.locator(".app-countdown__left"), page.locator(".app-countdowns [role=status]")
    expect(left).to_contain_text("minutes")
    expect(status).to_be_empty()
    page.clock.run_for(4 * 60_000)
    expect(left).to_contain_text("in 1")
    expect(status).to_contain_text("Dispersal authorisation for Hitchin town centre ends at")
    page.clock.run_for(20 * 60_000)
    expect(page.locator(".app-countdown")).to_have_count(0)
    expect(status).to_have_text("Dispersal authorisation for Hitchin town centre has ended.")


def test_the_countdown_knows_that_the_device_slept(force, page_for):
    """Of a device that slept, one clock stood still; its other one tells that the time is over."""
    now = timezone.now()
    end = now.replace(second=0, microsecond=0) + timedelta(minutes=47)
    recorded(force, at=now, given_at=end - timedelta(hours=5), starts_at=end - timedelta(hours=4), ends_at=end)
    page = page_for(force.sam, PHONE)
    page.goto("/shifts/")
    expect(page.locator(".app-countdown__left")).to_contain_text("minutes")
    page.evaluate("const now = Date.now; Date.now = () => now() + 48 * 60_000; dispatchEvent(new Event('pageshow'))")
    expect(page.locator(".app-countdown")).to_have_count(0)


def test_the_time_left_stands_without_scripts(force, page_for):
    now = timezone.now()
    start = now.replace(second=0, microsecond=0) - timedelta(hours=1)
    recorded(force, at=now, given_at=start, starts_at=start, ends_at=start + timedelta(hours=3))
    page = page_for(force.sam, DESKTOP, javascript=False)
    page.goto("/shifts/")
    expect(page.locator(".app-countdown__left")).to_contain_text("in 1 hour")
