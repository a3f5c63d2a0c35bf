"""From the first rate to a closed month that a new rate does not change: with and without JavaScript."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from patrols.models import CrewRole
from tests import factories
from tests.journeys.test_every_page import look_over

pytestmark = pytest.mark.slow


@pytest.fixture
def worked(force):
    """Six nights of September in Hitchin, eight hours of two officers, and one of a PCSO. Earlier months are closed."""
    for days in range(6):
        factories.PatrolShiftFactory(
            area=force.hitchin, funding_stream=force.grant, logged_by=force.sam,
            starts_at=datetime(2024, 9, 3, 21, tzinfo=UTC) + timedelta(days),
        )  # fmt: skip
    factories.PatrolShiftFactory(
        area=force.hitchin, funding_stream=force.grant, logged_by=force.sam, crew=[CrewRole.PCSO],
        starts_at=datetime(2024, 9, 20, 21, tzinfo=UTC),
    )  # fmt: skip
    for month in range(5, 9):
        factories.ClosedMonthFactory(
            programme=force.programme, month=date(2024, month, 1), prepared_by=force.fay, closed_by=force.adam
        )
    return force


def enter_rate(page: Page, rate: str, *, role: str = "Police officer", reason: str = "") -> None:
    """Enter what an hour of overtime costs from 1 May 2024 on, and come back to the stream."""
    page.goto("/manage/rates/")
    page.get_by_role("link", name="All rates of Home Office grant").click()
    page.get_by_text("Enter a rate", exact=True).first.click()
    page.get_by_label(role).check()
    page.get_by_label("Overtime").check()
    for part, value in {"Day": "1", "Month": "5", "Year": "2024"}.items():
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_label("Rate an hour").fill(rate)
    page.get_by_label("Source").fill("Circular of 1 April 2024")
    page.get_by_label("Reason (optional)").fill(reason)
    page.get_by_role("button", name="Save rate").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_closed_month_stays_as_it_was(worked, page_for, scripts):
    adam: Page = page_for(worked.adam, javascript=scripts)
    fay: Page = page_for(worked.fay, javascript=scripts)
    adam.goto("/costs/")
    expect(adam.get_by_text("104.00 hours of patrol without a rate are left out of all costs.")).to_be_visible()
    enter_rate(adam, "£30")
    expect(adam.get_by_text("Police officer, overtime: £30 an hour from 1 May 2024 on.")).to_be_visible()
    adam.goto("/costs/")
    expect(adam.get_by_text("8.00 hours of patrol without a rate are left out of all costs.")).to_be_visible()
    expect(adam.get_by_role("row", name="September 2024").last).to_contain_text("£2,880.00")
    if scripts:
        assert look_over(adam) == []

    for page, what, done in ((fay, "Prepare", "is prepared"), (adam, "Close", "is closed")):
        page.goto(reverse("ledger:month", args=(worked.programme.pk, "2024-09")))
        page.get_by_role("button", name=f"{what} month").click()
        expect(page.get_by_role("heading", name=f"{what} September 2024")).to_be_visible()
        page.get_by_role("button", name=f"{what} month").click()
        expect(page.get_by_text(f"September 2024 {done}")).to_be_visible()
    enter_rate(adam, "35")
    expect(adam.get_by_role("alert")).to_contain_text("Say why")
    enter_rate(adam, "35", reason="The circular was read wrongly.")
    adam.goto("/costs/")
    expect(adam.get_by_role("row", name="September 2024 Closed").first).to_contain_text("£2,880.00")
    later = adam.get_by_role("region", name="Since months were closed")
    expect(later).to_contain_text("+£480.00")
    expect(later).to_contain_text("1 change of rates or bank holidays")
    if scripts:
        assert look_over(adam) == []

    fay.goto("/costs/")
    with fay.expect_download() as downloading:
        fay.get_by_role("link", name="Download as CSV").click()
    assert "2880.00" in downloading.value.path().read_text()
