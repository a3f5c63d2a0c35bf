"""Writes to what was taken away: recorded, and withdrawn. Nothing is deleted."""

from datetime import datetime
from uuid import UUID

import pghistory
from django.db import transaction
from django.db.models import Max, Sum

from hotspot.core.errors import Conflict, raise_all
from hotspot.core.models import User
from patrols.abstractions.permissions import check_may_record
from patrols.abstractions.rules import check_plan_holds, check_taken_away
from patrols.models import Abstraction, PatrolShift
from patrols.shifts.operations import locked
from patrols.shifts.rules import ShiftFacts


@transaction.atomic
def record_taken_away(
    *,
    by: User,
    at: datetime,
    submission_id: UUID,
    shift_id: int,
    reason: str,
    people: int,
    minutes: int,
    backfilled: bool,
) -> Abstraction:
    """Record that people of a shift were taken away, for so many minutes each. The same form sent twice is one.

    Raises PatrolShift.DoesNotExist, NotAllowed, DomainError(s), and Conflict for a form used for another shift.
    """
    shift = locked(shift_id, by=by)
    check_may_record(shift, by=by, at=at)
    said = (reason, people, minutes, backfilled)
    if (sent := _sent_before(submission_id, shift, said)) is not None:
        return sent
    planned = shift.crew.aggregate(total=Sum("minutes", default=0))["total"]
    before = Abstraction.objects.standing().filter(shift=shift).aggregate(total=Sum("patrol_minutes", default=0))
    raise_all(
        check_taken_away(shift, reason=reason, people=people, minutes=minutes, planned=planned, before=before["total"])
    )
    with pghistory.context(user=by.pk, action="time_taken_away"):
        return Abstraction.objects.create(
            submission_id=submission_id,
            shift=shift,
            reason=reason,
            people=people,
            minutes=minutes,
            is_backfilled=backfilled,
            recorded_by=by,
            recorded_at=at,
        )


def _sent_before(submission_id: UUID, shift: PatrolShift, said: tuple[str, int, int, bool]) -> Abstraction | None:
    """What a form recorded when it was sent before. Raises Conflict unless that stands and says the same."""
    sent = Abstraction.objects.filter(submission_id=submission_id).first()
    if sent is None:
        return None
    if sent.shift_id != shift.pk:
        raise Conflict("submission_taken", "This form was used before. Open a new one.")
    if sent.withdrawn_at is not None or (sent.reason, sent.people, sent.minutes, sent.is_backfilled) != said:
        message = "This form was saved before, and said something else. Withdraw that, or record this on a new form."
        raise Conflict("saved_otherwise", message)
    return sent


def check_still_planned(shift: PatrolShift, facts: ShiftFacts) -> None:
    """Raise DomainError where a plan, locked, would become less than what was taken away from it.

    What was taken is of the plan as it stood: of a smaller one it would be more than there was.
    """
    standing = Abstraction.objects.standing().filter(shift=shift)
    found = standing.aggregate(total=Sum("patrol_minutes", default=0), longest=Max("minutes", default=0))
    if found["total"]:
        raise_all(check_plan_holds(facts, taken=found["total"], longest=found["longest"]))


@transaction.atomic
def withdraw_taken_away(*, by: User, at: datetime, abstraction_id: int) -> Abstraction:
    """Take back what was recorded by mistake. Nothing happens to what was withdrawn before.

    Raises Abstraction.DoesNotExist and NotAllowed.
    """
    found = Abstraction.objects.visible_to(by).get(pk=abstraction_id)
    check_may_record(locked(found.shift_id, by=by), by=by, at=at)
    found = Abstraction.objects.visible_to(by).select_for_update(of=("self",)).get(pk=found.pk)
    if found.withdrawn_at is None:
        found.withdrawn_at = at
        with pghistory.context(user=by.pk, action="time_given_back"):
            found.save(update_fields=("withdrawn_at",))
    return found
