"""Fifty questions for figures at once, each of which takes the database too long."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.conftest import PATIENCE, WHOLE, Product, until

AT_ONCE = 50
# The months and the days are summed in the order of the moment, so both are held.
SUMMARIES = "reports_monthsummary, reports_daysummary"


@pytest.fixture
def impatient(whole: Product) -> Iterator[Product]:
    """The product, which gives a question up after a second. Any other here takes far less."""
    whole.stop_web()
    whole.start_web(threads=16, STATEMENT_TIMEOUT_MS="1000", API_RATE_FIGURES="1000", API_RATE="1000")
    yield whole
    whole.stop_web()
    whole.start_web()


def test_fifty_questions_that_take_too_long_are_503_and_the_rest_goes_on(impatient: Product) -> None:
    sam, workers = impatient.sam(), impatient.workers()
    entry = impatient.entry(sam)
    with impatient.held(SUMMARIES, "ACCESS EXCLUSIVE"), ThreadPoolExecutor(AT_ONCE) as pool:
        paths = ["/api/v1/figures?by=area&by=month", "/figures/"] * (AT_ONCE // 2)
        asked = [pool.submit(impatient.sam().get, path) for path in paths]
        for path in ("/api/v1/shifts", "/shifts/", "/api/v1/areas", "/readyz", "/healthz"):
            assert sam.get(path).status_code == 200, path
        answers = [question.result(PATIENCE) for question in asked]
    assert {answer.status_code for answer in answers} == {503}
    assert all(answer.headers["Retry-After"] == "30" for answer in answers)
    programs, people = answers[::2], answers[1::2]
    assert {answer.headers["Content-Type"] for answer in programs} == {"application/problem+json"}
    assert {answer.json()["code"] for answer in programs} == {"unavailable"}
    assert all("The service is not available" in answer.text for answer in people)
    assert not any("statement" in answer.text for answer in answers)
    assert sam.get("/api/v1/figures").status_code == 200
    assert sam.get("/figures/").status_code == 200
    assert sam.post("/shifts/log/", data=entry).status_code == 302
    assert impatient.saved(entry) == WHOLE
    assert impatient.workers() == workers
    waiting = "SELECT 1 FROM pg_stat_activity WHERE usename = 'hotspot' AND state <> 'idle'"
    until(lambda: not impatient.sql(waiting), "every connection to be free again")
