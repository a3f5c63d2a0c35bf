"""Undoing an import: what it would do, what keeps it from being done, and having it done."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from hotspot.core.jobs import tasks
from hotspot.core.pages.access import SignedInRequest, call, form_status, requires
from hotspot.core.pages.forms import Form
from hotspot.core.permissions import Permission
from hotspots.pages.views import editing, posted
from outcomes.imports import presenters, undo_operations
from outcomes.imports.undo_queries import obstacles_to
from outcomes.imports.views import crumbs, page_of, visible_import


@requires(Permission.IMPORT)
@editing
def undo_import(request: SignedInRequest, import_id: int) -> HttpResponse:
    """Say what undoing an import would do, or what keeps it from being undone; and have it done."""
    record = visible_import(request, import_id)
    stage = presenters.stage(record)
    if stage == "undone" or record.written is None or not record.recorded_count:
        return redirect("outcomes:import_file", import_id)
    form = Form(posted(request))
    if form.is_valid():
        arguments = {"by": request.user, "at": timezone.now(), "import_id": import_id, "page": page_of(import_id)}
        if (job := call(form, undo_operations.begin_undo, **arguments)) is not None:
            tasks.notify_worker(job)
            return redirect("outcomes:import_file", import_id)
    obstacles = obstacles_to(record, by=request.user)
    context = {
        "form": form,
        "record": record,
        "summary": presenters.undo_summary(record, record.written.result),
        "obstacles": obstacles,
        "changed": presenters.changed_rows(obstacles.changed),
        "changed_columns": presenters.CHANGED_COLUMNS,
        "publications": presenters.publication_rows(obstacles.publications),
        "publication_columns": presenters.PUBLICATION_COLUMNS,
        "crumbs": crumbs((str(record), page_of(import_id))),
    }
    return render(request, "outcomes/import_undo.html", context, status=form_status(form))
