"""A sergeant's fortnight on the phone, from the pattern to the month that is confirmed: every page on the way.

With `SCREENSHOTS` set to a folder, what each page looks like is put there.
"""

import os
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from hotspots.models import DoseTarget
from outcomes.models import MonthConfirmation
from patrols.models import PatrolShift
from tests.journeys.conftest import PHONE, SMALL_PHONE, sign_in, until
from tests.journeys.shift_form import LOG, expect_receipt, fill_shift, save
from tests.journeys.test_every_page import FITS
from tests.journeys.test_offline import NONE_WAITS, ready

pytestmark = pytest.mark.slow
CALENDAR, TONIGHT, MONTHS = "/shifts/calendar/", "/tonight/", "/shifts/months/"
FOLDER = os.environ.get("SCREENSHOTS", "")
See = Callable[[str], None]


@pytest.fixture(autouse=True)
def _keeps(settings):
    """The force has chosen that phones keep shifts."""
    settings.OFFLINE_QUEUE = "counts"


@pytest.fixture(
    params=[("light", PHONE), ("dark", PHONE), ("light", SMALL_PHONE), ("dark", SMALL_PHONE)],
    ids=["light 390", "dark 390", "light 320", "dark 320"],
)
def phone(request, force, page_for) -> tuple[Page, See]:
    """Sam's, and what looks at its page: nothing is wider than the phone."""
    theme, size = request.param
    page = page_for(force.sam, size, theme=theme)
    number = 0

    def see(name: str) -> None:
        nonlocal number
        number += 1
        assert page.evaluate(FITS) == [], name
        if FOLDER:
            path = Path(FOLDER) / f"{size[0]}-{theme}-{number:02}-{name}.png"
            page.screenshot(path=path, full_page=True)

    return page, see


def later(time_machine: Any, page: Page, force: Any, *moment: int) -> None:
    """It is then, in UTC, and the session has not ended in between."""
    time_machine.move_to(datetime(*moment, tzinfo=UTC), tick=True)
    sign_in(page.context, force.sam, re.match(r"https?://[^/]+", page.url)[0])


def plan_a_pattern(page: Page, see: See) -> None:
    page.goto("/shifts/")
    see("home")
    page.goto(CALENDAR)
    page.get_by_role("link", name="Plan a pattern").click()
    page.get_by_label("Hitchin town centre").check()
    for weekday in ("Friday", "Saturday"):
        page.get_by_label(weekday).check()
    for label, clock in (("Start", "8pm"), ("Finish", "midnight"), ("Police officers", "2")):
        page.get_by_role("textbox", name=label, exact=True).fill(clock)
    see("pattern")
    page.get_by_role("button", name="Show the nights").click()
    see("nights")
    page.get_by_role("button", name="Plan the chosen nights").click()
    expect(page.get_by_text("4 shifts are planned.")).to_be_visible()
    page.goto(CALENDAR)
    see("calendar")


def patrol(page: Page, see: See, time_machine: Any, force: Any) -> None:
    later(time_machine, page, force, 2024, 10, 12, 19, 5)
    page.goto(TONIGHT)
    see("tonight")
    page.get_by_role("button", name="I’m here in Hitchin town centre").click()
    see("here")
    later(time_machine, page, force, 2024, 10, 12, 19, 25)
    page.get_by_role("button", name="I’ve left").click()
    see("left")
    page.goto("/tonight/briefing/")
    see("briefing")


def log_it(page: Page, see: See, time_machine: Any, force: Any) -> None:
    """From the plan, with a mistake first."""
    later(time_machine, page, force, 2024, 10, 12, 23, 10)
    page.goto("/shifts/")
    see("to-complete")
    planned = PatrolShift.objects.filter(state="planned").earliest("starts_at")
    page.goto(f"/shifts/{planned.pk}/complete/")
    save(page)
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    see("errors")
    page.get_by_label("Arrests", exact=True).fill("1")
    page.wait_for_timeout(1_100)
    save(page)
    expect_receipt(page)
    see("receipt")


def log_without_a_signal(page: Page, see: See) -> None:
    page.goto(LOG)
    ready(page)
    fill_shift(page, area="Letchworth", end="11pm")
    page.get_by_label("Stop searches", exact=True).fill("2")
    see("form")
    page.context.set_offline(True)
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Saved on this phone – not sent yet")
    see("kept")
    page.context.set_offline(False)
    until(page, NONE_WAITS)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sent")
    see("sent")


def meet_a_conflict(page: Page, see: See) -> None:
    """Somebody else corrects the shift while its form is open."""
    shift = PatrolShift.objects.filter(state="completed").earliest("starts_at")
    page.goto(f"/shifts/{shift.pk}/correct/")
    page.get_by_label("Police officers", exact=True).fill("3")
    page.locator("[name=reason]").fill("A third officer came")
    PatrolShift.objects.get(pk=shift.pk).save()
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This shift changed while you were editing")
    see("conflict")


def confirm_the_month(page: Page, see: See, time_machine: Any, force: Any) -> None:
    later(time_machine, page, force, 2024, 11, 2, 9)
    for planned in PatrolShift.objects.filter(state="planned"):
        page.goto(f"/shifts/{planned.pk}/cancel/")
        page.locator("[name=reason]").fill("Sick")
        see("cancel")
        page.get_by_role("button", name="Cancel the shift").click()
        expect(page.locator("main")).to_contain_text(f"{planned.reference} is cancelled.")
    page.goto(MONTHS)
    see("months")
    page.get_by_role("link", name=re.compile("Confirm")).first.click()
    see("confirm")
    page.locator("main form button").first.click()
    expect(page.locator("main")).to_contain_text("is confirmed")
    assert MonthConfirmation.objects.count() == 1


def test_a_fortnight(force, phone, time_machine, watch):
    page, see = phone
    DoseTarget.objects.create(area=force.hitchin, first_monday=date(2024, 9, 30), minutes=60, visits=0)
    plan_a_pattern(page, see)
    patrol(page, see, time_machine, force)
    log_it(page, see, time_machine, force)
    log_without_a_signal(page, see)
    meet_a_conflict(page, see)
    confirm_the_month(page, see, time_machine, force)
    assert PatrolShift.objects.filter(state="completed").count() == 2
    watch.complaints.clear()
