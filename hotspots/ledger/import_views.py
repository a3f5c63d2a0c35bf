"""Pages of imports: the list, a new file, its columns, what its rows would become, approval of all, and undoing."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.errors import DomainError
from hotspot.core.pages.access import SignedInRequest, call, refusal_status, requires
from hotspot.core.pages.forms import Form
from hotspot.core.permissions import Permission
from hotspot.core.wording import plural
from hotspots.ledger import import_operations as operations
from hotspots.ledger import import_presenters, presenters
from hotspots.ledger.forms import RECOVERED
from hotspots.ledger.import_forms import SpendColumnsForm, SpendFileForm, WriteForm
from hotspots.ledger.import_rows import RowReport, read_headers
from hotspots.ledger.views import crumbs_of_ledger, programme_seen_by
from hotspots.models import SpendEntry, SpendImport
from hotspots.pages.views import confirm_page, editing, form_page, posted

SHOWN_ROWS = 500


@requires(Permission.KEEP_LEDGER)
@require_safe
def imports(request: SignedInRequest, pk: int) -> HttpResponse:
    """The files that were uploaded for a programme, newest first."""
    found = programme_seen_by(request, pk)
    uploaded = SpendImport.objects.visible_to(request.user).filter(programme=found).select_related("file", "by")
    context = {
        "programme": found,
        "columns": import_presenters.IMPORT_COLUMNS,
        "rows": import_presenters.import_rows(uploaded.defer("file__content")[:100]),
        "crumbs": crumbs_of_ledger(found),
    }
    return render(request, "ledger/imports.html", context)


@requires(Permission.KEEP_LEDGER)
@editing
def new_import(request: SignedInRequest, pk: int) -> HttpResponse:
    """Upload a file of the finance system."""
    found = programme_seen_by(request, pk)
    initial = {"stream": found.funding_streams.filter(is_default=True).first(), "vat_recoverable": RECOVERED}
    form = SpendFileForm(posted(request), request.FILES or None, programme=found, by=request.user, initial=initial)
    if form.is_valid():
        file = form.cleaned_data["file"]
        facts = {"name": file.name, "content": file.read(), "defaults": form.defaults}
        made = call(form, operations.upload, by=request.user, at=timezone.now(), programme=found, **facts)
        if made:
            return redirect("ledger:import_columns", made.pk)
    back = reverse("ledger:imports", args=(pk,))
    return form_page(request, form, title="Import spend", label="Upload", back=back, caption=str(found), has_file=True)


@requires(Permission.KEEP_LEDGER)
@editing
def import_columns(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say which column of the file is which."""
    found = _import(request, pk)
    if not found.is_open or not found.file.content:
        return redirect("ledger:import_file", pk)
    headers = read_headers(bytes(found.file.content))
    form = SpendColumnsForm(posted(request), found=headers, columns=found.columns)
    if form.is_valid() and call(form, operations.choose_columns, by=request.user, import_id=pk, columns=form.columns):
        return redirect("ledger:import_file", pk)
    back = reverse("ledger:imports", args=(found.programme_id,))
    text = "What you choose is remembered for the next file with the same headers."
    return form_page(
        request, form, title="Which column is which?", label="Check rows", back=back, text=text, caption=str(found)
    )


@requires(Permission.KEEP_LEDGER)
@editing
def import_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """What each row would become, and importing them; afterwards, what became of them."""
    found = _import(request, pk)
    if not found.is_open and request.method != "POST":
        return _written(request, found)
    try:
        rows = operations.check(found, by=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("ledger:imports", found.programme_id)
    wrong = [row.number for row in rows if row.error]
    form = WriteForm(posted(request), wrong=len(wrong))
    if form.is_valid():
        leave_out = wrong if form.cleaned_data.get("leave_out") else []
        if call(form, operations.write, by=request.user, at=timezone.now(), import_id=pk, leave_out=leave_out):
            messages.success(request, "The entries wait for approval by somebody else.")
            return redirect("ledger:import_file", pk)
    return render(request, "ledger/import.html", _report(found, rows, form), status=refusal_status(form))


def _report(found: SpendImport, rows: list[RowReport], form: WriteForm) -> dict[str, Any]:
    # What is wrong or twice in the file first: it is what somebody has to look at.
    shown = sorted(rows, key=lambda row: (not row.error, row.like is None, row.is_known, row.number))[:SHOWN_ROWS]
    new = sum(row.is_new for row in rows)
    return {
        "import": found,
        "form": form,
        "columns": import_presenters.REPORT_COLUMNS,
        "rows": import_presenters.report_rows(shown),
        "left_off": len(rows) - len(shown),
        "new": new,
        "summary": import_presenters.report_summary(rows),
        "label": f"Import {plural(new, 'entry', 'entries')}",
        "crumbs": _crumbs(found),
    }


def _written(request: SignedInRequest, found: SpendImport) -> HttpResponse:
    entries = SpendEntry.objects.visible_to(request.user).filter(imported_from=found).with_facts().order_by("day", "pk")
    waiting = entries.filter(state=SpendEntry.State.SUBMITTED)
    own = waiting.filter(entered_by=request.user).exists()
    context = {
        "import": found,
        "columns": presenters.ENTRY_COLUMNS,
        "rows": presenters.entry_rows(entries[:SHOWN_ROWS]),
        "summary": import_presenters.import_facts(found, entries.count()),
        "approves": waiting.exists() and not own,
        "waits_for_another": own,
        "undoes": found.undone_at is None and not entries.exclude(**_as_imported(found)).exists(),
        "crumbs": _crumbs(found),
    }
    return render(request, "ledger/imported.html", context)


def _as_imported(found: SpendImport) -> dict[str, Any]:
    """The entries that nobody has decided about or rewritten."""
    return {"decided_by": None, "entered_at": found.written_at}


@requires(Permission.KEEP_LEDGER)
@editing
def approve_import(request: SignedInRequest, pk: int) -> HttpResponse:
    """Approve what waits of a file that somebody else imported."""
    found = _import(request, pk)
    form = Form(posted(request))
    if form.is_valid() and (
        count := call(form, operations.approve_all, by=request.user, at=timezone.now(), import_id=pk)
    ):
        messages.success(request, f"{plural(count, 'entry is', 'entries are')} approved.")
        return redirect("ledger:import_file", pk)
    text = "Everything of this file that waits is counted, and cannot be changed after that."
    return _confirm(request, form, found, title="Approve all entries of this file", text=text, label="Approve all")


@requires(Permission.KEEP_LEDGER)
@editing
def undo_import(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back all entries of a file."""
    found = _import(request, pk)
    form = Form(posted(request))
    if form.is_valid() and call(form, operations.undo, by=request.user, at=timezone.now(), import_id=pk):
        messages.success(request, "The import is undone.")
        return redirect("ledger:import_file", pk)
    text = "All entries of this file are deleted. The file can be imported again."
    return _confirm(request, form, found, title="Undo this import", text=text, label="Undo import")


def _confirm(request: SignedInRequest, form: Form, found: SpendImport, **words: str) -> HttpResponse:
    back = reverse("ledger:import_file", args=(found.pk,))
    rows = import_presenters.import_facts(found, found.entries.count())
    return confirm_page(request, form, back=back, rows=rows, **words)


def _import(request: SignedInRequest, pk: int) -> SpendImport:
    found = SpendImport.objects.visible_to(request.user)
    return get_object_or_404(found.select_related("file", "by", "programme", "stream", "category", "undone_by"), pk=pk)


def _crumbs(found: SpendImport) -> list[dict[str, str]]:
    return crumbs_of_ledger(found.programme, ("Imports", reverse("ledger:imports", args=(found.programme_id,))))
