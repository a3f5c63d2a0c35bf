"""Pages of impact: the list of studies, a new one, and what came of one."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.jobs import tasks
from hotspot.core.pages.access import SignedInRequest, call, form_status, page_of, requires
from hotspot.core.permissions import Permission
from hotspots.incidents.views import police_data_crumbs
from hotspots.models import Dataset
from hotspots.pages import paging
from hotspots.pages.views import editing, posted, this_day
from reports.impact import operations, presenters, queries
from reports.impact.forms import StudyForm

STUDIES_A_PAGE = 50


@requires(Permission.VIEW_INCIDENTS)
@require_safe
def studies(request: SignedInRequest) -> HttpResponse:
    """All studies, newest first."""
    page = page_of(request, queries.studies_seen_by(request.user), size=STUDIES_A_PAGE)
    context = {
        "columns": presenters.LIST_COLUMNS,
        "rows": presenters.list_rows(page),
        "asks": request.user.may(Permission.ANALYSE_INCIDENTS),
        "crumbs": police_data_crumbs(request),
        **paging.pagination(page, request.GET),
    }
    return render(request, "impact/list.html", context)


@requires(Permission.ANALYSE_INCIDENTS)
@editing
def new_study(request: SignedInRequest) -> HttpResponse:
    """Ask whether something changed."""
    months = queries.months_of(request.user, Dataset.STREET)
    if len(months) < 2:
        return redirect("incidents:months")
    form = StudyForm(posted(request), by=request.user, months=months, day=this_day())
    if form.is_valid():
        asked = call(form, operations.begin_study, by=request.user, at=timezone.now(), page=_page, **form.cleaned_data)
        if asked is not None and asked.job is not None:
            tasks.notify_worker(asked.job)
            return redirect("reports:impact_study", asked.pk)
    context = {"form": form, "crumbs": police_data_crumbs(request, ("Impact", reverse("reports:impact")))}
    return render(request, "impact/new.html", context, status=form_status(form))


def _page(pk: int) -> str:
    return reverse("reports:impact_study", args=(pk,))


@requires(Permission.VIEW_INCIDENTS)
@require_safe
def study(request: SignedInRequest, pk: int) -> HttpResponse:
    """What a study asked, and what came of it."""
    found = get_object_or_404(queries.studies_seen_by(request.user), pk=pk)
    context: dict[str, Any] = {
        "study": found,
        "job": found.job,
        "asked": presenters.asked(found),
        "asks": request.user.may(Permission.ANALYSE_INCIDENTS),
        "crumbs": police_data_crumbs(request, ("Impact", reverse("reports:impact"))),
    }
    if found.result:
        context |= {
            "summary": presenters.summary(found),
            "warnings": presenters.warnings(found),
            "columns": presenters.AREA_COLUMNS,
            "rows": presenters.area_rows(found),
            "methods": presenters.methods(found),
            "month_columns": presenters.MONTH_COLUMNS,
            "months": presenters.month_rows(found),
        }
    return render(request, "impact/study.html", context)
