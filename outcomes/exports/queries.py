"""The files that jobs made, for those who may still have them."""

from datetime import datetime

from hotspot.core.models import Job, StoredFile, User
from patrols.shifts.queries import sees_districts


def file_of(job: Job, *, by: User, at: datetime) -> StoredFile | None:
    """The file of records that a job made, without its contents, or None where there is none any more.

    Raises StoredFile.DoesNotExist where its person has lost a permission or a district that it needs.
    """
    kept = StoredFile.objects.filter(pk=job.result.get("file"), expires_at__gt=at).defer("content")
    if not kept.exists():
        return None
    file = kept.visible_to(by).get()
    if file.districts is None or not sees_districts(by, file.districts):
        raise StoredFile.DoesNotExist
    return file
