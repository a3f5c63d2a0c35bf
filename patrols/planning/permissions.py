"""Who may change, cancel and hand over a planned shift."""

from hotspot.core.errors import NotAllowed, NotInThisState
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from patrols.models import PatrolShift


def check_may_change_plan(shift: PatrolShift, *, by: User) -> None:
    """Raise NotAllowed unless this person may change, cancel or hand over this planned shift."""
    if not shift.is_planned:
        raise NotInThisState("not_planned", "This shift is not a planned one any more.")
    _check_is_own(shift, by)


def check_may_plan_again(shift: PatrolShift, *, by: User) -> None:
    """Raise NotAllowed unless this person may put this cancelled shift back into the plan."""
    if not shift.is_cancelled:
        raise NotInThisState("not_cancelled", "This shift is not cancelled.")
    _check_is_own(shift, by)


def may_change_plan(shift: PatrolShift, *, by: User) -> bool:
    """Whether this person may change, cancel or hand over the shift: see `check_may_change_plan`."""
    return shift.is_planned and _is_own(shift, by)


def may_plan_again(shift: PatrolShift, *, by: User) -> bool:
    """Whether this person may put the shift back into the plan: see `check_may_plan_again`."""
    return shift.is_cancelled and _is_own(shift, by)


def _check_is_own(shift: PatrolShift, by: User) -> None:
    if not _is_own(shift, by):
        message = "Only the supervisor whose plan it is, or an administrator, can change a planned shift."
        raise NotAllowed("not_yours", message)


def _is_own(shift: PatrolShift, by: User) -> bool:
    return by.may(Permission.CORRECT_ANY_SHIFT) or (by.may(Permission.PLAN_SHIFT) and shift.logged_by_id == by.pk)
