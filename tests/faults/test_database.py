"""PostgreSQL dies, is gone, comes back: people are told so, nothing is half written, nothing has to be restarted."""

import signal
from concurrent.futures import Future
from typing import Any
from uuid import uuid4

import httpx

from tests.faults.conftest import NOTHING, PATIENCE, WHOLE, Product, hidden, until

LOG = "/shifts/log/"


def test_a_save_that_the_database_dies_in_is_kept_on_the_page_and_sent_again(whole: Product, in_the_background) -> None:
    workers, sam = whole.workers(), whole.sam()
    entry = whole.entry(sam, note="Quiet but for “the station” & <its> café")
    with whole.held("outcomes_arrest"):
        answer: Future[httpx.Response] = in_the_background(sam.post, LOG, data=entry)
        whole.wait_for_the_request_to_stand_still()
        whole.stop_database(signal.SIGQUIT)
        whole.start_database()
    told = answer.result(PATIENCE)
    assert told.status_code == 503
    assert "The service is not available" in told.text
    assert told.headers["X-Request-ID"] in told.text
    assert told.headers["Retry-After"]
    assert "<its>" not in told.text
    assert whole.saved(entry) == NOTHING
    again = hidden(told.text)
    assert again == entry
    assert sam.post(LOG, data=again).headers["Location"].endswith("/saved/")
    assert whole.saved(entry) == WHOLE
    assert sam.post(LOG, data=again).status_code == 302
    assert whole.saved(entry) == WHOLE
    assert whole.workers() == workers


def test_every_shift_that_was_acknowledged_is_there_and_every_other_is_whole_or_not(
    whole: Product, in_the_background
) -> None:
    """Four people save without a pause while the database crashes twice."""
    workers, goes_on, entries, acknowledged, statuses = whole.workers(), [True], [], [], set()

    def log_shifts(sam: httpx.Client, form: dict[str, Any]) -> None:
        while goes_on:
            entry = form | {"submission_id": str(uuid4())}
            entries.append(entry)
            answer = sam.post(LOG, data=entry)
            statuses.add(answer.status_code)
            if answer.status_code == 302:
                acknowledged.append(entry)

    people = [whole.sam() for _ in range(4)]
    forms = [whole.entry(sam) for sam in people]
    writers = [in_the_background(log_shifts, sam, form) for sam, form in zip(people, forms, strict=True)]
    for crash in (1, 2):
        enough = len(acknowledged) + 4
        until(lambda enough=enough: len(acknowledged) >= enough, f"shifts before crash {crash}")
        whole.stop_database(signal.SIGQUIT)
        whole.start_database()
    enough = len(acknowledged) + 8
    until(lambda: len(acknowledged) >= enough, "shifts after the crashes")
    goes_on.clear()
    for writer in writers:
        writer.result(PATIENCE)
    assert statuses <= {302, 503}
    assert {whole.saved(entry) for entry in acknowledged} == {WHOLE}
    assert {whole.saved(entry) for entry in entries} <= {WHOLE, NOTHING}
    assert whole.workers() == workers


def test_while_the_database_is_gone_everything_says_so(whole: Product) -> None:
    sam, somebody = whole.sam(), whole.browser()
    assert sam.get("/shifts/").status_code == 200
    entry = whole.entry(sam)
    token = hidden(somebody.get("/sign-in/").text)
    whole.stop_database()
    until(lambda: whole.readiness() == 503, "/readyz to say 503")
    # To a probe the process is alive: starting it anew would mend nothing.
    assert whole.browser().get("/healthz").status_code == 200
    for answer in (
        sam.get("/shifts/"),
        sam.get("/figures/"),
        sam.post(LOG, data=entry),
        somebody.post("/sign-in/", data=token | {"username": "sam@hotspot.example", "password": "hidden words"}),
    ):
        assert answer.status_code == 503, answer.url
        assert "The service is not available" in answer.text
        assert "hidden words" not in answer.text
    problem = sam.get("/api/v1/areas")
    assert problem.status_code == 503
    assert problem.headers["Content-Type"] == "application/problem+json"
    whole.start_database()
    until(lambda: whole.readiness() == 200, "/readyz to say 200")
    assert sam.get("/shifts/").status_code == 200
    assert sam.post(LOG, data=entry).status_code == 302
    assert whole.saved(entry) == WHOLE
