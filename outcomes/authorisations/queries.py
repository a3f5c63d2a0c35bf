"""Which uses of a power no recorded authorisation covers, and what was answered about them.

Nothing of it is stored but the answers: an authorisation that is recorded later closes the question by itself, and one
that is withdrawn or found to be a mistake opens it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import (
    Count,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from hotspot.core.models import User
from hotspots.models import HotspotArea, PowerAuthorisation
from outcomes.models import AsbPowerUse, AuthorisationAnswer, StopSearch
from patrols.models import PatrolShift

KINDS = PowerAuthorisation.Kind
DAY = timedelta(days=1)
RECENT = timedelta(days=28)
"""Shifts that ended so recently are asked about whether or not the force has recorded any authorisation yet."""


@dataclass(frozen=True)
class AuthorisationQuestion:
    """That a shift has `uses` of a power outside every authorisation; `answer` is the last that was given, if any."""

    shift: PatrolShift
    kind: str
    uses: int
    answer: AuthorisationAnswer | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered for all of the uses that there are now."""
        return self.answer is None or self.answer.uses < self.uses


def uses_of(kind: str) -> QuerySet[Any]:
    """The standing uses, on completed shifts, of the power that an authorisation of this kind is needed for."""
    rows: QuerySet[Any] = (
        AsbPowerUse.objects.filter(kind="dispersal_direction")
        if kind == KINDS.DISPERSAL
        else StopSearch.objects.filter(power="cjpoa_s60")
    )
    return rows.filter(void_reason="", shift__state=PatrolShift.State.COMPLETED).order_by()


def uncovered(kind: str) -> QuerySet[Any]:
    """Those of the uses that no authorisation covers: none was in force in the area of the shift at their time.

    Of a use without a time, none was in force there at any time of the shift.
    """
    in_force = PowerAuthorisation.objects.filter(kind=kind, places__area=OuterRef("shift__area"))
    covering = in_force.in_force_between(OuterRef("first_instant"), OuterRef("final_instant"))
    times = {
        "first_instant": Coalesce("happened_at", "shift__starts_at"),
        "final_instant": Coalesce("happened_at", "shift__ends_at"),
    }
    uses: QuerySet[Any] = uses_of(kind).annotate(**times)
    return uses.filter(~Exists(covering))


def questions_of(shifts: Collection[PatrolShift]) -> list[AuthorisationQuestion]:
    """The questions about some shifts, answered ones too, in their order."""
    by_id = {shift.pk: shift for shift in shifts}
    order = list(by_id)
    found = sorted(_outside(Q(shift__in=by_id)), key=lambda each: (order.index(each.shift_id), each.kind))
    return _questions(found, by_id)


def open_questions(
    user: User, *, area: HotspotArea | None = None, own_since: datetime | None = None
) -> list[tuple[int, str]]:
    """The unanswered questions that this person may see, as (id of the shift, kind), the latest shift first.

    With `own_since`, only those about shifts that they logged themselves and that began since.
    """
    asked = Q(shift__in=PatrolShift.objects.visible_to(user))
    if area is not None:
        asked &= Q(shift__area=area)
    if own_since is not None:
        asked &= Q(shift__logged_by=user, shift__starts_at__gte=own_since)
    waiting = [each for each in _outside(asked) if each.answered < each.uses]
    waiting.sort(key=lambda each: (each.starts_at, each.shift_id, each.kind), reverse=True)
    return [(each.shift_id, each.kind) for each in waiting]


def loaded(keys: Iterable[tuple[int, str]]) -> list[AuthorisationQuestion]:
    """These questions with their shifts, in their order."""
    keys = list(keys)
    related = PatrolShift.objects.select_related("area").defer("area__boundary")
    shifts = related.in_bulk({shift_id for shift_id, _ in keys})
    by_key = {(each.shift_id, each.kind): each for each in _outside(Q(shift__in=list(shifts)))}
    return _questions([by_key[key] for key in keys if key in by_key], shifts)


class _Outside(NamedTuple):
    """How many uses of a kind a shift has outside, and for how many somebody has answered."""

    shift_id: int
    kind: str
    uses: int
    answered: int
    starts_at: datetime


def _outside(asked: Q) -> list[_Outside]:
    """The shifts with uses outside among those asked about, in one query."""
    queries = []
    for kind in KINDS.values:
        answers = AuthorisationAnswer.objects.filter(shift=OuterRef("shift"), kind=kind).values("uses")
        rows = uncovered(kind).filter(asked).filter(_is_asked_about(kind)).values("shift")
        rows = rows.annotate(
            power=Value(kind),
            number=Count("pk"),
            answered=Coalesce(Subquery(answers[:1]), 0),
            begins=Min("shift__starts_at"),
        )
        queries.append(rows.values_list("shift", "power", "number", "answered", "begins"))
    return [_Outside(*row) for row in queries[0].union(*queries[1:], all=True)]


def _is_asked_about(kind: str) -> Q:
    """Shifts of the last four weeks, and all since the day before the first recorded authorisation of the kind began.

    What is older was kept elsewhere.
    """
    # Not of each shift: PostgreSQL looks for the first authorisation once, by its index, for all of them.
    starts = PowerAuthorisation.objects.standing().filter(kind=kind).order_by("starts_at").values("starts_at")
    first = ExpressionWrapper(Subquery(starts[:1]) - DAY, output_field=DateTimeField())
    return Q(shift__starts_at__gte=Least(Value(timezone.now() - RECENT, output_field=DateTimeField()), first))


def _questions(found: Iterable[_Outside], shifts: dict[int, PatrolShift]) -> list[AuthorisationQuestion]:
    found = list(found)
    answered = {each.shift_id for each in found if each.answered}
    rows = AuthorisationAnswer.objects.filter(shift__in=answered) if answered else ()
    answers = {(row.shift_id, row.kind): row for row in rows}
    return [
        AuthorisationQuestion(shifts[each.shift_id], each.kind, each.uses, answers.get((each.shift_id, each.kind)))
        for each in found
    ]
