"""Responses and reviews of plans: written by who keeps plans, and ticked off by whose they are."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from hotspot.core.pages.access import SignedInRequest, call, requires
from hotspot.core.permissions import Permission
from hotspots.pages.views import editing, form_page, posted, seen_version, this_day
from reports.models import PlanResponse
from reports.plans import operations, queries, rules
from reports.plans.forms import HeldReviewForm, ResponseForm, ReviewForm, TickForm
from reports.plans.views import open_plan


@requires(Permission.KEEP_PLANS)
@editing
def add_response(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another response of a plan."""
    found = open_plan(request, pk)
    form = ResponseForm(posted(request), by=request.user, initial={"status": PlanResponse.Status.PLANNED})
    back = reverse("reports:plan", args=(pk,))
    if form.is_valid() and call(
        form, operations.save_response, by=request.user, at=timezone.now(), plan_id=pk, **form.cleaned_data
    ):
        messages.success(request, "The response is added.")
        return redirect(back)
    return form_page(request, form, title="Add a response", caption=found.title, label="Add response", back=back)


@requires(Permission.KEEP_PLANS)
@editing
def edit_response(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is said of a response."""
    found = get_object_or_404(_of_open_plans(request), pk=pk)
    form = ResponseForm(posted(request), by=request.user, initial=_values(found))
    back = reverse("reports:plan", args=(found.plan_id,))
    if form.is_valid() and call(
        form, operations.save_response, by=request.user, at=timezone.now(), plan_id=found.plan_id, response_id=pk,
        version=seen_version(request), **form.cleaned_data,
    ):  # fmt: skip
        messages.success(request, "The response is changed. Its history keeps what it was.")
        return redirect(back)
    return form_page(
        request, form, title="Change a response", caption=found.plan.title, label="Save changes", back=back, row=found
    )


def _values(found: PlanResponse) -> dict[str, Any]:
    names = ("action", "team", "due_on", "status", "done_on", "note", "planned_pence")
    return {name: getattr(found, name) for name in names} | {
        "owner": found.owner_id,
        "initiative": found.initiative_id,
    }


@requires(Permission.DO_RESPONSES)
@editing
def tick_response(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say that a response is done: for its owner, and for who keeps plans."""
    found = get_object_or_404(_of_open_plans(request).to_do(), pk=pk)
    if not rules.may_do(found, by=request.user):
        raise PermissionDenied
    form = TickForm(posted(request), initial={"done_on": this_day()})
    back = reverse("reports:plan", args=(found.plan_id,))
    if form.is_valid() and call(
        form, operations.tick_response, by=request.user, at=timezone.now(), response_id=pk, **form.cleaned_data
    ):
        messages.success(request, "The response is ticked off.")
        return redirect(back)
    return form_page(
        request, form, title="Tick off a response", caption=found.plan.title, text=found.action, label="It is done",
        back=back,
    )  # fmt: skip


def _of_open_plans(request: SignedInRequest) -> Any:
    return queries.responses_seen_by(request.user).filter(plan__state="open")


@requires(Permission.KEEP_PLANS)
@editing
def add_review(request: SignedInRequest, pk: int) -> HttpResponse:
    """A day by which a plan is to be reviewed."""
    found = open_plan(request, pk)
    form = ReviewForm(posted(request))
    back = reverse("reports:plan", args=(pk,))
    if form.is_valid() and call(
        form, operations.add_review, by=request.user, at=timezone.now(), plan_id=pk, **form.cleaned_data
    ):
        messages.success(request, "The review is set.")
        return redirect(back)
    return form_page(request, form, title="Set a review", caption=found.title, label="Set review", back=back)


@requires(Permission.KEEP_PLANS)
@editing
def hold_review(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say when a review took place and what was decided."""
    found = get_object_or_404(queries.reviews_seen_by(request.user).to_hold(), pk=pk)
    form = HeldReviewForm(posted(request), initial={"held_on": this_day()})
    back = reverse("reports:plan", args=(found.plan_id,))
    if form.is_valid() and call(
        form, operations.hold_review, by=request.user, at=timezone.now(), review_id=pk, **form.cleaned_data
    ):
        messages.success(request, "The review is recorded.")
        return redirect(back)
    return form_page(request, form, title="Record a review", caption=found.plan.title, label="Save review", back=back)
