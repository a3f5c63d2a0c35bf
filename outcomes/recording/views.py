"""Logging, planning, completing and correcting a shift: each parses a form, makes one domain call and renders."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from hotspot.core.calendar import parse_day
from hotspot.core.errors import ChangedMeanwhile, DomainError, DomainErrors, EntryWarning, NeedsConfirming, NotAllowed
from hotspot.core.pages import resubmission
from hotspot.core.pages.access import SignedInRequest, add_errors, form_status, requires
from hotspot.core.permissions import Permission
from hotspot.core.text import parse_id
from outcomes.recording import correction_operations, operations, own_visits
from outcomes.recording.conflicts import differences, is_saved, is_what_was_entered, merged, rebased
from outcomes.recording.correction_forms import ChangePlanForm, CompleteForm, CorrectForm, SavedShiftForm
from outcomes.recording.crew_teams import sent, team_context
from outcomes.recording.form_values import latest_over, outcome_values, shift_values, sign, values_like
from outcomes.recording.forms import LogForm, PlanForm, ShiftForm
from outcomes.records.list_queries import with_counts
from outcomes.records.views import refused
from patrols.abstractions.presenters import said
from patrols.abstractions.queries import taken_from
from patrols.models import PatrolShift
from patrols.planning import operations as planning
from patrols.planning.permissions import check_may_change_plan
from patrols.shifts import operations as patrols
from patrols.shifts import queries
from patrols.shifts.permissions import check_may_correct, may_correct
from patrols.shifts.rules import SAME_PATROL


def _page(request: SignedInRequest, template: str, form: ShiftForm, **context: Any) -> HttpResponse:
    context |= {"form": form, **team_context(request)}
    return render(request, template, context, status=form_status(form))


def _sent(request: SignedInRequest, current: dict[str, Any] | None = None) -> QueryDict | None:
    """What was posted, an empty form too; where two people changed a shift, with the values chosen from `current`.

    On GET, what the same person posted after their session had ended.
    """
    data = sent(request)
    return None if data is None else merged(data, current or {})


def _attempt(
    request: SignedInRequest, form: ShiftForm, template: str, operation: Callable[[], Any], **context: Any
) -> tuple[Any, HttpResponse]:
    """The operation's result, or None and the page that says what to do about the refusal or the warnings."""
    try:
        return operation(), HttpResponse()
    except (DomainError, DomainErrors) as refusal:
        if isinstance(refusal, ChangedMeanwhile):
            raise
        add_errors(form, refusal)
    except NeedsConfirming as unusual:
        if request.POST.get("choice") != "change":
            return None, _ask(request, form, unusual.warnings)
    return None, _page(request, template, form, **context)


def _ask(request: SignedInRequest, form: ShiftForm, warnings: list[EntryWarning]) -> HttpResponse:
    """One page that asks whether what is unusual is right; nothing has been saved."""
    # Only a warning that was on the page before, and no other than it, can lack nothing but its reason.
    asked_before = {warning.code for warning in warnings} <= set(request.POST.getlist("keep"))
    is_same_patrol = [warning.code for warning in warnings] == [SAME_PATROL]
    context = {
        "form": form,
        "doubts": warnings,
        "reason_missing": asked_before,
        "echo": form.echo(),
        "is_same_patrol": is_same_patrol,
    }
    return render(request, "outcomes/is_this_right.html", context, status=422 if asked_before else 200)


@resubmission.refills
@requires(Permission.LOG_SHIFT)
def log(request: SignedInRequest) -> HttpResponse:
    """Log a finished shift."""
    return log_page(request, "outcomes/log.html")


def log_page(request: SignedInRequest, template: str, **more: Any) -> HttpResponse:
    """The page that logs a finished shift, in this template, which is given `more` besides."""
    now = timezone.now()
    last, like = queries.last_shift(request.user), _liked(request)
    entered = _sent(request)
    visits = own_visits.asked_for(request, entered, at=now)
    initial = (values_like(like, now) if like else _usual(last)) | _asked_for(request) | own_visits.values_of(visits)
    form = LogForm(entered, by=request.user, at=now, initial=initial)
    context = {
        "last": None if like else last,
        "last_is_logged": last is not None and latest_over(last, now) <= last.day,
        "patterns": queries.usual_times(request.user, at=now),
        **own_visits.shown(request.user, visits),
        **more,
    }
    if request.method != "POST" or not form.is_valid() or request.POST.get("choice") == "change":
        return _page(request, template, form, **context)

    def save() -> operations.Logged:
        return operations.log_shift(
            by=request.user,
            at=now,
            submission_id=form.cleaned_data["submission_id"],
            report=form.report(),
            acknowledged=form.acknowledged(),
            own_visits=[visit.pk for visit in visits],
        )

    logged, answer = _attempt(request, form, template, save, **context)
    if logged is None:
        return answer
    own_visits.tell(request, visits, logged.shift_id)
    if not logged.is_new and is_what_was_entered(form, _visible(request, logged.shift_id)):
        messages.info(request, "This shift was saved already. To change it, correct it.")
    elif not logged.is_new:
        words = "This shift was saved already, as it was sent first. What you changed since is not saved: correct it."
        messages.warning(request, words)
    return redirect("outcomes:saved", shift_id=logged.shift_id)


def _liked(request: SignedInRequest) -> PatrolShift | None:
    """The shift that the address asks for one like, if this person may see it."""
    number = parse_id(request.GET.get("like", ""))
    return None if number is None else _visible(request, number)


def _ahead(shift: PatrolShift) -> dict[str, Any]:
    """What another shift fills in of one that is planned: the night is the first that is offered."""
    values = values_like(shift, timezone.now())
    return {name: value for name, value in values.items() if name not in ("night", "start_day")}


def _usual(last: PatrolShift | None) -> dict[str, Any]:
    """What most likely is the same again even without asking: the area and the crew."""
    values = shift_values(last) if last else {}
    return {name: value for name, value in values.items() if name == "area" or name.startswith("crew_")}


@requires(Permission.LOG_SHIFT)
def live_summary(request: SignedInRequest) -> HttpResponse:
    """The shift entered so far, in one sentence: what the line under the times shows while somebody types."""
    form = _echoing(request)
    answer = HttpResponse(form.echo(), content_type="text/plain; charset=utf-8")
    if form.asks_which_morning:
        answer["Hotspot-Mornings"] = json.dumps(form.mornings)
    return answer


def _echoing(request: SignedInRequest) -> ShiftForm:
    """The form that somebody is typing in. Its collar numbers are not sent: those of the saved shift stand for them."""
    now, number = timezone.now(), parse_id(request.GET.get("shift", ""))
    if number is None:
        return (PlanForm if "plan" in request.GET else LogForm)(request.GET, by=request.user, at=now)
    shift = _visible(request, number)
    data = request.GET.copy()
    for name, value in shift_values(shift).items():
        if name.startswith("collars_"):
            data.setdefault(name, value)
    form = ChangePlanForm if "plan" in request.GET else CompleteForm
    return form(data, by=request.user, at=now, shift=shift)


def _visible(request: SignedInRequest, shift_id: int) -> PatrolShift:
    shifts = PatrolShift.objects.visible_to(request.user).select_related("area", "funding_stream__programme")
    return get_object_or_404(shifts.defer("area__boundary").prefetch_related("crew"), pk=shift_id)


@requires(Permission.LOG_SHIFT)
def saved(request: SignedInRequest, shift_id: int) -> HttpResponse:
    """The receipt: it can be refreshed, bookmarked and opened again."""
    shift = get_object_or_404(with_counts(PatrolShift.objects.visible_to(request.user)), pk=shift_id)
    may_be_corrected = shift.is_completed and may_correct(shift, by=request.user, at=timezone.now())
    return render(request, "outcomes/saved.html", {"shift": shift, "may_correct": may_be_corrected})


@resubmission.refills
@requires(Permission.PLAN_SHIFT)
def plan(request: SignedInRequest) -> HttpResponse:
    """Plan a shift ahead."""
    now = timezone.now()
    like = _liked(request) or queries.last_shift(request.user)
    initial = (_ahead(like) if like else {}) | _asked_for(request)
    form = PlanForm(_sent(request), by=request.user, at=now, initial=initial)
    context = {"patterns": queries.usual_times(request.user, at=now)}
    if request.method != "POST" or not form.is_valid() or request.POST.get("choice") == "change":
        return _page(request, "outcomes/plan.html", form, **context)

    def save() -> PatrolShift:
        return patrols.plan_shift(
            by=request.user,
            at=now,
            submission_id=form.cleaned_data["submission_id"],
            facts=form.facts(),
            acknowledged=form.acknowledged(),
        )

    shift, answer = _attempt(request, form, "outcomes/plan.html", save, **context)
    if shift is None:
        return answer
    messages.success(request, f"{shift.reference} is planned. Complete it when it is over.")
    return redirect("outcomes:shift", shift_id=shift.pk)


def _asked_for(request: SignedInRequest) -> dict[str, Any]:
    """The area and the night that an address of the calendar or of the first page names."""
    area, night = parse_id(request.GET.get("area", "")), parse_day(request.GET.get("night", ""))
    return ({"area": area} if area is not None else {}) | ({"night": night.isoformat()} if night else {})


@resubmission.refills
@requires(Permission.LOG_SHIFT)
def complete(request: SignedInRequest, shift_id: int) -> HttpResponse:
    """Say how a planned shift went."""
    now, shift = timezone.now(), _visible(request, shift_id)
    values = shift_values(shift)
    entered = _sent(request, values)
    visits = own_visits.asked_for(request, entered, at=now, area_id=shift.area_id)
    initial = values | {"version": shift.version, "submission_id": shift.submission_id}
    initial |= own_visits.values_with(shift, visits, user=request.user, at=now)
    form = CompleteForm(entered, by=request.user, at=now, shift=shift, initial=initial)
    if not shift.is_planned:
        return _no_longer_planned(request, form, shift)
    taken = [said(each) for each in taken_from(shift, viewer=request.user)]
    context = {"shift": shift, "taken_away": taken, **own_visits.shown(request.user, visits)}
    if request.method != "POST" or not form.is_valid() or request.POST.get("choice") == "change":
        return _page(request, "outcomes/complete.html", form, **context)

    def save() -> PatrolShift:
        return correction_operations.complete_shift(
            by=request.user,
            at=now,
            shift_id=shift.pk,
            version=form.cleaned_data["version"],
            report=form.report(),
            acknowledged=form.acknowledged(),
            own_visits=[visit.pk for visit in visits],
        )

    try:
        done, answer = _attempt(request, form, "outcomes/complete.html", save, **context)
    except ChangedMeanwhile:
        return _changed_meanwhile(request, form, shift, values)
    if done is None:
        return answer
    own_visits.tell(request, visits, shift.pk)
    return redirect("outcomes:saved", shift_id=shift.pk)


def _no_longer_planned(request: SignedInRequest, form: SavedShiftForm, shift: PatrolShift) -> HttpResponse:
    """Lead to what became of the shift, and keep what was entered unless that is what it says."""
    if not form.is_bound:
        messages.info(request, "This shift is not a planned one any more.")
        return redirect("outcomes:shift", shift_id=shift.pk)
    if shift.is_completed and is_saved(form, shift):
        return redirect("outcomes:saved", shift_id=shift.pk)
    words = "This shift is not a planned one any more: somebody has said how it went, or cancelled or voided it."
    form.add_error(None, f"{words} Nothing that you entered here is saved. Compare it with {shift.reference}.")
    return _page(request, "outcomes/complete.html", form, shift=shift)


@resubmission.refills
@requires(Permission.PLAN_SHIFT)
def change_plan(request: SignedInRequest, shift_id: int) -> HttpResponse:
    """Change where, when and who of a planned shift, which stays planned."""
    now, shift = timezone.now(), _visible(request, shift_id)
    try:
        check_may_change_plan(shift, by=request.user)
    except NotAllowed as refusal:
        return refused(request, shift, refusal, f"The plan of {shift.reference} can’t be changed")
    values = shift_values(shift)
    initial = values | {"version": shift.version, "submission_id": shift.submission_id, "was": sign(values)}
    form = ChangePlanForm(_sent(request, values), by=request.user, at=now, shift=shift, initial=initial)
    if request.method == "POST" and is_saved(form, shift):
        # The answer to the first time got lost.
        return _plan_changed(request, shift)
    if request.method != "POST" or not form.is_valid() or request.POST.get("choice") == "change":
        return _page(request, "outcomes/change_plan.html", form, shift=shift)

    def save() -> PatrolShift:
        return planning.change_plan(
            by=request.user,
            at=now,
            shift_id=shift.pk,
            version=form.cleaned_data["version"],
            facts=form.facts(),
            acknowledged=form.acknowledged(),
        )

    try:
        done, answer = _attempt(request, form, "outcomes/change_plan.html", save, shift=shift)
    except ChangedMeanwhile:
        return _changed_meanwhile(request, form, shift, values)
    return answer if done is None else _plan_changed(request, shift)


def _plan_changed(request: SignedInRequest, shift: PatrolShift) -> HttpResponse:
    messages.success(request, f"The plan of {shift.reference} is changed.")
    return redirect("outcomes:shift", shift_id=shift.pk)


@resubmission.refills
@requires(Permission.CORRECT_SHIFT)
def correct(request: SignedInRequest, shift_id: int) -> HttpResponse:
    """Put a logged shift right, with a reason."""
    now, shift = timezone.now(), _visible(request, shift_id)
    try:
        check_may_correct(shift, by=request.user, at=now)
    except NotAllowed as refusal:
        return refused(request, shift, refusal, f"{shift.reference} can’t be corrected")
    if shift.is_planned:
        return redirect("outcomes:complete" if shift.is_overdue(now) else "outcomes:change_plan", shift_id=shift.pk)
    values = shift_values(shift) | outcome_values(shift)
    initial = values | {"version": shift.version, "submission_id": shift.submission_id, "was": sign(values)}
    sent = _sent(request, values)
    form = CorrectForm(sent, by=request.user, at=now, shift=shift, initial=initial)
    if request.method == "POST" and is_saved(form, shift):
        # The answer to the first time got lost.
        return _corrected(request, shift)
    if request.method != "POST" or not form.is_valid() or request.POST.get("choice") == "change":
        return _page(request, "outcomes/correct.html", form, shift=shift)

    def save() -> PatrolShift:
        return correction_operations.correct_shift(
            by=request.user,
            at=now,
            shift_id=shift.pk,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            report=form.report(),
            acknowledged=form.acknowledged(),
        )

    try:
        done, answer = _attempt(request, form, "outcomes/correct.html", save, shift=shift)
    except ChangedMeanwhile:
        return _changed_meanwhile(request, form, shift, values)
    return answer if done is None else _corrected(request, shift)


def _corrected(request: SignedInRequest, shift: PatrolShift) -> HttpResponse:
    messages.success(request, f"{shift.reference} is corrected.")
    return redirect("outcomes:shift", shift_id=shift.pk)


def _changed_meanwhile(
    request: SignedInRequest, form: ShiftForm, shift: PatrolShift, current: dict[str, Any]
) -> HttpResponse:
    """Was, theirs and yours side by side; what was entered is kept, and chosen field by field."""
    context = {
        "form": form,
        "shift": shift,
        "differences": differences(form, current),
        "hidden_values": rebased(form, shift, current),
    }
    return render(request, "outcomes/changed_meanwhile.html", context, status=409)
