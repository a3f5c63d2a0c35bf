"""Two people publish: one chooses, checks, writes and sends; the other returns it, then signs it off; whose file."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from reports.models import Statement
from reports.statements import operations
from reports.statements.body import draft_of
from tests import factories
from tests.conftest import NOW
from tests.journeys.test_every_page import look_over
from tests.publishing import drafted

pytestmark = pytest.mark.slow


@pytest.fixture
def worked(force):
    """Seven nights in Hitchin and Watford, an arrest on each."""
    for area in (force.hitchin, force.watford):
        for days in range(7):
            shift = factories.PatrolShiftFactory(
                area=area, funding_stream=force.grant, starts_at=datetime(2024, 9, 3, 21, tzinfo=UTC) + timedelta(days)
            )
            factories.ArrestFactory(shift=shift)
    return force


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_two_people_publish_a_statement(worked, page_for, scripts, tmp_path):
    paul: Page = page_for(worked.paul, javascript=scripts)
    anna: Page = page_for(worked.anna, javascript=scripts)
    paul.goto("/published/")
    paul.get_by_role("link", name="Prepare the first statement").click()
    paul.get_by_label("Period").select_option(f"{worked.programme.pk}:2024-09")
    paul.get_by_role("button", name="Go on to check").click()
    draft = paul.url
    paul.get_by_role("link", name="Check the figures").click()
    expect(paul.get_by_text("14 outcomes have detail to follow.")).to_be_visible()
    paul.get_by_label("I have read this").check()
    paul.get_by_role("button", name="Go on").click()

    paul.get_by_role("link", name="Write the words").click()
    words = paul.get_by_label("Press text")
    words.fill("{operation} in 2 towns\n\n{since}: {arrests}.")
    paul.get_by_role("button", name="Save and see how it reads").click()
    expect(paul.locator("mark.app-typed", has_text="2")).to_be_visible()
    paul.get_by_label("Press text").fill("{operation} goes on\n\n{since}: {arrests}.")
    paul.get_by_role("button", name="Save and go on").click()
    send(paul)
    expect(paul.get_by_role("heading", name="Somebody else signs it off")).to_be_visible()

    anna.goto("/")
    anna.get_by_role("link", name="1 statement to sign off").click()
    expect(anna.locator(".app-nav__badge").first).to_contain_text("1")
    if scripts:
        assert look_over(anna) == []
    anna.get_by_label("What has to change").fill("Say where.")
    anna.get_by_role("button", name="Return it").click()

    paul.goto(draft)
    expect(paul.get_by_text("Say where.")).to_be_visible()
    paul.get_by_role("link", name="Write the words").click()
    paul.get_by_label("Press text").fill("{operation} in {areas}\n\n{since}: {arrests}.")
    paul.get_by_role("button", name="Save and go on").click()
    send(paul, is_offered=True)

    anna.goto(draft)
    expect(anna.get_by_text("Operation Hotspot in Hitchin, Letchworth and Watford")).to_be_visible()
    anna.get_by_role("button", name="Sign off and publish").click()
    expect(anna).to_have_url(re.compile("/published/2024-10-12-v1/"))
    expect(anna.get_by_text("In September 2024: 14 arrests have been made.")).to_be_visible()
    if scripts:
        check_copying(anna)
    with anna.expect_download() as download:
        anna.get_by_role("link", name=re.compile("The statement itself")).click()
    file = tmp_path / "statement.json"
    download.value.save_as(file)
    assert json.loads(Path(file).read_text())["totals"]["arrests"] == 14
    assert Statement.objects.published().count() == 1

    anna.goto("/published/check-a-figure/")
    anna.get_by_label("Or a file").set_input_files(file)
    anna.get_by_role("button", name="Check").click()
    expect(anna.get_by_text("This file is, to the byte, of")).to_be_visible()
    anna.get_by_label("Number").fill("14")
    anna.get_by_role("button", name="Check").click()
    expect(anna.get_by_text("Arrests:")).to_be_visible()


def send(page: Page, *, is_offered: bool = False) -> None:
    """Send the draft that is open to Anna, who is offered once she was named before."""
    page.get_by_role("button", name="Send for sign-off").click()
    page.wait_for_url("**/send/")
    who = page.get_by_label("Who signs it off")
    if is_offered:
        expect(who.locator("option:checked")).to_have_text("Anna Analyst, Analyst")
    else:
        page.get_by_role("button", name="Send for sign-off").click()
        expect(page.get_by_role("link", name="Choose who signs it off")).to_be_visible()
        who.select_option("Anna Analyst, Analyst")
    page.get_by_role("button", name="Send for sign-off").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_statement_is_announced_taken_over_and_released_on_time(worked, page_for, scripts, settings, time_machine):
    settings.PUBLIC_STATEMENTS = True
    paul, adam, visitor = (page_for(who, javascript=scripts) for who in (worked.paul, worked.adam, None))
    paul.goto("/published/")
    paul.get_by_role("link", name="See the release calendar").click()
    paul.get_by_role("button", name="Announce a release").click()
    paul.get_by_label("Title").fill("Monthly figures")
    paul.get_by_label("Period").fill("September 2024")
    for part, typed in (("Day", "17"), ("Month", "October"), ("Year", "2024")):
        paul.get_by_role("group", name="Day").get_by_label(part, exact=True).fill(typed)
    paul.get_by_label("Time").fill("9.30am")
    paul.get_by_role("button", name="Announce it").click()
    expect(paul.get_by_text("9:30am, 17 October 2024")).to_be_visible()

    draft = drafted(worked, NOW, code="2024-09")
    operations.acknowledge(by=worked.paul, statement_id=draft.pk, checks=draft_of(draft, NOW).checks)
    paul.goto(f"/published/drafts/{draft.pk}/send/")
    paul.get_by_label("Who signs it off").select_option("Anna Analyst, Analyst")
    paul.get_by_label("Entry of the release calendar").select_option(index=1)
    paul.get_by_role("button", name="Send for sign-off").click()
    expect(paul.get_by_text("It is to be released at 9:30am, 17 October 2024")).to_be_visible()

    adam.goto(f"/published/drafts/{draft.pk}/")
    adam.get_by_role("button", name="Take over the sign-off").click()
    adam.get_by_label("Why you sign it off instead").fill("Anna is on leave")
    adam.get_by_role("button", name="Take it over").click()
    adam.get_by_role("button", name="Sign off for release").click()
    expect(adam.get_by_text("Do not pass this on before its release.")).to_be_visible()
    if scripts:
        assert look_over(adam) == []

    visitor.goto("/public/calendar/")
    expect(visitor.get_by_text("Confirmed")).to_be_visible()
    expect(visitor.get_by_role("link", name="Monthly figures")).to_have_count(0)
    visitor.goto("/public/latest/")
    expect(visitor.get_by_text("Nothing has been published yet")).to_be_visible()
    time_machine.move_to(datetime(2024, 10, 17, 8, 30, 1, tzinfo=UTC), tick=True)
    visitor.context.clear_cookies()
    visitor.goto("/public/calendar/?again")
    visitor.get_by_role("link", name="Monthly figures").click()
    expect(visitor.get_by_text("Published 9:30am, 17 October 2024.")).to_be_visible()


def check_copying(anna):
    """The press text is copied as words, and with its paragraphs for Word and the like."""
    anna.context.grant_permissions(["clipboard-read", "clipboard-write"])
    anna.get_by_role("button", name="Copy the press text").click()
    expect(anna.get_by_text("Copied")).to_be_visible()
    words, html = anna.evaluate(
        """async () => {
            const [item] = await navigator.clipboard.read();
            return Promise.all(["text/plain", "text/html"].map(async (type) => (await item.getType(type)).text()));
        }"""
    )
    assert "\n\nIn September 2024: 14 arrests have been made." in words
    assert "<p>In September 2024: 14 arrests have been made.</p>" in html


def test_words_typed_before_the_script_of_the_saved_page_has_come_are_kept(worked, page_for):
    """On a slow line the page shows the words just saved long before its script runs."""
    page: Page = page_for(worked.paul)
    page.goto("/published/new/")
    page.get_by_label("Period").select_option(f"{worked.programme.pk}:2024-09")
    page.get_by_role("button", name="Go on to check").click()
    page.get_by_role("link", name="Write the words").click()
    page.get_by_label("Press text").fill("{operation} in 2 towns")
    held: list[Route] = []
    page.route("**/entries*.js", lambda route: held.append(route), times=1)  # noqa: PLW0108 - Playwright takes no built-in function
    with page.expect_request("**/entries*.js"):
        page.get_by_role("button", name="Save and see how it reads").click()
    expect(page.locator("mark.app-typed", has_text="2")).to_be_visible()
    page.get_by_label("Press text").fill("{operation} goes on")
    assert len(held) == 1
    with page.expect_event("load"):
        held[0].continue_()
    expect(page.get_by_label("Press text")).to_have_value("{operation} goes on")
