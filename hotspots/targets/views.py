"""What each area is to be given a month."""

from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hotspot.core import wording
from hotspot.core.pages.access import SignedInRequest, call, page_of, refusal_status, requires
from hotspot.core.permissions import Permission
from hotspots.pages import paging
from hotspots.pages.views import crumbs, editing, posted, this_day
from hotspots.power.presenters import power_in_words
from hotspots.targets import operations, presenters, queries
from hotspots.targets.forms import MonthForm, TargetLine, TargetsForm

AREAS_A_PAGE = 100


@requires(Permission.VIEW_FUNDING)
@require_safe
def targets(request: SignedInRequest) -> HttpResponse:
    """The targets in force in one month."""
    form, month = _month(request)
    page = page_of(request, queries.areas_in(month, request.user), size=AREAS_A_PAGE)
    rows = queries.targets_in(month, page)
    told = queries.powers_in(request.user, rows)
    context = {
        "form": form,
        "month": month,
        "caption": f"Targets in {wording.month(month)}",
        "columns": presenters.target_columns(told),
        "rows": presenters.target_rows(rows, told),
        "foot": presenters.target_foot(rows, told),
        "power": power_in_words(told) if told else "",
        "crumbs": crumbs(request),
        "edit_url": f"{reverse('hotspots:edit_targets')}?{request.GET.urlencode()}",
        "manages": request.user.may(Permission.MANAGE),
        **paging.pagination(page, request.GET),
    }
    return render(request, "hotspots/targets.html", context)


@requires(Permission.MANAGE)
@editing
def edit_targets(request: SignedInRequest) -> HttpResponse:
    """The targets of all areas from one month on, filled in with those in force."""
    _, month = _month(request)
    page = page_of(request, queries.areas_in(month, request.user), size=AREAS_A_PAGE)
    form = TargetsForm(posted(request), lines=[_line(row) for row in queries.targets_in(month, page)])
    if form.is_valid():
        changed = call(form, operations.set_targets, by=request.user, month=month, aims=form.aims)
        if changed is not None:
            messages.success(request, _said(changed, month))
            return redirect(f"{reverse('hotspots:targets')}?{urlencode({'month': month.isoformat()})}")
    context = {
        "form": form,
        "month": month,
        "heading": f"Targets from {wording.month(month)} on",
        "back": f"{reverse('hotspots:targets')}?{request.GET.urlencode()}",
        **paging.pagination(page, request.GET),
    }
    return render(request, "hotspots/edit_targets.html", context, status=refusal_status(form))


def _line(row: queries.TargetRow) -> TargetLine:
    return TargetLine(row.area.pk, row.area.name, queries.aim_of(row.standing), presenters.in_force(row))


def _said(changed: int, month: date) -> str:
    if not changed:
        return f"Nothing was different, so the targets for {wording.month(month)} stay as they were."
    return f"{wording.plural(changed, 'target')} changed from {wording.month(month)} on."


def _month(request: SignedInRequest) -> tuple[MonthForm, date]:
    """The month the page is about: the one in the address, or this one."""
    form = MonthForm(request.GET or None, months=queries.target_months(day=this_day()))
    return form, form.chosen(this_day().replace(day=1))
