"""Pages of presence: the dose of each area by week, or by month for who sees aggregates only."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core import wording
from hotspot.core.calendar import Period, monday_of, today
from hotspot.core.pages.access import SignedInRequest, form_status, own_site_only, requires
from hotspot.core.permissions import Permission
from hotspot.core.spreadsheets import as_attachment
from hotspots.doses.queries import weeks_offered
from hotspots.queries import areas_seen_by
from reports.dosage import counting, exports, presenters
from reports.dosage.forms import MonthsForm, WeeksForm


@dataclass(frozen=True)
class Asked:
    """What a page of presence is asked: the form, the days, and whether by week or only by month."""

    form: forms.Form
    period: Period
    by_week: bool


@requires(Permission.VIEW_FIGURES)
@require_safe
def dosage(request: SignedInRequest) -> HttpResponse:
    """How much presence each area was given."""
    asked, now = _asked(request), timezone.now()
    context: dict[str, Any] = {
        "form": asked.form,
        "period": wording.period(asked.period),
        "query": request.GET.urlencode(),
        "sees_targets": request.user.may(Permission.VIEW_FUNDING),
        "loads": request.user.may(Permission.LOAD_POSITIONS),
        "sees_curves": request.user.may(Permission.VIEW_INCIDENTS),
        "about": presenters.ABOUT_WEEKS if asked.by_week else presenters.ABOUT_MONTHS,
    }
    context |= _weekly(request, asked, now) if asked.by_week else _by_month(request, asked)
    return render(request, "dosage/dosage.html", context, status=form_status(asked.form))


def _weekly(request: SignedInRequest, asked: Asked, now: datetime) -> dict[str, Any]:
    found = counting.doses(list(areas_seen_by(request.user)), asked.period, today=today(now))
    return {
        "by_week": True,
        "summary": presenters.summary(found),
        "warnings": presenters.warnings(found),
        "columns": presenters.AREA_COLUMNS,
        "rows": presenters.area_rows(found),
        "chart": presenters.bars(found),
        "week_columns": presenters.WEEK_COLUMNS,
        "week_rows": presenters.week_rows(found),
    }


def _by_month(request: SignedInRequest, asked: Asked) -> dict[str, Any]:
    found = counting.monthly(list(areas_seen_by(request.user)), asked.period)
    return {"columns": presenters.MONTH_COLUMNS, "rows": presenters.month_rows(found)}


@own_site_only
@requires(Permission.VIEW_FIGURES)
@require_safe
def dosage_file(request: SignedInRequest) -> HttpResponse:
    """The same as a CSV file."""
    asked, now = _asked(request), timezone.now()
    areas = list(areas_seen_by(request.user))
    if asked.by_week:
        text = exports.weeks_text(counting.doses(areas, asked.period, today=today(now)), now)
    else:
        text = exports.months_text(counting.monthly(areas, asked.period), now)
    name = f"presence-{asked.period.first_day}-to-{asked.period.last_day}.csv"
    return as_attachment(HttpResponse(text, content_type="text/csv; charset=utf-8"), name)


def _asked(request: SignedInRequest) -> Asked:
    day = today(timezone.now())
    first, _ = weeks_offered(day=day)
    if request.user.may(Permission.VIEW_DAILY_FIGURES):
        weeks = WeeksForm(request.GET or None, weeks=(first, monday_of(day)))
        return Asked(weeks, weeks.period(), by_week=True)
    months = MonthsForm(request.GET or None, months=_months_over(first, day))
    return Asked(months, months.period(), by_week=False)


def _months_over(first: date, day: date) -> tuple[date, date]:
    """The first and the last month that are over: at least the one before this."""
    last = day.replace(day=1) - timedelta(days=1)
    return min(first, last).replace(day=1), last.replace(day=1)
