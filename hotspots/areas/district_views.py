"""Districts."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core import wording
from hotspot.core.errors import DomainError
from hotspot.core.jobs import operations as jobs
from hotspot.core.models import StoredFile
from hotspot.core.pages.access import SignedInRequest, add_errors, call, requires
from hotspot.core.permissions import Permission
from hotspots import queries
from hotspots.areas import district_presenters, drawings, operations
from hotspots.areas.forms import ConfirmOutlinesForm, DistrictForm, OutlinesForm
from hotspots.areas.outlines import MAXIMUM_FILE_BYTES, OutlineFile, read_outline_file, understand_outlines
from hotspots.areas.repair import InvalidBoundary
from hotspots.gis_files.reading import GisFile
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


@requires(Permission.MANAGE)
@editing
def load_outlines(request: SignedInRequest) -> HttpResponse:
    """A file with the outlines of districts: the form, then what it would give, then done."""
    if request.POST.get("step") == "save":
        return _save_outlines(request)
    form = OutlinesForm(posted(request), request.FILES or None)
    fault = None
    if form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            # One byte more than allowed is enough to be refused.
            content = sent.read(MAXIMUM_FILE_BYTES + 1)
            file = read_outline_file(content)
            found = understand_outlines(file.features)
            kept = jobs.keep_file(
                by=request.user, at=timezone.now(), name=sent.name, content=content, permissions=[Permission.MANAGE]
            )
            return _check_outlines(request, kept, file, found)
        except DomainError as refusal:
            add_errors(form, refusal)
            fault = drawings.drawing_of_fault(refusal) if isinstance(refusal, InvalidBoundary) else None
    back = reverse("hotspots:districts")
    title = "Load outlines of districts"
    return form_page(request, form, title=title, label="Continue", back=back, has_file=True, fault=fault)


def _save_outlines(request: SignedInRequest) -> HttpResponse:
    """Load what was looked at. Where districts were changed since, the file can be wrong now: that is said."""
    form = ConfirmOutlinesForm(request.POST)
    if not form.is_valid():
        return redirect("hotspots:load_outlines")
    kept = get_object_or_404(StoredFile.objects.visible_to(request.user), pk=form.cleaned_data["kept"])
    try:
        loaded = operations.load_outlines(by=request.user, features=read_outline_file(bytes(kept.content)).features)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("hotspots:load_outlines")
    messages.success(request, f"{wording.plural(loaded, 'outline is', 'outlines are')} loaded.")
    return redirect("hotspots:districts")


def _check_outlines(request: SignedInRequest, kept: StoredFile, file: GisFile, found: OutlineFile) -> HttpResponse:
    """What the file would give, before it is saved."""
    context = {
        "form": ConfirmOutlinesForm(initial={"kept": kept.pk}),
        "file": kept.name,
        "description": file.description,
        "caption": "Outlines in the file",
        "unit": "outline",
        "back": reverse("hotspots:districts"),
        "columns": district_presenters.OUTLINE_COLUMNS,
        "rows": district_presenters.outline_rows(found),
        "count": len(found.outlines),
        "notes": district_presenters.outline_notes(found),
        "crumbs": crumbs(request, ("Districts", reverse("hotspots:districts"))),
    }
    return render(request, "hotspots/check_outlines.html", context)
