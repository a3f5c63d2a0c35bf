"""Downloading the rows behind the list of shifts: CSV while it is read, an Excel file from a background job."""

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.accounts.operations import disclose
from hotspot.core.errors import DomainError, TryLater
from hotspot.core.exports.rules import MOST_WORKBOOK_ROWS
from hotspot.core.exports.streaming import CsvStream
from hotspot.core.jobs import tasks
from hotspot.core.models import Job, StoredFile
from hotspot.core.pages.access import SignedInRequest, add_errors, form_status, own_site_only, requires
from hotspot.core.permissions import Permission
from hotspot.core.spreadsheets import XLSX_TYPE, as_attachment
from hotspots.pages.views import editing
from outcomes.exports import operations as exporting
from outcomes.exports import presenters
from outcomes.exports.forms import CSV, FormatForm
from outcomes.exports.queries import file_of
from outcomes.exports.rows import WHAT, count_up_to, rows_of
from outcomes.records.filters import ShiftFilter, names_one_person
from patrols.models import PatrolShift


@requires(Permission.VIEW_SHIFTS)
@editing
def download_rows(request: SignedInRequest, what: str) -> HttpResponseBase:
    """Ask for the rows that the filters of the list let through, and get them."""
    if what not in WHAT:
        raise Http404
    filters = ShiftFilter(request.GET, by=request.user)
    if not filters.is_valid():
        return _page(request, what, filters, FormatForm(), rows=0)
    rows = count_up_to(MOST_WORKBOOK_ROWS + 1, what, _shifts(request, filters))
    form = FormatForm(request.POST or None, initial={"format": CSV})
    if not form.is_valid():
        return _page(request, what, filters, form, rows=rows)
    try:
        if form.cleaned_data["format"] == CSV:
            return _csv(request, what, filters, rows)
        return _begin_workbook(request, what, filters, rows)
    except DomainError as refusal:
        add_errors(form, refusal)
        if not isinstance(refusal, TryLater):
            return _page(request, what, filters, form, rows=rows)
        response = _page(request, what, filters, form, rows=rows, status=refusal.status)
        response["Retry-After"] = "60"
        return response


def _shifts(request: SignedInRequest, filters: ShiftFilter) -> QuerySet[PatrolShift]:
    return filters.apply(PatrolShift.objects.visible_to(request.user))


def _page(
    request: SignedInRequest, what: str, filters: ShiftFilter, form: FormatForm, *, rows: int, status: int | None = None
) -> HttpResponse:
    back = f"{reverse('outcomes:shifts')}?{filters.understood}"
    context = {
        "what": what,
        "filters": filters,
        "tags": filters.in_force(),
        "form": form,
        "rows": rows,
        "counted": _counted(what, filters, rows),
        "back": back,
        "crumbs": [{"label": "Shifts", "url": back}],
    }
    status = status or (422 if filters.errors else form_status(form))
    return render(request, "outcomes/download_rows.html", context, status=status)


def _counted(what: str, filters: ShiftFilter, rows: int) -> str:
    """How many rows a file would have; not of one person's shifts, because nothing is counted of one person."""
    return what if filters.is_of_one_person else presenters.counted(what, rows)


def _csv(request: SignedInRequest, what: str, filters: ShiftFilter, rows: int) -> HttpResponseBase:
    now = timezone.now()
    stream = CsvStream(rows_of(what, _shifts(request, filters)), by=request.user)
    try:
        _note(request, "download_csv", what=what, filters=filters.understood, rows=rows)
    except BaseException:
        stream.close()
        raise
    response = StreamingHttpResponse(stream, content_type="text/csv; charset=utf-8")
    return as_attachment(response, presenters.file_name(what, now, "csv"))


def _note(request: SignedInRequest, action: str, **detail: object) -> None:
    reference: str = request.reference  # type: ignore[attr-defined]
    disclose(by=request.user, at=timezone.now(), action=action, request=reference, **detail)


def _begin_workbook(request: SignedInRequest, what: str, filters: ShiftFilter, rows: int) -> HttpResponse:
    job = exporting.begin_workbook(
        by=request.user,
        at=timezone.now(),
        what=what,
        filters=filters.understood,
        rows=rows,
        title=f"Excel file of {_counted(what, filters, rows)}",
        page=reverse("outcomes:workbook", args=(0,)).replace("0", "{job}"),
        request=request.reference,  # type: ignore[attr-defined]
    )
    tasks.notify_worker(job)
    return redirect(job.page)


def _job(request: SignedInRequest, job_id: int) -> Job:
    return get_object_or_404(Job.objects.visible_to(request.user), pk=job_id, kind=exporting.MAKE)


def _file(job: Job, request: SignedInRequest) -> StoredFile | None:
    try:
        return file_of(job, by=request.user, at=timezone.now())
    except StoredFile.DoesNotExist:
        raise Http404 from None


@requires(Permission.VIEW_SHIFTS)
@require_safe
def workbook(request: SignedInRequest, job_id: int) -> HttpResponse:
    """How far an Excel file of one's own is, and the file."""
    job = _job(request, job_id)
    return _workbook_page(request, job, _file(job, request))


def _workbook_page(request: SignedInRequest, job: Job, file: StoredFile | None, *, status: int = 200) -> HttpResponse:
    again = f"{reverse('outcomes:download_rows', args=(job.input['what'],))}?{job.input['filters']}"
    context = {
        "job": job,
        "file": file,
        "is_counted": not names_one_person(job.input["filters"]),
        "again": again,
        "crumbs": [{"label": "Shifts", "url": f"{reverse('outcomes:shifts')}?{job.input['filters']}"}],
    }
    return render(request, "outcomes/workbook.html", context, status=status)


@own_site_only
@requires(Permission.VIEW_SHIFTS)
@require_safe
def workbook_file(request: SignedInRequest, job_id: int) -> HttpResponse:
    """The Excel file itself, to whom it was made for. After its week it is gone (410)."""
    job = _job(request, job_id)
    if job.state != Job.State.DONE:
        raise Http404
    file = _file(job, request)
    if file is None or not file.content:
        return _workbook_page(request, job, None, status=410)
    what, filters = job.input["what"], job.input["filters"]
    _note(request, "download_workbook", what=what, filters=filters, rows=job.result["rows"], job=job.pk)
    return as_attachment(HttpResponse(bytes(file.content), content_type=XLSX_TYPE), file.name)
