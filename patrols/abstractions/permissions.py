"""Who may record that planned time was taken away."""

from datetime import datetime

from hotspot.core.errors import NotAllowed, NotInThisState
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from patrols.models import PatrolShift
from patrols.shifts.permissions import check_may_correct


def check_may_record(shift: PatrolShift, *, by: User, at: datetime) -> None:
    """Raise NotAllowed unless this person may say what was taken away from a shift: as long as they may correct it."""
    if shift.is_voided:
        raise NotInThisState("voided", "This shift was voided, so nothing can be taken away from it.")
    if shift.is_completed:
        check_may_correct(shift, by=by, at=at)
    elif not (by.may(Permission.CORRECT_ANY_SHIFT) or (by.may(Permission.PLAN_SHIFT) and shift.logged_by_id == by.pk)):
        message = "Only the supervisor whose plan it is, or an administrator, can record this."
        raise NotAllowed("not_yours", message)


def may_record(shift: PatrolShift, *, by: User, at: datetime) -> bool:
    """Whether this person may record it: see `check_may_record`."""
    try:
        check_may_record(shift, by=by, at=at)
    except NotAllowed:
        return False
    return True
