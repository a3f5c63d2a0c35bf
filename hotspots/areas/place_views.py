"""Places by whose outlines people find their way on maps."""

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
from hotspots.areas import drawings, operations, place_presenters
from hotspots.areas.forms import ConfirmOutlinesForm, PlacesForm
from hotspots.areas.outlines import MAXIMUM_FILE_BYTES, read_outline_file
from hotspots.areas.places import PlaceFile, understand_places
from hotspots.areas.repair import InvalidBoundary
from hotspots.gis_files.reading import GisFile
from hotspots.models import Place
from hotspots.pages.views import crumbs, editing, form_page, posted


@requires(Permission.MANAGE)
@editing
def load_places(request: SignedInRequest) -> HttpResponse:
    """A file with the outlines of places: the form, then what it would give, then done."""
    if request.POST.get("step") == "save":
        return _save_places(request)
    form = PlacesForm(posted(request), request.FILES or None)
    fault = None
    if form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            # One byte more than allowed is enough to be refused.
            content = sent.read(MAXIMUM_FILE_BYTES + 1)
            file = read_outline_file(content)
            found = understand_places(file.features)
            kept = jobs.keep_file(
                by=request.user, at=timezone.now(), name=sent.name, content=content, permissions=[Permission.MANAGE]
            )
            return _check_places(request, kept, file, found)
        except DomainError as refusal:
            add_errors(form, refusal)
            fault = drawings.drawing_of_fault(refusal) if isinstance(refusal, InvalidBoundary) else None
    there = place_presenters.places_there(Place.objects.visible_to(request.user))
    return form_page(
        request,
        form,
        title="Load places to show on maps",
        label="Continue",
        back=reverse("hotspots:districts"),
        has_file=True,
        text=there,
        fault=fault,
    )


def _save_places(request: SignedInRequest) -> HttpResponse:
    form = ConfirmOutlinesForm(request.POST)
    if not form.is_valid():
        return redirect("hotspots:load_places")
    kept = get_object_or_404(StoredFile.objects.visible_to(request.user), pk=form.cleaned_data["kept"])
    try:
        features = read_outline_file(bytes(kept.content)).features
        loaded = operations.load_places(by=request.user, at=timezone.now(), features=features)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("hotspots:load_places")
    messages.success(request, f"{wording.plural(loaded, 'place is', 'places are')} loaded.")
    return redirect("hotspots:districts")


def _check_places(request: SignedInRequest, kept: StoredFile, file: GisFile, found: PlaceFile) -> HttpResponse:
    """What the file would give, before it is saved."""
    context = {
        "form": ConfirmOutlinesForm(initial={"kept": kept.pk}),
        "file": kept.name,
        "description": file.description,
        "caption": "Places in the file",
        "unit": "place",
        "back": reverse("hotspots:load_places"),
        "columns": place_presenters.PLACE_COLUMNS,
        "rows": place_presenters.place_rows(found),
        "count": len(found.places),
        "notes": place_presenters.place_notes(found),
        "crumbs": crumbs(request, ("Districts", reverse("hotspots:districts"))),
    }
    return render(request, "hotspots/check_outlines.html", context)
