"""Figures: the six numbers on a page, as a file, and what they mean."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.calendar import today
from hotspot.core.definitions.registry import DEFINITIONS
from hotspot.core.pages.access import SignedInRequest, own_site_only, requires
from hotspot.core.pages.sorting import Sorting
from hotspot.core.permissions import Permission
from hotspot.core.spreadsheets import as_attachment
from reports.figures import csv, tables
from reports.figures.criteria import read_criteria
from reports.figures.forms import QuestionForm
from reports.figures.measures import CATALOGUE, DEFINITION_VERSION
from reports.figures.page_criteria import context_of, no_programme, says_refusals, sheet_of, sorted_tables


@requires(Permission.VIEW_FIGURES)
@require_safe
@says_refusals
def figures(request: SignedInRequest) -> HttpResponse:
    """The six figures of a programme for a period and areas, by area and by month."""
    now = timezone.now()
    question = read_criteria(request.GET, by=request.user, today=today(now))
    if question is None:
        return no_programme(request)
    question = question.uncompared
    form = QuestionForm(question, by=request.user, today=today(now))
    sheet = sorted_tables(sheet_of(request, question, now), Sorting.read(request.GET))
    return render(request, "reports/figures.html", context_of(request, sheet, form))


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


@requires(Permission.VIEW_FIGURES)
@require_safe
def definitions(request: SignedInRequest) -> HttpResponse:
    """What each figure counts, and what it leaves out, now and by older definitions."""
    older = [definition for definition in DEFINITIONS.values() if definition.version != DEFINITION_VERSION]
    context = {"measures": CATALOGUE, "version": DEFINITION_VERSION, "older": older}
    return render(request, "reports/definitions.html", context)
