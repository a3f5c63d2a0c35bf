"""Tonight on a phone: two buttons, the way to the log, and the list without a signal."""

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from hotspots.models import DoseTarget
from patrols.models import LiveVisit, PatrolShift, Visit
from tests.factories import PatrolShiftFactory
from tests.journeys.conftest import PHONE, sign_in, until
from tests.journeys.test_every_page import look_over
from tests.journeys.test_offline import only_posts, ready

pytestmark = pytest.mark.slow
TONIGHT = "/tonight/"
ARRIVAL = "0b0e9b6e-2d7f-4f8e-9d53-0f3c8d6f7a11"
KEPT = """async () => (await (await import("/static/js/queue.js")).database()).get("people", "night")"""
WHO = """async () => (await (await import("/static/js/people.js")).recall())?.person"""
KNOWN = f"async () => Boolean(await ({WHO})())"
ENCRYPTED = f"""async () => {{
  const kept = await ({KEPT})();
  return {{ ...kept, iv: "", data: new TextDecoder("latin1").decode(kept.data) }};
}}"""
IS_KEPT = f"async () => Boolean(await ({KEPT})())"


@pytest.fixture(autouse=True)
def _keeps(settings):
    """The force has chosen that phones keep shifts."""
    settings.OFFLINE_QUEUE = "counts"


@pytest.fixture
def wanted(force):
    """Hitchin is to be given an hour a week, and a shift is planned there for tonight."""
    DoseTarget.objects.create(area=force.hitchin, first_monday=date(2024, 9, 30), minutes=60, visits=0)
    soon = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    PatrolShiftFactory(
        area=force.hitchin, funding_stream=force.grant, logged_by=force.sam, state="planned", starts_at=soon
    )
    return force


@pytest.fixture
def phone(wanted, page_for) -> Page:
    """A phone on which Sam has opened the list, so that its worker keeps the page without a connection."""
    page = page_for(wanted.sam, PHONE, worker=True)
    page.goto("/shifts/")
    until(page, "navigator.serviceWorker.ready.then(() => caches.keys()).then((names) => names.length === 1)")
    ready(page)
    page.goto(TONIGHT)
    until(page, IS_KEPT)
    until(page, KNOWN)
    return page


@pytest.mark.parametrize("scripts", [True, False])
def test_a_visit_takes_two_presses_and_can_be_taken_back(wanted, page_for, scripts):
    page = page_for(wanted.sam, PHONE, javascript=scripts)
    page.goto(TONIGHT)
    page.get_by_role("button", name="I’m here in Hitchin town centre").dblclick()
    expect(page.get_by_role("region", name="Your visit")).to_contain_text("You are in Hitchin town centre")
    page.get_by_role("button", name="I’ve left").dblclick()
    expect(page.get_by_role("region", name="Your visit")).to_contain_text("You were in Hitchin town centre")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="I’ve left")).to_be_visible()
    assert LiveVisit.objects.get().is_open


@pytest.mark.parametrize("path", [TONIGHT, "/tonight/briefing/"])
def test_the_pages_are_accessible_and_fit_a_phone(wanted, page_for, path):
    page = page_for(wanted.sam)
    page.goto(path)
    assert look_over(page) == []


def test_with_a_visit_that_goes_on_and_one_that_was_forgotten_too(wanted, page_for):
    at = timezone.now().replace(second=0, microsecond=0) - timedelta(hours=5)
    visit = LiveVisit.objects.create(
        area=wanted.hitchin, by=wanted.sam, arrival=ARRIVAL, arrived_at=at, here_pressed_at=at
    )
    page = page_for(wanted.sam)
    page.goto(TONIGHT)
    assert look_over(page) == []
    page.get_by_role("button", name="Say when you left").click()
    assert look_over(page) == []
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert look_over(page) == []
    visit.arrived_at += timedelta(hours=4)
    visit.save()
    page.goto(TONIGHT)
    assert look_over(page) == []


def test_one_tap_opens_the_plan_with_the_visits(wanted, phone):
    earlier = timezone.now().replace(second=0, microsecond=0) - timedelta(minutes=30)
    LiveVisit.objects.create(
        area=wanted.hitchin,
        by=wanted.sam,
        arrival=ARRIVAL,
        arrived_at=earlier,
        left_at=earlier + timedelta(minutes=20),
        here_pressed_at=earlier,
    )
    phone.goto(TONIGHT)
    phone.get_by_role("link", name="Log a shift with your 1 visit").click()
    ready(phone)
    expect(phone.locator("main")).to_contain_text("Your visit is saved with the shift")
    phone.get_by_label("Nothing to report").check()
    phone.get_by_role("button", name="Save shift").click()
    expect(phone.locator(".govuk-panel")).to_be_visible()
    shift = PatrolShift.objects.get()
    assert (shift.state, Visit.objects.get().shift) == ("completed", shift)


def test_without_a_signal_the_list_of_before_opens_and_says_when_it_was(phone, watch):
    phone.context.set_offline(True)
    phone.goto(TONIGHT)
    main = phone.locator("main")
    expect(main).to_contain_text("Tonight, as at ")
    expect(phone.get_by_role("heading", name="Hitchin town centre")).to_be_visible()
    expect(main).to_contain_text("This week still needs 1 hour of 1 hour")
    expect(main).to_contain_text("Planned:")
    # Who leads the shift is not on the phone.
    expect(main).not_to_contain_text("Sam Sergeant")
    watch.complaints.clear()


def test_what_is_kept_cannot_be_read_from_the_store(phone):
    kept = phone.evaluate(ENCRYPTED)
    assert set(kept) == {"person", "until", "seenAt", "iv", "data"}
    assert "Hitchin" not in json.dumps(kept)


def test_it_ends_with_the_night(phone, watch):
    phone.evaluate(
        """async () => {
          const store = await (await import("/static/js/queue.js")).database();
          await store.put("people", { ...(await store.get("people", "night")), until: Date.now() - 1 }, "night");
        }"""
    )
    phone.context.set_offline(True)
    phone.goto(TONIGHT)
    expect(phone.get_by_label("Where")).to_contain_text("Hitchin")
    expect(phone.locator("[data-night-copy]")).to_be_hidden()
    assert not phone.evaluate(IS_KEPT)
    watch.complaints.clear()


def test_signing_out_removes_it(phone):
    phone.get_by_role("button", name="Sign out").click()
    expect(phone.get_by_label("E-mail address")).to_be_visible()
    assert not phone.evaluate(IS_KEPT)


def test_somebody_else_does_not_see_it(wanted, phone, watch):
    base = phone.url.split(TONIGHT)[0]
    phone.context.clear_cookies()
    sign_in(phone.context, wanted.sue, base)
    phone.goto("/shifts/")
    until(phone, f"async () => !(await ({IS_KEPT})())")
    until(phone, f"async () => (await ({WHO})()) === {wanted.sue.pk}")
    phone.context.set_offline(True)
    phone.goto(TONIGHT)
    expect(phone.locator("main")).not_to_contain_text("Hitchin")
    watch.complaints.clear()


def test_where_the_force_keeps_nothing_nothing_is_kept(wanted, page_for, settings):
    settings.OFFLINE_QUEUE = "off"
    page = page_for(wanted.sam, PHONE)
    page.goto(TONIGHT)
    page.wait_for_load_state("networkidle")
    assert not page.evaluate("indexedDB.databases().then((all) => all.some(({ name }) => name === 'hotspot-queue'))")


# --- the two presses without a signal --------------------------------------------------------------------------------

HERE, LEFT = "I’m here in Hitchin town centre", "I’ve left"
HAS_WORKER = "Boolean(navigator.serviceWorker.controller)"


def said(page: Page):
    return page.locator("[data-whereabouts]")


def recorded(page: Page) -> LiveVisit:
    """The one visit that the server has by now: what waits is sent when a page opens."""
    page.goto(TONIGHT)
    until(page, NOTHING_WAITS)
    return LiveVisit.objects.get()


NOTHING_WAITS = """async () => {
  const { list } = await import("/static/js/queue.js");
  const { recall } = await import("/static/js/people.js");
  const known = await recall();
  return Boolean(known) && !(await list(known.person)).unsent.length;
}"""


def test_both_presses_without_a_signal_make_one_visit(wanted, phone, watch):
    phone.context.set_offline(True)
    phone.goto(TONIGHT)
    phone.get_by_role("button", name=HERE).dblclick()
    expect(said(phone)).to_contain_text("You are in Hitchin town centre since")
    expect(said(phone)).to_contain_text("This is kept on this phone")
    expect(said(phone)).to_be_focused()
    assert look_over(phone) == []
    phone.reload()
    expect(said(phone)).to_contain_text("You are in Hitchin town centre since")
    expect(phone.get_by_role("button", name=HERE)).to_have_count(0)
    phone.get_by_role("button", name=LEFT).click()
    expect(said(phone)).to_contain_text("You were in Hitchin town centre from")
    assert not LiveVisit.objects.exists()
    phone.context.set_offline(False)
    visit = recorded(phone)
    expect(phone.get_by_role("status").filter(has_text="A visit that this phone kept is recorded")).to_be_visible()
    phone.get_by_role("link", name="Show it").click()
    expect(phone.get_by_role("region", name="Your visit")).to_contain_text("You were in Hitchin town centre")
    assert (visit.area, visit.by, visit.is_open) == (wanted.hitchin, wanted.sam, False)
    assert timezone.now() - visit.here_pressed_at < timedelta(minutes=5)
    watch.complaints.clear()


def test_the_signal_goes_while_the_list_is_open(wanted, phone, watch):
    until(phone, HAS_WORKER)
    phone.context.set_offline(True)
    phone.get_by_role("button", name=HERE).dblclick()
    expect(said(phone)).to_contain_text("You are in Hitchin town centre since")
    phone.context.set_offline(False)
    assert recorded(phone).is_open
    phone.reload()
    expect(phone.get_by_role("region", name="Your visit")).to_contain_text("You are in Hitchin town centre")
    until(phone, PLACE_IS_KNOWN)
    phone.context.set_offline(True)
    phone.get_by_role("button", name=LEFT).click()
    expect(said(phone)).to_contain_text("You were in Hitchin town centre from")
    phone.get_by_role("button", name="Undo").click()
    expect(said(phone)).to_contain_text("You are in Hitchin town centre since")
    phone.get_by_role("button", name=LEFT).click()
    expect(said(phone)).to_contain_text("You were in Hitchin town centre from")
    phone.context.set_offline(False)
    assert not recorded(phone).is_open
    watch.complaints.clear()


PLACE_IS_KNOWN = (
    """async () => Boolean(await (await (await import("/static/js/queue.js")).database()).get("people", "place"))"""
)


def test_an_arrival_that_is_taken_back_before_it_was_sent_is_none(wanted, phone, watch):
    phone.context.set_offline(True)
    phone.goto(TONIGHT)
    phone.get_by_role("button", name=HERE).click()
    phone.get_by_role("button", name="Undo").click()
    expect(said(phone)).to_have_count(0)
    expect(phone.get_by_role("button", name=HERE)).to_be_visible()
    phone.context.set_offline(False)
    phone.goto(TONIGHT)
    until(phone, NOTHING_WAITS)
    assert not LiveVisit.objects.exists()
    watch.complaints.clear()


def test_a_press_whose_answer_is_lost_is_one(wanted, phone, watch):
    until(phone, HAS_WORKER)

    def lose(route) -> None:
        route.fetch()
        route.abort()

    phone.route("**/tonight/visits/", lose)
    phone.get_by_role("button", name=HERE).click()
    phone.wait_for_url("**/offline/#tonight")
    assert LiveVisit.objects.get().is_open
    expect(said(phone)).to_contain_text("You are in Hitchin town centre since")
    assert recorded(phone).is_open
    watch.complaints.clear()


def test_a_press_after_the_session_has_ended_is_recorded_at_its_time(wanted, phone, watch):
    phone.context.clear_cookies()
    phone.get_by_role("button", name=HERE).click()
    expect(phone.get_by_label("E-mail address")).to_be_visible()
    sign_in(phone.context, wanted.sam, phone.url.split("/sign-in")[0])
    assert recorded(phone).is_open
    watch.complaints.clear()


def test_a_visit_that_cannot_be_stays_on_the_phone_and_says_why(wanted, phone, watch):
    phone.context.set_offline(True)
    phone.goto(TONIGHT)
    phone.get_by_role("button", name=HERE).click()
    expect(said(phone)).to_contain_text("You are in Hitchin town centre since")
    now = timezone.now()
    at = now.replace(second=0, microsecond=0) - timedelta(minutes=30)
    LiveVisit.objects.create(area=wanted.letchworth, by=wanted.sam, arrival=ARRIVAL, arrived_at=at, here_pressed_at=at)
    phone.context.set_offline(False)
    phone.goto("/shifts/unsent/")
    card = phone.locator(".app-queued")
    expect(card).to_contain_text("Needs correcting")
    expect(card).to_contain_text("You are in Letchworth")
    expect(card.get_by_text("Show as text")).to_have_count(0)
    assert look_over(phone) == []
    phone.get_by_role("button", name="Sign out").click()
    expect(phone.locator("[data-notice=leaving]")).to_contain_text("1 visit on this phone is not sent yet")
    watch.complaints.clear()


def test_what_is_sent_already_is_not_taken_back_on_the_phone(wanted, phone, watch):
    """The press is on its way when somebody undoes it."""
    phone.context.set_offline(True)
    phone.goto(TONIGHT)
    phone.get_by_role("button", name=HERE).click()
    expect(said(phone)).to_contain_text("This is kept on this phone")
    taken = phone.evaluate(
        """async () => {
          const { asWriter, finishById, list } = await import("/static/js/queue.js");
          const { undo } = await import("/static/js/presses.js");
          const { recall } = await import("/static/js/people.js");
          const { person } = await recall();
          const [{ id }] = (await list(person)).unsent;
          let isBack = null;
          await asWriter(async () => {
            isBack = undo(person);
            await new Promise((resolve) => { setTimeout(resolve, 200); });
            await finishById(id, { outcome: "recorded" });
          });
          return isBack;
        }"""
    )
    assert taken is False
    expect(said(phone)).to_contain_text("You are in Hitchin town centre since")
    expect(phone.get_by_role("button", name="Undo")).to_have_count(0)
    watch.complaints.clear()


def test_a_visit_does_not_overtake_the_one_before(wanted, phone, watch):
    """The service fails when it is to hear of the first departure: it does not hear of the next place either."""
    times = []

    def fail_first(route) -> None:
        times.append(route.request.post_data_json)
        if len(times) == 1:
            route.fulfill(status=500, headers={"Hotspot-Page": "1"}, body="{}")
        else:
            route.continue_()

    phone.get_by_role("button", name=HERE).click()
    expect(phone.get_by_role("region", name="Your visit")).to_contain_text("You are in Hitchin town centre")
    arrival = str(LiveVisit.objects.get().arrival)
    phone.route("**/shifts/queue/", only_posts(fail_first))
    phone.evaluate(
        """async ([arrival, first, second]) => {
          const { keep } = await import("/static/js/queue.js");
          const { send } = await import("/static/js/sending.js");
          const { recall } = await import("/static/js/people.js");
          const { person } = await recall();
          const now = Date.now();
          const stay = (id, area, after) => {
            const times = { arrived: String(now + after), left: String(now + after + 1) };
            return { id, person, days: 7, replaces: true, fields: { area: String(area), ...times, departure: id } };
          };
          await keep(stay(arrival, first, 0));
          await new Promise((resolve) => { setTimeout(resolve, 5); });
          await keep(stay(crypto.randomUUID(), second, 2));
          await send("/shifts/queue/", person, { isForced: true });
        }""",
        [arrival, wanted.hitchin.pk, wanted.letchworth.pk],
    )
    assert [sent["submission_id"] for sent in times] == [arrival]
    assert LiveVisit.objects.get().is_open
    phone.unroute_all(behavior="wait")
    phone.goto(TONIGHT)
    until(phone, NOTHING_WAITS)
    assert LiveVisit.objects.filter(left_at__isnull=False).count() == 2
    watch.complaints.clear()


def test_a_page_from_before_a_press_does_not_forget_it(wanted, phone):
    """The press is sent while a page is open that was made before the service had heard of it."""
    known = phone.evaluate(
        """async () => {
          const { arrive, learn, whereabouts } = await import("/static/js/presses.js");
          const { finishById, list } = await import("/static/js/queue.js");
          const { recall } = await import("/static/js/people.js");
          const { person } = await recall();
          const opened = Date.now() - 1;
          await arrive(person, 7, { area: "1", name: "Hitchin" });
          const seen = [];
          const look = async (since) => {
            await learn(person, null, since);
            seen.push((await whereabouts(person))?.name ?? null);
          };
          await look(opened);
          await finishById((await list(person)).unsent[0].id, { outcome: "recorded" });
          await look(opened);
          await look(Date.now());
          return seen;
        }"""
    )
    assert known == ["Hitchin", "Hitchin", None]
