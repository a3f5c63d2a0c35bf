"""The background job of layers, as settings.JOB_KINDS names it."""

from typing import Any

from django.utils import timezone

from hotspot.core.errors import DomainError
from hotspot.core.jobs import operations as jobs
from hotspot.core.models import Job, StoredFile
from hotspot.core.permissions import Permission
from hotspots.layers import operations


@jobs.needs(Permission.LOAD_INCIDENTS)
def load_layer(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """Load the job's file; gives the layer by its id. Raises DomainError `layer_not_kept`, and as `load_layer` does."""
    content = bytes(StoredFile.objects.get(pk=job.input["file_id"]).content)
    if not content:
        # Its week is over.
        raise DomainError("layer_not_kept", "The file is not kept any more. Upload it again.")
    layer = operations.load_layer(by=job.by, at=timezone.now(), source=job.input["source"], content=content)
    return {"layer_id": layer.pk}
