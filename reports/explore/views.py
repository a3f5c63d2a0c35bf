"""The page that explores figures, and its files."""

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
from reports.explore.criteria import BARS, MULTIPLES, read_explored, without_a_change
from reports.explore.files import PICTURE_FILES, TABLE_FILES
from reports.explore.forms import ExploreForm
from reports.explore.links import CellAddress, addresses_of
from reports.explore.plots import TooMuchToDraw, apart, as_text, plot
from reports.explore.tables import IN_ALL, Cell, ExploreTable, explore, in_order
from reports.figures.comparisons import other_in_words, other_side
from reports.figures.criteria import read_criteria
from reports.figures.forms import QuestionForm
from reports.figures.page_criteria import context_of, no_programme, sheet_of
from reports.figures.tables import card_file_name
from reports.models import SavedView
from reports.view_form import ViewForm


@requires(Permission.VIEW_DAILY_FIGURES)
@require_safe
def explore_page(request: SignedInRequest) -> HttpResponse:
    """Any measure by any two dimensions, as the address says."""
    now = timezone.now()
    found = _asked(request, now)
    if found is None:
        return no_programme(request)
    table, asked = in_order(found), found.asked
    form = QuestionForm(asked.question, by=request.user, today=today(now), may_compare=True)
    for name in ("map", "trend", "wait"):
        del form.fields[name]
    picture, too_much = _picture(found)
    return render(
        request,
        "explore/explore.html",
        {
            **context_of(request, sheet_of(request, asked.question, now, by=()), form),
            "asked": asked,
            "kept": asked.pairs,
            "without_narrowing": asked.query(only={}),
            "explore_form": ExploreForm(asked, by=request.user),
            "table": table,
            "title": presenters.title_of(asked),
            "unit": presenters.unit_of(asked),
            "picture": SafeString("".join(map(as_text, apart(picture)))) if picture is not None else "",
            "is_apart": picture is not None and asked.chart == MULTIPLES,
            "too_much": too_much,
            "about": presenters.about(asked),
            "notes": presenters.notes(table),
            **_cells(table, addresses_of(asked, by=request.user, days=table.days)),
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
    found = _asked(request, now)
    if found is None or file not in TABLE_FILES | PICTURE_FILES:
        raise Http404
    if file in TABLE_FILES:
        kind, make = TABLE_FILES[file]
        content = make(in_order(found), now)
    else:
        picture, _ = _picture(found)
        if picture is None:
            raise Http404
        kind, draw = PICTURE_FILES[file]
        content = draw(found, picture, now)
    name = card_file_name("explored", found.asked.question, now).removesuffix("csv")
    return as_attachment(HttpResponse(content, content_type=kind), f"{name}{file}")


def _asked(request: SignedInRequest, now: datetime) -> ExploreTable | None:
    """The table that the address asks for, its rows as they are listed; None before there is a programme."""
    day = today(now)
    question = read_criteria(request.GET, by=request.user, today=day, opens_on_year=True)
    if question is None:
        return None
    other = other_side(question, Programme.objects.visible_to(request.user), day)
    asked = without_a_change(read_explored(request.GET, question, by=request.user), other, today=day)
    words = f"Compared with {other_in_words(question, other)}." if other else ""
    return explore(asked, today=day, other=other, compared_with=words)


def _picture(table: ExploreTable) -> tuple[Element | None, str]:
    """The chart, or why there is none. Bars stand as the table's rows do, lines and small charts go along time."""
    chart = table.asked.chart
    try:
        return plot(in_order(table) if chart == BARS else table, chart), ""
    except TooMuchToDraw as reason:
        return None, str(reason)


def _cells(table: ExploreTable, address: CellAddress) -> dict[str, Any]:
    """The table as the page shows it: its columns, rows and foot."""
    has_columns = table.asked.columns is not None
    headings = [*table.columns, IN_ALL] if has_columns else [table.asked.measure.name]
    rows = []
    for number, (name, cells) in enumerate(zip(table.rows, table.cells, strict=True)):
        row = table.row_keys[number]
        shown = [_linked(cell, address(row, key)) for cell, key in zip(cells, table.column_keys, strict=True)]
        rows.append([name, *shown, *([table.totals[number].words] if has_columns else [])])
    return {
        "columns": [
            {"label": table.asked.rows.name, "numeric": ""},
            *({"label": heading, "numeric": True} for heading in headings),
        ],
        "rows": rows,
        "feet": [[IN_ALL, *(cell.words for cell in table.foot)]],
    }


def _linked(cell: Cell, url: str) -> Any:
    """A number that leads to its records, where there are any."""
    return {"url": url, "text": cell.words} if url and cell.size and not cell.is_withheld else cell.words
