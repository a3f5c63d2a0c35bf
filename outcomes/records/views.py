"""One shift: what it was, what became of it, and what may be done with it now."""

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from hotspot.core.errors import ChangedMeanwhile, NotAllowed
from hotspot.core.pages.access import SignedInRequest, form_status, requires
from hotspot.core.permissions import Permission
from outcomes.records import history_presenters as histories
from outcomes.records import presenters as words
from outcomes.records.correction_requests import on_shift_page
from outcomes.records.history_queries import history_of
from outcomes.records.queries import record_of, visible_shift
from patrols.abstractions.permissions import may_record
from patrols.abstractions.presenters import said
from patrols.abstractions.queries import taken_from
from patrols.models import PatrolShift
from patrols.planning.permissions import may_change_plan, may_plan_again
from patrols.shifts import void_operations
from patrols.shifts.correction_request_operations import open_request
from patrols.shifts.permissions import UNDO_MINUTES, may_ask, may_complete


def visible(request: SignedInRequest, shift_id: int) -> PatrolShift:
    """The shift, or 404 for one that this person may not know of."""
    try:
        return visible_shift(shift_id, by=request.user)
    except PatrolShift.DoesNotExist:
        raise Http404 from None


def refused(request: SignedInRequest, shift: PatrolShift, refusal: NotAllowed, heading: str) -> HttpResponse:
    """A page that says why not, and leads back."""
    asked = open_request(shift, by=request.user)
    context = {
        "shift": shift,
        "refusal": refusal,
        "heading": heading,
        "asked": on_shift_page(asked, viewer=request.user) if asked else "",
        "may_ask": not asked and may_ask(shift, by=request.user, at=timezone.now()),
    }
    return render(request, "outcomes/not_now.html", context, status=NotAllowed.status)


def changed_meanwhile(form: BaseForm) -> bool:
    """Whether the operation refused because the shift is not the version that this person had in front of them."""
    return form.has_error(NON_FIELD_ERRORS, "changed_meanwhile")


def status_of(form: BaseForm) -> int:
    """409 if somebody else changed the shift meanwhile, else 422 for what can't be accepted, else 200."""
    return ChangedMeanwhile.status if form.is_bound and changed_meanwhile(form) else form_status(form)


@requires(Permission.VIEW_SHIFTS)
def shift(request: SignedInRequest, shift_id: int) -> HttpResponse:
    """The shift's page: summary, outcomes, and every version below."""
    now, found = timezone.now(), visible(request, shift_id)
    record, may = record_of(found), words.allowed(found, by=request.user, at=now)
    history = history_of(found)
    tables = words.tables(record)
    context = {
        "shift": found,
        "may": may,
        "logs": request.user.may(Permission.LOG_SHIFT),
        "may_restore": void_operations.may_restore(found, by=request.user, at=now),
        "may_complete": may_complete(found, by=request.user),
        "may_change_plan": may_change_plan(found, by=request.user),
        "may_plan_again": may_plan_again(found, by=request.user) and found.ends_at > now,
        "is_overdue": found.is_overdue(now),
        "may_record_taken": may_record(found, by=request.user, at=now),
        "taken_away": _taken_away(request, found),
        **_requests(request, found),
        "summary": words.summary(record, viewer=request.user, may=may),
        "tables": tables,
        "has_outcomes": any(table.count for table in tables),
        "waiting": sum(row.waits for table in tables for row in table.rows),
        "items": histories.timeline(history, viewer=request.user),
        "history_is_complete": history.is_complete,
        "undo_minutes": UNDO_MINUTES,
    }
    return render(request, "outcomes/shift.html", context)


def _taken_away(request: SignedInRequest, shift: PatrolShift) -> list[tuple[int, str]]:
    """What was taken away from a shift in words, by number; asked for only where there is something."""
    if not shift.is_taken_from:  # type: ignore[attr-defined]
        return []
    return [(each.pk, said(each)) for each in taken_from(shift, viewer=request.user)]


def _requests(request: SignedInRequest, found: PatrolShift) -> dict[str, Any]:
    """What this person may see of the requests for a correction, and whether they may make one."""
    if not request.user.may(Permission.CORRECT_SHIFT):
        return {"requests": [], "may_ask": False}
    asked = list(found.correction_requests.visible_to(request.user))
    is_open = any(each.is_open and each.asked_by_id == request.user.pk for each in asked)
    return {
        "requests": [(each, on_shift_page(each, viewer=request.user)) for each in asked],
        "may_ask": not is_open and may_ask(found, by=request.user, at=timezone.now()),
        "may_answer": request.user.may(Permission.CORRECT_ANY_SHIFT),
    }
