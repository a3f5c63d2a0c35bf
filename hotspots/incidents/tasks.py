"""The background jobs of police data, as settings.JOB_KINDS names them: checking a file and loading it."""

import io
from typing import Any

from django.utils import timezone

from hotspot.core.errors import DomainError
from hotspot.core.jobs import operations as jobs
from hotspot.core.models import Job
from hotspot.core.permissions import Permission
from hotspots.incidents import loading
from hotspots.models import IncidentFile


@jobs.needs(Permission.LOAD_INCIDENTS)
def check_incidents(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """Go through the file as if it were loaded; nothing is."""
    source, content = _file(job)
    return loading.try_load(source=source, content=content, at=timezone.now(), progress=progress)


@jobs.needs(Permission.LOAD_INCIDENTS)
def load_incidents(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """Load the file's months."""
    source, content = _file(job)
    return loading.load(
        source=source, content=content, at=timezone.now(), confirmed=job.input["confirmed"], progress=progress
    )


def _file(job: Job) -> tuple[IncidentFile, io.BytesIO]:
    source = IncidentFile.objects.select_related("file", "by").get(pk=job.input["file_id"])
    content = bytes(source.file.content)
    if not content:
        # Its week is over.
        raise DomainError("incidents_not_kept", "The file is not kept any more. Upload it again.")
    return source, io.BytesIO(content)
