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
from hotspots.models import Dataset
from hotspots.pages import paging
from hotspots.pages.views import crumbs, editing, posted, this_day
from reports.impact import method_presenters, operations, presenters, queries, rules
from reports.impact.chart import monthly_chart
from reports.impact.forms import StudyForm
from reports.models import ImpactStudy

STUDIES_A_PAGE = 50


@requires(Permission.VIEW_IMPACT)
@require_safe
def studies(request: SignedInRequest) -> HttpResponse:
    """All studies, newest first."""
    page = page_of(request, queries.studies_seen_by(request.user), size=STUDIES_A_PAGE)
    context = {
        "columns": presenters.LIST_COLUMNS,
        "rows": presenters.list_rows(page, sees_incidents=request.user.may(Permission.VIEW_INCIDENTS)),
        "asks": request.user.may(Permission.ANALYSE_INCIDENTS),
        "crumbs": crumbs(request),
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
        asked = call(form, operations.begin_study, by=request.user, at=timezone.now(), page=_page, **form.facts)
        if asked is not None and asked.job is not None:
            tasks.notify_worker(asked.job)
            return redirect("reports:impact_study", asked.pk)
    context = {"form": form, "crumbs": impact_crumbs(request)}
    return render(request, "impact/new.html", context, status=form_status(form))


def _page(pk: int) -> str:
    return reverse("reports:impact_study", args=(pk,))


@requires(Permission.VIEW_IMPACT)
@require_safe
def study(request: SignedInRequest, pk: int) -> HttpResponse:
    """What a study asked, and what came of it."""
    found = get_object_or_404(queries.studies_seen_by(request.user), pk=pk)
    context: dict[str, Any] = {
        "study": found,
        "job": found.job,
        "asked": presenters.asked(found),
        "asks": request.user.may(Permission.ANALYSE_INCIDENTS),
        "crumbs": impact_crumbs(request),
    }
    if found.result:
        context |= _answer(request, found)
    return render(request, "impact/study.html", context)


def _answer(request: SignedInRequest, found: ImpactStudy) -> dict[str, Any]:
    shows_counts = rules.shows_counts(found, sees_incidents=request.user.may(Permission.VIEW_INCIDENTS))
    if not shows_counts and rules.totals_are_small(found):
        return {"summary": ["Some of its counts are too small to be shown outside the force."]}
    if not shows_counts and rules.totals_are_of_one(found):
        return {"summary": ["Its totals are those of a single area or month, which are not shown outside the force."]}
    context: dict[str, Any] = {
        "summary": presenters.summary(found),
        "warnings": presenters.warnings(found, shows_counts=shows_counts),
        "columns": presenters.AREA_COLUMNS,
        "rows": presenters.area_rows(found, shows_counts=shows_counts),
        "methods": method_presenters.methods(found, shows_counts=shows_counts),
    }
    if shows_counts:
        context |= {
            "chart": monthly_chart(found, queries.events_within(request.user, found)),
            "expected_columns": method_presenters.EXPECTED_COLUMNS,
            "expected": method_presenters.expected_rows(found),
            "month_columns": presenters.MONTH_COLUMNS,
            "months": presenters.month_rows(found),
        }
    return context


def impact_crumbs(request: SignedInRequest) -> list[dict[str, str]]:
    """The way to a page below the list of studies."""
    return crumbs(request, ("Impact", reverse("reports:impact")))
