"""Pages of what else changed: the list, a new one, and one that is withdrawn."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.pages.access import SignedInRequest, call, page_of, requires
from hotspot.core.permissions import Permission
from hotspots.pages import paging
from hotspots.pages.views import editing, form_page, posted
from reports.impact import change_presenters, operations, queries
from reports.impact.forms import OutsideChangeForm, WithdrawalForm
from reports.impact.views import impact_crumbs

CHANGES_A_PAGE = 50


@requires(Permission.VIEW_IMPACT)
@require_safe
def changes(request: SignedInRequest) -> HttpResponse:
    """What else changed, initiatives in place among it, newest first."""
    page = page_of(request, queries.events_seen_by(request.user), size=CHANGES_A_PAGE)
    adds = request.user.may(Permission.ANALYSE_INCIDENTS)
    context = {
        "columns": change_presenters.change_columns(adds=adds),
        "rows": change_presenters.change_rows(page, adds=adds, links=request.user.may(Permission.VIEW_PLANS)),
        "adds": adds,
        "crumbs": impact_crumbs(request),
        **paging.pagination(page, request.GET),
    }
    return render(request, "impact/changes.html", context)


@requires(Permission.ANALYSE_INCIDENTS)
@editing
def add_change(request: SignedInRequest) -> HttpResponse:
    """Add something other than patrols that can change what is recorded."""
    form = OutsideChangeForm(posted(request), by=request.user)
    if form.is_valid():
        added = call(form, operations.add_change, by=request.user, at=timezone.now(), **form.cleaned_data)
        if added is not None:
            messages.success(request, f"“{added}” is added.")
            return redirect("reports:changes")
    return form_page(request, form, title="Add an event", label="Add", back=reverse("reports:changes"))


@requires(Permission.ANALYSE_INCIDENTS)
@editing
def withdraw_change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back what somebody added, with a reason."""
    found = get_object_or_404(queries.changes_seen_by(request.user).standing(), pk=pk)
    form = WithdrawalForm(posted(request), label="Why it is withdrawn")
    if form.is_valid() and call(form, operations.withdraw_change, by=request.user, change_id=pk, **form.cleaned_data):
        messages.success(request, f"“{found}” is withdrawn.")
        return redirect("reports:changes")
    return form_page(request, form, title=f"Withdraw “{found}”", label="Withdraw", back=reverse("reports:changes"))
