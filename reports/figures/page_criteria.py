"""What the pages of figures share: reading what is asked for, and saying what they cannot show."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from hotspot.core.calendar import today
from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspot.core.pages.access import SignedInRequest
from hotspot.core.pages.sorting import Sorting
from hotspot.core.permissions import Permission
from reports.figures import headline, suppression, tables
from reports.figures.criteria import ReportCriteria
from reports.figures.forms import QuestionForm
from reports.figures.periods import completed
from reports.models import Statement

View = Callable[..., HttpResponse]


def says_refusals(view: View) -> View:
    """Let a view say why it cannot do or show what is asked for, with the status of the refusal."""

    @wraps(view)
    def answer(request: SignedInRequest, **named: Any) -> HttpResponse:
        try:
            return view(request, **named)
        except DomainError as refusal:
            context = {"refusal": refusal, **named}
            return render(request, "reports/refused.html", context, status=refusal.status)

    return answer


def no_programme(request: SignedInRequest, *, status: int = 200) -> HttpResponse:
    """Why there is nothing to show, and for administrators what to do about it."""
    manages = request.user.may(Permission.MANAGE)
    return render(request, "reports/no_programme.html", {"manages": manages}, status=status)


def sheet_of(
    request: SignedInRequest,
    question: ReportCriteria,
    now: datetime,
    by: Sequence[headline.Grain] = (headline.Grain.AREA, headline.Grain.MONTH),
) -> tables.FigureTables:
    """What this person may know of the figures that are asked for, in all or `by` area and, again, by month."""
    counted = headline.figures(
        programme=question.programme,
        period=question.period,
        areas=[area.pk for area in question.areas],
        at=now,
        by=by,
        is_crossed=False,
    )
    withheld = None
    if not request.user.may(Permission.VIEW_DAILY_FIGURES):
        seen = [area.pk for area in question.all_areas]
        withheld = suppression.withheld(programme=question.programme, areas=seen, at=now)
    return tables.make_tables(question, counted, withheld, today=today(now))


def sorted_tables(sheet: tables.FigureTables, sorting: Sorting) -> tables.FigureTables:
    """The same with its rows in the order that the page's address asks for: "by-area" and "by-month" are its tables."""
    areas = sorting.in_order("by-area", sheet.areas, map(_sort_keys, sheet.areas))
    months = sorting.in_order("by-month", sheet.months, map(_sort_keys, sheet.months))
    return replace(sheet, areas=areas, months=months)


def _sort_keys(line: tables.Line) -> list[object]:
    """What is withheld or not recorded comes last, whatever it would be."""
    numbers = line.numbers if line.is_recorded else [None] * len(line.numbers)
    return [line.month or line.name, *numbers]


def context_of(request: SignedInRequest, sheet: tables.FigureTables, form: QuestionForm) -> dict[str, Any]:
    """What `_asked.html` and `_nothing.html` say about a sheet."""
    return {
        "sheet": sheet,
        "form": form,
        "own_districts": request.user.has_own_districts,
        "sees_days": request.user.may(Permission.VIEW_DAILY_FIGURES),
        "sees_scrutiny": request.user.may(Permission.VIEW_SCRUTINY),
        "is_not_over": sheet.question.period.last_day >= today(sheet.figures.as_at),
        **_completed(request.user, sheet),
        "no_areas": _no_areas(request.user),
    }


def _completed(user: User, sheet: tables.FigureTables) -> dict[str, Any]:
    """Until when figures are shown, and the published statement that tells more than that."""
    last_day = _completed_to(user, sheet)
    if last_day is None:
        return {"completed_to": None}
    published = Statement.objects.visible_to(user).published().newest_first()
    further = published.filter(programme=sheet.question.programme, area_ids=[], last_day__gt=last_day)
    return {"completed_to": last_day, "told_further": further.defer("body", "counted").first()}


def _completed_to(user: User, sheet: tables.FigureTables) -> date | None:
    """The last day that is shown to somebody who sees months that are over only, while the programme goes on."""
    programme, day = sheet.question.programme, today(sheet.figures.as_at)
    if user.may(Permission.VIEW_DAILY_FIGURES) or programme.last_day < day:
        return None
    over = completed(programme, day)
    return over.last_day if over else None


def _no_areas(user: User) -> str:
    """Why there is no area to see."""
    if user.has_own_districts:
        return "Your account has no district with hotspot areas yet. Ask an administrator to give you one."
    return "Figures appear here when an administrator has added hotspot areas."
