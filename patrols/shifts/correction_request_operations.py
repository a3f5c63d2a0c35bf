"""Writes to requests for a correction: asked by a supervisor, closed by an administrator."""

from dataclasses import dataclass
from datetime import datetime

import pghistory
from django.db import IntegrityError, transaction

from hotspot.core.errors import DomainError, NotAllowed, constraint_of
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspot.core.text import clean_lines
from patrols.models import CorrectionRequest, PatrolShift
from patrols.shifts import permissions, rules

MOST_OPEN = 20


@dataclass(frozen=True)
class RequestMade:
    """A request for a correction. `is_new` is False for one that was open already."""

    request: CorrectionRequest
    is_new: bool


@transaction.atomic
def ask_for_correction(*, by: User, at: datetime, shift_id: int, reason: str) -> RequestMade:
    """Ask the administrators to correct or void a shift that `by` can no longer change themselves.

    A request that is still open is returned as it is: one shift is asked about once. Raises PatrolShift.DoesNotExist,
    NotAllowed, and DomainError `reason_missing` or `too_many_requests`.
    """
    shift = PatrolShift.objects.visible_to(by).get(pk=shift_id)
    permissions.check_may_ask(shift, by=by, at=at)
    rules.check_reason(reason)
    still_open = CorrectionRequest.objects.filter(asked_by=by, state=CorrectionRequest.State.OPEN)
    if (before := still_open.filter(shift=shift).first()) is not None:
        return RequestMade(before, is_new=False)
    if still_open.count() >= MOST_OPEN:
        message = f"You have asked for {MOST_OPEN} corrections that are still open. Wait until one is answered."
        raise DomainError("too_many_requests", message)
    try:
        with transaction.atomic(), pghistory.context(user=by.pk, action="asked"):
            made = CorrectionRequest.objects.create(shift=shift, asked_by=by, asked_at=at, reason=clean_lines(reason))
    except IntegrityError as error:
        if constraint_of(error) != "correction_asked_once":
            raise
        # The same form, sent twice at the same moment.
        return RequestMade(still_open.get(shift=shift), is_new=False)
    return RequestMade(made, is_new=True)


def open_request(shift: PatrolShift, *, by: User) -> CorrectionRequest | None:
    """What this person has asked about the shift and nobody has answered yet."""
    asked = shift.correction_requests.visible_to(by)
    return asked.filter(asked_by=by, state=CorrectionRequest.State.OPEN).first()


@transaction.atomic
def close_request(*, by: User, at: datetime, request_id: int, is_done: bool, answer: str) -> CorrectionRequest:
    """Say what became of a request: done, or declined with the reason in `answer`.

    Raises CorrectionRequest.DoesNotExist, NotAllowed `may_not_close`, and DomainError `already_closed` or
    `reason_missing`.
    """
    if not by.may(Permission.CORRECT_ANY_SHIFT):
        raise NotAllowed("may_not_close", "Only an administrator can answer a request for a correction.")
    found = CorrectionRequest.objects.select_for_update().visible_to(by).get(pk=request_id)
    if found.state != CorrectionRequest.State.OPEN:
        raise DomainError("already_closed", "Another administrator has answered this request.")
    if not is_done:
        rules.check_reason(answer, "answer")
    states = CorrectionRequest.State
    found.state = states.DONE if is_done else states.DECLINED
    found.answer, found.closed_by, found.closed_at = clean_lines(answer), by, at
    with pghistory.context(user=by.pk, action="answered"):
        found.save(update_fields=("state", "answer", "closed_by", "closed_at"))
    return found
