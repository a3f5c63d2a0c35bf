"""The background jobs of police data, as settings.JOB_KINDS names them: checking a file and loading it."""

import io
from collections.abc import Mapping
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
    """Load the file's months. Raises DomainError `incidents_changed` where that does not do what its check showed."""
    source, content = _file(job)
    result = loading.load(
        source=source, content=content, at=timezone.now(), confirmed=job.input["confirmed"], progress=progress
    )
    if source.checked is not None and _effects(result) != _effects(source.checked.result):
        message = "Since this file was checked, its months or your districts have changed. Upload the file again."
        raise DomainError("incidents_changed", message)
    return result


def _effects(result: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Of each month what it replaces, and how much of it is outside the districts: all that others can change."""
    months = [*result["months"], *(result.get("searches") or {"months": []})["months"]]
    return [(each["month"], each["elsewhere"], each["differences"]) for each in months]


def _file(job: Job) -> tuple[IncidentFile, io.BytesIO]:
    source = IncidentFile.objects.select_related("file", "by", "checked").get(pk=job.input["file_id"])
    content = bytes(source.file.content)
    if not content:
        # Its week is over.
        raise DomainError("incidents_not_kept", "The file is not kept any more. Upload it again.")
    return source, io.BytesIO(content)
