"""What each area is to be given a week."""

from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hotspot.core import wording
from hotspot.core.calendar import monday_of
from hotspot.core.pages.access import SignedInRequest, call, page_of, refusal_status, requires
from hotspot.core.permissions import Permission
from hotspots.doses import operations, presenters, queries
from hotspots.doses.forms import DoseLine, DosesForm, WeekForm
from hotspots.pages import paging
from hotspots.pages.views import crumbs, editing, posted, this_day

AREAS_A_PAGE = 100


@requires(Permission.VIEW_FUNDING)
@require_safe
def doses(request: SignedInRequest) -> HttpResponse:
    """The weekly targets in force in one week."""
    form, monday = _week(request)
    page = page_of(request, queries.areas_in_week(monday, request.user), size=AREAS_A_PAGE)
    context = {
        "form": form,
        "monday": monday,
        "caption": f"Weekly targets, week of {wording.day(monday)}",
        "columns": presenters.DOSE_COLUMNS,
        "rows": presenters.dose_rows(queries.doses_in(monday, page)),
        "crumbs": crumbs(request, ("Targets", reverse("hotspots:targets"))),
        "edit_url": f"{reverse('hotspots:edit_doses')}?{request.GET.urlencode()}",
        "manages": request.user.may(Permission.MANAGE),
        **paging.pagination(page, request.GET),
    }
    return render(request, "hotspots/doses.html", context)


@requires(Permission.MANAGE)
@editing
def edit_doses(request: SignedInRequest) -> HttpResponse:
    """The weekly targets of all areas from one Monday on, filled in with those in force."""
    _, monday = _week(request)
    page = page_of(request, queries.areas_in_week(monday, request.user), size=AREAS_A_PAGE)
    form = DosesForm(posted(request), lines=[_line(row) for row in queries.doses_in(monday, page)])
    if form.is_valid():
        changed = call(form, operations.set_doses, by=request.user, monday=monday, doses=form.doses)
        if changed is not None:
            messages.success(request, _said(changed, monday))
            return redirect(f"{reverse('hotspots:doses')}?{urlencode({'week': monday.isoformat()})}")
    context = {
        "form": form,
        "monday": monday,
        "back": f"{reverse('hotspots:doses')}?{request.GET.urlencode()}",
        **paging.pagination(page, request.GET),
    }
    return render(request, "hotspots/edit_doses.html", context, status=refusal_status(form))


def _line(row: queries.DoseRow) -> DoseLine:
    return DoseLine(row.area.pk, row.area.name, queries.dose_of(row.standing), presenters.since(row))


def _said(changed: int, monday: date) -> str:
    if not changed:
        return "Nothing was different, so the weekly targets stay as they were."
    return f"{wording.plural(changed, 'weekly target')} changed from {wording.day(monday)} on."


def _week(request: SignedInRequest) -> tuple[WeekForm, date]:
    """The week the page is about: the one in the address, or this one."""
    form = WeekForm(request.GET or None, weeks=queries.weeks_offered(day=this_day()))
    return form, form.chosen(monday_of(this_day()))
