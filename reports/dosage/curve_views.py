"""Pages of curves: the list of studies, a new one, and what came of one."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.shortcuts import redirect as redirect_to
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.jobs import tasks
from hotspot.core.pages.access import SignedInRequest, call, form_status, page_of, requires
from hotspot.core.permissions import Permission
from hotspots.pages import paging
from hotspots.pages.views import editing, posted, this_day
from reports.dosage import curve_presenters, operations, queries
from reports.dosage.curve_forms import CurveForm

STUDIES_A_PAGE = 50


def _crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    return [{"label": label, "url": url} for label, url in (("Presence", reverse("reports:dosage")), *more)]


@requires(Permission.VIEW_INCIDENTS)
@require_safe
def studies(request: SignedInRequest) -> HttpResponse:
    """All studies, newest first."""
    page = page_of(request, queries.studies_seen_by(request.user), size=STUDIES_A_PAGE)
    context = {
        "columns": curve_presenters.LIST_COLUMNS,
        "rows": curve_presenters.list_rows(page),
        "asks": request.user.may(Permission.ANALYSE_INCIDENTS) and bool(queries.extract_months(request.user)),
        "crumbs": _crumbs(),
        **paging.pagination(page, request.GET),
    }
    return render(request, "dosage/curves.html", context)


@requires(Permission.ANALYSE_INCIDENTS)
@editing
def new_study(request: SignedInRequest) -> HttpResponse:
    """Ask for a curve. Without an extract, which alone has times, there is nothing to ask."""
    months = queries.extract_months(request.user)
    if not months:
        return redirect_to("reports:koper")
    form = CurveForm(posted(request), by=request.user, months=months, day=this_day())
    if form.is_valid():
        asked = call(form, operations.begin_curve, by=request.user, at=timezone.now(), page=_page, **form.asked)
        if asked is not None and asked.job is not None:
            tasks.notify_worker(asked.job)
            return redirect_to("reports:koper_study", asked.pk)
    context = {"form": form, "crumbs": _crumbs(("Length of visits", reverse("reports:koper")))}
    return render(request, "dosage/new_curve.html", context, status=form_status(form))


def _page(pk: int) -> str:
    return reverse("reports:koper_study", args=(pk,))


@requires(Permission.VIEW_INCIDENTS)
@require_safe
def study(request: SignedInRequest, pk: int) -> HttpResponse:
    """What a study asked, and what came of it."""
    found = get_object_or_404(queries.studies_seen_by(request.user), pk=pk)
    context: dict[str, Any] = {
        "study": found,
        "job": found.job,
        "asked": curve_presenters.asked(found),
        "asks": request.user.may(Permission.ANALYSE_INCIDENTS),
        "crumbs": _crumbs(("Length of visits", reverse("reports:koper"))),
    }
    if found.result:
        context |= {
            "summary": curve_presenters.summary(found),
            "chart": curve_presenters.chart(found.result),
            "columns": curve_presenters.BAND_COLUMNS,
            "rows": curve_presenters.band_rows(found.result),
            "point_columns": curve_presenters.POINT_COLUMNS,
            "points": curve_presenters.point_rows(found.result),
            "behind": curve_presenters.behind(found.result),
        }
    return render(request, "dosage/curve.html", context)
