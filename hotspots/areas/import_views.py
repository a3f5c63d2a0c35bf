"""Importing many areas from one GeoJSON file: uploaded, looked at as a table, then saved, all of them or none."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from hotspot.core import wording
from hotspot.core.errors import DomainError
from hotspot.core.jobs import operations as jobs
from hotspot.core.models import StoredFile
from hotspot.core.pages.access import SignedInRequest, add_errors, requires
from hotspot.core.permissions import Permission
from hotspots.areas import operations, presenters
from hotspots.areas.forms import AreasForm, ConfirmAreasForm
from hotspots.areas.geojson import MAXIMUM_BYTES, read_features, understand
from hotspots.pages.views import crumbs, editing, form_page


@requires(Permission.MANAGE)
@editing
def import_areas(request: SignedInRequest) -> HttpResponse:
    """A file of areas: the form, then what it would do, then done."""
    if request.POST.get("step") == "save":
        return _save(request)
    form = AreasForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            # One byte more than allowed is enough to be refused.
            content = sent.read(MAXIMUM_BYTES + 1)
            read_features(content)
            kept = jobs.keep_file(
                by=request.user, at=timezone.now(), name=sent.name, content=content, permissions=[Permission.MANAGE]
            )
            return _check_page(request, kept, ConfirmAreasForm(initial=form.cleaned_data | {"kept": kept.pk}))
        except DomainError as refusal:
            add_errors(form, refusal)
    back = reverse("hotspots:areas")
    return form_page(request, form, title="Import hotspot areas", label="Continue", back=back, has_file=True)


def _save(request: SignedInRequest) -> HttpResponse:
    form = ConfirmAreasForm(request.POST)
    if not form.is_valid():
        return redirect("hotspots:import_areas")
    kept = get_object_or_404(StoredFile.objects.visible_to(request.user), pk=form.cleaned_data["kept"])
    try:
        added = operations.import_areas(
            by=request.user,
            features=read_features(bytes(kept.content)),
            first_day=form.cleaned_data["first_day"],
        )
    except DomainError as refusal:
        add_errors(form, refusal)
        return _check_page(request, kept, form)
    messages.success(request, f"{wording.plural(added, 'area is', 'areas are')} added.")
    return redirect("hotspots:areas")


def _check_page(request: SignedInRequest, kept: StoredFile, form: ConfirmAreasForm) -> HttpResponse:
    first_day = form["first_day"].value()
    if form.is_bound:
        first_day = form.cleaned_data["first_day"]
    found = understand(read_features(bytes(kept.content)), first_day=first_day)
    context = {
        "form": form,
        "file": kept.name,
        "columns": presenters.FEATURE_COLUMNS,
        "rows": presenters.feature_rows(found),
        "new": sum(each.is_new for each in found),
        "wrong": sum(bool(each.errors) for each in found),
        "different": sum(bool(each.differences) for each in found),
        "crumbs": crumbs(request, ("Areas", reverse("hotspots:areas"))),
    }
    return render(request, "hotspots/check_areas.html", context, status=422 if form.errors else 200)
