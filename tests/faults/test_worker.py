"""A web server's process dies in the middle of a save."""

import os
import signal
from concurrent.futures import Future

import httpx
import pytest

from tests.faults.conftest import NOTHING, PATIENCE, WHOLE, Product, until

LOG = "/shifts/log/"


def test_a_worker_killed_in_a_save_leaves_no_half_shift_and_the_same_form_makes_one(
    whole: Product, in_the_background
) -> None:
    sam = whole.sam()
    entry, workers = whole.entry(sam), whole.workers()
    with whole.held("outcomes_arrest"):
        answer: Future[httpx.Response] = in_the_background(sam.post, LOG, data=entry)
        whole.wait_for_the_request_to_stand_still()
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
        with pytest.raises(httpx.TransportError):
            answer.result(PATIENCE)
    writing = "SELECT 1 FROM pg_stat_activity WHERE usename = 'hotspot' AND state <> 'idle'"
    until(lambda: not whole.sql(writing), "the database to let go of what the dead worker began")
    assert whole.saved(entry) == NOTHING
    until(lambda: whole.readiness() == 200, "another worker")
    assert not workers & whole.workers()
    assert sam.post(LOG, data=entry).headers["Location"].endswith("/saved/")
    assert whole.saved(entry) == WHOLE
    assert sam.post(LOG, data=entry).status_code == 302
    assert whole.saved(entry) == WHOLE
