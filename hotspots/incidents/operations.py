"""Writes to files of police data: kept, checked by a job, and loaded by another."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction

from hotspot.core.errors import DomainError, NotAllowed, NotInThisState
from hotspot.core.jobs import operations as jobs
from hotspot.core.models import Job, User
from hotspot.core.permissions import Permission
from hotspots.incidents import loading
from hotspots.models import IncidentCategory, IncidentFile

CHECK, LOAD = "check_incidents", "load_incidents"


@transaction.atomic
def check_new_file(
    *, by: User, at: datetime, name: str, content: bytes, page: Callable[[int], str]
) -> tuple[IncidentFile, Job]:
    """Keep an uploaded file of police data for a week and queue a check of it. `page` is its address, by its id.

    Raises TryLater `too_many_jobs`.
    """
    file = jobs.keep_file(by=by, at=at, name=name, content=content, permissions=[Permission.LOAD_INCIDENTS])
    found = IncidentFile.objects.create(by=by, file=file, created_at=at)
    title = f"Check of {found}"
    found.checked = jobs.enqueue(by=by, at=at, kind=CHECK, title=title, page=page(found.pk), file_id=found.pk)
    found.save(update_fields=("checked",))
    return found, found.checked


@transaction.atomic
def load_file(*, by: User, at: datetime, file_id: int, confirmed: Collection[str], page: str) -> Job:
    """Queue the loading of a file that was checked, with what its person `confirmed` of what the check asked.

    Raises DomainError `incidents_unchecked`, `incidents_unconfirmed`, `incidents_loaded` or `too_many_jobs`.
    """
    found = _locked(file_id, by=by)
    if found.checked is None or found.checked.state != Job.State.DONE:
        raise DomainError("incidents_unchecked", "Check the file first.")
    if set(found.checked.result["questions"]) - set(confirmed):
        raise DomainError("incidents_unconfirmed", "Confirm what the check found.")
    found.loaded = jobs.enqueue(
        by=by, at=at, kind=LOAD, title=f"Load {found}", page=page, file_id=found.pk, confirmed=sorted(confirmed)
    )
    found.save(update_fields=("loaded",))
    return found.loaded


@transaction.atomic
def load_now(
    *, by: User, at: datetime, name: str, content: BinaryIO, confirmed: Collection[str], progress: jobs.Progress
) -> dict[str, Any]:
    """Load a file without a job, by command; it is not kept, but listed. Gives and raises what `loading.load` does."""
    file = jobs.keep_file(by=by, at=at, name=name, content=b"", permissions=[Permission.LOAD_INCIDENTS])
    source = IncidentFile.objects.create(by=by, file=file, created_at=at)
    result = loading.load(source=source, content=content, at=at, confirmed=confirmed, progress=progress)
    source.loaded = Job.objects.create(
        kind=LOAD, title=f"Load {source}"[:200], by=by, state=Job.State.DONE, input={"file_id": source.pk},
        result=result, created_at=at, finished_at=at,
    )  # fmt: skip
    source.save(update_fields=("loaded",))
    return result


@transaction.atomic
def change_category(*, by: User, category_id: int, is_police_generated: bool) -> IncidentCategory:
    """Say whether incidents of a category are recorded because police looked. History keeps what it was.

    Raises NotAllowed, and IncidentCategory.DoesNotExist.
    """
    if not by.may(Permission.MANAGE):
        raise NotAllowed("not_allowed", "Only an administrator can change this.")
    category = IncidentCategory.objects.select_for_update().get(pk=category_id)
    category.is_police_generated = is_police_generated
    category.save(update_fields=("is_police_generated",))
    return category


def _locked(file_id: int, *, by: User) -> IncidentFile:
    """One of a person's own files, not loaded yet and not being loaded. Raises IncidentFile.DoesNotExist."""
    rows = IncidentFile.objects.select_for_update(of=("self",)).select_related("file", "checked", "loaded", "by")
    found = rows.visible_to(by).get(pk=file_id, by=by)
    if found.loaded is not None and found.loaded.state != Job.State.FAILED:
        raise NotInThisState("incidents_loaded", "This file is loaded already. Upload it again to load it again.")
    return found
