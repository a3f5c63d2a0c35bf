"""Writes to shifts and their crew. Every one says who (`by`) and when (`at`), and is one transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import pghistory
from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from hotspot.core import database_instance
from hotspot.core.advisory_locks import LockName, lock_each
from hotspot.core.bulk_insert import SmallBatch
from hotspot.core.errors import ChangedMeanwhile, NeedsConfirming, NotAllowed, raise_all
from hotspot.core.models import User
from patrols.models import PatrolShift, Visit
from patrols.shifts import permissions, rules
from patrols.shifts.checking import PlanChecker
from patrols.shifts.entries import NOT_EXTERNAL, NOTHING_ACKNOWLEDGED, AcknowledgedWarnings, ExternalRecord, ShiftEntry
from patrols.shifts.rows import TABLES
from patrols.shifts.rules import ShiftFacts
from patrols.shifts.writing import put_shifts


def locked(shift_id: int, *, by: User, version: int | None = None) -> PatrolShift:
    """The shift, locked until the transaction ends, if this person may see it.

    Raises PatrolShift.DoesNotExist, and ChangedMeanwhile if it is not the version the caller had in front of them.
    """
    shift = PatrolShift.objects.select_for_update(of=("self",)).visible_to(by).get(pk=shift_id)
    if version is not None and shift.version != version:
        raise ChangedMeanwhile
    return shift


def lock_areas(areas: Collection[int]) -> None:
    """Let nobody else record worked shifts in these areas (by id) until the transaction ends.

    Comparing a shift with the others and writing it would otherwise not see what somebody else writes at the same
    moment. Take the locks of all areas in one call: they are taken in one order, so two writers never wait for each
    other.
    """
    lock_each(LockName.AREAS, areas)


@transaction.atomic
def plan_shift(
    *,
    by: User,
    at: datetime,
    submission_id: UUID,
    facts: ShiftFacts,
    acknowledged: AcknowledgedWarnings = NOTHING_ACKNOWLEDGED,
    external: ExternalRecord = NOT_EXTERNAL,
) -> PatrolShift:
    """Put a shift ahead into the plan. Sending the same form again returns the shift it made."""
    entry = ShiftEntry(
        submission_id=submission_id,
        facts=facts,
        state=PatrolShift.State.PLANNED,
        acknowledged=acknowledged,
        external=external,
    )
    try:
        shift_id = _plan(entry, by=by, at=at)
    except (IntegrityError, NeedsConfirming):
        # The form was sent twice at once, or the external record came another way, since this was looked up. Nobody is
        # asked about the plan that they just made.
        shift_id = _plan(entry, by=by, at=at)
    return PatrolShift.objects.get(pk=shift_id)


def _plan(entry: ShiftEntry, *, by: User, at: datetime) -> int:
    checked, batch = PlanChecker(by=by, at=at).check_one(entry), SmallBatch(TABLES, new=PatrolShift)
    if checked.saved is not None:
        return checked.saved
    with pghistory.context(user=by.pk, action="planned"):
        put_shifts([checked], batch, by=by, at=at)
        return batch.write()


@transaction.atomic
def set_visits(
    *, by: User, at: datetime, shift_id: int, version: int, visits: Sequence[tuple[datetime, datetime]]
) -> PatrolShift:
    """Make the visits of a shift those said, each from arriving to leaving. Visits that stay are not written.

    Raises NotAllowed, ChangedMeanwhile and DomainError(s).
    """
    shift = locked(shift_id, by=by, version=version)
    permissions.check_may_correct(shift, by=by, at=at)
    if shift.is_planned:
        raise NotAllowed("not_worked", "Visits are entered when the shift has been worked.")
    raise_all(rules.check_visits(visits, shift))
    standing = {(visit.starts_at, visit.ends_at): visit for visit in shift.visits.all()}
    with pghistory.context(user=by.pk, action="visits"):
        shift.visits.filter(pk__in=[visit.pk for span, visit in standing.items() if span not in visits]).delete()
        Visit.objects.bulk_create(
            Visit(shift=shift, starts_at=start, ends_at=end) for start, end in visits if (start, end) not in standing
        )
    return shift


@transaction.atomic
def after_restore() -> None:
    """Make the database an instance of its own after a backup was restored into it.

    Every shift in it counts as changed long ago, whichever server numbered its changes; what changes from now on is
    numbered above. Cursors from before belong to the instance before. Shifts can't be written meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE patrols_patrolshift IN SHARE ROW EXCLUSIVE MODE")
    database_instance.renew(PatrolShift.objects.aggregate(last=Max("changed_in"))["last"] or 0)
