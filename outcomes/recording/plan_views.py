"""A planned shift cancelled, planned again, or handed over."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from hotspot.core import wording
from hotspot.core.errors import DomainError, DomainErrors, EntryWarning, NeedsConfirming, NotAllowed
from hotspot.core.pages import resubmission
from hotspot.core.pages.access import SignedInRequest, call, form_status, requires
from hotspot.core.permissions import Permission
from hotspot.core.text import clean_line
from outcomes.recording.plan_forms import CancelForm, HandOverForm, PlanAgainForm
from outcomes.records.views import changed_meanwhile, refused, status_of, visible
from patrols.abstractions.queries import taken_from
from patrols.models import PatrolShift
from patrols.planning import operations, series_operations
from patrols.planning.permissions import check_may_change_plan
from patrols.planning.queries import rest_of_series
from patrols.shifts.entries import AcknowledgedWarnings


@resubmission.refills
@requires(Permission.PLAN_SHIFT)
def cancel(request: SignedInRequest, shift_id: int) -> HttpResponse:
    """Say that a planned shift does not take place."""
    found = visible(request, shift_id)
    if _is_cancelled_so(request, found):
        # The answer to the first time got lost.
        messages.success(request, f"{found.reference} is cancelled. You can plan it again.")
        return redirect("outcomes:shift", shift_id=found.pk)
    try:
        check_may_change_plan(found, by=request.user)
    except NotAllowed as refusal:
        return refused(request, found, refusal, f"{found.reference} can’t be cancelled")
    later = rest_of_series(found, by=request.user).count()
    form = CancelForm(resubmission.entries(request), later=later, initial={"version": found.version})
    if request.method == "POST" and form.is_valid() and (done := _cancelled(request, found, form)):
        messages.success(request, done)
        return redirect("outcomes:shift", shift_id=found.pk)
    return _page(request, found, form, "outcomes/cancel.html", partial(CancelForm, later=later))


def _is_cancelled_so(request: SignedInRequest, found: PatrolShift) -> bool:
    """Whether the shift is cancelled already with the reason that is sent, so that nothing is lost."""
    if request.method != "POST" or not found.is_cancelled:
        return False
    form = CancelForm(request.POST, later=1)
    form.full_clean()
    return clean_line(form.cleaned_data.get("reason", "")) == found.cancel_reason and "reason" not in form.errors


def _cancelled(request: SignedInRequest, found: PatrolShift, form: CancelForm) -> str:
    """Cancel what was chosen, and say so; empty where that was refused."""
    said = {name: form.cleaned_data[name] for name in ("version", "reason")}
    said |= {"by": request.user, "at": timezone.now(), "shift_id": found.pk}
    if not form.is_rest:
        done = call(form, operations.cancel_shift, **said)
        return f"{found.reference} is cancelled. You can plan it again." if done else ""
    number = call(form, series_operations.cancel_rest, **said)
    return f"{wording.plural(number, 'shift is', 'shifts are')} cancelled. You can plan each again." if number else ""


@resubmission.refills
@requires(Permission.PLAN_SHIFT)
def hand_over(request: SignedInRequest, shift_id: int) -> HttpResponse:
    """Make a planned shift another supervisor's."""
    found = visible(request, shift_id)
    if _is_theirs_already(request, found):
        # The answer to the first time got lost.
        return _handed_over(request, found)
    try:
        check_may_change_plan(found, by=request.user)
    except NotAllowed as refusal:
        return refused(request, found, refusal, f"{found.reference} can’t be handed over")
    form = HandOverForm(resubmission.entries(request), shift=found, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        done = call(
            form, operations.hand_over, by=request.user, at=timezone.now(), shift_id=found.pk, **form.cleaned_data
        )
        if done is not None:
            return _handed_over(request, done)
    return _page(request, found, form, "outcomes/hand_over.html", lambda data: HandOverForm(data, shift=found))


def _is_theirs_already(request: SignedInRequest, found: PatrolShift) -> bool:
    """Whether the shift is planned for the person it is handed over to, and was somebody else's to begin with."""
    is_theirs = request.POST.get("to", "") == str(found.logged_by_id)
    return is_theirs and found.is_planned and found.logged_by_id != request.user.pk


def _handed_over(request: SignedInRequest, shift: PatrolShift) -> HttpResponse:
    """Say so on the shift's page, or in the list where this person saw the shift only as their own."""
    messages.success(request, f"{shift.reference} is {shift.logged_by.name}’s now.")
    if PatrolShift.objects.visible_to(request.user).filter(pk=shift.pk).exists():
        return redirect("outcomes:shift", shift_id=shift.pk)
    return redirect("outcomes:shifts")


def _page(
    request: SignedInRequest, found: PatrolShift, form: Any, template: str, again: Callable[[Any], Any]
) -> HttpResponse:
    """The form; where somebody else changed the shift meanwhile, with the same entries on the version it has now."""
    status = status_of(form)
    if form.is_bound and changed_meanwhile(form):
        found = visible(request, found.pk)
        data = request.POST.copy()
        data["version"] = str(found.version)
        words = f"{form.non_field_errors()[0]} Check what it says now, then go on if that is still right."
        form = again(data)
        form.add_error(None, words)
    return render(request, template, {"shift": found, "form": form}, status=status)


@requires(Permission.PLAN_SHIFT)
def plan_again(request: SignedInRequest, shift_id: int) -> HttpResponse:
    """Put a cancelled shift back into the plan. Who comes here without a form is led to the shift, where one is."""
    found = visible(request, shift_id)
    if request.method != "POST":
        return redirect("outcomes:shift", shift_id=found.pk)
    form = PlanAgainForm(request.POST)
    reason = form.cleaned_data["doubts_reason"] if form.is_valid() else ""
    kept = AcknowledgedWarnings(request.POST.getlist("keep"), reason)
    try:
        operations.plan_again(by=request.user, at=timezone.now(), shift_id=found.pk, acknowledged=kept)
    except NotAllowed as refusal:
        return refused(request, found, refusal, f"{found.reference} can’t be planned again")
    except NeedsConfirming as unusual:
        return _ask_again(request, found, unusual.warnings)
    except (DomainError, DomainErrors) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{found.reference} is planned again.")
        if taken_from(found, viewer=request.user).exists():
            messages.info(
                request, "What was taken away from it still counts as lost. Withdraw it if it is patrolled now."
            )
    return redirect("outcomes:shift", shift_id=found.pk)


def _ask_again(request: SignedInRequest, found: PatrolShift, warnings: Sequence[EntryWarning]) -> HttpResponse:
    """The question whether it is right; it was asked before if only the reason lacks."""
    is_asked = {warning.code for warning in warnings} <= set(request.POST.getlist("keep"))
    form = PlanAgainForm(request.POST if is_asked else None, initial=request.POST.dict())
    context = {"shift": found, "form": form, "doubts": warnings}
    return render(request, "outcomes/plan_again.html", context, status=form_status(form))
