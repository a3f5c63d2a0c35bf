"""Planning on a screen, on a phone and on paper."""

from datetime import timedelta
from io import BytesIO

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from patrols.models import CrewRole, PatrolShift
from patrols.teams.operations import make_team
from tests import factories
from tests.conftest import NOW
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.test_every_page import look_over
from tests.journeys.test_logging import Thumb, tab_to
from tests.patrols.planning import planned

pytestmark = pytest.mark.slow

CALENDAR = "/shifts/calendar/"


def test_43_areas_are_printed_on_one_landscape_page(force, page_for):
    for area in factories.HotspotAreaFactory.create_batch(41, district=force.north_herts):
        factories.AreaTargetFactory(area=area)
        planned(force, area=area)
        factories.PatrolShiftFactory(
            area=area, funding_stream=force.grant, logged_by=force.sam, starts_at=NOW - timedelta(days=3)
        )
    page = page_for(force.sam, theme="dark")
    page.goto(CALENDAR)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280, "only the table scrolls"
    sheets = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert len(sheets) == 1
    assert sheets[0].mediabox.width > sheets[0].mediabox.height
    assert "Letchworth" in sheets[0].extract_text()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_fortnights_pattern_takes_at_most_12_taps(force, page_for, javascript):
    """Fridays and Saturdays, 8pm to midnight, two officers, by somebody who has logged nothing yet."""
    page = page_for(force.sam, PHONE, javascript=javascript)
    page.goto("/shifts/")
    thumb = Thumb()
    thumb.tap(page.get_by_role("link", name="Calendar"))
    thumb.tap(page.get_by_role("link", name="Plan a pattern"))
    thumb.tap(page.get_by_label("Hitchin town centre"))
    for weekday in ("Friday", "Saturday"):
        thumb.tap(page.get_by_label(weekday))
    for label, clock in (("Start", "8pm"), ("Finish", "midnight"), ("Police officers", "2")):
        thumb.tap(page.get_by_role("textbox", name=label, exact=True))
        page.keyboard.type(clock)
    thumb.tap(page.get_by_role("button", name="Show the nights"))
    page.get_by_role("heading", name="Which nights?").wait_for()
    thumb.tap(page.get_by_role("button", name="Plan the chosen nights"))
    page.get_by_text("4 shifts are planned.").wait_for()
    assert thumb.taps <= 12
    shifts = PatrolShift.objects.order_by("starts_at")
    assert [f"{shift.day:%a %d}" for shift in shifts] == ["Sat 12", "Fri 18", "Sat 19", "Fri 25"]


def test_the_list_of_nights_with_warnings_is_accessible_and_fits_a_phone(force, page_for):
    planned(force)
    page = page_for(force.sam)
    page.goto("/shifts/plan/pattern/")
    page.get_by_label("Hitchin town centre").check()
    for weekday in ("Friday", "Saturday"):
        page.get_by_label(weekday).check()
    for label, clock in (("Start", "8pm"), ("Finish", "midnight"), ("Police officers", "2")):
        page.get_by_role("textbox", name=label, exact=True).fill(clock)
    page.get_by_role("button", name="Show the nights").click()
    page.get_by_role("heading", name="Which nights?").wait_for()
    assert page.get_by_label("Saturday 12 October 2024").is_checked() is False
    assert look_over(page) == []


# --- teams ---------------------------------------------------------------------------------------------------------


def team_in(force) -> None:
    members = [(CrewRole.POLICE_OFFICER, "PC1234"), (CrewRole.POLICE_OFFICER, "PC5678")]
    make_team(by=force.sam, at=NOW, name="Night crew", members=members)


@pytest.mark.parametrize("javascript", [True, False])
def test_one_tap_puts_a_team_on_the_form_and_loses_nothing(force, page_for, javascript):
    team_in(force)
    page = page_for(force.sam, PHONE, javascript=javascript)
    page.goto("/shifts/log/")
    page.get_by_label("Start", exact=True).fill("10pm")
    page.get_by_label("Arrests", exact=True).fill("2")
    page.get_by_role("button", name="Add Night crew").tap()
    expect(page.get_by_text("The team is in the crew below.")).to_be_in_viewport()
    expect(page.get_by_label("Police officers", exact=True)).to_have_value("2")
    expect(page.get_by_label("Collar numbers: Police officers")).to_have_value("PC1234, PC5678")
    expect(page.get_by_label("Start", exact=True)).to_have_value("10pm")
    expect(page.get_by_label("Arrests", exact=True)).to_have_value("2")
    assert not PatrolShift.objects.exists()


def test_enter_saves_and_adds_no_team(force, page_for):
    team_in(force)
    page = page_for(force.sam, PHONE)
    page.goto("/shifts/log/")
    page.get_by_label("Start", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()


@pytest.mark.parametrize("teams", [2, 3])
def test_teams_add_no_stop_of_the_tab_key_from_the_finish_to_saving(force, page_for, teams):
    members = [(CrewRole.POLICE_OFFICER, "PC1234")]
    for number in range(teams):
        make_team(by=force.sam, at=NOW, name=f"Team {number}", members=members)
    page = page_for(force.sam, DESKTOP)
    page.goto("/shifts/log/")
    page.get_by_label("Finish", exact=True).focus()
    stops = tab_to(page, page.get_by_label("Nothing to report"))
    page.keyboard.press("Space")
    stops += tab_to(page, page.get_by_role("button", name="Save shift"))
    assert stops - 1 <= 15


def test_teams_the_feed_and_what_was_taken_away_for_everybody(force, page_for):
    team_in(force)
    shift = planned(force)
    page = page_for(force.sam)
    recorded = f"/shifts/{shift.pk}/taken-away/"
    troubles = {}
    for address in ("/shifts/teams/", "/shifts/teams/new/", "/shifts/log/", "/shifts/calendar/phone/", recorded):
        page.goto(address)
        troubles[address] = look_over(page)
    assert {address: found for address, found in troubles.items() if found} == {}
