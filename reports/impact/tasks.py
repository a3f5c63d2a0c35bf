"""The background job of studies, as settings.JOB_KINDS names it."""

from typing import Any

from hotspot.core.jobs import operations as jobs
from hotspot.core.models import Job
from hotspot.core.permissions import Permission
from reports.impact import operations


@jobs.needs(Permission.ANALYSE_INCIDENTS)
def measure_impact(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """Answer the study that the job is about."""
    return operations.answer_study(job=job)
