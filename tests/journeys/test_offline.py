"""A night without a signal, from the phone's side: what is kept, what is sent, and what nobody gets to see."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from outcomes.models import UnfinishedShift
from patrols.models import PatrolShift
from tests import factories
from tests.journeys.conftest import PHONE, sign_in, until
from tests.journeys.shift_form import LOG, expect_receipt, fill_shift, save

pytestmark = pytest.mark.slow
BADGE = "[data-unsent]"
QUEUE = "/shifts/queue/"
UNSENT = "/shifts/unsent/"
KEPT = "Saved on this phone – not sent yet"

# What the phone keeps, as its developer tools show it; what is encrypted stays so.
STORED = """async () => {
  const text = [];
  for (const { name } of await indexedDB.databases()) {
    const store = await new Promise((resolve, reject) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
    for (const table of store.objectStoreNames) {
      const rows = await new Promise((resolve) => {
        const asked = store.transaction(table).objectStore(table).getAll();
        asked.onsuccess = () => resolve(asked.result);
      });
      for (const row of rows) {
        const plain = row instanceof CryptoKey ? { extractable: row.extractable, usages: row.usages } : { ...row };
        if (plain.data) plain.data = new TextDecoder("latin1").decode(plain.data);
        if (plain.title) plain.title = new TextDecoder("latin1").decode(plain.title.data);
        if (plain.iv) plain.iv = "";
        text.push([table, plain]);
      }
    }
    store.close();
  }
  return text;
}"""


def stored(page: Page, table: str = "items") -> list[dict[str, Any]]:
    return [row for name, row in page.evaluate(STORED) if name == table]


def ready(page: Page) -> None:
    """The page has loaded what it takes to keep a shift."""
    page.wait_for_load_state("networkidle")
    until(page, "indexedDB.databases().then((all) => all.length > 0)")


def enter(page: Page, **values: Any) -> None:
    fill_shift(page, **values)
    page.get_by_label("Stop searches", exact=True).fill("2")


def keep_one(page: Page, **values: Any) -> None:
    """Log a shift while the network is down."""
    page.goto(LOG)
    ready(page)
    enter(page, **values)
    page.context.set_offline(True)
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(KEPT)


def back_but_unheard(page: Page) -> None:
    """The connection is back, but nothing reaches the queue of the server."""
    page.route(f"**{QUEUE}", lambda route: route.abort())
    page.context.set_offline(False)


def sent(page: Page) -> None:
    """Nothing waits any more, and the header says nothing."""
    until(page, NONE_WAITS)
    expect(page.locator(BADGE)).to_be_hidden()


NONE_WAITS = """async () => {
  const queue = await import("/static/js/queue.js");
  const person = Number(document.querySelector("[data-signs-out]").dataset.signsOut);
  return !(await queue.list(person)).unsent.length;
}"""


def try_now(page: Page, method: str = "POST") -> None:
    """Press the button, and wait until the answer has been dealt with."""
    with page.expect_request(lambda request: request.url.endswith(QUEUE) and request.method == method):
        page.get_by_role("button", name="Try now").click()
    until(page, SETTLED)


@pytest.fixture(autouse=True)
def _keeps(settings):
    """The force has chosen that phones keep shifts."""
    settings.OFFLINE_QUEUE = "counts"


@pytest.fixture
def page(force, page_for) -> Page:
    return page_for(force.sam, PHONE)


def test_without_a_signal_a_shift_is_kept_and_sent_once_when_it_is_back(page):
    keep_one(page)
    expect(page.locator(BADGE)).to_have_text("1 not sent")
    assert not PatrolShift.objects.exists()
    page.context.set_offline(False)
    sent(page)
    shift = PatrolShift.objects.get()
    assert (shift.stop_searches.count(), shift.crew.count()) == (2, 2)
    (item,) = stored(page)
    assert (item["state"], item["reference"]) == ("sent", shift.reference)
    assert "data" not in item
    expect(page.get_by_role("heading", level=1)).to_have_text("Sent")
    expect(page.locator(".govuk-panel").get_by_role("link", name=shift.reference)).to_be_visible()
    page.goto(UNSENT)
    page.get_by_text("Sent in the last 30 days").click()
    expect(page.locator("main")).to_contain_text(shift.reference)


def test_back_from_a_kept_shift_leads_to_a_new_form_and_the_next_one_is_another(page):
    keep_one(page)
    back_but_unheard(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log a shift")
    expect(page.get_by_label("Start", exact=True)).to_have_value("")
    ready(page)
    enter(page, area="Letchworth")
    page.context.set_offline(True)
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(KEPT)
    expect(page.locator(BADGE)).to_have_text("2 not sent")
    assert len({item["id"] for item in stored(page)}) == 2


def test_a_form_that_is_done_with_never_takes_the_place_of_what_waits(page):
    keep_one(page)
    (item,) = stored(page)
    results = page.evaluate(
        """async ([id, person]) => {
          const queue = await import("/static/js/queue.js");
          const other = { id, person, fields: { start: "9pm" }, days: 7 };
          return [await queue.keep(other), await queue.keep({ ...other, replaces: true })];
        }""",
        [item["id"], item["person"]],
    )
    assert results == ["there", "kept"]
    assert page.evaluate(FIELDS, item["id"]) == {"start": "9pm"}


def with_a_note(page: Page) -> None:
    """Without a connection Sam saves a shift with a note: the form stays, and its counts are kept too."""
    page.goto(LOG)
    ready(page)
    enter(page)
    page.get_by_text("Add a note or choose the funding").click()
    page.get_by_label("Note").fill("Typed with care")
    page.context.set_offline(True)
    save(page)
    expect(page.locator(BADGE)).to_have_text("1 not sent")


def test_what_is_thrown_away_is_not_sent(page):
    with_a_note(page)
    page.context.set_offline(False)
    page.reload()
    page.get_by_role("button", name="Start afresh").click()
    expect(page.get_by_label("Start", exact=True)).to_have_value("")
    until(page, NONE_WAITS)
    assert stored(page) == []
    assert not PatrolShift.objects.exists()


def test_one_that_is_not_to_be_saved_after_a_question_is_not_sent(force, page):
    factories.PatrolShiftFactory(
        area=force.hitchin,
        funding_stream=force.grant,
        logged_by=force.adam,
        starts_at=datetime(2024, 10, 11, 21, tzinfo=UTC),
    )
    with_a_note(page)
    page.context.set_offline(False)
    page.wait_for_timeout(1_100)
    save(page)
    page.get_by_role("link", name="do not save").click()
    expect(page).to_have_url(re.compile(r"/shifts/$"))
    until(page, NONE_WAITS)
    assert stored(page) == []
    assert (PatrolShift.objects.count(), UnfinishedShift.objects.count()) == (1, 0)


# --- what is kept, and for whom -----------------------------------------------------------------------------------


def test_nothing_but_counts_codes_and_times_is_on_the_phone_and_that_is_encrypted(page):
    page.goto(LOG)
    ready(page)
    enter(page, officers=3)
    page.get_by_text("Add collar numbers").click()
    page.get_by_label("Collar numbers: Police officers").fill("PC4242")
    page.get_by_text("Add a note or choose the funding").click()
    page.get_by_label("Note").fill("Typed with care")
    page.context.set_offline(True)
    save(page)
    expect(page.locator("[data-notice=entries]")).to_contain_text("Counts and times are saved on this phone too")
    (item,) = stored(page)
    assert item["state"] == "waiting"
    assert set(item) == {
        "id", "kind", "person", "version", "createdAt", "expiresAt", "state", "tries", "notBefore", "iv", "data",
        "title",
    }  # fmt: skip
    fields = page.evaluate(FIELDS, item["id"])
    assert fields["crew_police_officer"] == "3"
    assert fields["start"] == "10pm"
    text = json.dumps(page.evaluate(STORED))
    for secret in ("4242", "Typed with care", "csrf", "shown_to", "Hitchin", "Letchworth", "10pm", "Sam"):
        assert secret not in text, secret
    for secret in ("4242", "Typed with care", "csrf", "shown_to", "note", "collar"):
        assert secret not in json.dumps(fields), secret
    (key,) = stored(page, "keys")
    assert key == {"extractable": False, "usages": ["encrypt", "decrypt"]}
    assert page.evaluate("Object.keys(localStorage).length") == 0


# The fields that are kept, decrypted by the page's own modules.
FIELDS = """async (id) => {
  const queue = await import("/static/js/queue.js");
  const { own } = await queue.list(Number(document.querySelector("[data-signs-out]").dataset.signsOut));
  return queue.unlock(own.find((item) => item.id === id));
}"""


def test_an_open_form_with_a_note_is_saved_by_its_person_and_not_from_behind(page):
    page.goto(LOG)
    ready(page)
    enter(page)
    page.get_by_text("Add a note or choose the funding").click()
    page.get_by_label("Note").fill("Typed with care")
    page.context.set_offline(True)
    save(page)
    expect(page.locator(BADGE)).to_have_text("1 not sent")
    page.context.set_offline(False)
    page.wait_for_timeout(1_500)
    assert not PatrolShift.objects.exists()
    save(page)
    expect_receipt(page)
    assert PatrolShift.objects.get().note == "Typed with care"
    sent(page)


def test_it_survives_a_reload_and_is_sent_by_the_next_page(page):
    keep_one(page)
    back_but_unheard(page)
    page.goto("/help/")
    expect(page.locator(BADGE)).to_have_text("1 not sent")
    page.unroute_all()
    page.evaluate(DUE_NOW)
    page.goto("/shifts/")
    sent(page)
    assert PatrolShift.objects.count() == 1


# However lately it failed. (The page's own module, so that the header hears of it.)
DUE_NOW = """async () => {
  const queue = await import("/static/js/queue.js");
  const { unsent } = await queue.list(Number(document.querySelector("[data-signs-out]").dataset.signsOut));
  for (const { id } of unsent) await queue.change(id, { notBefore: 0 });
}"""


def test_another_user_sees_only_that_one_is_waiting(force, page):
    keep_one(page)
    page.context.set_offline(False)
    page.context.clear_cookies()
    sign_in(page.context, force.sue, page.url.split("/shifts/")[0])
    page.goto(UNSENT)
    expect(page.locator("main")).to_contain_text("1 shift of another user waits on this phone.")
    expect(page.locator("[data-queue-list]")).not_to_contain_text("Hitchin")
    expect(page.locator(".app-queued")).to_have_count(0)
    expect(page.locator(BADGE)).to_have_text("1 of another user not sent")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_timeout(1_000)
    assert not PatrolShift.objects.exists()
    assert [item["state"] for item in stored(page)] != ["sent"]
    page.context.clear_cookies()
    sign_in(page.context, force.sam, page.url.split("/shifts/")[0])
    page.goto("/shifts/")
    sent(page)
    assert PatrolShift.objects.get().logged_by == force.sam


def test_what_is_not_sent_in_time_is_gone_and_said_to_be(page):
    keep_one(page)
    page.evaluate("""async () => {
      const queue = await import("/static/js/queue.js");
      const { unsent } = await queue.list(Number(document.querySelector("[data-signs-out]").dataset.signsOut));
      await queue.change(unsent[0].id, { expiresAt: Date.now() - 1 });
    }""")
    expect(page.locator(BADGE)).to_have_text("1 expired unsent")
    page.context.set_offline(False)
    page.goto(UNSENT)
    card = page.locator(".app-queued")
    expect(card).to_be_visible()
    expect(card).to_contain_text("10pm to 6am")
    expect(card).to_contain_text("It was not sent in time")
    (item,) = stored(page)
    assert (item["state"], "data" in item) == ("expired", False)
    card.get_by_role("button", name="I have read this").click()
    expect(page.locator(".app-queued")).to_have_count(0)
    expect(page.locator(BADGE)).to_be_hidden()
    assert not PatrolShift.objects.exists()


def test_one_that_may_have_arrived_says_so_when_it_expires(page):
    keep_one(page)
    page.evaluate("""async () => {
      const queue = await import("/static/js/queue.js");
      const { unsent } = await queue.list(Number(document.querySelector("[data-signs-out]").dataset.signsOut));
      await queue.change(unsent[0].id, { tries: 1, state: "sending", expiresAt: Date.now() - 1 });
    }""")
    assert [item["state"] for item in stored(page)] == ["sending"]
    page.evaluate("""async () => {
      const queue = await import("/static/js/queue.js");
      const { unsent } = await queue.list(Number(document.querySelector("[data-signs-out]").dataset.signsOut));
      await queue.change(unsent[0].id, { state: "refused" });
    }""")
    back_but_unheard(page)
    page.goto(UNSENT)
    expect(page.locator(".app-queued")).to_contain_text("It may have been saved: look in your shifts")


def test_the_last_day_is_said(page):
    keep_one(page)
    page.evaluate("""async () => {
      const queue = await import("/static/js/queue.js");
      const { unsent } = await queue.list(Number(document.querySelector("[data-signs-out]").dataset.signsOut));
      await queue.change(unsent[0].id, { expiresAt: Date.now() + 3600000 });
    }""")
    expect(page.locator(BADGE)).to_have_text("1 not sent, removed within a day")


def test_a_receipt_is_not_changed_back_into_a_shift(page):
    keep_one(page)
    page.context.set_offline(False)
    sent(page)
    (item,) = stored(page)
    page.evaluate(
        "(id) => import('/static/js/queue.js').then((queue) => queue.change(id, { state: 'waiting' }))", item["id"]
    )
    assert stored(page) == [item]


def test_the_oldest_turns_red_after_a_day(page):
    keep_one(page)
    page.evaluate("""async () => {
      const queue = await import("/static/js/queue.js");
      const { unsent } = await queue.list(Number(document.querySelector("[data-signs-out]").dataset.signsOut));
      await queue.change(unsent[0].id, { createdAt: Date.now() - 25 * 3600000 });
    }""")
    expect(page.locator(BADGE)).to_have_text("1 not sent for over a day")
    expect(page.locator(BADGE)).to_have_class(re.compile("app-unsent--old"))


@pytest.mark.parametrize("broken", ["indexedDB", "subtle", "quota"])
def test_a_browser_that_cannot_keep_a_shift_says_so_before_anybody_types(force, page_for, broken):
    page = page_for(force.sam, PHONE)
    page.add_init_script(BROKEN[broken])
    page.goto(LOG)
    expect(page.locator("main")).to_contain_text("This browser cannot keep a shift without a connection")
    enter(page)
    page.context.set_offline(True)
    save(page)
    expect(page.locator("[data-notice=entries]")).to_contain_text("Nothing is lost: save again")
    page.context.set_offline(False)
    page.wait_for_timeout(1_100)
    save(page)
    expect_receipt(page)


BROKEN = {
    "indexedDB": "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); };",
    "subtle": "Object.defineProperty(crypto, 'subtle', { value: undefined });",
    "quota": "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); };",
}


# --- sending ------------------------------------------------------------------------------------------------------

PORTAL = "<h1>Welcome to Train Wi-Fi</h1><form><input name=password></form>"
OURS = {"Hotspot-Page": "1", "Content-Type": "application/json"}


def answer(status: int, body: str = "{}", **headers: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status, body=body, headers=OURS | headers)


def only_posts(handle: Callable[[Route], None]) -> Callable[[Route], None]:
    return lambda route: handle(route) if route.request.method == "POST" else route.continue_()


ANSWERS = {
    "401": (answer(401), "signin"),
    "403": (answer(403, "<h1>No</h1>"), "refused"),
    "404": (answer(404), "refused"),
    "409": (answer(409, '{"state": "duplicate"}'), "duplicate"),
    "413": (answer(413), "correcting"),
    "422": (answer(422, '{"state": "unreadable", "reasons": ["No shift"]}'), "correcting"),
    "429": (answer(429), "waiting"),
    "500": (answer(500), "waiting"),
    "503": (answer(503), "waiting"),
    "signed out": (answer(204, "", **{"Hotspot-Location": "/sign-in/"}), "signin"),
    "portal": (lambda route: route.fulfill(status=200, content_type="text/html", body=PORTAL), "waiting"),
    "portal in JSON": (
        lambda route: route.fulfill(status=200, content_type="application/json", body='{"state": "sent"}'),
        "waiting",
    ),
    "redirect": (lambda route: route.fulfill(status=302, headers={"Location": "/accessibility/"}), "waiting"),
    "empty": (answer(200, ""), "waiting"),
    "sent without a reference": (answer(200, '{"state": "sent"}'), "waiting"),
    "reset": (lambda route: route.abort("connectionreset"), "waiting"),
}


def test_no_answer_deletes_a_shift_and_each_has_its_state(page, watch):
    keep_one(page)
    back_but_unheard(page)
    page.goto(UNSENT)
    states = {}
    for name, (handle, _) in ANSWERS.items():
        page.unroute_all(behavior="wait")
        page.route(f"**{QUEUE}", only_posts(handle))
        try_now(page)
        until(page, NOT_SENDING)
        (item,) = stored(page)
        assert "data" in item, name
        states[name] = item["state"]
        assert item["notBefore"] - page.evaluate("Date.now()") <= 300_000
    assert states == {name: state for name, (_, state) in ANSWERS.items()}
    assert not PatrolShift.objects.exists()
    watch.complaints.clear()
    page.unroute_all(behavior="wait")
    page.get_by_role("button", name="Try now").click()
    sent(page)
    assert PatrolShift.objects.count() == 1


# It may have tried again by itself meanwhile.
NOT_SENDING = """async () => {
  const queue = await import("/static/js/queue.js");
  const person = Number(document.querySelector("[data-signs-out]").dataset.signsOut);
  return (await queue.list(person)).unsent.every(({ state }) => state !== "sending");
}"""

# Nothing is under way.
SETTLED = """async () => {
  const locks = await navigator.locks.query();
  if (locks.held.some(({ name }) => name === "hotspot-queue") || locks.pending.length) return false;
  await new Promise((resolve) => setTimeout(resolve, 150));
  const again = await navigator.locks.query();
  return !again.held.some(({ name }) => name === "hotspot-queue");
}"""


def test_one_that_cannot_be_read_any_more_holds_up_no_other(page):
    keep_one(page)
    page.evaluate("""async () => {
      const queue = await import("/static/js/queue.js");
      const person = Number(document.querySelector("[data-signs-out]").dataset.signsOut);
      const { unsent } = await queue.list(person);
      const fields = await queue.unlock(unsent[0]);
      await queue.change(unsent[0].id, { data: new ArrayBuffer(32), createdAt: unsent[0].createdAt - 1000 });
      await queue.keep({ id: crypto.randomUUID(), person, fields, days: 7 });
    }""")
    expect(page.locator(BADGE)).to_have_text("2 not sent")
    page.context.set_offline(False)
    expect(page.locator(BADGE)).to_have_text("1 not sent", timeout=15_000)
    assert sorted(item["state"] for item in stored(page)) == ["correcting", "sent"]
    assert PatrolShift.objects.count() == 1


def test_the_wait_between_tries_grows_to_five_minutes(page):
    keep_one(page)
    back_but_unheard(page)
    page.goto(UNSENT)
    waits = []
    for _ in range(9):
        try_now(page, "GET")
        (item,) = stored(page)
        waits.append(item["notBefore"] - page.evaluate("Date.now()"))
    # The page has tried once or twice by itself.
    assert waits[0] < 60_000
    assert waits[0] < waits[1] < waits[2]
    assert 240_000 < max(waits) <= 300_000


def test_an_answer_that_is_lost_never_makes_two_shifts(page):
    answered: list[int] = []

    def saved_but_lost(route: Route) -> None:
        answered.append(route.fetch().status)
        route.abort("connectionreset")

    keep_one(page)
    back_but_unheard(page)
    page.goto(UNSENT)
    page.unroute_all(behavior="wait")
    page.route(f"**{QUEUE}", only_posts(saved_but_lost))
    page.get_by_role("button", name="Try now").click()
    while not answered:
        page.wait_for_timeout(50)
    until(page, SETTLED)
    expect(page.locator(".app-queued")).to_contain_text("Waiting")
    assert set(answered) == {200}
    assert PatrolShift.objects.count() == 1
    page.unroute_all(behavior="wait")
    page.get_by_role("button", name="Try now").click()
    sent(page)
    assert PatrolShift.objects.count() == 1


def test_several_are_sent_in_their_order_and_two_tabs_send_none_twice(force, page):
    keep_one(page, area="Hitchin")
    page.get_by_role("link", name="Log another").wait_for()
    back_but_unheard(page)
    page.goto(LOG)
    ready(page)
    enter(page, area="Letchworth")
    page.context.set_offline(True)
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(KEPT)
    expect(page.locator(BADGE)).to_have_text("2 not sent")
    posts: list[str] = []
    page.context.on(
        "request", lambda request: posts.append(request.post_data or "") if request.method == "POST" else None
    )
    page.evaluate(DUE_NOW)
    page.context.set_offline(False)
    page.unroute_all(behavior="wait")
    other = page.context.new_page()
    other.goto("/shifts/")
    page.goto("/shifts/")
    sent(page)
    sent(other)
    names = [shift.area.name for shift in PatrolShift.objects.order_by("pk")]
    assert names == [force.hitchin.name, force.letchworth.name]
    assert len(posts) == 2


def test_what_cannot_be_logged_waits_on_the_server_and_is_corrected_there(force, page):
    keep_one(page, end="11am")
    page.context.set_offline(False)
    sent(page)
    kept = UnfinishedShift.objects.get()
    assert not PatrolShift.objects.exists()
    page.goto("/shifts/")
    page.get_by_role("link", name="1 shift to correct before it is saved").click()
    page.get_by_role("button", name="Correct and save").click()
    expect(page.get_by_label("Finish", exact=True)).to_have_value("11am")
    page.get_by_label("Finish", exact=True).fill("6am")
    save(page)
    expect_receipt(page)
    assert PatrolShift.objects.get().submission_id == kept.submission_id
    assert not UnfinishedShift.objects.exists()


def test_an_item_of_an_update_ago_is_still_sent(page, monkeypatch):
    """The page that sends is newer than the one that kept; the service reads both versions."""
    keep_one(page)
    monkeypatch.setattr("outcomes.offline.rules.PAYLOAD_VERSION", 2)
    monkeypatch.setattr("outcomes.offline.rules.UPGRADES", {1: lambda fields: fields | {"arrests": "1"}})
    page.context.set_offline(False)
    sent(page)
    assert PatrolShift.objects.get().arrests.count() == 1


# --- signing out --------------------------------------------------------------------------------------------------


def unsent_and_signing_out(page: Page) -> None:
    keep_one(page)
    back_but_unheard(page)
    page.goto("/help/")
    expect(page.locator(BADGE)).to_have_text("1 not sent")
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("[data-notice=leaving]")).to_contain_text("1 shift on this phone is not sent yet")


def expect_signed_out(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_signing_out_warns_and_the_shift_can_be_sent_first(page):
    unsent_and_signing_out(page)
    page.unroute_all(behavior="wait")
    page.get_by_role("button", name="Send now").click()
    expect_signed_out(page)
    assert PatrolShift.objects.count() == 1
    assert stored(page, "people") == []


def test_signing_out_may_keep_the_shift_for_next_time(force, page):
    unsent_and_signing_out(page)
    page.get_by_role("button", name="Sign out and keep it").click()
    expect_signed_out(page)
    page.unroute_all(behavior="wait")
    assert (len(stored(page)), stored(page, "people")) == (1, [])
    sign_in(page.context, force.sam, page.url.split("/sign-in/")[0])
    page.goto("/help/")
    page.evaluate(DUE_NOW)
    page.goto("/help/")
    sent(page)
    assert PatrolShift.objects.count() == 1


def test_signing_out_discards_only_after_the_word_is_typed(page):
    unsent_and_signing_out(page)
    page.get_by_text("Discard instead").click()
    page.get_by_role("button", name="Discard and sign out").click()
    expect(page.locator("[data-notice=leaving]")).to_contain_text("Type discard, or leave it")
    page.get_by_label("Type “discard” to confirm").fill("discard")
    page.get_by_role("button", name="Discard and sign out").click()
    expect_signed_out(page)
    assert stored(page) == []
    assert not PatrolShift.objects.exists()


# --- the list -----------------------------------------------------------------------------------------------------


def test_a_shift_is_shown_as_text_and_a_code_and_discarded_after_a_word(page):
    keep_one(page)
    back_but_unheard(page)
    page.goto(UNSENT)
    card = page.locator(".app-queued")
    expect(card).to_contain_text(", 10pm to 6am")
    card.get_by_text("Show as text and as a code").click()
    expect(card.locator("pre")).to_contain_text("stop searches: 2")
    expect(card.get_by_role("img")).to_be_visible()
    assert card.get_by_role("img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 20
    card.get_by_text("Discard", exact=True).click()
    card.get_by_label("Type “discard” to confirm").fill("Discard")
    card.get_by_role("button", name="Discard this shift").click()
    expect(page.locator("main")).to_contain_text("Nothing of yours waits on this phone.")
    assert stored(page) == []


# The address in the code, as the page puts it together.
ADDRESS = """async () => {
  const queue = await import("/static/js/queue.js");
  const person = Number(document.querySelector("[data-signs-out]").dataset.signsOut);
  const { unsent: [item] } = await queue.list(person);
  const { id, version } = item;
  const fields = await queue.unlock(item);
  return "/shifts/unsent/#shift=" + encodeURIComponent(JSON.stringify({ id, person, version, fields }));
}"""


def test_another_phone_takes_a_shift_over_and_it_is_saved_once(force, page, page_for):
    keep_one(page)
    address = page.evaluate(ADDRESS)
    second = page_for(force.sam, PHONE)
    second.goto(address)
    notice = second.locator("[data-queue-notice]")
    expect(notice).to_contain_text("stop searches: 2")
    assert "#" not in second.url
    assert (stored(second), PatrolShift.objects.count()) == ([], 0)
    notice.get_by_role("button", name="Take over this shift").click()
    until(second, SETTLED)
    sent(second)
    assert PatrolShift.objects.count() == 1
    page.context.set_offline(False)
    sent(page)
    assert PatrolShift.objects.count() == 1
    stranger = page_for(force.sue, PHONE)
    stranger.goto(address)
    expect(stranger.locator("main")).to_contain_text("This shift belongs to another user.")
    assert stored(stranger) == []


def test_an_address_takes_the_place_of_nothing_that_waits(page):
    keep_one(page)
    address = page.evaluate(ADDRESS).replace("10pm", "9pm")
    back_but_unheard(page)
    page.goto("/help/")
    page.goto(address)
    page.get_by_role("button", name="Take over this shift").click()
    expect(page.locator("[data-queue-notice]")).to_have_text("That shift waits on this phone already.")
    (item,) = stored(page)
    assert page.evaluate(FIELDS, item["id"])["start"] == "10pm"


def test_what_somebody_has_opened_and_typed_in_the_list_stays_when_something_changes(page):
    keep_one(page)
    back_but_unheard(page)
    page.goto(UNSENT)
    card = page.locator(".app-queued")
    card.get_by_text("Discard", exact=True).click()
    word = card.get_by_label("Type “discard” to confirm")
    word.fill("disc")
    until(page, SETTLED)
    page.evaluate("""async () => {
      const queue = await import("/static/js/queue.js");
      const { unsent } = await queue.list(Number(document.querySelector("[data-signs-out]").dataset.signsOut));
      await queue.change(unsent[0].id, { state: "refused" });
    }""")
    expect(card).to_contain_text("Not allowed")
    expect(word).to_be_visible()
    expect(word).to_have_value("disc")
    expect(word).to_be_focused()


def test_what_came_of_a_try_is_said(page):
    keep_one(page)
    back_but_unheard(page)
    page.goto(UNSENT)
    page.get_by_role("button", name="Try now").click()
    expect(page.locator("[data-queue-notice]")).to_contain_text("Not sent:")
    page.unroute_all(behavior="wait")
    page.get_by_role("button", name="Try now").click()
    expect(page.locator("[data-queue-notice]")).to_contain_text(re.compile(r"Sent: .*HS-\d+"))


def test_one_whose_form_is_open_says_so_and_is_sent_without_its_note_when_asked(page):
    with_a_note(page)
    page.context.set_offline(False)
    other = page.context.new_page()
    other.goto(UNSENT)
    card = other.locator(".app-queued")
    expect(card).to_contain_text("Its form is open in another tab")
    expect(card.get_by_role("button", name="Try now")).to_be_hidden()
    assert not PatrolShift.objects.exists()
    card.get_by_role("button", name="Send it without the note").click()
    sent(other)
    assert PatrolShift.objects.get().note == ""


def test_one_that_is_discarded_while_another_is_on_its_way_is_not_sent(force, page):
    keep_one(page, area="Hitchin")
    back_but_unheard(page)
    page.goto(LOG)
    ready(page)
    enter(page, area="Letchworth")
    page.context.set_offline(True)
    save(page)
    expect(page.locator(BADGE)).to_have_text("2 not sent")
    page.context.set_offline(False)
    page.goto(UNSENT)
    page.unroute_all(behavior="wait")
    waiting: list[Route] = []
    page.route(f"**{QUEUE}", only_posts(waiting.append))
    page.get_by_role("button", name="Try now").first.click()
    while not waiting:
        page.wait_for_timeout(50)
    page.evaluate("""async () => {
      const queue = await import("/static/js/queue.js");
      const { unsent } = await queue.list(Number(document.querySelector("[data-signs-out]").dataset.signsOut));
      await queue.remove(unsent[1].id);
    }""")
    waiting[0].continue_()
    page.unroute_all()
    sent(page)
    assert [shift.area for shift in PatrolShift.objects.all()] == [force.hitchin]
    assert [item["state"] for item in stored(page)] == ["sent"]


def test_who_may_not_log_shifts_any_more_is_told(page):
    keep_one(page)
    back_but_unheard(page)
    page.goto(UNSENT)
    page.unroute_all(behavior="wait")
    page.route(f"**{QUEUE}", answer(403, "<h1>No</h1>"))
    try_now(page, "GET")
    expect(page.locator(".app-queued")).to_contain_text("Not allowed")


def test_a_forgotten_tab_backs_off_while_somebody_else_is_signed_in(page):
    keep_one(page)
    back_but_unheard(page)
    page.goto(UNSENT)
    page.unroute_all(behavior="wait")
    page.route(f"**{QUEUE}", answer(200, '{"person": 999999, "areas": [], "keeps": false}'))
    for _ in range(3):
        try_now(page, "GET")
    (item,) = stored(page)
    assert item["tries"] >= 3
    assert item["notBefore"] - page.evaluate("Date.now()") > 20_000


# --- the page without a connection --------------------------------------------------------------------------------


@pytest.fixture
def installed(force, page_for) -> Page:
    """A phone on which Sam has opened the service, so that its worker keeps the page."""
    page = page_for(force.sam, PHONE, worker=True)
    page.goto("/shifts/")
    until(page, "navigator.serviceWorker.ready.then(() => caches.keys()).then((names) => names.length === 1)")
    ready(page)
    until(page, AREAS_KEPT)
    return page


KNOWS = """async (person) => (await (await import("/static/js/people.js")).recall())?.person === person"""
AREAS_KEPT = """async () => (await (await import("/static/js/people.js")).recall()) !== null"""


def test_only_public_files_and_the_page_are_in_the_cache(installed):
    installed.goto("/shifts/")
    installed.goto(LOG)
    paths = installed.evaluate("""async () => {
      const found = [];
      for (const name of await caches.keys())
        for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
      return found;
    }""")
    assert [path for path in paths if not path.startswith("/static/")] == ["/offline/"]
    kept = installed.evaluate("caches.match('/offline/').then((page) => page.text())")
    assert "Sam" not in kept
    assert "csrf" not in kept


def test_a_shift_is_logged_on_the_page_without_a_connection(force, installed, watch):
    page = installed
    page.context.set_offline(True)
    page.goto("/shifts/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Shifts on this phone")
    page.get_by_label("Where").select_option(label=force.hitchin.name)
    page.get_by_label("Another date").check()
    for part, value in (("Day", "11"), ("Month", "10"), ("Year", "2024")):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_label("Start", exact=True).fill("10pm")
    page.get_by_label("Finish", exact=True).fill("6am")
    page.get_by_role("button", name="Keep on this phone").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Enter who was on the patrol")
    expect(page.locator(".govuk-error-summary")).to_contain_text("Enter outcomes or select Nothing to report")
    page.get_by_label("Police officers", exact=True).fill("2")
    page.get_by_role("button", name="One more: Arrests").click()
    page.wait_for_timeout(1_100)
    page.get_by_role("button", name="Keep on this phone").click()
    expect(page.locator(".govuk-panel")).to_contain_text(KEPT)
    expect(page.locator(".app-queued")).to_contain_text("Friday 11 October, 10pm to 6am")
    page.reload()
    expect(page.locator(".app-queued")).to_contain_text("Waiting")
    page.context.set_offline(False)
    expect(page.locator(".app-queued").first).not_to_contain_text("Waiting")
    page.goto("/shifts/")
    sent(page)
    shift = PatrolShift.objects.get()
    assert (shift.area, shift.day.isoformat(), shift.arrests.count()) == (force.hitchin, "2024-10-11", 1)
    watch.complaints.clear()


def test_the_page_itself_opens_from_the_cache_however_slow_the_server(installed, monkeypatch, watch):
    def is_not_made() -> str:
        raise TimeoutError

    monkeypatch.setattr("outcomes.offline.shell.page", is_not_made)
    installed.goto("/offline/")
    expect(installed.get_by_role("button", name="Keep on this phone")).to_be_visible()
    watch.complaints.clear()


def test_both_times_are_written_at_once_and_unclear_ones_are_asked_about(force, installed, watch):
    page = installed
    page.context.set_offline(True)
    page.goto("/shifts/")
    page.get_by_label("Where").select_option(label=force.hitchin.name)
    page.get_by_label("(yesterday)").check()
    page.get_by_label("Start", exact=True).fill("10-6am")
    page.get_by_label("Police officers", exact=True).fill("2")
    page.get_by_label("Nothing to report").check()
    page.get_by_role("button", name="Keep on this phone").click()
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_contain_text("Write whether 10 is in the morning or the evening")
    page.get_by_label("Start", exact=True).fill("10pm-6am")
    page.get_by_label("Finish", exact=True).fill("5am")
    page.wait_for_timeout(1_100)
    page.get_by_role("button", name="Keep on this phone").click()
    expect(summary).to_contain_text("Write the start alone")
    page.get_by_label("Finish", exact=True).fill("")
    page.wait_for_timeout(1_100)
    page.get_by_role("button", name="Keep on this phone").click()
    expect(page.locator(".app-queued")).to_contain_text("10pm to 6am")
    watch.complaints.clear()


def test_the_day_before_is_a_day_of_the_calendar(page):
    page.goto("/help/")
    days = {}
    for at in ("2025-10-26T23:30:00Z", "2025-03-30T23:30:00Z", "2025-07-01T22:30:00Z", "2025-01-01T12:00:00Z"):
        page.clock.set_fixed_time(at)
        days[at] = page.evaluate("import('/static/js/words.js').then(({ today }) => [today(), today(-1)])")
    assert list(days.values()) == [
        ["2025-10-26", "2025-10-25"],
        ["2025-03-31", "2025-03-30"],
        ["2025-07-01", "2025-06-30"],
        ["2025-01-01", "2024-12-31"],
    ]


def test_a_page_that_is_open_past_midnight_asks_for_the_day_again(force, installed, watch):
    page = installed
    page.clock.set_fixed_time("2024-10-12T22:00:00Z")
    page.context.set_offline(True)
    page.goto("/shifts/")
    page.get_by_label("Saturday 12 October (today)").check()
    page.clock.set_fixed_time("2024-10-12T23:30:00Z")
    page.get_by_role("button", name="Keep on this phone").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("select the day the shift started again")
    expect(page.get_by_label("Sunday 13 October (today)")).not_to_be_checked()
    expect(page.get_by_label("Saturday 12 October (yesterday)")).not_to_be_checked()
    watch.complaints.clear()


def test_the_page_without_a_connection_is_not_that_of_who_was_there_before(force, installed, watch):
    page = installed
    base = page.url.split("/shifts/")[0]
    page.context.clear_cookies()
    sign_in(page.context, force.sue, base)
    page.goto(LOG)
    until(page, KNOWS, arg=force.sue.pk)
    page.context.set_offline(True)
    page.goto("/shifts/")
    expect(page.get_by_label("Where")).to_contain_text("Watford")
    expect(page.locator("main")).not_to_contain_text("Hitchin")
    watch.complaints.clear()


def test_signed_out_the_page_without_a_connection_takes_the_list_away(force, installed, watch):
    keep_one(installed)
    installed.goto("/shifts/")
    expect(installed.locator(".app-queued")).to_contain_text("Hitchin")
    installed.context.clear_cookies()
    installed.context.set_offline(False)
    expect(installed.locator("main")).to_contain_text("You are signed out.")
    expect(installed.locator(".app-queued")).to_have_count(0)
    expect(installed.locator("main")).to_contain_text("1 shift of another user waits on this phone.")
    assert len(stored(installed)) == 1
    watch.complaints.clear()


def test_a_phone_on_which_nobody_has_signed_in_says_so(page_for):
    page = page_for(None, PHONE)
    page.goto("/offline/")
    expect(page.locator("main")).to_contain_text("Nobody has signed in on this phone yet")
    expect(page.get_by_role("button", name="Keep on this phone")).to_be_hidden()


def test_switched_off_by_the_force_the_worker_leaves(installed, settings):
    settings.OFFLINE_QUEUE = "off"
    installed.evaluate("navigator.serviceWorker.getRegistration().then((registration) => registration.update())")
    until(
        installed,
        "Promise.all([caches.keys(), navigator.serviceWorker.getRegistrations()]).then((all) => !all.flat().length)",
    )
    installed.goto(LOG)
    enter(installed)
    save(installed)
    expect_receipt(installed)
    assert PatrolShift.objects.count() == 1
