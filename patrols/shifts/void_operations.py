"""Voiding a shift, and undoing that."""

from datetime import datetime, timedelta

import pghistory
from django.db import transaction

from hotspot.core.errors import NotAllowed
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspot.core.text import clean_line
from patrols.models import PatrolShift
from patrols.shifts import permissions, queries, rules
from patrols.shifts.entries import external_record_of
from patrols.shifts.lookup import elsewhere
from patrols.shifts.operations import lock_areas, locked
from patrols.shifts.queries import ShiftSpan
from patrols.shifts.writing import words_for_races


@transaction.atomic
def void_shift(*, by: User, at: datetime, shift_id: int, version: int, reason: str) -> PatrolShift:
    """Withdraw a shift from every figure, for ever visible with its reason.

    Raises NotAllowed, ChangedMeanwhile, or DomainError when no reason is given.
    """
    shift = locked(shift_id, by=by, version=version)
    permissions.check_may_void(shift, by=by, at=at)
    rules.check_reason(reason)
    shift.state, shift.void_reason = PatrolShift.State.VOIDED, clean_line(reason)
    with pghistory.context(user=by.pk, action="voided", reason=shift.void_reason):
        shift.save(update_fields=("state", "void_reason"))
    return shift


@transaction.atomic
def restore_shift(*, by: User, at: datetime, shift_id: int) -> PatrolShift:
    """Undo a void within ten minutes: the shift is again what it was.

    Raises NotAllowed afterwards, and where another shift was logged beside it meanwhile; DomainError
    `officer_elsewhere` if somebody of its crew was recorded elsewhere.
    """
    shift = locked(shift_id, by=by)
    before = shift.events.exclude(state=PatrolShift.State.VOIDED).order_by("-pgh_id").first()
    if before is None or not may_restore(shift, by=by, at=at):
        raise NotAllowed("undo_closed", permissions.UNDO_CLOSED)
    lock_areas([shift.area_id])
    if before.state == PatrolShift.State.COMPLETED:
        _check_nothing_recorded_meanwhile(shift, by=by)
    shift.state, shift.void_reason = before.state, ""
    with words_for_races(external_record_of(shift)), pghistory.context(user=by.pk, action="restored"):
        shift.save(update_fields=("state", "void_reason"))
    return shift


def _check_nothing_recorded_meanwhile(shift: PatrolShift, *, by: User) -> None:
    numbered = shift.crew.exclude(collar_number="")
    crew = [ShiftSpan(row.collar_number, row.starts_at, row.ends_at, row.role) for row in numbered]
    for place, row in elsewhere(crew, by=by):
        raise rules.officer_elsewhere(str(crew[place].whose), queries.disclosed(row, by=by))
    if queries.written_beside(shift):
        raise NotAllowed("logged_meanwhile", permissions.LOGGED_MEANWHILE)


def may_restore(shift: PatrolShift, *, by: User, at: datetime) -> bool:
    """Whether this person may restore the shift: it was voided less than ten minutes ago, and not with its import.

    Supervisors undo what they voided themselves, administrators what anybody did. Undoing an import releases the
    submission of each shift, which may have been imported again since.
    """
    return (
        shift.is_voided
        and by.may(Permission.VOID_SHIFT)
        and at < shift.updated_at + timedelta(minutes=permissions.UNDO_MINUTES)
        and (by.may(Permission.CORRECT_ANY_SHIFT) or _voided_by(shift) == by.pk)
        and shift.events.exclude(state=shift.state).filter(submission_id=shift.submission_id).exists()
    )


def _voided_by(shift: PatrolShift) -> int | None:
    """Who voided a voided shift, by id; None where the history does not know."""
    events = shift.events.filter(pgh_context__metadata__action="voided").order_by("-pgh_id")
    by: int | None = events.values_list("pgh_context__metadata__user", flat=True).first()
    return by
