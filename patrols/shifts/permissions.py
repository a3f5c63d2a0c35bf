"""Who may still change a shift, and until when."""

from collections.abc import Callable
from datetime import datetime, timedelta

from hotspot.core.calendar import today
from hotspot.core.errors import NotAllowed, NotInThisState
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from patrols.models import PatrolShift

CORRECTION_DAYS = 7

UNDO_MINUTES = 10
UNDO_CLOSED = f"A void can be undone for {UNDO_MINUTES} minutes. If the shift did take place, log it again."
# Nothing is said of the other shift: not everybody may know it.
LOGGED_MEANWHILE = (
    "Another shift was logged or changed in this area for this time since the void, so the void stays. "
    "If both took place, log this one again."
)


def correction_closes_at(shift: PatrolShift) -> datetime:
    """Until when the supervisor who logged the shift may correct it: seven days from its end, or from logging it.

    The later of the two counts, so that a shift that was logged late can be corrected like any other.
    """
    return max(shift.ends_at, shift.logged_at) + timedelta(days=CORRECTION_DAYS)


def check_may_correct(shift: PatrolShift, *, by: User, at: datetime) -> None:
    """Raise NotAllowed unless this person may correct this shift now."""
    if shift.is_voided:
        message = "This shift was voided, so it can’t be corrected. If it did take place, log it again."
        raise NotInThisState("voided", message)
    if shift.is_cancelled:
        raise NotInThisState("cancelled", "This shift was cancelled. Plan it again before you change it.")
    if by.may(Permission.CORRECT_ANY_SHIFT):
        return
    if not by.may(Permission.CORRECT_SHIFT) or shift.logged_by_id != by.pk:
        raise NotAllowed("not_yours", "Only the supervisor who logged a shift, or an administrator, can correct it.")
    if at > correction_closes_at(shift):
        message = (
            f"A shift can be corrected for {CORRECTION_DAYS} days from its end, or from when it was logged. "
            "Ask an administrator to correct this one."
        )
        raise NotAllowed("correction_closed", message)


def check_may_void(shift: PatrolShift, *, by: User, at: datetime) -> None:
    """Raise NotAllowed unless this person may void this shift now."""
    if shift.is_voided:
        raise NotInThisState("voided", "This shift was voided before. Nothing more needs to be done.")
    if shift.is_cancelled:
        raise NotInThisState("cancelled", "This shift was cancelled and counts in no figure. It need not be voided.")
    if by.may(Permission.CORRECT_ANY_SHIFT):
        return
    if not by.may(Permission.VOID_SHIFT) or shift.logged_by_id != by.pk:
        raise NotAllowed("not_yours", "Only the supervisor who logged a shift, or an administrator, can void it.")
    if not shift.is_planned and today(at) != today(shift.logged_at):
        message = "You can void a shift on the day you logged it. Ask an administrator to void this one."
        raise NotAllowed("void_closed", message)


def check_may_complete(shift: PatrolShift, *, by: User) -> None:
    """Raise NotAllowed unless this person, who sees the shift, may say how it went."""
    if not shift.is_planned:
        raise NotInThisState("not_planned", "This shift is not a planned one any more.")
    if not by.may(Permission.LOG_SHIFT):
        message = "Only a supervisor of the district, or an administrator, can complete a planned shift."
        raise NotAllowed("may_not_complete", message)


def may_complete(shift: PatrolShift, *, by: User) -> bool:
    """Whether this person, who sees the shift, may say how it went: see `check_may_complete`."""
    return _is_allowed(lambda: check_may_complete(shift, by=by))


def check_may_ask(shift: PatrolShift, *, by: User, at: datetime) -> None:
    """Raise NotAllowed unless this person, who sees the shift, may ask an administrator to correct or void it.

    That is for supervisors, and for what they cannot do themselves.
    """
    if shift.is_voided:
        raise NotInThisState("voided", "This shift was voided. If it did take place, log it again.")
    if shift.is_cancelled:
        raise NotInThisState("cancelled", "This shift was cancelled. If it did take place, log it.")
    if not by.may(Permission.CORRECT_SHIFT) or by.may(Permission.CORRECT_ANY_SHIFT):
        raise NotAllowed(
            "may_not_ask", "Only supervisors ask for corrections. Administrators correct a shift themselves."
        )
    checks = (check_may_correct, check_may_void)
    if all(_is_allowed(lambda check=check: check(shift, by=by, at=at)) for check in checks):  # type: ignore[misc]
        raise NotAllowed("not_needed", "You can still correct or void this shift yourself.")


def may_ask(shift: PatrolShift, *, by: User, at: datetime) -> bool:
    """Whether this person may ask an administrator to correct the shift: see `check_may_ask`."""
    return _is_allowed(lambda: check_may_ask(shift, by=by, at=at))


def may_correct(shift: PatrolShift, *, by: User, at: datetime) -> bool:
    """Whether this person may correct the shift now: see `check_may_correct`."""
    return _is_allowed(lambda: check_may_correct(shift, by=by, at=at))


def _is_allowed(check: Callable[[], None]) -> bool:
    try:
        check()
    except NotAllowed:
        return False
    return True
