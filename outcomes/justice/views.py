"""Pages of what became of arrests: the worklist, one arrest, and a step that is taken back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.pages.access import SignedInRequest, call, page_of, refusal_status, requires
from hotspot.core.permissions import Permission
from hotspots.pages import paging
from hotspots.pages.views import editing, form_page, posted
from outcomes.justice import operations, presenters, queries
from outcomes.justice.forms import ArrestFilter, StageForm
from outcomes.models import JusticeStage
from outcomes.recording.detail_forms import VersionedReasonForm

ARRESTS_A_PAGE = 50


@requires(Permission.CORRECT_SHIFT)
@require_safe
def arrests(request: SignedInRequest) -> HttpResponse:
    """Arrests of which it is not known yet what became of them, oldest first."""
    filters = ArrestFilter(request.GET, by=request.user)
    found = filters.apply(queries.arrests_seen_by(request.user).select_related("justice_outcome"))
    page = page_of(request, found, size=ARRESTS_A_PAGE)
    context = {
        "filters": filters,
        "tags": filters.tags(request.GET),
        "total": page.paginator.count,
        "columns": presenters.LIST_COLUMNS,
        "rows": presenters.list_rows(page),
        "imports": request.user.may(Permission.IMPORT),
        **paging.pagination(page, request.GET),
    }
    return render(request, "justice/arrests.html", context)


@requires(Permission.CORRECT_SHIFT)
@editing
def arrest(request: SignedInRequest, arrest_id: int) -> HttpResponse:
    """What became of one arrest, and its next step."""
    found = get_object_or_404(queries.arrests_seen_by(request.user), pk=arrest_id)
    form = StageForm(posted(request), initial={"version": found.shift.version})
    if form.is_valid():
        saved = call(
            form,
            operations.record_stage,
            by=request.user,
            at=timezone.now(),
            arrest_id=arrest_id,
            entry=form.entry,
            version=form.cleaned_data["version"],
        )
        if saved is not None:
            messages.success(request, f"{saved.outcome} is recorded for {presenters.name_of(found)}.")
            return redirect("outcomes:arrest", arrest_id)
    stages = queries.stages_of(found)
    context: dict[str, Any] = {
        "title": presenters.name_of(found),
        "form": form,
        "about": presenters.about(found),
        "columns": presenters.STAGE_COLUMNS,
        "rows": presenters.stage_rows(stages),
        "last": stages[-1] if stages else None,
        "shift": found.shift,
        "rule": presenters.RULE,
        "back": reverse("outcomes:arrests"),
    }
    return render(request, "justice/arrest.html", context, status=refusal_status(form))


@requires(Permission.CORRECT_SHIFT)
@editing
def withdraw_stage(request: SignedInRequest, stage_id: int) -> HttpResponse:
    """Take back the last step of an arrest, with a reason."""
    stages = JusticeStage.objects.visible_to(request.user).standing()
    stage = get_object_or_404(stages.select_related("outcome", "arrest__shift"), pk=stage_id)
    form = VersionedReasonForm(posted(request), initial={"version": stage.arrest.shift.version})
    if form.is_valid() and call(
        form,
        operations.withdraw_stage,
        by=request.user,
        at=timezone.now(),
        stage_id=stage_id,
        reason=form.cleaned_data["reason"],
        version=form.cleaned_data["version"],
    ):
        messages.success(request, f"{stage.outcome} is taken back.")
        return redirect("outcomes:arrest", stage.arrest_id)
    back = reverse("outcomes:arrest", args=(stage.arrest_id,))
    return form_page(request, form, title=f"Take back “{stage.outcome}”", label="Take back", back=back)
