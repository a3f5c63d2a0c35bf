"""One shift with everything on it, single outcomes, and the outcomes that wait for their detail."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Self

from django.db.models import CharField, F, Q, QuerySet, Value

from hotspot.core import keyset
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.models import HotspotArea
from outcomes.models import ActivityCount, Arrest, AsbPowerUse, Outcome, StopSearch, WeaponRecovered
from outcomes.rules import Tally
from patrols.models import CrewMember, PatrolShift, Visit

# By their names in URLs, in the order of the pages.
KINDS: dict[str, type[Outcome]] = {
    "arrest": Arrest,
    "stop-search": StopSearch,
    "weapon": WeaponRecovered,
    "asb-power": AsbPowerUse,
}
PAGE_SIZE = 50
_TERMS: dict[type[Outcome], tuple[str, ...]] = {
    Arrest: ("offence_group", "justice_outcome"),
    StopSearch: ("power", "object", "outcome"),
    WeaponRecovered: ("kind", "found_by"),
    AsbPowerUse: ("kind",),
}


@dataclass(frozen=True)
class Record:
    """One shift with its parts. `outcomes` holds the rows of each kind, withdrawn ones too, in the order of entry."""

    shift: PatrolShift
    crew: Sequence[CrewMember]
    visits: Sequence[Visit]
    outcomes: dict[str, Sequence[Outcome]]
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
    """The shift with its area, district, programme and who logged it. Raises PatrolShift.DoesNotExist."""
    shifts = PatrolShift.objects.visible_to(by)
    return shifts.select_related("area__district", "funding_stream__programme", "logged_by").get(pk=shift_id)


def record_of(shift: PatrolShift) -> Record:
    """Everything on a shift that the caller may see. Seven queries, however much is on it."""
    return Record(
        shift=shift,
        crew=list(shift.crew.all()),
        visits=list(shift.visits.all()),
        outcomes=outcomes_of(shift),
        activity=list(shift.activity.select_related("kind")),
    )


def outcomes_of(shift: PatrolShift) -> dict[str, Sequence[Outcome]]:
    """The rows of each kind of outcome, by the kind's name in URLs."""
    return {
        kind: list(model.objects.filter(shift=shift).select_related(*_TERMS[model])) for kind, model in KINDS.items()
    }


def tally_of(shift: PatrolShift, outcomes: dict[str, Sequence[Outcome]]) -> Tally:
    """The standing outcomes of a shift as counts."""
    standing = {kind: [row for row in rows if not row.is_voided] for kind, rows in outcomes.items()}
    powers: dict[str, int | None] = {}
    for row in standing["asb-power"]:
        powers[row.kind_id] = (powers.get(row.kind_id) or 0) + 1  # type: ignore[attr-defined]
    return Tally(
        arrests=len(standing["arrest"]),
        stop_searches=len(standing["stop-search"]),
        weapons=len(standing["weapon"]),
        asb_powers=powers,
        nothing_to_report=shift.nothing_to_report,
    )


def visible_outcome(kind: str, outcome_id: int, *, by: User) -> Outcome:
    """One outcome with its shift. Raises Outcome's DoesNotExist of its kind, or KeyError for an unknown kind."""
    model = KINDS[kind]
    related = ("shift__area__district", "shift__funding_stream__programme", "shift__logged_by")
    outcome: Outcome = model.objects.visible_to(by).select_related(*related, *_TERMS[model]).get(pk=outcome_id)
    return outcome


def number_of(outcome: Outcome) -> int:
    """Which one of its kind on its shift it is, counted from 1 in the order of entry."""
    return type(outcome).objects.filter(shift=outcome.shift_id, pk__lte=outcome.pk).count()


@dataclass(frozen=True)
class WorklistPosition:
    """Where an outcome stands in the worklist: by night, shift, kind and entry, oldest first."""

    shift_id: int
    kind: str
    outcome_id: int

    @classmethod
    def parse(cls, text: str) -> "Self | None":
        """What `str(place)` wrote, or None for anything else."""
        shift_id, _, rest = text.partition(".")
        kind, _, outcome_id = rest.partition(".")
        numbers = [part for part in (shift_id, outcome_id) if part.isascii() and part.isdecimal() and len(part) < 19]
        return cls(int(numbers[0]), kind, int(numbers[1])) if len(numbers) == 2 and kind in KINDS else None

    def __str__(self) -> str:
        return f"{self.shift_id}.{self.kind}.{self.outcome_id}"


@dataclass(frozen=True)
class WaitingOutcome:
    """One outcome of the worklist. `number` counts those of its kind on its shift from 1, in the order of entry."""

    kind: str
    outcome_id: int
    number: int

    @property
    def name(self) -> str:
        """Stop search 2."""
        name = str(KINDS[self.kind]._meta.verbose_name)
        return f"{name[:1].upper()}{name[1:]} {self.number}"


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
    total = sum(_waiting(by, area, kind).count() for kind in KINDS)
    places, more = keyset.take_page(lambda most: _places(by, most, area=area, after=after), PAGE_SIZE)
    return Worklist(list(_by_shift(places)), total, places[-1] if more else None)


def next_to_follow(by: User, *, after: WorklistPosition) -> WorklistPosition | None:
    """The next outcome in the worklist after this one, then from the start; None when nothing waits."""
    return next(iter(_places(by, 1, after=after) or _places(by, 1)), None)


def waiting_areas(by: User) -> QuerySet[HotspotArea]:
    """The areas in which something waits for this person's detail."""
    found = Q()
    for kind in KINDS:
        found |= Q(pk__in=_waiting(by, None, kind).values("shift__area"))
    return HotspotArea.objects.filter(found)


def _waiting(by: User, area: HotspotArea | None, kind: str) -> QuerySet[Outcome]:
    rows = KINDS[kind].objects.visible_to(by).to_follow()
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
        rows = _waiting(by, area, kind).order_by()
        keys = {"at": F("shift__starts_at"), "position": Value(position), "slug": Value(kind, CharField())}
        rows = rows.annotate(**keys)
        if after and start:
            reached = (start.starts_at, start.pk, list(KINDS).index(after.kind), after.outcome_id)
            rows = rows.filter(keyset.after(reached, *order))
        queries.append(rows.values_list(*order, "slug"))
    found = queries[0].union(*queries[1:], all=True).order_by(*order)[:size]
    return [WorklistPosition(shift_id, kind, outcome_id) for _, shift_id, _, outcome_id, kind in found]


def _by_shift(places: Sequence[WorklistPosition]) -> Iterator[Waiting]:
    shifts = PatrolShift.objects.select_related("area").in_bulk({place.shift_id for place in places})
    numbers = _numbers(places)
    for shift_id, group in groupby(places, key=lambda place: place.shift_id):
        yield Waiting(
            shifts[shift_id], [WaitingOutcome(p.kind, p.outcome_id, numbers[p.kind, p.outcome_id]) for p in group]
        )


def _numbers(places: Sequence[WorklistPosition]) -> dict[tuple[str, int], int]:
    """Which one of its kind on its shift each outcome is, counted from 1 in the order of entry."""
    numbers: dict[tuple[str, int], int] = {}
    for kind in {place.kind for place in places}:
        shifts = {place.shift_id for place in places if place.kind == kind}
        rows = KINDS[kind].objects.filter(shift__in=shifts).order_by("shift_id", "pk").values_list("shift_id", "pk")
        for _, group in groupby(rows, key=lambda row: row[0]):
            numbers |= {(kind, pk): number for number, (_, pk) in enumerate(group, start=1)}
    return numbers
