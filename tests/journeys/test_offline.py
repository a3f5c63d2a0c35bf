"""A night without a signal, from the phone's side: what is kept, what is sent, and what nobody gets to see."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from patrols.models import PatrolShift
from tests.journeys.conftest import PHONE
from tests.journeys.shift_form import LOG, fill_shift, save

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
    """The page has loaded what it takes to keep a shift, and knows the person's areas."""
    page.wait_for_load_state("networkidle")
    page.wait_for_function("indexedDB.databases().then((all) => all.length > 0)")


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


def sent(page: Page) -> None:
    """Nothing waits any more."""
    expect(page.locator(BADGE)).to_be_hidden()


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
    page.goto(UNSENT)
    page.get_by_text("Sent in the last 30 days").click()
    expect(page.locator("main")).to_contain_text(shift.reference)
