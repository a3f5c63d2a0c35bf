"""Figures: the six numbers on a page, as a file, and what they mean."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.calendar import today
from hotspot.core.definitions.registry import DEFINITIONS
from hotspot.core.pages.access import SignedInRequest, own_site_only, requires
from hotspot.core.pages.sorting import Sorting
from hotspot.core.permissions import Permission
from hotspot.core.spreadsheets import as_attachment
from patrols.abstractions.rules import CURRENT_ABSTRACTION
from reports.figures import csv, tables
from reports.figures import taken_away as abstraction
from reports.figures.criteria import read_criteria
from reports.figures.forms import QuestionForm
from reports.figures.measures import CATALOGUE, DEFINITION_VERSION
from reports.figures.page_criteria import context_of, no_programme, says_refusals, sheet_of, sorted_tables
from reports.figures.sheet_charts import sheet_charts
from reports.figures.workbook import FILES


@requires(Permission.VIEW_FIGURES)
@require_safe
@says_refusals
def figures(request: SignedInRequest) -> HttpResponse:
    """The six figures of a programme for a period and areas, by area and by month, as charts and tables."""
    now = timezone.now()
    question = read_criteria(request.GET, by=request.user, today=today(now))
    if question is None:
        return no_programme(request)
    question = question.uncompared
    form = QuestionForm(question, by=request.user, today=today(now))
    sheet = sheet_of(request, question, now)
    shown = sorted_tables(sheet, Sorting.read(request.GET))
    context = {**context_of(request, shown, form), "charts": sheet_charts(sheet)}
    return render(request, "reports/figures.html", context)


@own_site_only
@requires(Permission.VIEW_FIGURES)
@require_safe
@says_refusals
def download(request: SignedInRequest) -> HttpResponse:
    """What the page shows, as a CSV file."""
    now = timezone.now()
    question = read_criteria(request.GET, by=request.user, today=today(now))
    if question is None:
        return no_programme(request, status=404)
    sheet = sheet_of(request, question, now)
    response = HttpResponse(csv.csv_text(sheet), content_type="text/csv; charset=utf-8")
    return as_attachment(response, tables.file_name(sheet))


@own_site_only
@requires(Permission.VIEW_FIGURES)
@require_safe
@says_refusals
def spreadsheet(request: SignedInRequest, file: str) -> HttpResponse:
    """What the page shows, as a spreadsheet."""
    now = timezone.now()
    question = read_criteria(request.GET, by=request.user, today=today(now))
    if file not in FILES:
        raise Http404
    if question is None:
        return no_programme(request, status=404)
    sheet, (make, content_type) = sheet_of(request, question.uncompared, now), FILES[file]
    name = f"{tables.file_name(sheet).removesuffix('.csv')}.{file}"
    return as_attachment(HttpResponse(make(sheet), content_type=content_type), name)


@requires(Permission.VIEW_SHIFTS)
@require_safe
@says_refusals
def taken_away(request: SignedInRequest) -> HttpResponse:
    """Planned patrol time that was taken away from the patrols that this person sees, by reason."""
    now = timezone.now()
    question = read_criteria(request.GET, by=request.user, today=today(now))
    if question is None:
        return no_programme(request)
    question = question.uncompared
    form = QuestionForm(question, by=request.user, today=today(now))
    sheet = sheet_of(request, question, now, by=())
    context = {
        **context_of(request, sheet, form),
        "taken": abstraction.time_taken(question, by=request.user, patrolled=sheet.figures.totals.patrol_minutes),
        "columns": abstraction.COLUMNS,
        "about": abstraction.definitions(),
        "counted_by": CURRENT_ABSTRACTION.version,
        "first_day": CURRENT_ABSTRACTION.first_day,
    }
    return render(request, "reports/taken_away.html", context)


@requires(Permission.VIEW_FIGURES)
@require_safe
def definitions(request: SignedInRequest) -> HttpResponse:
    """What each figure counts, and what it leaves out, now and by older definitions."""
    older = [definition for definition in DEFINITIONS.values() if definition.version != DEFINITION_VERSION]
    context = {"measures": CATALOGUE, "version": DEFINITION_VERSION, "older": older}
    return render(request, "reports/definitions.html", context)
