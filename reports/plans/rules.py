"""What plans, their responses and reviews may say."""

from datetime import date

from hotspot.core import wording
from hotspot.core.errors import DomainError, NotAllowed
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from reports.models import PlanResponse, ProblemPlan

MOST_RESPONSES = 40
MOST_MONTHS = 24


def check_open(plan: ProblemPlan) -> None:
    """Raise DomainError `plan_closed` for one that is not worked on any more."""
    if not plan.is_open:
        raise DomainError("plan_closed", "This plan is closed. Reopen it first.")


def check_months(first: date | None, last: date | None) -> None:
    """Raise DomainError, with its field, for months that are no period, or a longer one than a page can show."""
    if (first is None) != (last is None):
        field = "first_month" if first is None else "last_month"
        raise DomainError("months_incomplete", "Select both months, or none.", field)
    if first and last and last < first:
        raise DomainError("months_reversed", "The last month must be the same as or after the first.", "last_month")
    if first and last and (last.year - first.year) * 12 + last.month - first.month >= MOST_MONTHS:
        raise DomainError("months_too_many", f"Select at most {MOST_MONTHS} months.", "last_month")


def check_after(plan: ProblemPlan, day: date | None, field: str) -> None:
    """Raise DomainError on the field for a day before the plan began: a year that was mistyped."""
    if day and day < plan.opened_on:
        message = f"The plan began on {wording.day(plan.opened_on)}. Enter that day or a later one."
        raise DomainError("before_plan", message, field)


def check_opened(opened_on: date, *, day: date, earliest: date | None) -> None:
    """Raise DomainError on `opened_on` for a day to come, or after the `earliest` day that the plan names already."""
    if opened_on > day:
        raise DomainError("opened_on_ahead", "It cannot have begun on a day to come.", "opened_on")
    if earliest and opened_on > earliest:
        message = (
            f"Something of this plan was done or due on {wording.day(earliest)}. Enter that day or an earlier one."
        )
        raise DomainError("opened_on_late", message, "opened_on")


def check_response(response: PlanResponse, *, day: date) -> None:
    """Raise DomainError, with its field, for a status without what it needs, and for days before its plan."""
    statuses = PlanResponse.Status
    check_after(response.plan, response.done_on, "done_on")
    if response.status == statuses.DONE and response.done_on is None:
        raise DomainError("done_on_missing", "Enter the day on which it was done.", "done_on")
    if response.done_on and response.done_on > day:
        raise DomainError("done_on_ahead", "It cannot have been done on a day to come.", "done_on")
    if response.status == statuses.DROPPED and not response.note:
        raise DomainError("note_missing", "Enter why it was dropped.", "note")


def may_do(response: PlanResponse, *, by: User) -> bool:
    """Whether somebody may say that a response is done: who writes plans, and its owner."""
    own = response.owner_id == by.pk and by.may(Permission.DO_RESPONSES)
    return by.may(Permission.KEEP_PLANS) or own


def check_may_do(response: PlanResponse, *, by: User) -> None:
    """Raise NotAllowed `not_own_response` for whoever may not."""
    if not may_do(response, by=by):
        raise NotAllowed("not_own_response", "Only its owner, an analyst or an administrator can do this.")
