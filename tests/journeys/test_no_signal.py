"""What was entered outlives a lost signal, a slow server, somebody else's answer, a reload and the Back button."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from hotspot.core.models import User
from patrols.models import PatrolShift
from tests.factories import PASSWORD, PatrolShiftFactory
from tests.journeys.conftest import PHONE, sign_in
from tests.journeys.shift_form import LOG, expect_receipt, fill_shift, save

pytestmark = pytest.mark.slow
NO_SIGNAL = "No signal. Nothing is lost: save again when you have a connection."
NOTICE = "[data-notice=entries]"


def enter(page: Page) -> None:
    """Something of every kind."""
    fill_shift(page, area="Letchworth", officers=3)
    page.get_by_label("Stop searches", exact=True).fill("2")
    page.get_by_text("Add collar numbers").click()
    page.get_by_label("Collar numbers: Police officers").fill("PC4242")
    page.get_by_text("Add a note or choose the funding").click()
    page.get_by_label("Note").fill("Typed with care")


def expect_entries(page: Page, *, collars: str = "PC4242", note: str = "Typed with care") -> None:
    expect(page.get_by_label("Letchworth")).to_be_checked()
    expect(page.get_by_label("Last night")).to_be_checked()
    expect(page.get_by_label("Start", exact=True)).to_have_value("10pm")
    expect(page.get_by_label("Finish", exact=True)).to_have_value("6am")
    expect(page.get_by_label("Police officers", exact=True)).to_have_value("3")
    expect(page.get_by_label("Stop searches", exact=True)).to_have_value("2")
    expect(page.locator("[name=collars_police_officer]")).to_have_value(collars)
    expect(page.locator("[name=note]")).to_have_value(note)


def save_again(page: Page) -> None:
    """Press once more as a person does: the button takes no second press within a second of the first."""
    page.wait_for_timeout(1_100)
    save(page)


def stored(page: Page) -> str:
    return page.evaluate("JSON.stringify({ ...sessionStorage, ...localStorage })")


@pytest.fixture
def page(force, page_for) -> Page:
    page = page_for(force.sam, PHONE)
    page.goto(LOG)
    return page


# --- saving without a connection -----------------------------------------------------------------------------------


def expect_notice_then_save(page: Page, words: str) -> None:
    notice = page.locator(NOTICE)
    expect(notice).to_have_text(re.compile(re.escape(words)))
    expect(notice).to_be_focused()
    expect(notice).to_have_attribute("role", "alert")
    assert page.url.endswith(LOG)
    expect_entries(page)


def test_without_a_signal_the_form_stays_and_saves_later(page):
    enter(page)
    page.context.set_offline(True)
    save(page)
    expect_notice_then_save(page, NO_SIGNAL)
    expect(page.get_by_role("button", name="Save shift")).to_have_text("Save shift")
    page.context.set_offline(False)
    save_again(page)
    expect_receipt(page)
    shift = PatrolShift.objects.get()
    assert (shift.note, shift.stop_searches.count()) == ("Typed with care", 2)


def test_an_answer_that_is_lost_on_its_way_never_makes_two_shifts(page):
    def saved_but_lost(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort("connectionreset")

    enter(page)
    page.route(f"**{LOG}", saved_but_lost, times=1)
    save(page)
    expect_notice_then_save(page, NO_SIGNAL)
    assert PatrolShift.objects.count() == 1
    save_again(page)
    expect_receipt(page)
    assert PatrolShift.objects.count() == 1


def test_a_captive_portal_does_not_look_like_a_receipt(page):
    enter(page)
    portal = "<h1>Shift saved</h1><p>Welcome to Train Wi-Fi</p>"
    page.route(f"**{LOG}", lambda route: route.fulfill(status=200, content_type="text/html", body=portal), times=1)
    save(page)
    expect_notice_then_save(page, "Something else answered, like the sign-in page of a Wi-Fi network.")
    save_again(page)
    expect_receipt(page)


def test_a_portal_that_redirects_is_not_followed(page):
    enter(page)
    headers = {"Location": "/accessibility/"}
    page.route(f"**{LOG}", lambda route: route.fulfill(status=302, headers=headers), times=1)
    save(page)
    expect_notice_then_save(page, "Nothing is lost: save again when you have a connection.")


def test_a_server_that_is_down_leaves_the_form_as_it_is(page, watch):
    enter(page)
    body = "<div class='app-page'><h1>The service is not available</h1></div>"
    headers = {"Hotspot-Page": "1", "Content-Type": "text/html"}
    page.route(f"**{LOG}", lambda route: route.fulfill(status=503, headers=headers, body=body), times=1)
    save(page)
    expect_notice_then_save(page, "The service is not available.")
    watch.complaints.clear()
    save_again(page)
    expect_receipt(page)


def test_a_server_that_does_not_answer_is_given_up_after_half_a_minute(page):
    page.clock.install()
    enter(page)
    page.route(f"**{LOG}", lambda route: None, times=1)
    save(page)
    expect(page.get_by_role("button", name="Saving…")).to_be_visible()
    page.clock.run_for(31_000)
    expect_notice_then_save(page, NO_SIGNAL)
    page.unroute_all(behavior="ignoreErrors")
    save(page)
    page.clock.resume()
    expect_receipt(page)
    assert PatrolShift.objects.count() == 1


def test_a_second_press_while_the_first_is_under_way_sends_nothing(page):
    sent = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    enter(page)
    page.route(f"**{LOG}", lambda route: (page.wait_for_timeout(1500), route.continue_()), times=1)
    page.get_by_role("button", name="Save shift").click(no_wait_after=True)
    page.get_by_label("Finish", exact=True).press("Enter")
    expect_receipt(page)
    assert len(sent) == 1


def test_errors_are_shown_in_place_with_the_right_title_and_address(page):
    enter(page)
    page.get_by_label("Start", exact=True).fill("half ten")
    length = page.evaluate("history.length")
    save(page)
    expect(page).to_have_title("Error: Log a shift – Operation Hotspot")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert page.url.endswith(LOG)
    assert page.evaluate("history.length") == length
    expect(page.get_by_role("button", name="One more: Arrests")).to_have_count(1)
    page.get_by_label("Start", exact=True).fill("10pm")
    expect(page.locator("#echo")).to_contain_text("24 hours of patrol")
    save(page)
    expect_receipt(page)


# --- signed out meanwhile ------------------------------------------------------------------------------------------


def sign_in_by_hand(page: Page, user: User) -> None:
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("name", [None, "session"])
def test_without_its_cookie_the_entries_are_there_again_after_signing_in(force, page, name):
    enter(page)
    page.context.clear_cookies(**({"name": name} if name else {}))
    save(page)
    expect(page.locator("main")).to_contain_text("what you entered is there again")
    sign_in_by_hand(page, force.sam)
    expect(page.get_by_role("heading", level=1)).to_have_text("Log a shift")
    expect_entries(page)
    save(page)
    expect_receipt(page)
    assert PatrolShift.objects.get().note == "Typed with care"


def test_entries_are_not_saved_in_the_name_of_somebody_else_who_signed_in(force, page):
    enter(page)
    page.context.clear_cookies()
    other = page.context.new_page()
    other.goto("/sign-in/")
    sign_in_by_hand(other, force.anna)
    expect(other.get_by_role("heading", level=1)).not_to_have_text("Sign in")
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("You do not have access to this page")
    assert not PatrolShift.objects.exists()


@pytest.mark.parametrize("path", ["crew/", "visits/", "void/", "correct/"])
def test_rows_and_reasons_come_back_after_the_session_has_ended(force, last_thursday, page_for, time_machine, path):
    page = page_for(force.sam, PHONE)
    last_thursday.ends_at = last_thursday.starts_at + timedelta(hours=8)
    page.goto(f"/shifts/{last_thursday.pk}/{path}" if path != "void/" else f"/shifts/{last_thursday.pk}/crew/")
    page.get_by_role("button", name="Save").scroll_into_view_if_needed()
    field = page.locator("[name=reason]" if path != "visits/" else "[name=form-0-starts_at]")
    field.fill("11pm")
    time_machine.shift(timedelta(hours=4))
    save_button = page.locator("main button[data-saving]").first
    save_button.click()
    expect(page.locator("main")).to_contain_text("what you entered is there again")
    sign_in_by_hand(page, force.sam)
    expect(field).to_have_value("11pm")


# --- drafts --------------------------------------------------------------------------------------------------------


def reopen(page: Page) -> Page:
    """The tab as after a crash: its storage, but nothing that the browser itself puts back."""
    page.goto("/accessibility/")
    page.goto(LOG)
    return page


def drafted(page: Page) -> None:
    enter(page)
    page.wait_for_timeout(400)


def test_a_draft_comes_back_and_says_what_is_not_kept(page):
    drafted(page)
    reopen(page)
    expect_entries(page, collars="", note="")
    notice = page.locator(".govuk-inset-text")
    expect(notice).to_have_text(re.compile(r"Your entries from \d+:\d\d[ap]m were restored\. Notes, collar numbers"))
    save(page)
    expect_receipt(page)
    assert "hotspot-draft" not in stored(page)


def test_notes_collar_numbers_and_reasons_are_never_in_storage(force, last_thursday, page):
    drafted(page)
    page.get_by_label("Start", exact=True).fill("met J Smith")
    page.wait_for_timeout(400)
    draft = stored(page)
    assert "crew_police_officer" in draft
    page.goto(f"/shifts/{last_thursday.pk}/crew/")
    page.locator("[name=form-0-collar_number]").fill("PC9999")
    page.locator("[name=form-0-starts_at]").fill("11pm")
    page.locator("[name=reason]").fill("Left early")
    page.wait_for_timeout(400)
    draft += stored(page)
    assert "11pm" in draft
    for text in ("4242", "Typed with care", "Smith", "9999", "Left early", "csrf"):
        assert text not in draft


def test_start_afresh_forgets_the_draft(page):
    drafted(page)
    reopen(page)
    page.get_by_role("button", name="Start afresh").click()
    expect(page.get_by_role("button", name="Start afresh")).to_have_count(0)
    expect(page.get_by_label("Start", exact=True)).to_have_value("")
    assert "hotspot-draft" not in stored(page)


def test_a_draft_ends_at_sign_out(page):
    drafted(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert "hotspot-draft" not in stored(page)


def test_a_draft_ends_when_somebody_else_has_signed_in(force, page):
    drafted(page)
    page.context.clear_cookies()
    sign_in(page.context, force.sue, page.url.removesuffix(LOG))
    page.goto("/shifts/")
    assert "hotspot-draft" not in stored(page)


def test_a_draft_of_an_older_version_does_not_come_back(force, last_thursday, page):
    page.goto(f"/shifts/{last_thursday.pk}/correct/")
    page.get_by_label("Police officers", exact=True).fill("4")
    page.wait_for_timeout(400)
    assert '["crew_police_officer","4"]' in json.loads(stored(page)).popitem()[1]
    last_thursday.note = "Changed by somebody else"
    last_thursday.save()
    page.goto("/accessibility/")
    page.goto(f"/shifts/{last_thursday.pk}/correct/")
    expect(page.get_by_label("Police officers", exact=True)).to_have_value("2")


# --- Back, forward, reload -----------------------------------------------------------------------------------------


def test_back_from_the_receipt_is_an_empty_form(page):
    enter(page)
    save(page)
    expect_receipt(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log a shift")
    expect(page.get_by_label("Start", exact=True)).to_have_value("")
    expect(page.get_by_label("Stop searches", exact=True)).to_have_value("")
    expect(page.locator("[name=note]")).to_have_value("")
    page.go_forward()
    expect_receipt(page)


def test_back_from_the_question_is_the_whole_form_and_forward_the_question(page):
    enter(page)
    page.get_by_label("Finish", exact=True).fill("1pm")
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Is this right?")
    expect(page).to_have_title("Is this right? – Operation Hotspot")
    page.go_back()
    expect(page).to_have_title("Log a shift – Operation Hotspot")
    expect(page.get_by_label("Finish", exact=True)).to_have_value("1pm")
    page.get_by_label("Finish", exact=True).fill("6am")
    expect_entries(page)
    page.go_forward()
    expect(page.get_by_role("heading", level=1)).to_have_text("Is this right?")
    page.go_back()
    save_again(page)
    expect_receipt(page)
    assert PatrolShift.objects.count() == 1


def test_the_question_is_answered_in_place(page):
    enter(page)
    page.get_by_label("Finish", exact=True).fill("11am")
    save(page)
    page.get_by_label("Why it is right").fill("Covered for the late crew")
    page.get_by_role("button", name="Yes, keep it").click()
    expect_receipt(page)


def test_back_from_another_page_restores_everything(page):
    drafted(page)
    page.goto("/accessibility/")
    page.go_back()
    expect_entries(page)
    expect(page.get_by_text("were restored")).to_have_count(0)


def test_a_reload_restores_the_draft_and_says_so(page):
    drafted(page)
    page.reload()
    expect(page.get_by_text("were restored")).to_be_visible()
    expect_entries(page, collars="", note="")
    expect(page.locator("#echo")).to_contain_text("24 hours of patrol")


@pytest.mark.parametrize("begun", ["draft", "saved"])
def test_what_is_entered_while_the_page_still_loads_stays(page, begun):
    """An image is late, so the browser has not finished when somebody types."""
    drafted(page)
    if begun == "saved":
        page.evaluate("history.replaceState({ saved: true }, '')")
    held: list[Route] = []
    page.route("**/mark*.svg", lambda route: held.append(route))  # noqa: PLW0108 - Playwright takes no built-in function
    page.reload(wait_until="domcontentloaded")
    page.locator("[name=stop_searches]").wait_for(state="attached")
    page.locator("[name=stop_searches]").evaluate(
        "field => { field.value = '7'; field.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    assert held, "the image was not waited for"
    assert page.evaluate("document.readyState") != "complete"
    for route in held:
        route.continue_()
    page.wait_for_load_state("load")
    expect(page.get_by_label("Police officers", exact=True)).to_have_value("3" if begun == "draft" else "")
    expect(page.locator("[name=stop_searches]")).to_have_value("7")


def test_without_javascript_back_restores_all_or_nothing(force, page_for):
    page = page_for(force.sam, PHONE, javascript=False)
    page.goto(LOG)
    enter(page)
    page.goto("/accessibility/")
    page.go_back()
    names = ("start", "end", "crew_police_officer", "stop_searches", "note")
    restored = [page.locator(f"[name={name}]").input_value() for name in names]
    assert restored in (["10pm", "6am", "3", "2", "Typed with care"], [""] * 5)


def test_a_start_in_the_small_hours_is_asked_about_as_it_is_typed(page):
    enter(page)
    page.get_by_label("Start", exact=True).fill("0030")
    saturday = page.get_by_label("Saturday morning, 12 October")
    expect(saturday).to_be_visible()
    saturday.check()
    expect(page.locator("#echo")).to_contain_text("12:30am to 6am Saturday")
    save(page)
    expect_receipt(page)
    assert PatrolShift.objects.get().day.isoformat() == "2024-10-12"


def test_rows_that_were_added_come_back(force, last_thursday, page):
    address = f"/shifts/{last_thursday.pk}/crew/"
    page.goto(address)
    page.get_by_role("button", name="Add another person").click()
    expect(page.locator("[name=form-3-role]")).to_be_focused()
    page.locator("[name=form-2-role]").select_option("pcso")
    page.locator("[name=form-2-starts_at]").fill("11pm")
    page.locator("[name=form-3-role]").select_option("pcso")
    page.wait_for_timeout(400)
    page.reload()
    expect(page.locator("[name=form-3-role]")).to_have_value("pcso")
    expect(page.locator("[name=form-2-starts_at]")).to_have_value("11pm")
    page.locator("[name=reason]").fill("Two more came")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("is saved")
    assert last_thursday.crew.count() == 4


def test_a_request_for_a_correction_stays_without_a_signal(force, page_for):
    late = timezone.now() - timedelta(days=9)
    shift = PatrolShiftFactory(
        area=force.hitchin, funding_stream=force.grant, logged_by=force.sam, starts_at=late, logged_at=late
    )
    page = page_for(force.sam, PHONE)
    page.goto(f"/shifts/{shift.pk}/ask/")
    page.get_by_label("What is wrong").fill("The finish was 5am")
    page.context.set_offline(True)
    page.get_by_role("button", name="Send to the administrators").click()
    expect(page.locator(NOTICE)).to_contain_text("Nothing is lost")
    expect(page.get_by_label("What is wrong")).to_have_value("The finish was 5am")
    assert "5am" not in stored(page)
    page.context.set_offline(False)
    page.wait_for_timeout(1_100)
    page.get_by_role("button", name="Send to the administrators").click()
    expect(page.locator("main")).to_contain_text("You asked for a correction")


def test_the_question_about_the_morning_is_not_said_a_third_time_after_an_error(page):
    fill_shift(page, area="Letchworth", officers=2)
    page.get_by_label("Start", exact=True).fill("0030")
    page.get_by_label("Finish", exact=True).fill("0400")
    page.get_by_label("Stop searches", exact=True).fill("2")
    save(page)
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_label("Finish", exact=True).fill("0430")
    page.wait_for_timeout(1_000)
    expect(page.locator("#echo")).to_have_text("")
    page.locator("[name=start_day]").first.check()
    save_again(page)
    expect_receipt(page)
