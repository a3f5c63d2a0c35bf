"""Pages of harm weights: the tables, one table, and a new one or its next version."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.pages.access import SignedInRequest, call, page_of, requires
from hotspot.core.permissions import Permission
from hotspots.harm import operations, presenters, queries
from hotspots.harm.forms import WeightsForm
from hotspots.incidents import queries as incident_queries
from hotspots.incidents.views import police_data_crumbs
from hotspots.models import HarmTable
from hotspots.pages import paging
from hotspots.pages.views import editing, form_page, posted

TABLES_A_PAGE = 50


@requires(Permission.VIEW_INCIDENTS)
@require_safe
def tables(request: SignedInRequest) -> HttpResponse:
    """Every version of every table."""
    page = page_of(request, queries.tables_seen_by(request.user), size=TABLES_A_PAGE)
    context = {
        "columns": presenters.LIST_COLUMNS,
        "rows": presenters.list_rows(page),
        "loads": request.user.may(Permission.LOAD_INCIDENTS),
        "crumbs": police_data_crumbs(request),
        **paging.pagination(page, request.GET),
    }
    return render(request, "harm/tables.html", context)


@requires(Permission.LOAD_INCIDENTS)
@editing
def new_table(request: SignedInRequest) -> HttpResponse:
    """Load a table, or the next version of one."""
    form = WeightsForm(posted(request), request.FILES or None)
    if form.is_valid() and (made := call(form, _load, request=request, sent=form)) is not None:
        messages.success(request, f"{made} is loaded.")
        return redirect("harm:table", made.pk)
    back = reverse("harm:tables")
    return form_page(request, form, title="Load harm weights", label="Load", back=back, has_file=True)


def _load(*, request: SignedInRequest, sent: WeightsForm) -> HarmTable:
    file = sent.cleaned_data["file"]
    return operations.load_weights(
        by=request.user,
        at=timezone.now(),
        name=sent.cleaned_data["name"],
        source=sent.cleaned_data["source"],
        file_name=file.name,
        content=file.read(),
    )


@requires(Permission.VIEW_INCIDENTS)
@require_safe
def table(request: SignedInRequest, pk: int) -> HttpResponse:
    """One version of a table: its weights, and the other versions."""
    found = get_object_or_404(queries.tables_seen_by(request.user), pk=pk)
    weights, categories = list(found.weights.all()), incident_queries.categories().values()
    context = {
        "table": found,
        "summary": presenters.summary(found),
        "columns": presenters.WEIGHT_COLUMNS,
        "rows": presenters.weight_rows(weights, categories),
        "without": presenters.without_weight(weights, categories),
        "version_columns": presenters.LIST_COLUMNS,
        "versions": presenters.version_rows(found, queries.tables_seen_by(request.user).filter(name=found.name)),
        "crumbs": police_data_crumbs(request, ("Harm weights", reverse("harm:tables"))),
    }
    return render(request, "harm/table.html", context)
