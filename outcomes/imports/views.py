"""Importing a file: uploaded, its columns chosen, checked, and then written, each step on a page of its own."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from hotspot.core.errors import DomainError
from hotspot.core.jobs import tasks
from hotspot.core.pages.access import SignedInRequest, add_errors, call, form_status, own_site_only, requires
from hotspot.core.permissions import Permission
from hotspot.core.spreadsheets import as_attachment
from hotspot.core.table_files.readers import DELIMITERS, ENCODINGS
from hotspots.pages.views import editing
from outcomes.imports import operations as files
from outcomes.imports import presenters
from outcomes.imports.findings import TWICE
from outcomes.imports.forms import ColumnsForm, ConfirmForm, HeaderForm, QuestionsForm, SheetForm, UploadForm
from outcomes.imports.pipeline import COLUMNS
from outcomes.imports.preview import FilePreview, known_columns, peek
from outcomes.imports.rows.names import AreaNames
from outcomes.imports.rows.own_files import OwnFile
from outcomes.models import FileImport

MOST_LISTED = 50
MOST_ASKED = 50


def visible_import(request: SignedInRequest, import_id: int) -> FileImport:
    """One of one's own imports, or one that another administrator has written. Raises Http404."""
    rows = FileImport.objects.visible_to(request.user).select_related(
        "by", "checked", "written", "undone__by", "problems", "file"
    )
    return get_object_or_404(rows.defer("file__content", "problems__content"), pk=import_id)


def page_of(import_id: int) -> str:
    """The address of the page of an import."""
    return reverse("outcomes:import_file", args=(import_id,))


_MANAGE = {"label": "Manage", "url": reverse_lazy("hotspots:manage")}


def crumbs(*more: tuple[str, str]) -> list[dict[str, Any]]:
    """The way to a page below the list of imports, with more pages between."""
    return [_MANAGE, *({"label": label, "url": url} for label, url in (("Import", reverse("outcomes:imports")), *more))]


@requires(Permission.IMPORT)
@require_safe
def imports(request: SignedInRequest) -> HttpResponse:
    """One's own imports and those that others have written, newest first."""
    found = FileImport.objects.visible_to(request.user).select_related("by", "checked", "written", "undone", "file")
    rows = presenters.list_rows(found.defer("file__content", "recorded")[:MOST_LISTED])
    context = {"rows": rows, "columns": presenters.LIST_COLUMNS, "crumbs": [_MANAGE]}
    return render(request, "outcomes/imports.html", context)


@requires(Permission.IMPORT)
@editing
def new_import(request: SignedInRequest) -> HttpResponse:
    """Upload a file."""
    form = UploadForm(request.POST or None, request.FILES or None, initial={"kind": FileImport.Kind.SHIFTS})
    if form.is_valid() and (found := call(form, _begin, request=request, upload=form)):
        return redirect("outcomes:import_columns", found.pk)
    context = {"form": form, "crumbs": crumbs()}
    return render(request, "outcomes/new_import.html", context, status=form_status(form))


def _begin(*, request: SignedInRequest, upload: UploadForm) -> FileImport:
    file, kind = upload.cleaned_data["file"], upload.cleaned_data["kind"]
    content = file.read()
    found = peek(content, kind=kind)
    columns, answers = known_columns(kind, found.headers, found.header_row)
    return files.begin_import(
        by=request.user,
        at=timezone.now(),
        kind=kind,
        name=file.name,
        content=content,
        rows=found.rows,
        columns=columns,
        answers=answers,
    )


@requires(Permission.IMPORT)
@editing
def import_columns(request: SignedInRequest, import_id: int) -> HttpResponse:
    """Say which column is which; from there the file is checked."""
    record = visible_import(request, import_id)
    if presenters.stage(record) in ("written", "undoing", "undone"):
        return redirect("outcomes:import_file", import_id)
    try:
        header_row = record.answers.get("header_row")
        found = peek(bytes(record.file.content), kind=record.kind, sheet=record.sheet, header_row=header_row)
    except DomainError:
        # Its week is over, and its contents are gone.
        messages.warning(request, "The file is not kept any more. Upload it again.")
        return redirect("outcomes:new_import")
    if request.POST.get("choice") in _TABLE_FORMS:
        return _take_table(request, record, found)
    form = ColumnsForm(
        request.POST or None,
        found=found,
        columns=COLUMNS[record.kind](),
        kind=record.kind,
        initial=ColumnsForm.initial_of(record),
    )
    if form.is_valid():
        job = call(
            form,
            files.check_import,
            by=request.user,
            at=timezone.now(),
            import_id=import_id,
            columns=form.columns,
            answers=form.answers,
            fingerprint=found.fingerprint,
            header_row=found.header_fingerprint,
            page=page_of(import_id),
        )
        if job is not None:
            tasks.notify_worker(job)
            return redirect("outcomes:import_file", import_id)
    return _columns_page(request, record, form, found)


def _columns_page(request: SignedInRequest, record: FileImport, form: ColumnsForm, found: FilePreview) -> HttpResponse:
    context = {
        "form": form,
        "record": record,
        "found": found,
        "sheets": SheetForm(found=found) if len(found.format.sheets) > 1 else None,
        "headers": HeaderForm(found=found),
        "preview": presenters.preview_rows(found.preview),
        "is_own": OwnFile(record.kind, found.headers, by=request.user).is_own,
        "hidden": presenters.hidden_in_words(found.format.hidden_rows, found.format.hidden_columns),
        "encoding": ENCODINGS.get(found.format.encoding, ""),
        "delimiter": DELIMITERS.get(found.format.delimiter, ""),
        "crumbs": crumbs(),
    }
    return render(request, "outcomes/import_columns.html", context, status=form_status(form))


_TABLE_FORMS = {"sheet": SheetForm, "header_row": HeaderForm}


def _take_table(request: SignedInRequest, record: FileImport, found: FilePreview) -> HttpResponse:
    """Another sheet of the workbook, or another row of headers; or a word on why it cannot be taken."""
    choice = request.POST["choice"]
    form = _TABLE_FORMS[choice](request.POST, found=found)
    if form.is_valid():
        sheet, header_row = record.sheet, None
        if choice == "sheet":
            sheet = form.cleaned_data["sheet"]
        else:
            header_row = form.cleaned_data["header_row"]
        try:
            other = peek(bytes(record.file.content), kind=record.kind, sheet=sheet, header_row=header_row)
            columns, answers = known_columns(record.kind, other.headers, other.header_row)
            files.choose_table(
                by=request.user, import_id=record.pk, sheet=sheet, rows=other.rows, columns=columns, answers=answers
            )
        except DomainError as refusal:
            messages.error(request, f"{sheet}: {refusal.message}" if choice == "sheet" else refusal.message)
    return redirect("outcomes:import_columns", record.pk)


@requires(Permission.IMPORT)
@require_safe
def import_file(request: SignedInRequest, import_id: int) -> HttpResponse:
    """What became of a file so far, and what can be done next."""
    record = visible_import(request, import_id)
    if presenters.stage(record) == "columns":
        return redirect("outcomes:import_columns", import_id)
    return _file_page(request, record)


def _file_page(
    request: SignedInRequest,
    record: FileImport,
    *,
    confirm: ConfirmForm | None = None,
    questions: QuestionsForm | None = None,
) -> HttpResponse:
    stage = presenters.stage(record)
    job = record.undone if stage in ("undoing", "undone") else record.written or record.checked
    context: dict[str, Any] = {
        "record": record,
        "stage": stage,
        "job": job,
        "crumbs": crumbs(),
    }
    if stage == "undone" and job is not None:
        context["undone"] = presenters.what(record.kind, job.result["undone"])
    elif job is not None and stage in ("checked", "written"):
        context |= _found(record, job.result)
    form = confirm or questions
    if stage == "checked" and job is not None:
        context["confirm"] = confirm or ConfirmForm(result=job.result)
        context["questions"] = questions or _questions(request, record, job.result)
        context["form"] = form or context["confirm"]
    return render(request, "outcomes/import.html", context, status=form_status(form) if form else 200)


def _questions(request: SignedInRequest, record: FileImport, result: dict[str, Any], data: Any = None) -> QuestionsForm:
    clocks = [each for each in result["shown"] if each.get("code") == TWICE][:MOST_ASKED]
    return QuestionsForm(data, result=result, answers=record.answers, clocks=clocks, areas=AreaNames(request.user))


def _found(record: FileImport, result: dict[str, Any]) -> dict[str, Any]:
    return {
        "result": result,
        "new": presenters.what(record.kind, result["states"].get("new", 0)),
        "summary": presenters.summary(record.kind, result),
        "problem_columns": presenters.PROBLEM_COLUMNS,
        "problems": presenters.problem_rows(result["shown"]),
        "problems_caption": presenters.problems_caption(result),
        "sample_columns": presenters.sample_columns(record.kind),
        "left_out": presenters.rows_left_out(result),
    }


def _checked(request: SignedInRequest, import_id: int) -> FileImport:
    record = visible_import(request, import_id)
    if presenters.stage(record) != "checked":
        raise Http404
    return record


@requires(Permission.IMPORT)
@require_POST
def answer_import(request: SignedInRequest, import_id: int) -> HttpResponse:
    """Answer what the check asked, and have the file checked again."""
    record = _checked(request, import_id)
    assert record.checked is not None  # noqa: S101 - it is checked
    form = _questions(request, record, record.checked.result, request.POST)
    if form.is_valid():
        job = call(
            form,
            files.answer_questions,
            by=request.user,
            at=timezone.now(),
            import_id=import_id,
            answers=form.answers,
            areas=form.areas,
            page=page_of(import_id),
        )
        if job is not None:
            tasks.notify_worker(job)
            return redirect("outcomes:import_file", import_id)
    return _file_page(request, record, questions=form)


@requires(Permission.IMPORT)
@require_POST
def confirm_import(request: SignedInRequest, import_id: int) -> HttpResponse:
    """Have the new rows written."""
    record = visible_import(request, import_id)
    if presenters.stage(record) in ("writing", "written", "undoing", "undone"):
        # The button was pressed twice: the first time counts.
        return redirect("outcomes:import_file", import_id)
    record = _checked(request, import_id)
    assert record.checked is not None  # noqa: S101 - it is checked
    form = ConfirmForm(request.POST, result=record.checked.result)
    if form.is_valid():
        try:
            job = files.confirm_import(
                by=request.user,
                at=timezone.now(),
                import_id=import_id,
                with_conflicts=form.cleaned_data.get("with_conflicts", False),
                acknowledged=form.acknowledged,
                page=page_of(import_id),
            )
            tasks.notify_worker(job)
            return redirect("outcomes:import_file", import_id)
        except DomainError as refusal:
            add_errors(form, refusal)
    return _file_page(request, record, confirm=form)


@own_site_only
@requires(Permission.IMPORT)
@require_safe
def import_problems(request: SignedInRequest, import_id: int) -> HttpResponse:
    """Everything that is wrong, differs or is unusual, as a CSV file."""
    record = visible_import(request, import_id)
    if record.problems is None or not record.problems.content:
        raise Http404
    response = HttpResponse(bytes(record.problems.content), content_type="text/csv; charset=utf-8")
    return as_attachment(response, f"problems-{record.pk}.csv")
