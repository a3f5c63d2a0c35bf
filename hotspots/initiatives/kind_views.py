"""Kinds of initiatives, which administrators keep."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hotspot.core.pages.access import SignedInRequest, call, requires
from hotspot.core.permissions import Permission
from hotspots.initiatives import operations, presenters, queries
from hotspots.initiatives.forms import InitiativeKindForm
from hotspots.initiatives.views import initiative_crumbs
from hotspots.pages.views import editing, form_page, posted, seen_version


@requires(Permission.MANAGE)
@require_safe
def kinds(request: SignedInRequest) -> HttpResponse:
    """Every kind."""
    context = {
        "columns": presenters.KIND_COLUMNS,
        "rows": presenters.kind_rows(queries.kinds()),
        "crumbs": initiative_crumbs(),
    }
    return render(request, "initiatives/kinds.html", context)


@requires(Permission.MANAGE)
@editing
def add_kind(request: SignedInRequest) -> HttpResponse:
    """A new kind."""
    form = InitiativeKindForm(posted(request))
    if form.is_valid() and (made := call(form, operations.save_kind, by=request.user, **form.cleaned_data)):
        messages.success(request, f"{made} is added.")
        return redirect("initiatives:kinds")
    return form_page(request, form, title="Add a kind of initiative", label="Add", back=reverse("initiatives:kinds"))


@requires(Permission.MANAGE)
@editing
def edit_kind(request: SignedInRequest, pk: int) -> HttpResponse:
    """The name of a kind, and what is counted of it."""
    found = get_object_or_404(queries.kinds(), pk=pk)
    initial = {name: getattr(found, name) for name in InitiativeKindForm.base_fields}
    form = InitiativeKindForm(posted(request), initial=initial)
    if form.is_valid() and call(
        form, operations.save_kind, by=request.user, kind_id=pk, version=seen_version(request), **form.cleaned_data
    ):
        messages.success(request, f"{form.cleaned_data['name']} is saved.")
        return redirect("initiatives:kinds")
    back = reverse("initiatives:kinds")
    return form_page(request, form, title=f"Change {found}", label="Save changes", back=back, row=found)
