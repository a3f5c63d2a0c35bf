"""Which uses of a power no recorded authorisation covers, and what was answered about them.

Nothing of it is stored but the answers: an authorisation that is recorded later closes the question by itself, and one
that is withdrawn or found to be a mistake opens it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from hotspot.core.calendar import today
from hotspot.core.clock import instant
from hotspot.core.models import User
from hotspots.models import HotspotArea, PowerAuthorisation
from outcomes.models import AsbPowerUse, AuthorisationAnswer, StopSearch
from patrols.models import PatrolShift

KINDS = PowerAuthorisation.Kind
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


def questions_of(shifts: Collection[PatrolShift], at: datetime) -> list[AuthorisationQuestion]:
    """The questions about some shifts, answered ones too, in their order."""
    by_id = {shift.pk: shift for shift in shifts}
    counts = _counts(Q(shift__in=by_id), at) if by_id else {}
    order = list(by_id)
    return _questions(sorted(counts, key=lambda key: (order.index(key[0]), key[1])), counts, by_id)


def open_questions(
    user: User, at: datetime, *, area: HotspotArea | None = None, own_since: datetime | None = None
) -> list[tuple[int, str]]:
    """The unanswered questions that this person may see, as (id of the shift, kind), the latest shift first.

    With `own_since`, only those about shifts that they logged themselves and that began since.
    """
    asked = Q(shift__in=PatrolShift.objects.visible_to(user))
    if area is not None:
        asked &= Q(shift__area=area)
    if own_since is not None:
        asked &= Q(shift__logged_by=user, shift__starts_at__gte=own_since)
    counts = _counts(asked, at)
    answered = _answers(shift_id for shift_id, _ in counts)
    waiting = [key for key, uses in counts.items() if key not in answered or answered[key].uses < uses]
    starts = dict(PatrolShift.objects.filter(pk__in={pk for pk, _ in waiting}).values_list("pk", "starts_at"))
    return sorted(waiting, key=lambda key: (starts[key[0]], key), reverse=True)


def loaded(keys: Iterable[tuple[int, str]], at: datetime) -> list[AuthorisationQuestion]:
    """These questions with their shifts, in their order."""
    keys = list(keys)
    related = PatrolShift.objects.select_related("area").defer("area__boundary")
    shifts = related.in_bulk({shift_id for shift_id, _ in keys})
    counts = _counts(Q(shift__in=list(shifts)), at)
    return _questions([key for key in keys if key in counts], counts, shifts)


def _questions(
    keys: Iterable[tuple[int, str]], counts: dict[tuple[int, str], int], shifts: dict[int, PatrolShift]
) -> list[AuthorisationQuestion]:
    answers = _answers(shift_id for shift_id, _ in counts)
    return [AuthorisationQuestion(shifts[key[0]], key[1], counts[key], answers.get(key)) for key in keys]


def _counts(asked: Q, at: datetime) -> dict[tuple[int, str], int]:
    """How many uses of each kind are outside, by shift and kind."""
    counts: dict[tuple[int, str], int] = {}
    for kind, since in asked_since(at).items():
        rows = uncovered(kind).filter(asked, shift__starts_at__gte=since)
        for shift_id, uses in rows.values_list("shift").annotate(uses=Count("pk")):
            counts[shift_id, kind] = uses
    return counts


def _answers(shift_ids: Iterable[int]) -> dict[tuple[int, str], AuthorisationAnswer]:
    ids = set(shift_ids)
    rows = AuthorisationAnswer.objects.filter(shift__in=ids) if ids else ()
    return {(row.shift_id, row.kind): row for row in rows}


def asked_since(at: datetime) -> dict[str, datetime]:
    """From which shifts on the question is asked, by kind: those of the last four weeks, and all since the start of the
    day on which the first recorded authorisation of the kind began. What is older was kept elsewhere.
    """
    recent = at - RECENT
    standing = PowerAuthorisation.objects.standing().order_by()
    first = dict(standing.values_list("kind").annotate(first=Min("starts_at")))
    return {
        kind: min(recent, instant(today(first[kind]), time(0))) if kind in first else recent for kind in KINDS.values
    }
