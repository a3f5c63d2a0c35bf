"""Logging a shift: with thumbs, with a keyboard, again as last time, and on the night when a time comes twice."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from patrols.models import PatrolShift
from tests.journeys.conftest import DESKTOP, PHONE, SMALL_PHONE
from tests.journeys.shift_form import LOG, expect_receipt, figures, fill_shift, save

pytestmark = pytest.mark.slow

SIZES = [PHONE, SMALL_PHONE]


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("size", SIZES)
def test_a_shift_with_outcomes_with_and_without_javascript(force, last_thursday, page_for, size, javascript):
    page = page_for(force.sam, size, javascript=javascript, theme="dark")
    before = figures(page)
    page.goto(LOG)
    fill_shift(page, area="Letchworth", officers=3)
    page.get_by_label("Arrests", exact=True).fill("2")
    page.get_by_label("Weapons recovered", exact=True).fill("1")
    page.get_by_text("More ASB powers").click()
    page.get_by_role("textbox", name="Closure notice").fill("4")
    page.get_by_text("Add a note or choose the funding").click()
    page.get_by_label("Note").fill("Station Road twice, quiet otherwise.")
    save(page)
    expect_receipt(page)
    after = figures(page)
    assert [now - then for then, now in zip(before, after, strict=True)] == [24, 1, 2, 0, 1, 4]


class Thumb:
    """Taps, and counts them."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, target: Locator) -> None:
        target.tap()
        self.taps += 1


def test_last_nights_shift_as_last_time_takes_five_taps(force, last_thursday, page_for):
    page, thumb = page_for(force.sam, PHONE), Thumb()
    page.goto("/shifts/")
    thumb.tap(page.get_by_role("button", name="Log a shift"))
    thumb.tap(page.get_by_role("button", name="Use this"))
    expect(page.get_by_label("Start", exact=True)).to_have_value("22:00")
    expect(page.get_by_label("Last night")).to_be_checked()
    thumb.tap(page.get_by_role("button", name="One more: Arrests"))
    thumb.tap(page.get_by_role("button", name="One more: Stop searches"))
    thumb.tap(page.get_by_role("button", name="Save shift"))
    expect_receipt(page)
    assert thumb.taps <= 5
    again = PatrolShift.objects.exclude(pk=last_thursday.pk).get()
    assert (again.area, again.crew.count()) == (last_thursday.area, 2)
    assert (again.arrests.count(), again.stop_searches.count()) == (1, 1)


def test_a_first_shift_takes_eight_taps(force, page_for):
    page, thumb = page_for(force.sam, PHONE), Thumb()
    page.goto("/shifts/")
    thumb.tap(page.get_by_role("button", name="Log a shift"))
    thumb.tap(page.get_by_text("Hitchin town centre"))
    thumb.tap(page.get_by_text("Last night", exact=False).first)
    thumb.tap(page.get_by_label("Start", exact=True))
    page.keyboard.type("10pm-6am")
    thumb.tap(page.get_by_label("Police officers", exact=True))
    page.keyboard.type("2")
    thumb.tap(page.get_by_role("button", name="One more: Arrests"))
    thumb.tap(page.get_by_role("button", name="Save shift"))
    expect_receipt(page)
    assert thumb.taps <= 8
    shift = PatrolShift.objects.get()
    assert (shift.area, shift.crew.count(), shift.arrests.count()) == (force.hitchin, 2, 1)
    assert shift.ends_at - shift.starts_at == timedelta(hours=8)


def test_a_chip_of_usual_times_fills_both_and_the_echo_says_so(force, last_thursday, page_for):
    page = page_for(force.sam, PHONE)
    page.goto(LOG)
    page.get_by_label("Last night").check()
    page.get_by_role("button", name="10pm to 6am").tap()
    expect(page.get_by_label("Finish", exact=True)).to_have_value("06:00")
    expect(page.locator("#echo")).to_have_text("10pm Friday to 6am Saturday – 8 hours × 2 people = 16 hours of patrol")


def test_nothing_to_report_and_a_count_never_stand_together(force, page_for):
    page = page_for(force.sam, PHONE)
    page.goto(LOG)
    nothing, arrests = page.get_by_label("Nothing to report"), page.get_by_label("Arrests", exact=True)
    page.get_by_role("button", name="One more: Arrests").tap()
    nothing.check()
    expect(arrests).to_have_value("")
    page.get_by_role("button", name="One more: Arrests").tap()
    expect(nothing).not_to_be_checked()


# --- the keyboard --------------------------------------------------------------------------------------------------


def tab_to(page: Page, target: Locator) -> int:
    """Press Tab until this has the focus; gives how often."""
    for times in range(1, 80):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return times
    raise AssertionError(f"Tab never reaches {target}")


def test_a_shift_with_the_keyboard_alone(force, page_for):
    page = page_for(force.sam, DESKTOP)
    page.goto(LOG)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Hitchin town centre"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_label("Tonight"))
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Last night")).to_be_checked()
    tab_to(page, page.get_by_label("Start", exact=True))
    page.keyboard.type("2200")
    page.keyboard.press("Tab")
    page.keyboard.type("6.00")
    stops = tab_to(page, page.get_by_label("Police officers", exact=True))
    for key in ("ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown"):
        page.keyboard.press(key)
    stops += tab_to(page, page.get_by_label("Nothing to report"))
    page.keyboard.press("Space")
    stops += tab_to(page, page.get_by_role("button", name="Save shift"))
    page.keyboard.press("Enter")
    expect_receipt(page)
    assert PatrolShift.objects.get().crew.count() == 2
    # Without the last one, which is the button itself.
    assert stops - 1 <= 15


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_wcag_2_4_7_every_stop_of_the_tab_key_can_be_seen(force, last_thursday, page_for, theme):
    page = page_for(force.sam, DESKTOP, theme=theme)
    page.goto(LOG)
    stops = 0
    for _ in range(100):
        page.keyboard.press("Tab")
        box = page.evaluate(FOCUSED_BOX)
        if box is None:
            break
        clip = {"x": box["x"], "y": box["y"], "width": box["width"], "height": box["height"]}
        with_focus = page.screenshot(clip=clip)
        page.evaluate("window.stop_here = document.activeElement; document.activeElement.blur()")
        without = page.screenshot(clip=clip)
        page.evaluate("window.stop_here.focus({ focusVisible: true })")
        assert with_focus != without, box["what"]
        stops += 1
    assert stops > 30


LABELS_UNDER_BUTTONS = """() => [...document.querySelectorAll(".app-steppers .govuk-form-group")].filter((group) => {
  const text = document.createRange();
  text.selectNodeContents(group.querySelector("label"));
  const label = text.getBoundingClientRect(), stepper = group.querySelector(".app-stepper").getBoundingClientRect();
  return label.width && label.right > stepper.left && label.bottom > stepper.top && label.top < stepper.bottom;
}).map((group) => group.innerText)"""


def test_no_label_lies_under_its_buttons_on_the_smallest_phone(force, page_for):
    page = page_for(force.sam, (320, 640))
    page.goto(LOG)
    page.get_by_text("More ASB powers").click()
    expect(page.get_by_role("button", name="One more: Arrests")).to_be_visible()
    assert page.evaluate(LABELS_UNDER_BUTTONS) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 320


# Where the focus is on the page and a little around it, scrolled into view; nothing when Tab has left the page.
FOCUSED_BOX = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const { x, y, width, height } = element.getBoundingClientRect();
  const around = 6;
  const left = Math.max(x - around, 0), top = Math.max(y - around, 0);
  return {
    x: left, y: top, what: element.outerHTML.slice(0, 120),
    width: Math.min(width + 2 * around, innerWidth - left), height: Math.min(height + 2 * around, innerHeight - top),
  };
}"""


# --- the clocks -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("answer", "hours"), [("Before the clocks went back", 6), ("After the clocks went back", 5)])
def test_a_time_that_comes_twice_is_asked_about(force, page_for, time_machine, answer, hours):
    time_machine.move_to(datetime(2024, 10, 27, 12, tzinfo=UTC), tick=True)
    page = page_for(force.sam, PHONE)
    page.goto(LOG)
    fill_shift(page, start="1.30am", end="6.30am", officers=1)
    page.get_by_label("Tonight (Sun 27 Oct)").check()
    page.get_by_label("Nothing to report").check()
    save(page)
    expect(page).to_have_title("Error: Log a shift – Operation Hotspot")
    page.get_by_role("group", name="Was the start before or after the clocks went back?").get_by_label(answer).check()
    save(page)
    expect_receipt(page)
    assert PatrolShift.objects.get().clock_minutes == 60 * hours


def test_a_time_that_never_came_is_refused_in_words(force, page_for, time_machine):
    time_machine.move_to(datetime(2025, 3, 30, 12, tzinfo=UTC), tick=True)
    page = page_for(force.sam, PHONE)
    page.goto(LOG)
    fill_shift(page, start="1.30am", end="6.30am")
    page.get_by_label("Tonight (Sun 30 Mar)").check()
    page.get_by_label("Nothing to report").check()
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("the clocks went forward")
    expect(page.get_by_label("Start", exact=True)).to_have_value("1.30am")
