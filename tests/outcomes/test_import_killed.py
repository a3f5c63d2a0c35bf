"""A worker is killed while it writes an import: nothing of it is there, and the next worker writes all of it."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from hotspot.core.jobs import tasks
from hotspot.core.models import Job
from outcomes.models import Arrest
from patrols.models import PatrolShift
from reports.figures.summary_check import summary_differences
from tests.outcomes.imports import FIRST, SECOND, text
from tests.outcomes.test_import_pages import check, uploaded
from tests.people import make_force

PATIENCE_SECONDS = 60
WORKER = """
import sys, django
from django.conf import settings
django.setup()
settings.DATABASES["default"]["NAME"] = sys.argv[2]
from hotspot.core.jobs import tasks
tasks.run_job(int(sys.argv[1]))
"""
WAITS = """
    SELECT 1 FROM pg_locks WHERE relation = 'outcomes_arrest'::regclass AND NOT granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def waits_for_the_table() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITS)
        return cursor.fetchone() is not None


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_an_import_killed_while_it_writes_leaves_nothing_and_is_written_whole_by_the_next_worker(as_user, monkeypatch):
    monkeypatch.setattr(tasks, "_send_notice", lambda job_id: None)
    force = make_force()
    adam = as_user(force.adam)
    path = uploaded(adam, text(FIRST, SECOND))
    assert "Nothing is written yet" in check(adam, path)
    adam.post(f"{path}confirm/")
    job = Job.objects.get(kind="write_import")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE outcomes_arrest IN SHARE MODE")
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(job.pk), connection.settings_dict["NAME"]],
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        )
        try:
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not waits_for_the_table():
                assert worker.poll() is None, "the worker ended before it wrote"
                assert time.monotonic() < deadline, "the worker never came to write arrests"
                time.sleep(0.05)
        finally:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
    job.refresh_from_db()
    assert job.state == "running"
    assert not PatrolShift.objects.exists()
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    tasks.run_waiting_jobs()
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 2)
    assert (PatrolShift.objects.count(), Arrest.objects.count()) == (2, 1)
    assert summary_differences() == []
