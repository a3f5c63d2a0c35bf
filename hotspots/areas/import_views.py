"""Importing many areas from one file: uploaded, looked at as a table, then saved, all of them or none."""

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
from hotspots.areas import drawings, operations, presenters
from hotspots.areas.features import MAXIMUM_BYTES, read_area_file, understand
from hotspots.areas.forms import AreasForm, ConfirmAreasForm
from hotspots.areas.queries import outlines_seen_by
from hotspots.gis_files.reading import GisFile
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
            file = read_area_file(content)
            kept = jobs.keep_file(
                by=request.user, at=timezone.now(), name=sent.name, content=content, permissions=[Permission.MANAGE]
            )
            return _check_page(request, kept, file, ConfirmAreasForm(initial=form.cleaned_data | {"kept": kept.pk}))
        except DomainError as refusal:
            add_errors(form, refusal)
    back = reverse("hotspots:areas")
    return form_page(request, form, title="Import hotspot areas", label="Continue", back=back, has_file=True)


def _save(request: SignedInRequest) -> HttpResponse:
    form = ConfirmAreasForm(request.POST)
    if not form.is_valid():
        return redirect("hotspots:import_areas")
    kept = get_object_or_404(StoredFile.objects.visible_to(request.user), pk=form.cleaned_data["kept"])
    file = read_area_file(bytes(kept.content))
    try:
        added = operations.import_areas(
            by=request.user, features=file.features, first_day=form.cleaned_data["first_day"]
        )
    except DomainError as refusal:
        add_errors(form, refusal)
        return _check_page(request, kept, file, form)
    messages.success(request, f"{wording.plural(added, 'area is', 'areas are')} added.")
    return redirect("hotspots:areas")


def _check_page(request: SignedInRequest, kept: StoredFile, file: GisFile, form: ConfirmAreasForm) -> HttpResponse:
    first_day = form["first_day"].value()
    if form.is_bound:
        first_day = form.cleaned_data["first_day"]
    found = understand(file.features, first_day=first_day)
    outlines = outlines_seen_by(request.user)
    context = {
        "form": form,
        "file": kept.name,
        "description": file.description,
        "columns": presenters.FEATURE_COLUMNS,
        "rows": presenters.feature_rows(found),
        "new": sum(each.is_new for each in found),
        "wrong": sum(bool(each.errors) for each in found),
        "faults": [
            (feature.label, drawings.drawing_of_fault(error, outlines)) for feature, error in presenters.faults(found)
        ],
        "different": sum(bool(each.differences) for each in found),
        "crumbs": crumbs(request, ("Areas", reverse("hotspots:areas"))),
    }
    return render(request, "hotspots/check_areas.html", context, status=422 if form.errors else 200)
