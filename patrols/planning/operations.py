"""Writes to planned shifts. Every one says who (`by`) and when (`at`), and is one transaction."""

from datetime import datetime

import pghistory
from django.db import transaction

from hotspot.core.bulk_insert import SmallBatch
from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspot.core.text import clean_line
from patrols.abstractions.operations import check_still_planned
from patrols.models import PatrolShift
from patrols.planning import permissions, queries
from patrols.shifts.checking import PlanChecker
from patrols.shifts.entries import NOTHING_ACKNOWLEDGED, AcknowledgedWarnings, ShiftEntry
from patrols.shifts.operations import locked
from patrols.shifts.rows import TABLES
from patrols.shifts.rules import AREA_PLANNED, PLANNED_TWICE, ShiftFacts
from patrols.shifts.writing import change_shift


@transaction.atomic
def change_plan(
    *,
    by: User,
    at: datetime,
    shift_id: int,
    version: int,
    facts: ShiftFacts,
    acknowledged: AcknowledgedWarnings = NOTHING_ACKNOWLEDGED,
) -> PatrolShift:
    """Make a planned shift what is said now, still planned.

    Raises NotAllowed, ChangedMeanwhile, DomainError(s) and NeedsConfirming.
    """
    shift = locked(shift_id, by=by, version=version)
    permissions.check_may_change_plan(shift, by=by)
    check_still_planned(shift, facts)
    checked = PlanChecker(by=by, at=at).check_one(_entry(shift, facts, acknowledged))
    batch = SmallBatch(TABLES)
    with pghistory.context(user=by.pk, action="plan_changed"):
        change_shift(shift, checked, batch, by=by, at=at)
        batch.write()
    return shift


@transaction.atomic
def cancel_shift(*, by: User, at: datetime, shift_id: int, version: int, reason: str = "") -> PatrolShift:
    """Say that a planned shift does not take place. It stays visible, and can be planned again.

    Raises NotAllowed and ChangedMeanwhile.
    """
    shift = locked(shift_id, by=by, version=version)
    permissions.check_may_change_plan(shift, by=by)
    shift.state, shift.cancel_reason = PatrolShift.State.CANCELLED, clean_line(reason)
    with pghistory.context(user=by.pk, action="cancelled", reason=shift.cancel_reason):
        shift.save(update_fields=("state", "cancel_reason"))
    return shift


@transaction.atomic
def plan_again(
    *, by: User, at: datetime, shift_id: int, acknowledged: AcknowledgedWarnings = NOTHING_ACKNOWLEDGED
) -> PatrolShift:
    """Put a cancelled shift back into the plan, as it was: until it would be over.

    Raises NotAllowed, DomainError(s) where it could not be planned today, and NeedsConfirming: what it meets now may
    be something else than what it met when it was planned.
    """
    shift = locked(shift_id, by=by)
    permissions.check_may_plan_again(shift, by=by)
    still_kept = set(shift.doubts_kept) - {PLANNED_TWICE, AREA_PLANNED}
    reason = acknowledged.reason if acknowledged.codes else shift.doubts_reason
    kept = AcknowledgedWarnings({*still_kept, *acknowledged.codes}, reason)
    checked = PlanChecker(by=by, at=at).check_one(_entry(shift, queries.facts_of(shift), kept))
    shift.state, shift.cancel_reason = PatrolShift.State.PLANNED, ""
    shift.doubts_kept, shift.doubts_reason = checked.codes_acknowledged, checked.reason_given
    with pghistory.context(user=by.pk, action="planned_again"):
        shift.save(update_fields=("state", "cancel_reason", "doubts_kept", "doubts_reason"))
    return shift


@transaction.atomic
def hand_over(*, by: User, at: datetime, shift_id: int, version: int, to: User) -> PatrolShift:
    """Make a planned shift another supervisor's: theirs to change, to complete and to be reminded of.

    Raises NotAllowed, ChangedMeanwhile, and DomainError for somebody who may not plan shifts in its area.
    """
    shift = locked(shift_id, by=by, version=version)
    permissions.check_may_change_plan(shift, by=by)
    if not queries.may_take_over(shift).filter(pk=to.pk).exists():
        raise DomainError("may_not_take_over", "Select somebody who logs shifts in this area.", "to")
    shift.logged_by = to
    with pghistory.context(user=by.pk, action="handed_over"):
        shift.save(update_fields=("logged_by",))
    return shift


def _entry(shift: PatrolShift, facts: ShiftFacts, acknowledged: AcknowledgedWarnings) -> ShiftEntry:
    return ShiftEntry(
        submission_id=shift.submission_id,
        facts=facts,
        state=PatrolShift.State.PLANNED,
        acknowledged=acknowledged,
        standing=shift,
    )
