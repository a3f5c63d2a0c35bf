"""One shift with everything on it, single outcomes, and the outcomes that wait for their detail."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Self

from django.db.models import CharField, F, Q, QuerySet, Value

from hotspot.core import keyset
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.models import HotspotArea
from outcomes.kinds import ASB_POWER, BY_SLUG, COUNTED, KINDS, OutcomeKind
from outcomes.models import ActivityCount, Outcome
from outcomes.rules import Tally
from patrols.abstractions.queries import was_taken_from
from patrols.models import CrewMember, PatrolShift, Visit

PAGE_SIZE = 50


@dataclass(frozen=True)
class Record:
    """One shift with its parts. `outcomes` holds the rows of each kind, withdrawn ones too, in the order of entry."""

    shift: PatrolShift
    crew: Sequence[CrewMember]
    visits: Sequence[Visit]
    outcomes: Mapping[OutcomeKind, Sequence[Outcome]]
    activity: Sequence[ActivityCount]

    @property
    def patrol_minutes(self) -> int:
        """The sum of each person's own minutes."""
        return sum(member.minutes for member in self.crew)

    @property
    def tally(self) -> Tally:
        """The standing outcomes as counts."""
        return tally_of(self.shift, self.outcomes)


def visible_shift(shift_id: int, *, by: User) -> PatrolShift:
    """The shift with its area, district, programme and who logged it, and whether any of it `is_taken_from`.

    Raises PatrolShift.DoesNotExist.
    """
    shifts = PatrolShift.objects.visible_to(by).annotate(is_taken_from=was_taken_from())
    related = shifts.select_related("area__district", "funding_stream__programme", "logged_by")
    return related.defer("area__boundary", "area__district__outline").get(pk=shift_id)


def record_of(shift: PatrolShift) -> Record:
    """Everything on a shift that the caller may see. Seven queries, however much is on it."""
    return Record(
        shift=shift,
        crew=list(shift.crew.all()),
        visits=list(shift.visits.all()),
        outcomes=outcomes_of(shift),
        activity=list(shift.activity.select_related("kind")),
    )


def outcomes_of(shift: PatrolShift) -> dict[OutcomeKind, Sequence[Outcome]]:
    """The rows of each kind of outcome, with the terms that its table shows."""
    return {kind: list(kind.model.objects.filter(shift=shift).select_related(*_shown(kind))) for kind in KINDS}


def _shown(kind: OutcomeKind) -> list[str]:
    return [name for _, name in kind.cells]


def tally_of(shift: PatrolShift, outcomes: Mapping[OutcomeKind, Sequence[Outcome]]) -> Tally:
    """The standing outcomes of a shift as counts."""
    standing = {kind: [row for row in rows if not row.is_voided] for kind, rows in outcomes.items()}
    return Tally(
        **{kind.plural: len(standing[kind]) for kind in COUNTED},
        asb_powers=dict(Counter(row.kind_code or "" for row in standing[ASB_POWER])),
        nothing_to_report=shift.nothing_to_report,
    )


def visible_outcome(kind: OutcomeKind, outcome_id: int, *, by: User) -> Outcome:
    """One outcome with its shift. Raises the DoesNotExist of its model."""
    related = ("shift__area__district", "shift__funding_stream__programme", "shift__logged_by")
    outcome: Outcome = kind.model.objects.visible_to(by).select_related(*related, *_shown(kind)).get(pk=outcome_id)
    return outcome


def number_of(outcome: Outcome) -> int:
    """Which one of its kind on its shift it is, counted from 1 in the order of entry."""
    return type(outcome).objects.filter(shift=outcome.shift_id, pk__lte=outcome.pk).count()


@dataclass(frozen=True)
class WorklistPosition:
    """Where an outcome stands in the worklist: by night, shift, kind and entry, oldest first."""

    shift_id: int
    kind: OutcomeKind
    outcome_id: int

    @classmethod
    def parse(cls, text: str) -> "Self | None":
        """What `str(place)` wrote, or None for anything else."""
        shift_id, _, rest = text.partition(".")
        slug, _, outcome_id = rest.partition(".")
        numbers = [part for part in (shift_id, outcome_id) if part.isascii() and part.isdecimal() and len(part) < 19]
        is_place = len(numbers) == 2 and slug in BY_SLUG
        return cls(int(numbers[0]), BY_SLUG[slug], int(numbers[1])) if is_place else None

    def __str__(self) -> str:
        return f"{self.shift_id}.{self.kind.slug}.{self.outcome_id}"


@dataclass(frozen=True)
class WaitingOutcome:
    """One outcome of the worklist. `number` counts those of its kind on its shift from 1, in the order of entry."""

    kind: OutcomeKind
    outcome_id: int
    number: int

    @property
    def name(self) -> str:
        """Stop search 2."""
        return f"{self.kind.label} {self.number}"


@dataclass(frozen=True)
class Waiting:
    """One shift of the worklist with its outcomes that wait for detail."""

    shift: PatrolShift
    items: Sequence[WaitingOutcome]


@dataclass(frozen=True)
class Worklist:
    """One page of what waits for detail. `total` counts all pages; `after` is where the next page starts."""

    shifts: Sequence[Waiting]
    total: int
    after: WorklistPosition | None


def worklist(by: User, *, area: HotspotArea | None = None, after: WorklistPosition | None = None) -> Worklist:
    """What waits for this person's detail, oldest first: of their own shifts; for administrators, of all."""
    total = sum(outcomes_to_follow(by, kind, area).count() for kind in KINDS)
    places, more = keyset.take_page(lambda most: _places(by, most, area=area, after=after), PAGE_SIZE)
    return Worklist(list(_by_shift(places)), total, places[-1] if more else None)


def next_to_follow(by: User, *, after: WorklistPosition) -> WorklistPosition | None:
    """The next outcome in the worklist after this one, then from the start; None when nothing waits."""
    return next(iter(_places(by, 1, after=after) or _places(by, 1)), None)


def waiting_areas(by: User) -> QuerySet[HotspotArea]:
    """The areas in which something waits for this person's detail."""
    found = Q()
    for kind in KINDS:
        found |= Q(pk__in=outcomes_to_follow(by, kind).values("shift__area"))
    return HotspotArea.objects.filter(found).defer("boundary")


def outcomes_to_follow(by: User, kind: OutcomeKind, area: HotspotArea | None = None) -> QuerySet[Outcome]:
    """The outcomes of a kind that wait for this person's detail: of their own shifts; for administrators, of all."""
    rows = kind.model.objects.visible_to(by).to_follow()
    if not by.may(Permission.CORRECT_ANY_SHIFT):
        rows = rows.filter(shift__logged_by=by)
    return rows.filter(shift__area=area) if area else rows


def _places(
    by: User, size: int, *, area: HotspotArea | None = None, after: WorklistPosition | None = None
) -> list[WorklistPosition]:
    """The first places of the worklist, strictly after the given one: one sorted query over all kinds."""
    start = PatrolShift.objects.visible_to(by).filter(pk=after.shift_id).first() if after else None
    order = ("at", "shift_id", "position", "pk")
    queries = []
    for position, kind in enumerate(KINDS):
        rows = outcomes_to_follow(by, kind, area).order_by()
        keys = {"at": F("shift__starts_at"), "position": Value(position), "slug": Value(kind.slug, CharField())}
        rows = rows.annotate(**keys)
        if after and start:
            reached = (start.starts_at, start.pk, KINDS.index(after.kind), after.outcome_id)
            rows = rows.filter(keyset.after(reached, *order))
        queries.append(rows.values_list(*order, "slug"))
    found = queries[0].union(*queries[1:], all=True).order_by(*order)[:size]
    return [WorklistPosition(shift_id, BY_SLUG[slug], outcome_id) for _, shift_id, _, outcome_id, slug in found]


def _by_shift(places: Sequence[WorklistPosition]) -> Iterator[Waiting]:
    related = PatrolShift.objects.select_related("area").defer("area__boundary")
    shifts = related.in_bulk({place.shift_id for place in places})
    numbers = _numbers(places)
    for shift_id, group in groupby(places, key=lambda place: place.shift_id):
        yield Waiting(
            shifts[shift_id], [WaitingOutcome(p.kind, p.outcome_id, numbers[p.kind, p.outcome_id]) for p in group]
        )


def _numbers(places: Sequence[WorklistPosition]) -> dict[tuple[OutcomeKind, int], int]:
    """Which one of its kind on its shift each outcome is, counted from 1 in the order of entry."""
    numbers: dict[tuple[OutcomeKind, int], int] = {}
    for kind in {place.kind for place in places}:
        shifts = {place.shift_id for place in places if place.kind == kind}
        rows = kind.model.objects.filter(shift__in=shifts).order_by("shift_id", "pk").values_list("shift_id", "pk")
        for _, group in groupby(rows, key=lambda row: row[0]):
            numbers |= {(kind, pk): number for number, (_, pk) in enumerate(group, start=1)}
    return numbers
