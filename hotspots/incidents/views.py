"""Pages of police data: the months that are loaded, one month, files on their way, and categories."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from hotspot.core.calendar import parse_day
from hotspot.core.jobs import tasks
from hotspot.core.pages.access import SignedInRequest, call, form_status, page_of, requires
from hotspot.core.permissions import Permission
from hotspots.incidents import operations, presenters, queries, search_presenters
from hotspots.incidents.forms import CategoryForm, ConfirmLoadForm, FileForm
from hotspots.models import Dataset, District, IncidentCategory, IncidentFile
from hotspots.pages import paging
from hotspots.pages.views import crumbs, editing, form_page, posted

MONTHS_A_PAGE, FILES_A_PAGE = 60, 50


def police_data_crumbs(request: SignedInRequest, *more: tuple[str, str]) -> list[dict[str, str]]:
    """The way to a page below the list of months."""
    return crumbs(request, ("Police data", reverse("incidents:months")), *more)


def dataset_of(request: SignedInRequest) -> tuple[Dataset, list[dict[str, str]]]:
    """The dataset that a page shows, which its address can name, and links to the others that there are."""
    datasets = queries.datasets_seen_by(request.user)
    asked = request.GET.get("dataset")
    shown = next((each for each in datasets if each == asked), next(iter(datasets), Dataset.STREET))
    return shown, presenters.dataset_links(datasets, shown)


@requires(Permission.VIEW_INCIDENTS)
@require_safe
def months(request: SignedInRequest) -> HttpResponse:
    """The months that are loaded, newest first, and the breaks between them."""
    dataset, links = dataset_of(request)
    page = page_of(request, queries.months_seen_by(request.user, dataset), size=MONTHS_A_PAGE)
    context = {
        "datasets": links,
        "note": presenters.DATASET_NOTES[dataset],
        "breaks": presenters.breaks_in_words(queries.breaks_seen_by(request.user, dataset)),
        "columns": presenters.month_columns(dataset),
        "rows": presenters.month_rows(page, dataset),
        "loads": request.user.may(Permission.LOAD_INCIDENTS),
        "crumbs": crumbs(request),
        **paging.pagination(page, request.GET),
    }
    return render(request, "incidents/months.html", context)


@requires(Permission.VIEW_INCIDENTS)
@require_safe
def month(request: SignedInRequest, month: str) -> HttpResponse:
    """One month: where it came from, and its incidents by category and district."""
    day = parse_day(f"{month}-01")
    if day is None:
        raise Http404
    dataset, _ = dataset_of(request)
    found = get_object_or_404(queries.months_seen_by(request.user, dataset).select_related("source__by"), month=day)
    districts = list(District.objects.visible_to(request.user))
    counts, unplaced = queries.counts_of(found), queries.unplaced_in(found)
    context = {
        "month": found.month,
        "note": presenters.DISTRICT_NOTES[dataset],
        "breaks": presenters.breaks_in_words(queries.breaks_seen_by(request.user, dataset).filter(month=day)),
        "summary": presenters.month_summary(found, loads=request.user.may(Permission.LOAD_INCIDENTS)),
        "columns": presenters.count_columns(districts),
        "rows": presenters.count_rows(counts, unplaced, queries.categories(), districts),
        "foot": presenters.count_foot(counts, unplaced, districts),
        "crumbs": police_data_crumbs(request),
    }
    return render(request, "incidents/month.html", context)


@requires(Permission.VIEW_INCIDENTS)
@require_safe
def searches(request: SignedInRequest) -> HttpResponse:
    """Published stop and searches by month: how many, what for, and what came of them."""
    page = page_of(request, queries.search_months_seen_by(request.user), size=MONTHS_A_PAGE)
    context = {
        "columns": search_presenters.COLUMNS,
        "rows": search_presenters.month_rows(page, queries.searches_by_month(list(page))),
        "note": search_presenters.NOTE,
        "loads": request.user.may(Permission.LOAD_INCIDENTS),
        "crumbs": police_data_crumbs(request),
        **paging.pagination(page, request.GET),
    }
    return render(request, "incidents/searches.html", context)


@requires(Permission.LOAD_INCIDENTS)
@require_safe
def files(request: SignedInRequest) -> HttpResponse:
    """One's own files and those that others have loaded, newest first."""
    page = page_of(request, queries.files_seen_by(request.user), size=FILES_A_PAGE)
    context = {
        "columns": presenters.FILE_COLUMNS,
        "rows": presenters.file_rows(page),
        "crumbs": police_data_crumbs(request),
        **paging.pagination(page, request.GET),
    }
    return render(request, "incidents/files.html", context)


@requires(Permission.LOAD_INCIDENTS)
@editing
def new_file(request: SignedInRequest) -> HttpResponse:
    """Upload a file, which is then checked."""
    form = FileForm(posted(request), request.FILES or None)
    if form.is_valid() and (found := call(form, _check, request=request, upload=form)) is not None:
        return redirect("incidents:file", found.pk)
    context = {"form": form, "headings": presenters.heading_rows(), "crumbs": police_data_crumbs(request)}
    context["heading_columns"] = presenters.HEADING_COLUMNS
    return render(request, "incidents/new_file.html", context, status=form_status(form))


def _check(*, request: SignedInRequest, upload: FileForm) -> IncidentFile:
    sent = upload.cleaned_data["file"]
    found, job = operations.check_new_file(
        by=request.user, at=timezone.now(), name=sent.name, content=sent.read(), page=_page
    )
    tasks.notify_worker(job)
    return found


def _page(pk: int) -> str:
    return reverse("incidents:file", args=(pk,))


def _visible(request: SignedInRequest, pk: int) -> IncidentFile:
    return get_object_or_404(queries.files_seen_by(request.user), pk=pk)


@requires(Permission.LOAD_INCIDENTS)
@require_safe
def file(request: SignedInRequest, pk: int) -> HttpResponse:
    """What became of a file so far, and what can be done next."""
    return _file_page(request, _visible(request, pk))


def _file_page(request: SignedInRequest, found: IncidentFile, form: ConfirmLoadForm | None = None) -> HttpResponse:
    stage, job = presenters.stage(found), found.loaded or found.checked
    context: dict[str, Any] = {
        "record": found,
        "stage": stage,
        "job": job,
        "crumbs": police_data_crumbs(request, ("Files", reverse("incidents:files"))),
    }
    if stage in ("checked", "loaded") and job is not None:
        searches = (job.result.get("searches") or {"months": []})["months"]
        context["month_count"] = len({each["month"] for each in (*job.result["months"], *searches)})
        form = form or (ConfirmLoadForm(result=job.result) if stage == "checked" else None)
        context |= {
            "form": form,
            "force": presenters.force_in_words(job.result),
            "columns": presenters.found_columns(is_loaded=stage == "loaded"),
            "rows": presenters.found_rows(job.result, is_loaded=stage == "loaded"),
            "search_columns": search_presenters.loaded_columns(presenters.found_columns(is_loaded=stage == "loaded")),
            "search_rows": search_presenters.loaded_rows(job.result, is_loaded=stage == "loaded"),
            "breaks": presenters.found_breaks(job.result),
            "notes": presenters.notes(job.result),
        }
    return render(request, "incidents/file.html", context, status=form_status(form) if form else 200)


@requires(Permission.LOAD_INCIDENTS)
@require_POST
def load_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """Have a checked file loaded."""
    found = _visible(request, pk)
    if presenters.stage(found) != "checked" or found.checked is None:
        # The button was pressed twice: the first time counts.
        return redirect("incidents:file", pk)
    form = ConfirmLoadForm(request.POST, result=found.checked.result)
    if form.is_valid():
        job = call(
            form,
            operations.load_file,
            by=request.user,
            at=timezone.now(),
            file_id=pk,
            confirmed=form.confirmed,
            page=_page(pk),
        )
        if job is not None:
            tasks.notify_worker(job)
            return redirect("incidents:file", pk)
    return _file_page(request, found, form)


@requires(Permission.VIEW_INCIDENTS)
@require_safe
def categories(request: SignedInRequest) -> HttpResponse:
    """The kinds of incident, and which of them exist because police looked."""
    rows = presenters.category_rows(queries.categories().values(), manages=request.user.may(Permission.MANAGE))
    context = {"columns": presenters.CATEGORY_COLUMNS, "rows": rows, "crumbs": police_data_crumbs(request)}
    return render(request, "incidents/categories.html", context)


@requires(Permission.MANAGE)
@editing
def edit_category(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say whether incidents of a category are recorded because police looked."""
    category = get_object_or_404(IncidentCategory, pk=pk)
    form = CategoryForm(posted(request), initial={"is_police_generated": category.is_police_generated})
    if form.is_valid():
        value = form.cleaned_data["is_police_generated"]
        if call(form, operations.change_category, by=request.user, category_id=pk, is_police_generated=value):
            messages.success(request, f"{category} is saved.")
            return redirect("incidents:categories")
    return form_page(request, form, title=str(category), label="Save", back=reverse("incidents:categories"))
