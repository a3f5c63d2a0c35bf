"""Pages of residents: the tables that were loaded, and a new one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.pages.access import SignedInRequest, call, page_of, requires
from hotspot.core.permissions import Permission
from hotspots.incidents.views import police_data_crumbs
from hotspots.models import ResidentTable
from hotspots.pages import paging
from hotspots.pages.views import editing, form_page, posted
from hotspots.residents import operations, presenters
from hotspots.residents.forms import ResidentsForm

TABLES_A_PAGE = 20


@requires(Permission.VIEW_INCIDENTS)
@require_safe
def tables(request: SignedInRequest) -> HttpResponse:
    """Every table that was loaded, the newest first."""
    found = ResidentTable.objects.visible_to(request.user).select_related("by").prefetch_related("counts")
    page = page_of(request, found, size=TABLES_A_PAGE)
    context = {
        "columns": presenters.LIST_COLUMNS,
        "rows": presenters.list_rows(page),
        "loads": request.user.may(Permission.LOAD_INCIDENTS),
        "crumbs": police_data_crumbs(request),
        **paging.pagination(page, request.GET),
    }
    return render(request, "residents/list.html", context)


@requires(Permission.LOAD_INCIDENTS)
@editing
def new_table(request: SignedInRequest) -> HttpResponse:
    """Load the residents of a place."""
    form = ResidentsForm(posted(request), request.FILES or None)
    if form.is_valid() and (made := call(form, _load, request=request, sent=form)) is not None:
        messages.success(request, f"{made} is loaded, and used from now on.")
        return redirect("residents:list")
    return form_page(request, form, title="Load residents", label="Load", back=reverse("residents:list"), has_file=True)


def _load(*, request: SignedInRequest, sent: ResidentsForm) -> ResidentTable:
    said = {name: value for name, value in sent.cleaned_data.items() if name != "file"}
    file = sent.cleaned_data["file"]
    return operations.load_residents(
        by=request.user, at=timezone.now(), file_name=file.name, content=file.read(), **said
    )
