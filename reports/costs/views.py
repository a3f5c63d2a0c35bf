"""Pages of costs: a programme in a financial year, and the same as files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.calendar import Period, today
from hotspot.core.models import User
from hotspot.core.pages.access import SignedInRequest, form_status, own_site_only, requires
from hotspot.core.permissions import Permission
from hotspot.core.spreadsheets import XLSX_TYPE, as_attachment
from hotspots.models import FundingStream, Programme
from hotspots.queries import areas_seen_by, programmes_seen_by
from reports.costs import exports, presenters
from reports.costs.forms import YearForm
from reports.costs.money import money_of, months_begun
from reports.costs.office import office_rows, office_total
from reports.costs.queries import Costs, costs_seen_by


@dataclass(frozen=True)
class CostQuestion:
    """What a page of costs is asked: the form, and the programme and the year, or what of it the programme runs."""

    form: YearForm
    programme: Programme
    year: Period
    today: date


@requires(Permission.VIEW_LEDGER)
@require_safe
def costs(request: SignedInRequest) -> HttpResponse:
    """What the patrols of a programme cost in a year."""
    asked, user = _asked(request), request.user
    if asked is None:
        return render(request, "costs/costs.html", {"no_programme": True})
    context: dict[str, Any] = {
        "form": asked.form,
        "programme": asked.programme,
        "query": request.GET.urlencode(),
        "definitions": presenters.definitions(),
        "sees_rates": user.may(Permission.VIEW_FUNDING),
    }
    if (found := _costs(user, asked)) is not None and found.lines:
        details = _details if user.may(Permission.VIEW_FUNDING) else _for_the_office
        context |= {"has_lines": True, **details(user, asked, found)}
    return render(request, "costs/costs.html", context, status=form_status(asked.form))


def _details(user: User, asked: CostQuestion, found: Costs) -> dict[str, Any]:
    """All of it: by month, area, stream, role and type of time."""
    streams = _streams(user, asked.programme)
    areas = dict(areas_seen_by(user).values_list("pk", "name"))
    context = {
        "details": True,
        "warning": presenters.warning(found),
        "unpaid_columns": presenters.UNPAID_COLUMNS,
        "unpaid_rows": presenters.unpaid_rows(found, streams, links=True),
        "summary": presenters.summary(found),
        "later_columns": presenters.LATER_COLUMNS,
        "later_rows": presenters.later_rows(found),
        "tables": _tables(asked, found, streams, areas),
        "own_districts": user.has_own_districts,
    }
    return context if user.has_own_districts else context | _money(user, asked, found)


def _tables(
    asked: CostQuestion, found: Costs, streams: list[FundingStream], areas: dict[int, str]
) -> list[dict[str, Any]]:
    months = presenters.month_rows(found, today=asked.today)
    parts = [
        ("By month", presenters.MONTH_COLUMNS, months, presenters.month_foot(found)),
        ("By area", presenters.AREA_COLUMNS, presenters.area_rows(found, areas), presenters.area_foot(found)),
        (
            "By funding stream",
            presenters.STREAM_COLUMNS,
            presenters.stream_rows(found, streams),
            presenters.total_foot(found, "All streams"),
        ),
        (
            "By role",
            presenters.ROLE_COLUMNS,
            presenters.role_rows(found),
            presenters.total_foot(found, "All roles"),
        ),
        (
            "By type of time",
            presenters.TYPE_COLUMNS,
            presenters.type_rows(found),
            presenters.total_foot(found, "All time"),
        ),
    ]
    return [
        {"caption": caption, "columns": columns, "rows": rows, "foot": foot} for caption, columns, rows, foot in parts
    ]


def _money(user: User, asked: CostQuestion, found: Costs) -> dict[str, Any]:
    money = money_of(user, found, asked.year, today=asked.today)
    return {
        "money": presenters.money_sentences(money),
        "money_columns": presenters.MONEY_COLUMNS,
        "money_rows": presenters.money_rows(money),
    }


def _for_the_office(user: User, asked: CostQuestion, found: Costs) -> dict[str, Any]:
    """Months and streams, without what a few people's time cost."""
    streams = _streams(user, asked.programme)
    rows = office_rows(found, [stream.pk for stream in streams])
    total = office_total(rows, found)
    return {
        "tables": [
            {
                "caption": "By month and funding stream",
                "columns": presenters.office_columns(streams),
                "rows": presenters.office_table(rows),
                "foot": presenters.office_foot(total, len(streams)),
            }
        ]
        if rows
        else [],
    }


@own_site_only
@requires(Permission.VIEW_LEDGER)
@require_safe
def costs_file(request: SignedInRequest, file: str) -> HttpResponse:
    """The lines behind the page as CSV or XLSX_TYPE; for the PCC's office the rows of its page."""
    asked, user = _asked(request), request.user
    found = _costs(user, asked) if asked else None
    if asked is None or found is None or file not in ("csv", "xlsx"):
        raise Http404
    streams = _streams(user, asked.programme)
    if user.may(Permission.VIEW_FUNDING):
        headings: Sequence[str] = exports.HEADINGS
        rows = exports.line_rows(found, dict(areas_seen_by(user).values_list("pk", "name")), streams)
    else:
        headings = exports.OFFICE_HEADINGS
        rows = exports.office_file_rows(office_rows(found, [stream.pk for stream in streams]), streams)
    name = f"patrol-costs-{asked.year.first_day}-to-{asked.year.last_day}.{file}"
    if file == "xlsx":
        return as_attachment(HttpResponse(exports.workbook(found, headings, rows), content_type=XLSX_TYPE), name)
    text = exports.csv_text(found, headings, rows)
    return as_attachment(HttpResponse(text, content_type="text/csv; charset=utf-8"), name)


def _costs(user: User, asked: CostQuestion) -> Costs | None:
    """The costs of the months that have begun, or of those that are over for who sees no single days."""
    only_over = not user.may(Permission.VIEW_FUNDING)
    months = months_begun(asked.year, asked.today, only_over=only_over)
    return costs_seen_by(user, asked.programme, months, at=timezone.now()) if months else None


def _asked(request: SignedInRequest) -> CostQuestion | None:
    day = today(timezone.now())
    form = YearForm(request.GET or None, programmes=programmes_seen_by(request.user), today=day)
    chosen = form.chosen()
    return CostQuestion(form, *chosen, day) if chosen else None


def _streams(user: User, programme: Programme) -> list[FundingStream]:
    return list(FundingStream.objects.visible_to(user).in_headline().filter(programme=programme))
