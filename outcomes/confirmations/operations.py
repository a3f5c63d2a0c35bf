"""Months confirmed and taken back. Every write says who (`by`) and when (`at`), and is one transaction."""

from datetime import datetime

from django.db import transaction

from hotspot.core import wording
from hotspot.core.calendar import Period
from hotspot.core.errors import ChangedMeanwhile, DomainError, NotInThisState
from hotspot.core.models import User
from outcomes.confirmations.permissions import check_may_confirm
from outcomes.confirmations.queries import own_month
from outcomes.confirmations.rules import PersonMonth, is_over
from outcomes.models import MonthConfirmation


@transaction.atomic
def confirm_month(*, by: User, at: datetime, person: User, month: Period, seen: str) -> MonthConfirmation:
    """Say that a person has nothing more to log for a month. One that stands already, and is as it was, stays.

    `seen` is the fingerprint of what was looked at. Raises NotAllowed, ChangedMeanwhile where it is not that any more,
    and DomainError `confirmed_too_early`, `nothing_to_confirm` and `shifts_to_complete`.
    """
    check_may_confirm(person, by=by)
    _lock(person.pk)
    found = own_month(person, month)
    _check(found, at)
    if found.fingerprint != seen:
        raise ChangedMeanwhile
    if found.confirmation and found.is_settled:
        return found.confirmation
    if found.confirmation:
        _take_back(found.confirmation, by, at)
    return MonthConfirmation.objects.create(
        person=person, month=month.first_day, shifts=dict(found.shifts), confirmed_by=by, confirmed_at=at
    )


def _check(found: PersonMonth, at: datetime) -> None:
    month = found.month
    if not is_over(month, at):
        raise DomainError("confirmed_too_early", f"{wording.month(month.first_day)} can be confirmed when it is over.")
    if not found.shifts:
        message = f"No shift was planned or logged in {wording.month(month.first_day)}, so there is nothing to confirm."
        raise DomainError("nothing_to_confirm", message)
    if found.planned:
        shifts = wording.plural(found.planned, "planned shift is", "planned shifts are")
        raise DomainError("shifts_to_complete", f"{shifts} neither completed nor cancelled. See to that first.")


@transaction.atomic
def take_back(*, by: User, at: datetime, confirmation_id: int) -> MonthConfirmation:
    """Say that there is something to log after all. Raises MonthConfirmation.DoesNotExist and NotAllowed."""
    seen = MonthConfirmation.objects.visible_to(by).select_related("person")
    _lock(seen.get(pk=confirmation_id).person_id)
    found = seen.select_for_update(of=("self",)).get(pk=confirmation_id)
    check_may_confirm(found.person, by=by)
    if found.taken_back_at:
        raise NotInThisState("taken_back", "This was taken back already.")
    _take_back(found, by, at)
    return found


def _lock(person_id: int) -> None:
    """Whoever confirms a month of this person, or takes one back, at this moment waits."""
    User.objects.select_for_update(no_key=True).get(pk=person_id)


def _take_back(found: MonthConfirmation, by: User, at: datetime) -> None:
    found.taken_back_by, found.taken_back_at = by, at
    found.save(update_fields=("taken_back_by", "taken_back_at"))
