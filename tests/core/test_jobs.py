"""Background jobs: the row is the truth, whatever happens to the queue and the worker."""

import logging
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from celery import current_app
from django.conf import settings as project
from django.db import connection
from django.utils import timezone

from hotspot.core.errors import DomainError, NotAllowed
from hotspot.core.jobs import operations as jobs
from hotspot.core.jobs import tasks
from hotspot.core.models import Job, StoredFile, User
from hotspot.core.permissions import Permission, Role
from hotspots.models import District
from tests import factories

AT = datetime(2024, 10, 12, 12, tzinfo=UTC)


@jobs.needs(Permission.USE_SERVICE)
def double(job, progress):
    progress(1, 2)
    return {"twice": 2 * job.input["number"]}


@jobs.needs(Permission.USE_SERVICE)
def write_and_fail(job, progress):
    factories.DistrictFactory(name="Half done")
    raise RuntimeError("the disk is full")


@jobs.needs(Permission.USE_SERVICE)
def write_and_lose(job, progress):
    factories.DistrictFactory(name="Half done")
    Job.objects.filter(pk=job.pk).update(attempts=job.attempts + 1)
    return {}


@jobs.needs(Permission.USE_SERVICE)
def refuse(job, progress):
    raise DomainError("empty", "The file is empty.")


@jobs.needs(Permission.USE_SERVICE)
def wait_until_told(job, progress):
    progress(3, 10)
    while not Job.objects.filter(pk=job.pk, done=3, lease_until__gt=job.lease_until).exists():
        time.sleep(0.01)
    return {}


@jobs.needs(Permission.USE_SERVICE)
def sleep_forever(job, progress):
    factories.DistrictFactory(name="Half done")
    print("working", flush=True)  # noqa: T201 - the test waits for it
    time.sleep(600)


@jobs.needs(Permission.MANAGE)
def manage_things(job, progress):
    factories.DistrictFactory(name="Half done")
    return {}


@jobs.needs(Permission.MANAGE)
def manage_and_lose_the_role(job, progress):
    factories.DistrictFactory(name="Half done")
    User.objects.filter(pk=job.by_id).update(role=Role.ANALYST)
    return {}


def undeclared(job, progress):
    factories.DistrictFactory(name="Half done")
    return {}


KINDS = (double, write_and_fail, write_and_lose, refuse, wait_until_told, sleep_forever)


@pytest.fixture(autouse=True)
def _kinds(settings):
    settings.JOB_KINDS = {work.__name__: f"{__name__}.{work.__name__}" for work in KINDS}


@pytest.fixture
def sam(db):
    return factories.UserFactory()


def queued(by, kind="double", **given) -> Job:
    return jobs.enqueue(by=by, at=timezone.now(), kind=kind, title="Some work", **given)


def half_done() -> bool:
    return District.objects.filter(name="Half done").exists()


def test_a_job_is_done_and_keeps_its_result(sam):
    job = queued(sam, number=21)
    tasks.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result, job.attempts, job.lease_until) == ("done", {"twice": 42}, 1, None)
    assert job.finished_at


def test_a_job_is_done_once_however_often_the_bell_rings(sam):
    job = queued(sam, number=1)
    for _ in range(3):
        tasks.run_job(job.pk)
    tasks.run_waiting_jobs()
    job.refresh_from_db()
    assert job.attempts == 1


def test_the_sweep_does_what_nobody_rang_for_oldest_first(sam, time_machine):
    time_machine.move_to(AT, tick=False)
    first = queued(sam, number=1)
    time_machine.shift(60)
    second = queued(sam, number=2)
    assert jobs.claim(at=timezone.now()).pk == first.pk
    tasks.run_waiting_jobs()
    second.refresh_from_db()
    assert second.state == "done"


def test_a_killed_workers_job_is_taken_again_when_its_lease_is_over(sam):
    job = queued(sam, number=4)
    jobs.claim(at=AT)  # and that was the last anybody heard of this worker
    assert jobs.claim(at=AT + jobs.LEASE) is None
    again = jobs.claim(at=AT + jobs.LEASE + timedelta(seconds=1))
    assert (again.pk, again.attempts) == (job.pk, 2)
    tasks.do(again)
    job.refresh_from_db()
    assert job.state == "done"


def test_a_job_that_kills_every_worker_is_failed_and_never_running_for_ever(sam):
    job, at = queued(sam, number=4), AT
    for _ in range(jobs.MOST_ATTEMPTS):
        assert jobs.claim(at=at).pk == job.pk
        at += jobs.LEASE + timedelta(seconds=1)
    assert jobs.claim(at=at) is None
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "This did not get to its end in 3 attempts. Nothing was changed.")


def test_three_failures_are_said_plainly_and_logged(sam, caplog, time_machine):
    time_machine.move_to(AT, tick=False)
    job = queued(sam, "write_and_fail")
    for attempt in range(1, 4):
        tasks.run_waiting_jobs()
        job.refresh_from_db()
        assert job.attempts == attempt
        time_machine.shift(jobs.RETRY_AFTER * 3)
    assert job.state == "failed"
    assert "on our side" in job.error
    assert "disk" not in job.error
    assert not half_done()
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert errors[-1] == f"Job {job.pk} (write_and_fail) has failed"


def test_a_job_that_broke_off_waits_a_while(sam, time_machine):
    time_machine.move_to(AT, tick=False)
    job = queued(sam, "write_and_fail")
    tasks.run_job(job.pk)
    tasks.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("queued", 1)


def test_a_refusal_is_final_and_said(sam):
    job = queued(sam, "refuse")
    tasks.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error, job.attempts) == ("failed", "The file is empty.", 1)


def test_a_worker_that_lost_its_job_takes_back_what_it_did(sam):
    job = queued(sam, "write_and_lose")
    tasks.run_job(job.pk)
    job.refresh_from_db()
    assert job.state == "running"
    assert not half_done()


def test_a_lost_lease_stops_the_work(sam):
    job = queued(sam)
    claimed = jobs.claim(at=AT)
    heartbeat = tasks.Heartbeat(claimed)
    heartbeat.progress(1, 2)
    Job.objects.filter(pk=job.pk).update(attempts=2)
    heartbeat._beat()
    with pytest.raises(jobs.JobLost):
        heartbeat.progress(2, 2)


@pytest.mark.django_db(transaction=True)
def test_progress_and_lease_are_stored_while_the_work_goes_on(settings):
    settings.JOB_HEARTBEAT_SECONDS = 0.02
    job = queued(factories.UserFactory(), "wait_until_told")
    tasks.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 3, 10)


def test_one_person_has_five_jobs_at_once(sam):
    for _ in range(jobs.MOST_AT_ONCE):
        queued(sam)
    with pytest.raises(DomainError, match="5 jobs"):
        queued(sam)
    queued(factories.UserFactory())


def test_without_the_queue_ringing_neither_fails_nor_blocks(sam, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(current_app.conf, "task_always_eager", False)
    monkeypatch.setattr(current_app.conf, "broker_url", "redis://127.0.0.1:9/0")
    monkeypatch.setattr(current_app.conf, "broker_write_url", "redis://127.0.0.1:9/0")
    job = queued(sam, number=1)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.notify_worker(job)
    job.refresh_from_db()
    assert job.state == "queued"
    tasks.run_waiting_jobs()
    job.refresh_from_db()
    assert job.state == "done"


def test_the_scheduler_sweeps_every_minute():
    entry = project.CELERY_BEAT_SCHEDULE["run-waiting-jobs"]
    assert (entry["task"], entry["schedule"]) == (tasks.run_waiting_jobs.name, 60)


def test_the_contents_of_old_files_go(sam):
    old = jobs.keep_file(by=sam, at=AT - timedelta(days=8), name="old.csv", content=b"x", permissions=[])
    new = jobs.keep_file(by=sam, at=AT, name="new.csv", content=b"x", permissions=[])
    assert jobs.clear_files(at=AT) == 1
    contents = dict(StoredFile.objects.values_list("pk", "content"))
    assert {key: bytes(value) for key, value in contents.items()} == {old.pk: b"", new.pk: b"x"}


# --- its page -----------------------------------------------------------------------------------------------------


def test_the_page_says_how_far_it_is(sam, as_user):
    job = queued(sam, number=1)
    page = as_user(sam).get(f"/jobs/{job.pk}/")
    assert "Queued" in page.content.decode()
    Job.objects.filter(pk=job.pk).update(state="running", done=3_000, total=20_000)
    for path in (f"/jobs/{job.pk}/", f"/jobs/{job.pk}/progress/"):
        text = as_user(sam).get(path).content.decode()
        assert "3,000 of 20,000 rows" in text
        assert 'max="20000" value="3000"' in text


def test_a_failed_job_says_why_and_can_be_tried_again(sam, as_user):
    job = queued(sam, "refuse")
    tasks.run_job(job.pk)
    assert "The file is empty." in as_user(sam).get(f"/jobs/{job.pk}/").content.decode()
    assert as_user(sam).post(f"/jobs/{job.pk}/retry/")["Location"] == f"/jobs/{job.pk}/"
    job.refresh_from_db()
    assert (job.state, job.error) == ("queued", "")


def test_a_job_that_is_done_is_not_done_again(sam, as_user):
    job = queued(sam, number=1)
    tasks.run_job(job.pk)
    as_user(sam).post(f"/jobs/{job.pk}/retry/")
    job.refresh_from_db()
    assert job.state == "done"


def test_somebody_who_may_not_any_more_cannot_try_again(sam, as_user, settings):
    settings.JOB_KINDS = {"manage_things": f"{__name__}.manage_things"}
    job = factories.JobFactory(by=sam, kind="manage_things", state="failed", finished_at=AT, error="Too long")
    for path in ("", "progress/", "retry/"):
        answer = as_user(sam).post if path == "retry/" else as_user(sam).get
        assert answer(f"/jobs/{job.pk}/{path}").status_code == 403
    with pytest.raises(NotAllowed):
        jobs.retry(by=sam, at=AT, job_id=job.pk)
    job.refresh_from_db()
    assert job.state == "failed"


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [{"role": Role.ANALYST}, {"is_active": False}])
def test_a_job_of_somebody_who_may_not_any_more_does_nothing(settings, fields):
    settings.JOB_KINDS = {"manage_things": f"{__name__}.manage_things"}
    adam = factories.UserFactory(role=Role.ADMINISTRATOR)
    job = queued(adam, "manage_things")
    User.objects.filter(pk=adam.pk).update(**fields)
    tasks.run_waiting_jobs()
    job.refresh_from_db()
    assert job.state == "failed"
    assert "You may not do this any more" in job.error
    assert not District.objects.exists()


@pytest.mark.django_db
def test_a_role_taken_away_while_the_job_runs_takes_back_what_it_did(settings):
    settings.JOB_KINDS = {"manage_and_lose_the_role": f"{__name__}.manage_and_lose_the_role"}
    adam = factories.UserFactory(role=Role.ADMINISTRATOR)
    job = queued(adam, "manage_and_lose_the_role")
    tasks.run_waiting_jobs()
    job.refresh_from_db()
    assert (job.state, District.objects.exists()) == ("failed", False)


def test_a_kind_that_declares_no_permission_is_never_run(sam, settings, caplog):
    settings.JOB_KINDS = {"undeclared": f"{__name__}.undeclared"}
    job = queued(sam, "undeclared")
    tasks.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, District.objects.exists()) == ("queued", False)


@pytest.mark.parametrize("end", ["", "progress/", "retry/"])
def test_somebody_elses_job_is_unknown(sam, as_user, end):
    job = queued(sam, "refuse")
    tasks.run_job(job.pk)
    other = as_user(factories.UserFactory(role=Role.ADMINISTRATOR))
    answer = other.post if end == "retry/" else other.get
    assert answer(f"/jobs/{job.pk}/{end}").status_code == 404
    job.refresh_from_db()
    assert job.state == "failed"


# --- a real worker, really killed ---------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_leaves_nothing_and_the_job_is_taken_again(settings):
    job = queued(factories.UserFactory(), "sleep_forever")
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(job.pk), connection.settings_dict["NAME"]],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert worker.stdout.readline() == "working\n"
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        worker.stdout.close()
    job.refresh_from_db()
    assert job.state == "running"
    settings.JOB_KINDS = {"sleep_forever": f"{__name__}.double"}
    Job.objects.filter(pk=job.pk).update(input={"number": 1}, lease_until=timezone.now() - timedelta(seconds=1))
    tasks.run_waiting_jobs()
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 2)
    assert not half_done()


WORKER = """
import sys, django
from django.conf import settings
django.setup()
settings.DATABASES["default"]["NAME"] = sys.argv[2]
settings.JOB_KINDS = {"sleep_forever": "tests.core.test_jobs.sleep_forever"}
from hotspot.core.jobs import tasks
tasks.run_job(int(sys.argv[1]))
"""
