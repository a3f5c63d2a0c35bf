"""The background job of analyses, as settings.JOB_KINDS names it."""

from typing import Any

from hotspot.core.jobs import operations as jobs
from hotspot.core.models import Job
from hotspot.core.permissions import Permission
from hotspots.analysis import operations


@jobs.needs(Permission.ANALYSE_INCIDENTS)
def run_analysis(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """Answer the analysis that the job is about."""
    return operations.answer_analysis(job=job)
