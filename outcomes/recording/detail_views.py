"""The detail of single outcomes, and the list of those that wait for it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from hotspot.core import wording
from hotspot.core.errors import NotAllowed
from hotspot.core.pages import resubmission
from hotspot.core.pages.access import SignedInRequest, call, requires
from hotspot.core.permissions import Permission
from outcomes.kinds import BY_MODEL, BY_SLUG, OutcomeKind
from outcomes.models import Outcome
from outcomes.recording import detail_operations
from outcomes.recording.detail_forms import FORMS, DetailForm, VersionedReasonForm, WorklistFilter
from outcomes.records.presenters import name_of, recorded
from outcomes.records.queries import (
    WorklistPosition,
    next_to_follow,
    number_of,
    visible_outcome,
    waiting_areas,
    worklist,
)
from outcomes.records.views import changed_meanwhile, refused, status_of
from outcomes.rules import check_may_detail, may_overwrite
from patrols.models import CrewRole
from patrols.shifts.permissions import check_may_correct, may_ask


def _visible(request: SignedInRequest, kind: str, outcome_id: int) -> Any:
    """The outcome of the kind of this slug with its shift, or 404."""
    try:
        return visible_outcome(BY_SLUG[kind], outcome_id, by=request.user)
    except (KeyError, ObjectDoesNotExist):
        raise Http404 from None


def _kind(outcome: Outcome) -> OutcomeKind:
    return BY_MODEL[type(outcome)]


@requires(Permission.CORRECT_SHIFT)
def to_follow(request: SignedInRequest) -> HttpResponse:
    """Outcomes that wait for their detail, oldest first."""
    form = WorklistFilter(request.GET, areas=waiting_areas(request.user))
    area = form.cleaned_data["area"] if form.is_valid() else None
    page = worklist(request.user, area=area, after=WorklistPosition.parse(request.GET.get("after", "")))
    query = request.GET.copy()
    query["after"] = str(page.after)
    context = {
        "filters": form,
        "tags": [{"label": area.name, "url": "?"}] if area else [],
        "page": page,
        "next_url": f"?{query.urlencode()}" if page.after else "",
        "is_first_page": "after" not in request.GET,
    }
    return render(request, "outcomes/to_follow.html", context)


@resubmission.refills
@requires(Permission.CORRECT_SHIFT)
def detail(request: SignedInRequest, kind: str, outcome_id: int) -> HttpResponse:
    """What one outcome was: added when it is known, changed with a reason."""
    now, outcome = timezone.now(), _visible(request, kind, outcome_id)
    try:
        check_may_detail(outcome.shift, by=request.user)
        _check_stands(outcome)
    except NotAllowed as refusal:
        return refused(request, outcome.shift, refusal, f"This {_one(outcome)} can’t be changed")
    form = _form(request, outcome, resubmission.entries(request))
    if request.method != "POST" or not form.is_valid():
        return _detail_page(request, outcome, form)
    saved = call(
        form,
        detail_operations.detail_outcome,
        by=request.user,
        at=now,
        kind=_kind(outcome),
        outcome_id=outcome_id,
        version=form.cleaned_data["version"],
        values=form.values(),
        reason=form.cleaned_data.get("reason", ""),
    )
    if saved is None and changed_meanwhile(form):
        found = _visible(request, kind, outcome_id)
        # The answer to the first time got lost.
        saved = found if all(getattr(found, name) == value for name, value in form.values().items()) else None
    return _detail_page(request, outcome, form) if saved is None else _after_saving(request, saved)


def _one(outcome: Outcome) -> str:
    return str(outcome._meta.verbose_name)


def _check_stands(outcome: Outcome) -> None:
    if outcome.is_voided:
        message = f"It was withdrawn: {outcome.void_reason}. If it did happen, count it again on the shift."
        raise NotAllowed("withdrawn", message)


def _form(request: SignedInRequest, outcome: Any, data: Any) -> DetailForm:
    now = timezone.now()
    return FORMS[_kind(outcome)](
        data,
        shift=outcome.shift,
        outcome=outcome,
        roles={CrewRole(role) for role in outcome.shift.crew.values_list("role", flat=True)},
        at=now,
        may_overwrite=may_overwrite(outcome.shift, by=request.user, at=now),
    )


def _detail_page(request: SignedInRequest, outcome: Any, form: DetailForm) -> HttpResponse:
    status = status_of(form)
    kind = _kind(outcome)
    now_says = []
    if status == 409:
        outcome = _visible(request, kind.slug, outcome.pk)
        data = request.POST.copy()
        data["version"] = str(outcome.shift.version)
        form, now_says = _form(request, outcome, data), recorded(outcome)
        form.add_error(None, "Somebody else changed this shift while you were working on it.")
    context = {
        "shift": outcome.shift,
        "outcome": outcome,
        "kind": kind.slug,
        "title": f"{name_of(outcome)} {number_of(outcome)}",
        "form": form,
        "now": now_says,
        "is_conflict": status == 409,
        "is_fixed": any(field.disabled for field in form.fields.values()),
        "may_ask": may_ask(outcome.shift, by=request.user, at=timezone.now()),
    }
    return render(request, "outcomes/detail.html", context, status=status)


def _after_saving(request: SignedInRequest, outcome: Any) -> HttpResponse:
    kind = _kind(outcome)
    missing = [name for name in kind.required if getattr(outcome, f"{name}_id") is None]
    labels = [str(outcome._meta.get_field(name).verbose_name) for name in missing]
    what = f"{name_of(outcome)} {number_of(outcome)} is saved."
    messages.success(request, f"{what} It still needs: {wording.listing(labels)}." if missing else what)
    if "next" not in request.POST:
        return redirect(f"{reverse('outcomes:shift', args=(outcome.shift_id,))}#{kind.slug}")
    place = next_to_follow(request.user, after=WorklistPosition(outcome.shift_id, kind, outcome.pk))
    if place is None or (place.kind, place.outcome_id) == (kind, outcome.pk):
        return redirect("outcomes:to_follow")
    return redirect("outcomes:detail", kind=place.kind.slug, outcome_id=place.outcome_id)


@resubmission.refills
@requires(Permission.CORRECT_SHIFT)
def withdraw(request: SignedInRequest, kind: str, outcome_id: int) -> HttpResponse:
    """Withdraw one outcome that did not happen, with a reason."""
    now, outcome = timezone.now(), _visible(request, kind, outcome_id)
    try:
        check_may_correct(outcome.shift, by=request.user, at=now)
        _check_stands(outcome)
    except NotAllowed as refusal:
        return refused(request, outcome.shift, refusal, f"This {_one(outcome)} can’t be withdrawn")
    form = VersionedReasonForm(resubmission.entries(request), initial={"version": outcome.shift.version})
    title = f"{name_of(outcome)} {number_of(outcome)}"
    if request.method == "POST" and form.is_valid():
        arguments = {"by": request.user, "at": now, "kind": _kind(outcome), "outcome_id": outcome_id}
        if call(form, detail_operations.withdraw_outcome, **arguments, **form.cleaned_data) is not None:
            messages.success(request, f"{title} is withdrawn.")
            return redirect(f"{reverse('outcomes:shift', args=(outcome.shift_id,))}#{kind}")
    status = status_of(form)
    if status == 409:
        outcome = _visible(request, kind, outcome_id)
        data = request.POST.copy()
        data["version"] = str(outcome.shift.version)
        form = VersionedReasonForm(data)
        form.add_error(None, "Somebody else changed this shift meanwhile. Check what it says now, then withdraw it.")
    context = {"shift": outcome.shift, "title": title, "form": form, "rows": recorded(outcome), "kind": kind}
    return render(request, "outcomes/withdraw.html", context, status=status)
