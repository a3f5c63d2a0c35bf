"""The page that explores figures, and its files."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from hotspot.core.calendar import today
from hotspot.core.pages.access import SignedInRequest, own_site_only, requires
from hotspot.core.permissions import Permission
from hotspot.core.spreadsheets import as_attachment
from hotspots.models import Programme
from reports.explore import presenters
from reports.explore.criteria import ExploreCriteria, read_explored
from reports.explore.files import PICTURE_FILES, TABLE_FILES
from reports.explore.forms import ExploreForm
from reports.explore.plots import TooMuchToDraw, as_text, plot
from reports.explore.tables import IN_ALL, ExploreTable, explore
from reports.figures.comparisons import nothing_to_compare, other_in_words, other_side
from reports.figures.criteria import read_criteria
from reports.figures.forms import QuestionForm
from reports.figures.page_criteria import context_of, no_programme, sheet_of
from reports.figures.tables import card_file_name
from reports.models import SavedView
from reports.view_form import ViewForm


@dataclass(frozen=True)
class ExploreAnswer:
    """What was asked, as it could be answered, and what it was compared with, in words."""

    asked: ExploreCriteria
    table: ExploreTable
    compared_with: str


@requires(Permission.VIEW_DAILY_FIGURES)
@require_safe
def explore_page(request: SignedInRequest) -> HttpResponse:
    """Any measure by any two dimensions, as the address says."""
    now = timezone.now()
    answer = _answer(request, now)
    if answer is None:
        return no_programme(request)
    asked = answer.asked
    form = QuestionForm(asked.question, by=request.user, today=today(now), may_compare=True)
    for name in ("map", "trend", "wait"):
        del form.fields[name]
    picture, too_much = _picture(answer)
    return render(
        request,
        "explore/explore.html",
        {
            **context_of(request, sheet_of(request, asked.question, now, by=()), form),
            "asked": asked,
            "kept": asked.pairs,
            "without_narrowing": asked.query(only={}),
            "explore_form": ExploreForm(asked),
            "table": answer.table,
            "title": presenters.title_of(asked),
            "unit": presenters.unit_of(asked),
            "compared_with": answer.compared_with,
            "picture": SafeString(as_text(picture)) if picture is not None else "",
            "too_much": too_much,
            "about": presenters.about(asked),
            "notes": presenters.notes(answer.table),
            **_cells(answer.table),
            "views": SavedView.objects.visible_to(request.user).select_related("user"),
            "view_form": ViewForm(),
        },
    )


@own_site_only
@requires(Permission.VIEW_DAILY_FIGURES)
@require_safe
def explore_file(request: SignedInRequest, file: str) -> HttpResponse:
    """The table, or the chart, as a file."""
    now = timezone.now()
    answer = _answer(request, now)
    if answer is None or file not in TABLE_FILES | PICTURE_FILES:
        raise Http404
    if file in TABLE_FILES:
        kind, make = TABLE_FILES[file]
        content = make(answer.table, now)
    else:
        picture, _ = _picture(answer)
        if picture is None:
            raise Http404
        kind, draw = PICTURE_FILES[file]
        content = draw(answer.table, picture, now)
    name = card_file_name("explored", answer.asked.question, now).removesuffix("csv")
    return as_attachment(HttpResponse(content, content_type=kind), f"{name}{file}")


def _answer(request: SignedInRequest, now: datetime) -> ExploreAnswer | None:
    """The answer to what the address asks; None before there is a programme."""
    day = today(now)
    question = read_criteria(request.GET, by=request.user, today=day, opens_on_year=True)
    if question is None:
        return None
    asked = read_explored(request.GET, question)
    other = other_side(question, Programme.objects.visible_to(request.user), day)
    words = ""
    if question.compare:
        has_begun = question.period.first_day <= day
        words = (
            f"Compared with {other_in_words(question, other)}."
            if other
            else nothing_to_compare(question, has_begun=has_begun)
        )
    return ExploreAnswer(asked, explore(asked, today=day, other=other), words)


def _picture(answer: ExploreAnswer) -> tuple[Element | None, str]:
    """The chart, or why there is none."""
    try:
        return plot(answer.table, answer.asked.chart), ""
    except TooMuchToDraw as reason:
        return None, str(reason)


def _cells(table: ExploreTable) -> dict[str, Any]:
    """The table as the page shows it: its headings, rows and foot."""
    has_columns = table.asked.columns is not None
    headings = [*table.columns, IN_ALL] if has_columns else [table.asked.measure.name]
    totals = [[total] for total in table.totals] if has_columns else [[] for _ in table.rows]
    return {
        "headings": [table.asked.rows.name, *headings],
        "rows": [
            [name, *(cell.words for cell in [*cells, *total])]
            for name, cells, total in zip(table.rows, table.cells, totals, strict=True)
        ],
        "feet": [[IN_ALL, *(cell.words for cell in table.foot)]],
    }
