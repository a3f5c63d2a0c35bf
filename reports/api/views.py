"""The figures for other systems: the same function, the same definitions, the same things withheld."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.response import Response

from hotspot.core import wording
from hotspot.core.api.json import JsonRenderer, Ready
from hotspot.core.api.requests import ApiRequest
from hotspot.core.api.schema import Operation, described
from hotspot.core.api.serializers import Query, results_of
from hotspot.core.api.views import Endpoint
from hotspot.core.calendar import Period, today
from hotspot.core.errors import DomainError, NotAllowed
from hotspot.core.permissions import Permission
from hotspots.queries import area_numbers_seen_by
from reports.api.serializers import (
    FiguresOutput,
    FiguresQuery,
    PowersOutput,
    RolesOutput,
    SplitQuery,
    StatementBriefOutput,
    StatementOutput,
)
from reports.figures import breakdowns, headline, suppression
from reports.figures.criteria import ReportCriteria, read_criteria
from reports.figures.headline import COLUMNS, CountRow, Counts, Grain
from reports.figures.measures import DEFINITION_VERSION
from reports.figures.suppression import Withheld
from reports.models import Statement, StatementQuerySet

_MINUTES = {"patrol_minutes": "patrol_hours", "clock_minutes": "clock_hours"}
# What a row is split by: how its JSON is written, from what.
_KEYS_SQL = {
    Grain.AREA: ("%%s", "area"),
    Grain.MONTH: ('"%%s"', "left(month::text, 7)"),
    Grain.DAY: ('"%%s"', "day"),
}


class FiguresEndpoint(Endpoint):
    """What all figures share."""

    permissions: ClassVar = {"GET": Permission.VIEW_FIGURES}
    rate = "figures"

    def question(self, request: ApiRequest, now: datetime) -> ReportCriteria:
        """What is asked. Raises DomainError for what makes no sense, which a page would put right and say."""
        question = read_criteria(request.query_params, by=request.user, today=today(now), seen=area_numbers_seen_by)
        if question is None:
            raise Http404
        if question.ignored:
            raise DomainError("not_understood", " ".join(question.ignored))
        return question


class FiguresView(FiguresEndpoint):
    """The six figures and clock hours."""

    operations = described(get=Operation("read_figures", "Read the figures", FiguresOutput, query=SplitQuery))

    def get(self, request: ApiRequest) -> Response:
        """Totals, and what they are split by. Without the right to single days: whole months, small numbers null."""
        query = SplitQuery.read(request)
        by = tuple(Grain(grain) for grain in dict.fromkeys(query.get("by", ())))
        sees_days = request.user.may(Permission.VIEW_DAILY_FIGURES)
        if Grain.DAY in by and not sees_days:
            raise DomainError("choose_whole_months", "Your figures are for whole months, never for single days.", "by")
        now = timezone.now()
        question = self.question(request, now)
        return Response(_whole(question, now, by) if sees_days else _withholding(question, now, by))


def _whole(question: ReportCriteria, now: datetime, by: tuple[Grain, ...]) -> Ready:
    """Every count, as JSON that PostgreSQL writes: there can be thousands of rows."""
    areas = [area.pk for area in question.areas]
    programme, period = question.programme, question.period
    if by:
        totals, rows = headline.figures_as_text(
            programme=programme, period=period, areas=areas, by=by, row_sql=row_sql(by)
        )
    else:
        totals, rows = headline.figures(programme=programme, period=period, areas=areas, at=now).totals, ""
    rest = JsonRenderer().render(_about(question, now) | {"totals": _totals(totals, question, None)})
    return Ready(f'{rest.decode()[:-1]},"rows":[{rows}]}}')


def _withholding(question: ReportCriteria, now: datetime, by: tuple[Grain, ...]) -> dict[str, Any]:
    """The counts for who may not see small ones."""
    areas = [area.pk for area in question.areas]
    figures = headline.figures(programme=question.programme, period=question.period, areas=areas, at=now, by=by)
    withheld = _withheld(question, now)
    said = [_row(row, question, withheld) for row in figures.rows]
    return _about(question, now) | {"totals": _totals(figures.totals, question, withheld), "rows": said}


def _withheld(question: ReportCriteria, now: datetime) -> Withheld:
    return suppression.withheld(programme=question.programme, areas=[area.pk for area in question.all_areas], at=now)


def _about(question: ReportCriteria, now: datetime) -> dict[str, Any]:
    period = question.period
    return {
        "programme": question.programme.pk,
        "period": {"code": question.code, "first_day": period.first_day, "last_day": period.last_day},
        "areas": [area.pk for area in question.areas],
        "as_at": now,
        "definition": DEFINITION_VERSION,
    }


def _totals(counts: Counts, question: ReportCriteria, withheld: Withheld | None) -> dict[str, int | None]:
    return _said(counts, [area.pk for area in question.areas], question.period, withheld)


# There are as many rows of a month as areas.
_month = lru_cache(maxsize=1200)(Period.month)


def _row(row: CountRow, question: ReportCriteria, withheld: Withheld | None) -> dict[str, Any]:
    areas = [row.area] if row.area is not None else [area.pk for area in question.areas]
    period = _month(row.month) if row.month else question.period
    keys: Mapping[str, Any] = {
        "area": row.area,
        "month": row.month and f"{row.month:%Y-%m}",
        "day": row.day,
    }
    return {name: value for name, value in keys.items() if value is not None} | _said(
        row.counts, areas, period, withheld
    )


def _said(counts: Counts, areas: list[int], period: Period, withheld: Withheld | None) -> dict[str, int | None]:
    """The counts by their names on the wire, as far as they may be told. Exact minutes are for who sees every count."""
    said: dict[str, int | None] = {}
    for column in COLUMNS:
        value = getattr(counts, column)
        hidden = withheld is not None and withheld.hides(column, areas, period)
        if column in _MINUTES:
            said[_MINUTES[column]] = None if hidden else wording.hours(value)
            if withheld is None:
                said[column] = value
        else:
            said[column] = None if hidden else value
    return said


def row_sql(by: Collection[Grain]) -> str:
    """What `_row` makes of a row of which nothing is withheld, in SQL and as text."""
    members = [(grain.value, *_KEYS_SQL[grain]) for grain in _KEYS_SQL if grain in by]
    for column in COLUMNS:
        if column in _MINUTES:
            members.append((_MINUTES[column], "%%s", wording.HOURS_SQL.format(column)))
        members.append((column, "%%s", column))
    texts = ",".join(f'"{name}":{form}' for name, form, _ in members)
    return f"format('{{{texts}}}', {', '.join(sql for _, _, sql in members)})"


class BreakdownEndpoint(FiguresEndpoint):
    """Figures that the summaries do not hold, counted from the records: for who may read those."""

    def get(self, request: ApiRequest) -> Response:
        """The rows, most first. Raises NotAllowed for who may see months only: these numbers are not withheld."""
        if not request.user.may(Permission.VIEW_DAILY_FIGURES):
            raise NotAllowed("records_only", "These figures are for those who may see shifts.")
        FiguresQuery.read(request)
        now = timezone.now()
        question = self.question(request, now)
        areas = [area.pk for area in question.areas]
        return Response(_about(question, now) | {"rows": self.rows(question, areas)})

    def rows(self, question: ReportCriteria, areas: list[int]) -> list[dict[str, Any]]:
        """Each part as it goes out."""
        raise NotImplementedError


class RolesView(BreakdownEndpoint):
    """Patrol time by role."""

    operations = described(
        get=Operation("read_figures_by_role", "Read patrol time by role", RolesOutput, query=FiguresQuery)
    )

    def rows(self, question: ReportCriteria, areas: list[int]) -> list[dict[str, Any]]:
        """Minutes and places in crews of each role."""
        found = breakdowns.by_role(programme=question.programme, period=question.period, areas=areas)
        return [asdict(part) for part in found]


class PowersView(BreakdownEndpoint):
    """Uses of ASB powers by kind."""

    operations = described(
        get=Operation("read_figures_by_power", "Read uses of ASB powers by kind", PowersOutput, query=FiguresQuery)
    )

    def rows(self, question: ReportCriteria, areas: list[int]) -> list[dict[str, Any]]:
        """Uses of each kind, those that the headline leaves out too."""
        found = breakdowns.by_power(programme=question.programme, period=question.period, areas=areas)
        return [asdict(part) for part in found]


class StatementEndpoint(FiguresEndpoint):
    """What was published."""

    def statements(self, request: ApiRequest) -> StatementQuerySet:
        """All that the caller may read, newest first."""
        published = Statement.objects.visible_to(request.user).published()
        return published.newest_first().select_related("corrected_by")


class StatementList(StatementEndpoint):
    """Published statements."""

    operations = described(
        get=Operation("list_statements", "List published statements", results_of(StatementBriefOutput))
    )

    def get(self, request: ApiRequest) -> Response:
        """All of them, newest first: there are few. Corrected ones are among them, and say by which."""
        Query.read(request)
        brief = [str(name) for name in StatementBriefOutput().fields]
        found = [_statement(statement) for statement in self.statements(request)]
        return Response({"results": [{name: said[name] for name in brief} for said in found]})


class StatementDetail(StatementEndpoint):
    """One published statement."""

    operations = described(get=Operation("read_statement", "Read a published statement", StatementOutput))

    def get(self, request: ApiRequest, slug: str) -> Response:
        """The statement, as it will always be."""
        Query.read(request)
        return Response(_statement(get_object_or_404(self.statements(request).with_slug(slug))))


def _statement(statement: Statement) -> dict[str, Any]:
    newer = getattr(statement, "corrected_by", None)
    corrected_by = newer.slug if newer and newer.is_published else None
    body = statement.body or {}
    # Statements from before months without records were told apart show zeros there.
    by_month = [{"recorded": True, **row} for row in body.get("by_month", [])]
    return {**body, "by_month": by_month, "sha256": statement.sha256, "corrected_by": corrected_by}
