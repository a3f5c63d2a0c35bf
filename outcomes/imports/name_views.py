"""What helps with the next import: a template to fill in, and the names of areas that were matched before."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from hotspot.core.pages.access import SignedInRequest, call, form_status, own_site_only, requires
from hotspot.core.permissions import Permission
from hotspot.core.spreadsheets import XLSX_TYPE, as_attachment
from hotspots.models import HotspotArea
from outcomes.imports import operations as files
from outcomes.imports.forms import SpellingForm
from outcomes.imports.rows.names import AreaNames
from outcomes.imports.templates import csv_template, xlsx_template
from outcomes.imports.views import crumbs
from outcomes.models import AreaSpelling, FileImport

MOST_NAMES = 500
_TYPES = {
    "csv": (csv_template, "text/csv; charset=utf-8"),
    "xlsx": (xlsx_template, XLSX_TYPE),
}


@own_site_only
@requires(Permission.IMPORT)
@require_safe
def import_template(request: SignedInRequest, what: str, file: str) -> HttpResponse:
    """A file to fill in and import."""
    if what not in FileImport.Kind or file not in _TYPES:
        raise Http404
    make, content_type = _TYPES[file]
    areas = HotspotArea.objects.visible_to(request.user).with_district().defer("boundary")
    response = HttpResponse(make(what, list(areas)), content_type=content_type)
    return as_attachment(response, f"{what}-template.{file}")


@requires(Permission.IMPORT)
@require_safe
def area_names(request: SignedInRequest) -> HttpResponse:
    """The spellings of areas that are remembered, each with its area."""
    return _names_page(request)


@requires(Permission.IMPORT)
@require_POST
def change_area_name(request: SignedInRequest, spelling_id: int) -> HttpResponse:
    """Match a spelling to another area, or forget it."""
    found = get_object_or_404(AreaSpelling, pk=spelling_id)
    form = _form(found, AreaNames(request.user), request.POST)
    if form.is_valid():
        arguments = {"by": request.user, "spelling_id": found.pk, "area_id": int(form.cleaned_data["area"])}
        call(form, files.change_spelling, **arguments)
    if form.errors:
        return _names_page(request, form)
    return redirect("outcomes:area_names")


def _form(found: AreaSpelling, areas: AreaNames, data: object = None) -> SpellingForm:
    initial = {"area": found.area_id}
    return SpellingForm(data, spelling=found.spelling, areas=areas, initial=initial, prefix=f"name-{found.pk}")


def _names_page(request: SignedInRequest, refused: SpellingForm | None = None) -> HttpResponse:
    areas = AreaNames(request.user)
    rows = [(found, _form(found, areas)) for found in AreaSpelling.objects.select_related("area")[:MOST_NAMES]]
    context = {"rows": rows, "form": refused, "crumbs": crumbs()}
    return render(request, "outcomes/area_names.html", context, status=form_status(refused) if refused else 200)
