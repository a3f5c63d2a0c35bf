"""Which statements and returns count given shifts, so that nobody takes them back unawares."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Min, Model, QuerySet
from django.urls import reverse

from hotspot.core import wording
from hotspot.core.models import User
from outcomes.imports.undo_queries import Publication
from patrols.models import PatrolShift, PatrolShiftQuerySet
from reports.models import ProgrammeReturn, Statement

_UNPUBLISHED: dict[str, str] = {
    Statement.State.WAITING: "A statement that is waiting for sign-off",
    Statement.State.PUBLISHED: "A statement that is signed off",
}


def publications_of(shifts: PatrolShiftQuerySet, *, since: datetime | None, by: User) -> list[Publication]:
    """The statements, published or on their way, and the submitted returns that count any of these shifts.

    Of a corrected statement only the new version. Only those whose figures were counted after `since`; None: none.
    """
    counted = shifts.order_by().counted()
    span = counted.aggregate(first=Min("day"), last=Max("day"))
    if span["first"] is None or since is None:
        return []
    period = {"first_day__lte": span["last"], "last_day__gte": span["first"]}
    frozen = Statement.objects.filter(**period, as_at__gte=since)
    submitted = ProgrammeReturn.objects.submitted().filter(**period, submitted_at__gte=since)
    found = [*_statements(frozen, counted, by), *_returns(submitted, counted, by)]
    return [each for each in found if each.shifts]


def _statements(frozen: QuerySet[Statement], shifts: QuerySet[PatrolShift], by: User) -> Iterator[Publication]:
    states = [Statement.State.PUBLISHED, Statement.State.WAITING]
    newest = frozen.filter(state__in=states).exclude(corrected_by__in=Statement.objects.published())
    found = list(newest.defer("body", "counted").order_by("first_day", "pk"))
    readable = _readable(Statement.objects.visible_to(by), found)
    for statement in found:
        within = _within(shifts, statement.programme_id, statement.first_day, statement.last_day)
        if statement.area_ids:
            within = within.filter(area__in=statement.area_ids)
        is_published = statement.is_published
        name = f"Statement {statement.slug}" if is_published else _UNPUBLISHED[statement.state]
        url = reverse("reports:statement", args=(statement.slug,)) if statement.pk in readable and is_published else ""
        yield Publication(name, url, within.count())


def _returns(submitted: QuerySet[ProgrammeReturn], shifts: QuerySet[PatrolShift], by: User) -> Iterator[Publication]:
    found = list(submitted.defer("body").select_related("template").order_by("first_day", "pk"))
    readable = _readable(ProgrammeReturn.objects.visible_to(by), found)
    for made in found:
        within = _within(shifts, made.template.programme_id, made.first_day, made.last_day)
        name = f"{made.template} for {wording.day(made.first_day)} to {wording.day(made.last_day)}"
        url = reverse("reports:programme_return", args=(made.pk,)) if made.pk in readable else ""
        yield Publication(name, url, within.count())


def _readable(visible: QuerySet[Any], found: Sequence[Model]) -> set[int]:
    """The ids of those that may be opened."""
    return set(visible.filter(pk__in=[each.pk for each in found]).values_list("pk", flat=True)) if found else set()


def _within(
    shifts: QuerySet[PatrolShift], programme: int, first: date | None, last: date | None
) -> QuerySet[PatrolShift]:
    """Those of this programme and period."""
    return shifts.filter(funding_stream__programme=programme, day__gte=first, day__lte=last)
