"""Pages of layers: the list of them, one layer, and a new one or its next version."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.jobs import tasks
from hotspot.core.models import Job
from hotspot.core.pages.access import SignedInRequest, call, page_of, requires
from hotspot.core.permissions import Permission
from hotspots.incidents.views import police_data_crumbs
from hotspots.layers import operations, presenters, queries
from hotspots.layers.forms import LayerForm
from hotspots.pages import paging
from hotspots.pages.views import editing, form_page, posted

LAYERS_A_PAGE = 50


@requires(Permission.VIEW_INCIDENTS)
@require_safe
def layers(request: SignedInRequest) -> HttpResponse:
    """Every version of every layer, and how far the loading of another one is."""
    page = page_of(request, queries.layers_seen_by(request.user), size=LAYERS_A_PAGE)
    context = {
        "columns": presenters.LIST_COLUMNS,
        "rows": presenters.list_rows(page),
        "job": queries.loading_by(request.user),
        "loads": request.user.may(Permission.LOAD_INCIDENTS),
        "crumbs": police_data_crumbs(request),
        **paging.pagination(page, request.GET),
    }
    return render(request, "layers/list.html", context)


@requires(Permission.LOAD_INCIDENTS)
@editing
def new_layer(request: SignedInRequest) -> HttpResponse:
    """Upload a file, which a job loads: the first version of a layer, or its next one."""
    form = LayerForm(posted(request), request.FILES or None)
    if form.is_valid() and (job := call(form, _begin, request=request, sent=form)) is not None:
        tasks.notify_worker(job)
        return redirect("layers:list")
    back = reverse("layers:list")
    return form_page(request, form, title="Load LSOAs or streets", label="Load", back=back, has_file=True)


def _begin(*, request: SignedInRequest, sent: LayerForm) -> Job:
    file = sent.cleaned_data["file"]
    return operations.begin_layer(
        by=request.user,
        at=timezone.now(),
        source=sent.cleaned_data["source"],
        name=file.name,
        content=file.read(),
        page=reverse("layers:list"),
    )


@requires(Permission.VIEW_INCIDENTS)
@require_safe
def layer(request: SignedInRequest, pk: int) -> HttpResponse:
    """One version of a layer: where it comes from, and how many units each district has."""
    found = get_object_or_404(queries.layers_seen_by(request.user), pk=pk)
    context = {
        "layer": found,
        "summary": presenters.summary(found),
        "columns": presenters.DISTRICT_COLUMNS,
        "rows": presenters.district_rows(queries.units_by_district(found)),
        "crumbs": police_data_crumbs(request, ("LSOAs and streets", reverse("layers:list"))),
    }
    return render(request, "layers/layer.html", context)
