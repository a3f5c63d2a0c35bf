"""A return from what the funder asks for to what was submitted, and restated: with and without JavaScript."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from reports.models import ProgrammeReturn
from tests import factories
from tests.journeys.test_every_page import look_over

pytestmark = pytest.mark.slow


@pytest.fixture
def worked(force):
    """Seven nights in Hitchin: 8 hours of two officers."""
    for days in range(7):
        factories.PatrolShiftFactory(
            area=force.hitchin,
            funding_stream=force.grant,
            starts_at=datetime(2024, 9, 3, 21, tzinfo=UTC) + timedelta(days),
        )
    return force


def approve(page: Page, url: str, *, looks: bool) -> None:
    """Approve the return that waits there; `looks` holds the page against the rules of all pages first."""
    page.goto(url)
    if looks:
        assert look_over(page) == []
    page.get_by_role("button", name="Approve and submit").click()
    expect(page.get_by_text("The return is approved and submitted.")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_return_is_asked_for_filled_in_submitted_and_restated(worked, page_for, scripts):
    adam: Page = page_for(worked.adam, javascript=scripts)
    anna: Page = page_for(worked.anna, javascript=scripts)
    adam.goto("/returns/")
    adam.get_by_role("link", name="Add the first return").click()
    adam.get_by_label("Name").fill("Home Office return")
    adam.get_by_label("Every month").check()
    adam.get_by_label("for each hotspot area too").check()
    adam.get_by_role("button", name="Go on").click()
    first = adam.get_by_role("group", name="Row 1")
    first.get_by_label("What is asked").fill("Hours of funded patrol")
    first.get_by_label("What fills it").select_option("patrol_hours")
    adam.get_by_role("button", name="Add a row").click()
    second = adam.get_by_role("group", name="Row 2")
    second.get_by_label("What is asked").fill("Spent in the month")
    second.get_by_label("What fills it").select_option("entered:pence")
    second.get_by_label("Held against").select_option("at_most")
    second.get_by_label("How many").fill("1,000")
    adam.get_by_role("button", name="Add a row").click()
    adam.get_by_label("Find what fills a row").fill("divided")
    adam.get_by_role("button", name="Find").click()
    third = adam.get_by_role("group", name="Row 3")
    assert third.get_by_label("What fills it").locator("option").count() == 2
    third.get_by_label("What is asked").fill("Cost of an hour")
    third.get_by_label("What fills it").select_option("ratio")
    third.get_by_text("Areas, divisions").click()
    third.get_by_label("Divide the row").fill("2")
    third.get_by_label("by the row").fill("1")
    if scripts:
        assert look_over(adam) == []
    adam.get_by_role("button", name="Save", exact=True).click()
    expect(adam.get_by_text("It asks for 3 things")).to_be_visible()

    anna.goto(adam.url)
    anna.get_by_role("button", name="Begin September 2024").click()
    if scripts:
        assert look_over(anna) == []
    anna.get_by_label("Spent in the month").fill("1,200")
    anna.get_by_label("Remarks").fill("One crew more.")
    anna.get_by_role("button", name="Save", exact=True).click()
    expect(anna.get_by_text("At most £1,000: £200 too much")).to_be_visible()
    expect(anna.get_by_role("row", name="Cost of an hour")).to_contain_text("£10.71")
    anna.get_by_role("button", name="Ask for approval").click()
    expect(anna.get_by_text("You prepared this return")).to_contain_text(worked.adam.name)
    submitted = anna.url
    approve(adam, submitted, looks=scripts)
    anna.goto(submitted)
    expect(anna.get_by_role("row", name="Hours of funded patrol").first).to_contain_text("112")

    factories.PatrolShiftFactory(
        area=worked.hitchin, funding_stream=worked.grant, starts_at=datetime(2024, 9, 20, 21, tzinfo=UTC)
    )
    anna.goto(submitted)
    expect(anna.get_by_role("heading", name="Since it was submitted")).to_be_visible()
    anna.get_by_role("link", name="Restate this return").click()
    anna.get_by_role("button", name="Start the new version").click()
    expect(anna.get_by_role("link", name="Enter the reason")).to_be_visible()
    anna.get_by_label("Why the return is restated").fill("A shift came late")
    anna.get_by_role("button", name="Start the new version").click()
    anna.get_by_role("button", name="Ask for approval").click()
    expect(anna.get_by_text("The return waits for approval.")).to_be_visible()
    approve(adam, anna.url, looks=False)
    expect(adam.get_by_text("A shift came late")).to_be_visible()
    anna.goto(submitted)
    expect(anna.get_by_text("This return was restated.")).to_be_visible()
    assert [made.body["rows"][0]["value"] for made in ProgrammeReturn.objects.all()] == [128, 112]
