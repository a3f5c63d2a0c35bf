"""Writes to jobs and stored files. A worker claims a job, keeps its lease, and says how it ended."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from hotspot.core.errors import NotAllowed, TryLater
from hotspot.core.models import Job, StoredFile, User
from hotspot.core.permissions import Permission
from hotspot.core.text import clean_line

LEASE = timedelta(minutes=2)
RETRY_AFTER = timedelta(seconds=20)
MOST_ATTEMPTS = 3
MOST_AT_ONCE = 5
FILE_DAYS = 7

Progress = Callable[[int, int], None]
Work = Callable[[Job, Progress], dict[str, Any]]


class JobLost(Exception):
    """The job is not this worker's any more: its lease ran out, and another one may have it."""


def needs(permission: Permission) -> Callable[[Work], Work]:
    """Declare the permission that a kind of job needs: held against its person when it is run and when it is retried.

    A kind that declares none is never run, and a test says so first.
    """

    def mark(work: Work) -> Work:
        work.required_permission = permission  # type: ignore[attr-defined]
        return work

    return mark


def work_of(kind: str) -> Work:
    """The function that does this kind of job. Raises KeyError for an unknown kind."""
    work: Work = import_string(settings.JOB_KINDS[kind])
    return work


def permission_of(kind: str) -> Permission:
    """The permission that this kind of job needs. Raises KeyError for an unknown kind."""
    permission: Permission = work_of(kind).required_permission  # type: ignore[attr-defined]
    return permission


def check_allowed(job: Job, *, until_commit: bool = False) -> None:
    """Raise NotAllowed unless the job's person may do this now: they may have lost their role since they asked.

    `until_commit` keeps their account as it is until the transaction ends.
    """
    people = User.objects.select_for_update() if until_commit else User.objects
    if not people.get(pk=job.by_id).may(permission_of(job.kind)):
        raise not_allowed()


def not_allowed() -> NotAllowed:
    """That somebody has lost the permission that a job needs."""
    return NotAllowed("not_allowed", "You may not do this any more, so nothing was done. Ask an administrator.")


@transaction.atomic
def keep_file(
    *,
    by: User,
    at: datetime,
    name: str,
    content: bytes,
    permissions: Collection[Permission],
    districts: Collection[int] | None = None,
    kept: timedelta = timedelta(days=FILE_DAYS),
) -> StoredFile:
    """Store a file of this person, for a week unless it is to be `kept` longer. For `permissions` and `districts` see
    StoredFile."""
    return StoredFile.objects.create(
        by=by,
        name=clean_line(name)[:200],
        content=content,
        created_at=at,
        expires_at=at + kept,
        permissions=sorted(permissions),
        districts=None if districts is None else sorted(districts),
    )


def clear_files(*, at: datetime) -> int:
    """Remove the contents of files that have expired, and say how many. Their rows say that they were there."""
    return StoredFile.objects.filter(expires_at__lte=at).exclude(content=b"").update(content=b"")


@transaction.atomic
def enqueue(*, by: User, at: datetime, kind: str, title: str, page: str = "", **given: Any) -> Job:
    """Put work into the queue; the caller tells a worker (`tasks.notify_worker`). Raises TryLater `too_many_jobs`."""
    User.objects.select_for_update().get(pk=by.pk)
    if Job.objects.filter(by=by, finished_at__isnull=True).count() >= MOST_AT_ONCE:
        message = f"You have {MOST_AT_ONCE} jobs waiting or running. Start this one when one of them is done."
        raise TryLater("too_many_jobs", message)
    return Job.objects.create(kind=kind, title=title[:200], page=page, by=by, input=given, created_at=at)


@transaction.atomic
def retry(*, by: User, at: datetime, job_id: int) -> Job:
    """Queue a failed job of one's own again. One that has not failed is left as it is.

    Raises Job.DoesNotExist, KeyError for a kind that is unknown by now, and NotAllowed.
    """
    job = Job.objects.select_for_update().visible_to(by).get(pk=job_id)
    if not by.may(permission_of(job.kind)):
        raise not_allowed()
    if job.state == Job.State.FAILED:
        job.state, job.error, job.attempts, job.lease_until, job.finished_at = Job.State.QUEUED, "", 0, None, None
        job.save()
    return job


@transaction.atomic
def claim(*, at: datetime, job_id: int | None = None) -> Job | None:
    """Take a job that is due (the oldest, unless one is named), or None. One whose worker keeps dying is failed."""
    due = Job.objects.due(at).select_for_update(skip_locked=True).order_by("created_at", "pk")
    for job in due if job_id is None else due.filter(pk=job_id):
        if job.attempts >= MOST_ATTEMPTS:
            message = f"This did not get to its end in {MOST_ATTEMPTS} attempts. Nothing was changed."
            _end(job, at=at, state=Job.State.FAILED, error=message)
            continue
        job.state, job.attempts, job.lease_until = Job.State.RUNNING, job.attempts + 1, at + LEASE
        job.done = job.total = 0
        job.save()
        return job
    return None


def keep_lease(job: Job, *, at: datetime, done: int, total: int) -> bool:
    """Say that the worker is alive and how far it is. False: the job is not its any more."""
    return bool(_own(job).update(lease_until=at + LEASE, done=done, total=total))


def finish(job: Job, *, at: datetime, result: Mapping[str, Any]) -> None:
    """Say that the work is done, in the transaction that holds what it wrote. Raises JobLost."""
    _end(job, at=at, state=Job.State.DONE, result=dict(result))


def refuse(job: Job, *, at: datetime, error: str) -> None:
    """Say that the work cannot be done as it was asked for, and why. Raises JobLost."""
    _end(job, at=at, state=Job.State.FAILED, error=error)


def give_back(job: Job, *, at: datetime) -> bool:
    """Say that the work broke off: it is tried again in a while, or has failed for good. Whether the latter."""
    if job.attempts >= MOST_ATTEMPTS:
        message = "Something went wrong on our side, three times. Nothing was changed. You can try again."
        refuse(job, at=at, error=message)
        return True
    _own(job).update(state=Job.State.QUEUED, lease_until=at + RETRY_AFTER * job.attempts)
    return False


def _own(job: Job) -> Any:
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)


def _end(job: Job, *, at: datetime, state: str, **values: Any) -> None:
    own = Job.objects.filter(pk=job.pk, attempts=job.attempts, finished_at__isnull=True)
    if not own.update(state=state, lease_until=None, finished_at=at, **values):
        raise JobLost
    job.refresh_from_db()
