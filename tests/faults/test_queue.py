"""Valkey dies, or hangs: people sign in, log shifts and read figures as ever."""

import signal
from collections.abc import Iterator

import pytest

from tests.faults.conftest import WHOLE, Product, hidden

LOG = "/shifts/log/"


@pytest.fixture(scope="module", params=[signal.SIGSTOP, signal.SIGKILL], ids=["hung", "killed"])
def without_queue(product: Product, request: pytest.FixtureRequest) -> Iterator[Product]:
    """The product without its queue, which goes on afterwards; after a death it is another one."""
    product.signal_queue(request.param)
    yield product
    if request.param == signal.SIGSTOP:
        product.signal_queue(signal.SIGCONT)
        return
    product.stop_web()
    product.start_queue()
    product.start_web()


def test_without_the_queue_people_sign_in_log_shifts_and_read_figures(without_queue: Product) -> None:
    browser = without_queue.browser()
    assert sign_in(without_queue, browser, "sam", without_queue.world["password"]) == 302
    entry = without_queue.entry(browser)
    assert browser.post(LOG, data=entry).headers["Location"].endswith("/saved/")
    assert without_queue.saved(entry) == WHOLE
    for page in ("/shifts/", "/figures/", "/api/v1/areas", "/readyz"):
        assert browser.get(page).status_code == 200, page


def test_without_the_queue_wrong_passwords_are_still_counted_and_touch_nobody_who_is_signed_in(
    without_queue: Product,
) -> None:
    stranger, sam = without_queue.browser(), without_queue.sam()
    statuses = [sign_in(without_queue, stranger, "sue", "a wrong passphrase") for _ in range(11)]
    assert statuses[0] == 200
    assert statuses[-1] == 429
    assert sign_in(without_queue, stranger, "sue", without_queue.world["password"]) == 429
    assert sam.get("/shifts/").status_code == 200
    without_queue.sql("DELETE FROM axes_accessattempt RETURNING 1")
    without_queue.sql("DELETE FROM axes_accessfailurelog RETURNING 1")


def sign_in(product: Product, browser, who: str, password: str) -> int:
    """The status of the answer to a sign-in."""
    form = hidden(browser.get("/sign-in/").text)
    fields = {"username": product.world["emails"][who], "password": password}
    return browser.post("/sign-in/", data=form | fields).status_code
