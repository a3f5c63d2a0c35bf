"""Figures: the six numbers on a page, as a file, and what they mean."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspot.core.periods import today
from hotspot.core.permissions import Permission, Role
from hotspot.core.web import SignedInRequest, requires
from reports import exports, presenters, queries
from reports.filters import Question, QuestionForm, read_question
from reports.measures import CATALOGUE, DEFINITION_VERSION


@requires(Permission.VIEW_FIGURES)
@require_safe
def figures(request: SignedInRequest) -> HttpResponse:
    """The six figures of a programme for a period and areas, by area and by month."""
    now = timezone.now()
    try:
        question = read_question(request.GET, by=request.user, today=today(now))
    except DomainError as refusal:
        return _refused(request, refusal)
    if question is None:
        return render(request, "reports/no_programme.html")
    context = {
        "sheet": sheet_of(request, question, now),
        "form": QuestionForm(question, by=request.user, today=today(now)),
        "own_districts": request.user.role == Role.SUPERVISOR,
        "is_not_over": question.period.last_day >= today(now),
        "no_areas": no_areas(request.user),
    }
    return render(request, "reports/figures.html", context)


@requires(Permission.VIEW_FIGURES)
@require_safe
def download(request: SignedInRequest) -> HttpResponse:
    """What the page shows, as a CSV file."""
    now = timezone.now()
    try:
        question = read_question(request.GET, by=request.user, today=today(now))
    except DomainError as refusal:
        return _refused(request, refusal)
    if question is None:
        return render(request, "reports/no_programme.html", status=404)
    sheet = sheet_of(request, question, now)
    response = HttpResponse(exports.csv_text(sheet), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{presenters.file_name(sheet)}"'
    return response


@requires(Permission.VIEW_FIGURES)
@require_safe
def definitions(request: SignedInRequest) -> HttpResponse:
    """What each figure counts, and what it leaves out."""
    return render(request, "reports/definitions.html", {"measures": CATALOGUE, "version": DEFINITION_VERSION})


def sheet_of(request: SignedInRequest, question: Question, now: datetime) -> presenters.Sheet:
    """What this person may know of the figures that are asked for."""
    counted = queries.figures(
        programme=question.programme,
        period=question.period,
        areas=[area.pk for area in question.areas],
        at=now,
        by=(queries.Grain.AREA, queries.Grain.MONTH),
    )
    withheld = None
    if not request.user.may(Permission.VIEW_SHIFTS):
        seen = [area.pk for area in question.all_areas]
        withheld = queries.withheld(programme=question.programme, areas=seen, at=now)
    return presenters.make_sheet(question, counted, withheld, today=today(now))


def _refused(request: SignedInRequest, refusal: DomainError) -> HttpResponse:
    return render(request, "reports/refused.html", {"refusal": refusal}, status=400)


def no_areas(user: User) -> str:
    """Why there is no area to see."""
    if user.role == Role.SUPERVISOR:
        return "Your account has no district with hotspot areas yet. Ask an administrator to give you one."
    return "Figures appear here when an administrator has added hotspot areas."
