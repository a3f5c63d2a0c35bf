"""Asking an administrator to correct a shift, and the administrators' list of what was asked."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.errors import NotAllowed
from hotspot.core.pages import resubmission
from hotspot.core.pages.access import SignedInRequest, call, form_status, page_of, requires
from hotspot.core.permissions import Permission
from hotspots.pages.paging import pagination
from hotspots.pages.views import editing
from outcomes.recording import mail
from outcomes.recording.correction_request_forms import AnswerForm, AskForm
from outcomes.records import correction_requests as presenters
from outcomes.records.views import refused, visible
from patrols.models import CorrectionRequest
from patrols.shifts.correction_request_operations import ask_for_correction, close_request, open_request
from patrols.shifts.permissions import check_may_ask

_RELATED = ("shift__area", "asked_by", "closed_by")


@resubmission.refills
@requires(Permission.CORRECT_SHIFT)
@editing
def ask_correction(request: SignedInRequest, shift_id: int) -> HttpResponse:
    """Ask the administrators to correct a shift that one can no longer correct or void oneself."""
    now, found = timezone.now(), visible(request, shift_id)
    try:
        check_may_ask(found, by=request.user, at=now)
    except NotAllowed as refusal:
        return refused(request, found, refusal, f"There is nothing to ask about {found.reference}")
    if (before := open_request(found, by=request.user)) is not None and request.method != "POST":
        messages.info(request, presenters.on_shift_page(before, viewer=request.user))
        return redirect("outcomes:shift", shift_id=found.pk)
    form = AskForm(resubmission.entries(request))
    if request.method == "POST" and form.is_valid():
        asked = call(
            form, ask_for_correction, by=request.user, at=now, shift_id=found.pk, reason=form.cleaned_data["reason"]
        )
        if asked is not None:
            # One that was open before is not sent again.
            if asked.is_new:
                mail.tell_administrators(asked.request)
                messages.success(request, "The administrators have been asked to correct this shift.")
            else:
                messages.info(request, "You have asked for a correction of this shift already.")
            return redirect("outcomes:shift", shift_id=found.pk)
    context = {"shift": found, "form": form}
    return render(request, "outcomes/ask_correction.html", context, status=form_status(form))


def _crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    above = [("Manage", reverse("hotspots:manage")), *more]
    return [{"label": label, "url": url} for label, url in above]


@requires(Permission.CORRECT_ANY_SHIFT)
@require_safe
def correction_requests(request: SignedInRequest) -> HttpResponse:
    """What supervisors have asked for, what is still open first."""
    asked = CorrectionRequest.objects.visible_to(request.user).select_related(*_RELATED)
    still_open = asked.filter(state=CorrectionRequest.State.OPEN).order_by("asked_at", "pk")
    page = page_of(request, asked.exclude(state=CorrectionRequest.State.OPEN))
    context = {
        "open": presenters.rows(still_open),
        "closed": presenters.rows(page),
        "columns": presenters.COLUMNS,
        "crumbs": _crumbs(),
        **pagination(page, request.GET),
    }
    return render(request, "outcomes/correction_requests.html", context)


@requires(Permission.CORRECT_ANY_SHIFT)
@editing
def correction_request(request: SignedInRequest, request_id: int) -> HttpResponse:
    """One request, and the answer to it."""
    asked = CorrectionRequest.objects.visible_to(request.user).select_related(*_RELATED)
    found = get_object_or_404(asked, pk=request_id)
    form = AnswerForm(request.POST or None) if found.is_open or request.method == "POST" else None
    if form is not None and form.is_valid():
        closed = call(
            form,
            close_request,
            by=request.user,
            at=timezone.now(),
            request_id=found.pk,
            is_done=form.cleaned_data["outcome"] == "done",
            answer=form.cleaned_data["answer"],
        )
        if closed is not None:
            messages.success(request, f"Your answer about {found.shift.reference} is saved.")
            return redirect("outcomes:correction_requests")
    context = {
        "request_of": found,
        "shift": found.shift,
        "summary": presenters.summary(found),
        "form": form,
        "crumbs": _crumbs(("Requests for corrections", reverse("outcomes:correction_requests"))),
    }
    return render(request, "outcomes/correction_request.html", context, status=form_status(form) if form else 200)
