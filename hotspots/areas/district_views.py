"""Districts."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hotspot.core.pages.access import SignedInRequest, call, requires
from hotspot.core.permissions import Permission
from hotspots import queries
from hotspots.areas import district_presenters, operations
from hotspots.areas.forms import DistrictForm
from hotspots.models import District
from hotspots.pages.views import crumbs, editing, form_page, posted, seen_version


@requires(Permission.VIEW_REFERENCE)
@require_safe
def districts(request: SignedInRequest) -> HttpResponse:
    """All districts with what is in them."""
    found = queries.districts_seen_by(request.user)
    context = {
        "columns": district_presenters.DISTRICT_COLUMNS,
        "rows": district_presenters.district_rows(found, manages=request.user.may(Permission.MANAGE)),
        "crumbs": crumbs(request),
    }
    return render(request, "hotspots/districts.html", context)


@requires(Permission.MANAGE)
@editing
def add_district(request: SignedInRequest) -> HttpResponse:
    """A new district."""
    return _save(request, None, title="Add a district", label="Add district")


@requires(Permission.MANAGE)
@editing
def edit_district(request: SignedInRequest, pk: int) -> HttpResponse:
    """A district's name or code."""
    district = get_object_or_404(District.objects.visible_to(request.user), pk=pk)
    return _save(request, district, title=f"Change {district}", label="Save changes")


def _save(request: SignedInRequest, district: District | None, *, title: str, label: str) -> HttpResponse:
    initial = {"name": district.name, "code": district.code} if district else {}
    form = DistrictForm(posted(request), initial=initial)
    if form.is_valid():
        pk = district.pk if district else None
        saved = call(
            form,
            operations.save_district,
            by=request.user,
            district_id=pk,
            version=seen_version(request),
            **form.cleaned_data,
        )
        if saved:
            messages.success(request, f"{saved} is saved.")
            return redirect("hotspots:districts")
    context: dict[str, Any] = {"back": reverse("hotspots:districts"), "row": district}
    if district:
        context["delete_url"] = reverse("hotspots:delete_district", args=(district.pk,))
        context["delete_label"] = "Delete this district"
    return form_page(request, form, title=title, label=label, **context)
