"""Background jobs as the worker runs them: claimed, kept alive, finished or handed back."""

import logging
import threading
from functools import partial
from typing import Self

import pghistory
from celery import current_app, shared_task
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from kombu.exceptions import KombuError

from hotspot.core.errors import DomainError
from hotspot.core.jobs import operations as jobs
from hotspot.core.models import Job
from hotspot.core.transaction_settings import NO_TIME_LIMIT

logger = logging.getLogger(__name__)
# How long a page waits for the queue at the most, in seconds; without it the job is found within a minute.
NOTICE_TIMEOUT = 0.3


def notify_worker(job: Job) -> None:
    """Tell a worker of a queued job, once it is committed. When the queue is down, the next sweep finds the job."""
    transaction.on_commit(partial(_send_notice, job.pk))


def _send_notice(job_id: int) -> None:
    options = {"socket_connect_timeout": NOTICE_TIMEOUT, "socket_timeout": NOTICE_TIMEOUT, "max_retries": 0}
    try:
        with current_app.connection_for_write(transport_options=options) as queue:
            run_job.apply_async((job_id,), connection=queue, retry=False, ignore_result=True)
    except (KombuError, OSError):
        logger.warning("The queue cannot be reached: job %s waits for the next sweep.", job_id)


@shared_task
def run_job(job_id: int) -> None:
    """Do one job, if it is still to be done."""
    if (job := jobs.claim(at=timezone.now(), job_id=job_id)) is not None:
        do(job)


@shared_task
def run_waiting_jobs() -> None:
    """Do every job that is due: those that no worker was told of, and those whose worker died."""
    while (job := jobs.claim(at=timezone.now())) is not None:
        do(job)


def do(job: Job) -> None:
    """Do a claimed job in one transaction, with its end in it, so that it is done wholly and once or not at all."""
    try:
        with Heartbeat(job) as heartbeat, transaction.atomic(), pghistory.context(user=job.by_id, source="task"):
            with connection.cursor() as cursor:
                cursor.execute(NO_TIME_LIMIT)
            jobs.check_allowed(job)
            result = jobs.work_of(job.kind)(job, heartbeat.progress)
            heartbeat.stop()
            # Their role may have been taken away while it ran.
            jobs.check_allowed(job, until_commit=True)
            jobs.finish(job, at=timezone.now(), result=result)
    except DomainError as refusal:
        jobs.refuse(job, at=timezone.now(), error=refusal.message)
    except jobs.JobLost:
        logger.warning("Job %s went to another worker; what this one did is taken back.", job.pk)
    except Exception:
        # Whatever it was, it is in the log, and the person is told when it happens again and again.
        is_over = jobs.give_back(job, at=timezone.now())
        logger.exception("Job %s (%s) %s", job.pk, job.kind, "has failed" if is_over else "is tried again")


class Heartbeat(threading.Thread):
    """Keeps the lease of a running job and stores its progress, on a connection of its own, while the work goes on."""

    def __init__(self, job: Job) -> None:
        super().__init__(name=f"heartbeat of job {job.pk}", daemon=True)
        self._job = job
        self._so_far = (0, 0)
        self._is_lost = False
        self._stopped = threading.Event()

    def __enter__(self) -> Self:
        if settings.JOB_HEARTBEAT_SECONDS:
            self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def progress(self, done: int, total: int) -> None:
        """Say how many steps of how many are done. Raises JobLost when the job is not ours any more."""
        if self._is_lost:
            raise jobs.JobLost
        self._so_far = (done, total)

    def stop(self) -> None:
        """Beat no more."""
        self._stopped.set()
        if self.is_alive():
            self.join()

    def run(self) -> None:
        """Beat until stopped. A database that cannot be reached for a moment does not end the work."""
        try:
            while not self._stopped.wait(settings.JOB_HEARTBEAT_SECONDS):
                self._beat()
        finally:
            connection.close()

    def _beat(self) -> None:
        done, total = self._so_far
        try:
            self._is_lost = not jobs.keep_lease(self._job, at=timezone.now(), done=done, total=total)
        except DatabaseError:
            logger.warning("The lease of job %s could not be renewed.", self._job.pk, exc_info=True)
            connection.close()
