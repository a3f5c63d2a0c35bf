"""Pages of trials: the list, one trial, its design, sealing and stopping, and what anybody can check."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.history import version_of
from hotspot.core.pages.access import SignedInRequest, call, page_of, requires
from hotspot.core.pages.forms import Form
from hotspot.core.permissions import Permission
from hotspots.models import HotspotArea
from hotspots.pages import paging
from hotspots.pages.views import confirm_page, editing, form_page, posted, seen_version
from patrols.models import PatrolTrial
from patrols.trials import commitment, operations, presenters, queries
from patrols.trials.forms import StopForm, TrialForm


@requires(Permission.VIEW_FIGURES)
@require_safe
def trials(request: SignedInRequest) -> HttpResponse:
    """The trials this person may see."""
    page = page_of(request, queries.trials_seen_by(request.user))
    context = {
        "columns": presenters.LIST_COLUMNS,
        "rows": presenters.list_rows(page, at=timezone.now()),
        "designs": request.user.may(Permission.ANALYSE_INCIDENTS),
        "patrols": request.user.may(Permission.PLAN_SHIFT),
        **paging.pagination(page, request.GET),
    }
    return render(request, "trials/list.html", context)


@requires(Permission.VIEW_FIGURES)
@require_safe
def trial(request: SignedInRequest, pk: int) -> HttpResponse:
    """One trial: its design, what it can tell, what binds it, its areas and its log."""
    found, at = _trial_seen_by(request, pk), timezone.now()
    areas = queries.areas_of(found)
    seen = set(HotspotArea.objects.visible_to(request.user).values_list("pk", flat=True))
    sees_people = request.user.may(Permission.VIEW_INCIDENTS)
    context = {
        "trial": found,
        "state": presenters.state(found, at=at),
        "design": presenters.design_rows(found),
        "power": presenters.power_rows(found, len(areas)),
        "seal": presenters.seal_rows(found, sees_people=sees_people),
        "is_over": found.is_over(at),
        "seed": queries.seed_of(found, at=at),
        "columns": presenters.AREA_COLUMNS,
        "rows": presenters.area_rows([area for area in areas if area.pk in seen]),
        "area_count": len(areas),
        "items": presenters.log_items(found.log.select_related("by")) if sees_people else [],
        "crumbs": crumbs_of_trials(),
        **_actions(request, found, at),
    }
    return render(request, "trials/trial.html", context)


def _actions(request: SignedInRequest, found: PatrolTrial, at: Any) -> dict[str, bool]:
    manages = request.user.may(Permission.MANAGE)
    return {
        "edits": found.is_draft and request.user.may(Permission.ANALYSE_INCIDENTS),
        "seals": found.is_draft and manages and found.designed_by_id != request.user.pk,
        "stops": not (found.is_draft or found.is_stopped or found.is_over(at)) and manages,
    }


@requires(Permission.ANALYSE_INCIDENTS)
@editing
def add_trial(request: SignedInRequest) -> HttpResponse:
    """A new draft."""
    form = TrialForm(posted(request), by=request.user)
    if form.is_valid():
        saved = call(form, operations.save_trial, by=request.user, at=timezone.now(), **form.design)
        if saved:
            messages.success(request, f"{saved} is a draft. An administrator seals it.")
            return redirect("trials:trial", saved.pk)
    return form_page(request, form, title="Design a trial", label="Save draft", back=reverse("trials:list"))


@requires(Permission.ANALYSE_INCIDENTS)
@editing
def edit_trial(request: SignedInRequest, pk: int) -> HttpResponse:
    """The design of a draft."""
    found = _trial_seen_by(request, pk)
    if away := _elsewhere(request, found):
        return away
    form = TrialForm(posted(request), by=request.user, initial=_initial(found))
    if form.is_valid() and call(
        form, operations.save_trial, by=request.user, at=timezone.now(), trial_id=pk, version=seen_version(request),
        **form.design,
    ):  # fmt: skip
        messages.success(request, "The design is changed.")
        return redirect("trials:trial", pk)
    return form_page(request, form, title=f"Change {found}", label="Save changes", back=_page(pk), row=found)


def _initial(found: PatrolTrial) -> dict[str, Any]:
    initial = {name: getattr(found, name) for name in TrialForm.base_fields}
    typed = {
        name: f"{initial[name]:g}" if found.is_typed and initial[name] else None for name in ("expected", "dispersion")
    }
    return initial | typed | {"categories": found.categories.all()}


@requires(Permission.ANALYSE_INCIDENTS)
@editing
def delete_trial(request: SignedInRequest, pk: int) -> HttpResponse:
    """Delete a draft."""
    found = _trial_seen_by(request, pk)
    if away := _elsewhere(request, found):
        return away
    form = Form(posted(request))
    if form.is_valid() and call(form, operations.delete_trial, by=request.user, at=timezone.now(), trial_id=pk):
        messages.success(request, f"{found} is deleted.")
        return redirect("trials:list")
    text = "The draft is deleted. No schedule has been drawn."
    return confirm_page(request, form, title=f"Delete {found}", text=text, label="Delete draft", back=_page(pk))


@requires(Permission.MANAGE)
@editing
def seal_trial(request: SignedInRequest, pk: int) -> HttpResponse:
    """Draw the seed and fix plan and analysis, after a look at them."""
    found = _trial_seen_by(request, pk)
    if away := _elsewhere(request, found):
        return away
    form = Form(posted(request))
    if form.is_valid() and call(
        form, operations.seal_trial, by=request.user, at=timezone.now(), trial_id=pk, version=seen_version(request)
    ):
        messages.success(request, f"{found} is sealed. Publish its SHA-256 before the first day.")
        return redirect("trials:trial", pk)
    rows = [*presenters.design_rows(found), *presenters.power_rows(found, len(queries.areas_of(found)))]
    text = "A seed is drawn and fixed together with the plan and the analysis. Nobody can change them afterwards."
    return confirm_page(
        request, form, title=f"Seal {found}", text=text, label="Seal trial", back=_page(pk), rows=rows,
        version=version_of(found),
    )  # fmt: skip


@requires(Permission.MANAGE)
@editing
def stop_trial(request: SignedInRequest, pk: int) -> HttpResponse:
    """End a trial before its time, with the reason."""
    found = _trial_seen_by(request, pk)
    form = StopForm(posted(request))
    if form.is_valid() and call(
        form, operations.stop_trial, by=request.user, at=timezone.now(), trial_id=pk, **form.cleaned_data
    ):
        messages.success(request, f"{found} is stopped. Today is its last day.")
        return redirect("trials:trial", pk)
    text = "The trial ends with the day that is under way, and cannot go on. Its analysis says why it was stopped."
    return form_page(request, form, title=f"Stop {found}", label="Stop trial", back=_page(pk), text=text)


@requires(Permission.VIEW_FIGURES)
@require_safe
def record(request: SignedInRequest, pk: int) -> JsonResponse:
    """What anybody can check, as JSON. The seed and the schedule are in it once the trial is over."""
    found = get_object_or_404(
        PatrolTrial.objects.visible_to(request.user).filter(state=PatrolTrial.State.SEALED), pk=pk
    )
    seed = queries.seed_of(found, at=timezone.now())
    treated = queries.schedule_of(found) if seed else None
    return JsonResponse(
        commitment.record_of(found, seed=seed, treated=treated), json_dumps_params={"ensure_ascii": False}
    )


def _elsewhere(request: SignedInRequest, found: PatrolTrial) -> HttpResponse | None:
    """The way to the page of a trial that is sealed; None for a draft. What is sent is refused by the operation."""
    if request.method == "POST" or found.is_draft:
        return None
    messages.info(request, "This trial is sealed, so it cannot be changed.")
    return redirect("trials:trial", found.pk)


def _trial_seen_by(request: SignedInRequest, pk: int) -> PatrolTrial:
    return get_object_or_404(queries.trials_seen_by(request.user), pk=pk)


def _page(pk: int) -> str:
    return reverse("trials:trial", args=(pk,))


def crumbs_of_trials(*more: tuple[str, str]) -> list[dict[str, str]]:
    """The way to a page below the list of trials."""
    return [{"label": label, "url": url} for label, url in (("Trials", reverse("trials:list")), *more)]
