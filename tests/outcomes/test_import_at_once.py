"""Two imports of the same shifts at the same moment, each in a worker of its own."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils import timezone

from hotspot.core.advisory_locks import LockName
from hotspot.core.jobs import operations as jobs
from hotspot.core.jobs import tasks
from hotspot.core.models import Job
from outcomes.imports import shift_operations
from outcomes.imports.findings import Findings
from patrols.models import PatrolShift
from reports.figures.summary_check import summary_differences
from tests import factories
from tests.outcomes.imports import FIRST, SECOND, run, text
from tests.outcomes.test_api_mirror import in_thread
from tests.people import make_force

pytestmark = pytest.mark.django_db(transaction=True)

WAITING = """
    SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
PATIENCE_SECONDS = 60


def until(is_so: Callable[[], bool]) -> None:
    """Wait until it is so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.01)


def waiting() -> int:
    """How many imports wait for another one to end, in this database."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING, [LockName.IMPORTS.value])
        return cursor.fetchone()[0]


def test_two_imports_of_one_file_at_the_same_moment_write_it_once():
    force = make_force()
    people = [force.adam, factories.UserFactory(role="administrator")]

    def write(by) -> Findings:
        with transaction.atomic():
            return run(force, text(FIRST, SECOND), writes=True, by=by)

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            shift_operations.one_at_a_time()
            writers = [pool.submit(in_thread(write), by) for by in people]
            until(lambda: waiting() == 2)
        states = [dict(writer.result(timeout=PATIENCE_SECONDS).states) for writer in writers]
    assert sorted(states, key=str) == [{"existing": 2}, {"new": 2}]
    assert PatrolShift.objects.count() == 2
    assert summary_differences() == []


def test_a_job_that_two_workers_are_told_of_is_done_by_one():
    job = jobs.enqueue(
        by=factories.UserFactory(), at=timezone.now(), kind="check_import", title="Check patrols.csv", input={}
    )
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            assert Job.objects.select_for_update().get() == job
            # Whoever holds the row is about to take it: the other one does not wait for it, and finds nothing to do.
            pool.submit(in_thread(tasks.run_job), job.pk).result(timeout=PATIENCE_SECONDS)
            pool.submit(in_thread(tasks.run_waiting_jobs)).result(timeout=PATIENCE_SECONDS)
        job.refresh_from_db()
        assert (job.state, job.attempts) == ("queued", 0)
        taken = jobs.claim(at=timezone.now(), job_id=job.pk)
        assert taken is not None
        pool.submit(in_thread(tasks.run_job), job.pk).result(timeout=PATIENCE_SECONDS)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("running", 1)
