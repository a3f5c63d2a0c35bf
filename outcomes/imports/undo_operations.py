"""Undoing an import: shifts are voided, details or steps taken back, all of them or none. Nothing is deleted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pghistory
from django.contrib.postgres.functions import RandomUUID
from django.db import transaction

from hotspot.core import wording
from hotspot.core.errors import DomainError, NotAllowed
from hotspot.core.jobs import operations as jobs
from hotspot.core.models import Job, User
from hotspot.core.permissions import Permission
from outcomes.imports.shift_operations import one_at_a_time
from outcomes.imports.undo_queries import obstacles_to, shifts_of
from outcomes.justice.operations import take_back
from outcomes.kinds import KINDS
from outcomes.models import FileImport, JusticeStage, Outcome
from patrols.models import PatrolShift

UNDO = "undo_import"


@transaction.atomic
def begin_undo(*, by: User, at: datetime, import_id: int, page: str) -> Job:
    """Queue the undoing of an import.

    Raises FileImport.DoesNotExist, DomainError `not_imported`, `undone_already`, `import_depended_on` or
    `too_many_jobs`.
    """
    found = _undoable(import_id, by=by)
    if found.undone is not None and not found.undone.is_over:
        return found.undone
    title = f"Undoing the import of {found}"
    found.undone = jobs.enqueue(by=by, at=at, kind=UNDO, title=title, page=page, import_id=found.pk)
    found.save(update_fields=("undone",))
    return found.undone


@transaction.atomic
def undo_now(*, by: User, at: datetime, import_id: int) -> int:
    """Undo an import without a worker, by command; gives and raises what `undo` does."""
    count = undo(by=by, import_id=import_id)
    found = FileImport.objects.get(pk=import_id)
    found.undone = Job.objects.create(
        kind=UNDO, title=f"Undoing the import of {found}"[:200], by=by, state=Job.State.DONE,
        input={"import_id": import_id}, result={"undone": count}, created_at=at, finished_at=at,
    )  # fmt: skip
    found.save(update_fields=("undone",))
    return count


@transaction.atomic
def undo(*, by: User, import_id: int) -> int:
    """Take back what an import wrote, with the reason “Import 12 undone”; gives how many shifts or outcomes that were.

    Shifts are voided; outcomes that were given details wait for them again, as before; steps of arrests are taken back.
    The shifts' submission ids and references are released, so that the same file can be imported again: as new shifts,
    because it may be read differently then. The history keeps both. Raises what `begin_undo` raises, and NotAllowed.
    """
    if not by.may(Permission.IMPORT):
        raise NotAllowed("not_allowed", "You may not undo imports any more.")
    one_at_a_time()
    found = _undoable(import_id, by=by)
    # Whoever corrects one of them at this moment comes first, and is seen by the check that follows.
    list(shifts_of(found).select_for_update().order_by("pk").values_list("pk", flat=True))
    _check_free(found, by=by)
    reason = f"Import {found.pk} undone"
    with pghistory.context(user=by.pk, action="import_undone", reason=reason):
        if found.kind == FileImport.Kind.SHIFTS:
            return _void(found, reason)
        if found.kind == FileImport.Kind.JUSTICE:
            return _take_back_stages(found.recorded["stages"], reason)
        return sum(_take_back(kind.model, found.recorded.get(kind.key, ())) for kind in KINDS)


def _void(found: FileImport, reason: str) -> int:
    return (
        shifts_of(found)
        .order_by()
        .update(
            state=PatrolShift.State.VOIDED,
            void_reason=reason,
            submission_id=RandomUUID(),
            external_source="",
            external_reference="",
        )
    )


def _take_back_stages(ids: Sequence[int], reason: str) -> int:
    """Void the steps of arrests that the import entered, the last one first; gives how many."""
    stages = JusticeStage.objects.filter(pk__in=ids, void_reason="").select_related("arrest").order_by("-pk")
    for stage in stages:
        take_back(stage.arrest, stage, reason)
    return len(stages)


def _take_back(model: type[Outcome], ids: Sequence[int]) -> int:
    """Make outcomes what they were before their last version; gives how many."""
    # django-pghistory makes the versions' model.
    meta: Any = model._meta
    event = meta.get_field("events").related_model
    names = [field.attname for field in meta.concrete_fields if field.name not in ("id", "shift")]
    versions: dict[int, list[Any]] = {}
    for version in event.objects.filter(pgh_obj__in=ids).order_by("-pgh_id"):
        versions.setdefault(version.pgh_obj_id, []).append(version)
    rows = list(model.objects.filter(pk__in=ids))
    for row in rows:
        for name in names:
            setattr(row, name, getattr(versions[row.pk][1], name))
    model.objects.bulk_update(rows, [meta.get_field(name).name for name in names])
    return len(rows)


def _undoable(import_id: int, *, by: User) -> FileImport:
    """An import that was written and can be undone, locked."""
    rows = FileImport.objects.select_for_update(of=("self",)).select_related("written", "undone", "file")
    found = rows.visible_to(by).get(pk=import_id)
    if found.undone is not None and found.undone.state == Job.State.DONE:
        raise DomainError("undone_already", "This import was undone before.")
    if found.written is None or found.written.state != Job.State.DONE or not found.recorded_count:
        raise DomainError("not_imported", "This import wrote nothing that can be taken back.")
    _check_free(found, by=by)
    return found


def _check_free(found: FileImport, *, by: User) -> None:
    obstacles = obstacles_to(found, by=by)
    if not obstacles:
        return
    reasons = []
    if obstacles.changed_count:
        reasons.append(f"{wording.plural(obstacles.changed_count, 'shift was', 'shifts were')} changed since")
    if obstacles.publications:
        reasons.append(f"shifts are counted in {wording.listing([each.name for each in obstacles.publications[:5]])}")
    raise DomainError("import_depended_on", f"This import cannot be undone: {' and '.join(reasons)}.")
