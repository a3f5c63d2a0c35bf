"""The background job of studies of visits, as settings.JOB_KINDS names it."""

from typing import Any

from hotspot.core.jobs import operations as jobs
from hotspot.core.models import Job
from hotspot.core.permissions import Permission
from reports.dosage import operations


@jobs.needs(Permission.ANALYSE_INCIDENTS)
def draw_koper_curve(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """Answer the study that the job is about."""
    return operations.answer_curve(job=job)
