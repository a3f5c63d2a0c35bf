"""The background job of results of trials, as settings.JOB_KINDS names it."""

from typing import Any

from django.utils import timezone

from hotspot.core.jobs import operations as jobs
from hotspot.core.models import Job
from hotspot.core.permissions import Permission
from reports.trials import operations


@jobs.needs(Permission.ANALYSE_INCIDENTS)
def analyse_trial(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """Answer the result that the job is about."""
    return operations.answer_result(job=job, at=timezone.now())
