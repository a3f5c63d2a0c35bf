"""Pages of results of trials: the list of a trial, one result, and its files."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.jobs import tasks
from hotspot.core.pages.access import SignedInRequest, call, own_site_only, requires
from hotspot.core.pages.forms import Form
from hotspot.core.permissions import Permission
from hotspot.core.spreadsheets import as_attachment
from hotspots.pages.views import confirm_page, editing, posted
from patrols.models import PatrolTrial
from patrols.trials.views import crumbs_of_trials
from reports.models import TrialResult
from reports.trials import operations, presenters, queries
from reports.trials.result_pdf import result_pdf


@requires(Permission.VIEW_FIGURES)
@require_safe
def results(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every result of a trial, newest first."""
    trial = _trial_seen_by(request, pk)
    found = list(queries.results_seen_by(request.user).filter(trial=trial))
    context = {
        "trial": trial,
        "columns": presenters.LIST_COLUMNS,
        "rows": presenters.list_rows(found),
        "analyses": trial.is_over(timezone.now()) and request.user.may(Permission.ANALYSE_INCIDENTS),
        "crumbs": crumbs_of_trials((trial.name, reverse("trials:trial", args=(pk,)))),
    }
    return render(request, "trials/results.html", context)


@requires(Permission.ANALYSE_INCIDENTS)
@editing
def analyse(request: SignedInRequest, pk: int) -> HttpResponse:
    """Run the analysis that was fixed before the first day. What comes of it is published at once."""
    trial = _trial_seen_by(request, pk)
    form = Form(posted(request))
    if form.is_valid():
        asked = call(
            form, operations.begin_analysis, by=request.user, at=timezone.now(), trial_id=pk, page=_page_of_result
        )
        if asked is not None:
            tasks.notify_worker(asked.job)
            messages.success(request, "The analysis is under way.")
            return redirect("reports:trial_result", asked.pk)
    text = "The analysis was fixed before the first day. What comes of it is published at once, whatever it says."
    back = reverse("reports:trial_results", args=(pk,))
    return confirm_page(request, form, title=f"Analyse {trial}", text=text, label="Analyse and publish", back=back)


@requires(Permission.VIEW_FIGURES)
@require_safe
def result(request: SignedInRequest, pk: int) -> HttpResponse:
    """What came of a trial."""
    found = get_object_or_404(queries.results_seen_by(request.user), pk=pk)
    trial = found.trial
    context: dict[str, Any] = {
        "found": found,
        "trial": trial,
        "job": found.job,
        "crumbs": crumbs_of_trials(
            (trial.name, reverse("trials:trial", args=(trial.pk,))),
            ("Results", reverse("reports:trial_results", args=(trial.pk,))),
        ),
    }
    if found.result:
        context |= {
            "title": presenters.title(found),
            "summary": presenters.summary(found),
            "warnings": presenters.warnings(found),
            "columns": presenters.COMPARISON_COLUMNS,
            "rows": presenters.comparison_rows(found),
            "method": presenters.METHOD,
            "carried_out": presenters.carried_out_rows(found),
            "sources": presenters.source_rows(found),
        }
    return render(request, "trials/result.html", context)


@own_site_only
@requires(Permission.VIEW_FIGURES)
@require_safe
def result_file(request: SignedInRequest, pk: int, file: str) -> HttpResponse:
    """The result as a file: pdf or json."""
    found = get_object_or_404(queries.results_seen_by(request.user).exclude(result={}), pk=pk)
    if file == "json":
        content = json.dumps(_published(found), ensure_ascii=False, indent=2)
        response = HttpResponse(content, content_type="application/json")
    elif file == "pdf":
        response = HttpResponse(result_pdf(found), content_type="application/pdf")
    else:
        raise Http404
    return as_attachment(response, f"trial-{found.trial_id}-result-{pk}.{file}")


def _published(found: TrialResult) -> dict[str, Any]:
    trial = found.trial
    about = {
        "trial": trial.name,
        "created_at": found.created_at.isoformat(),
        "plan": trial.plan,
        "fixed": trial.analysis,
    }
    return {**about, **found.result}


def _page_of_result(pk: int) -> str:
    return reverse("reports:trial_result", args=(pk,))


def _trial_seen_by(request: SignedInRequest, pk: int) -> PatrolTrial:
    sealed = PatrolTrial.objects.visible_to(request.user).exclude(state=PatrolTrial.State.DRAFT)
    return get_object_or_404(sealed, pk=pk)
