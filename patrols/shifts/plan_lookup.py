"""Who, and which area, is planned or recorded already at the times of shifts that are to be planned."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from itertools import chain

from django.db.models import Q

from hotspot.core.errors import EntryWarning
from hotspot.core.models import User
from patrols.collar_numbers import BareNumber, bare_number, is_same_person
from patrols.models import MAXIMUM_MINUTES, CrewMember, PatrolShift
from patrols.shifts import rules
from patrols.shifts.entries import CrewPlace, ShiftEntry
from patrols.shifts.queries import disclosed, with_visibility
from patrols.shifts.rules import ShiftFacts

_STANDING = (PatrolShift.State.PLANNED, PatrolShift.State.COMPLETED)
_LONGEST = timedelta(minutes=MAXIMUM_MINUTES)


def plan_warnings(entries: Mapping[int, ShiftEntry], *, by: User) -> dict[int, list[EntryWarning]]:
    """What to ask about each of these entries, by its place. Two queries, however many they are.

    Of shifts that this person may not see, no more is said than that somebody is on duty elsewhere.
    """
    if not entries:
        return {}
    first = min(entry.facts.starts_at for entry in entries.values()) - _LONGEST
    last = max(entry.facts.ends_at for entry in entries.values())
    around = Q(starts_at__gt=first, starts_at__lt=last, ends_at__gt=first + _LONGEST)
    warnings: dict[int, list[EntryWarning]] = defaultdict(list)
    for place, warning in chain(_beside(entries, around, by), _elsewhere(entries, around, by)):
        warnings[place].append(warning)
    return warnings


def _beside(entries: Mapping[int, ShiftEntry], around: Q, by: User) -> list[tuple[int, EntryWarning]]:
    """The first shift in the area of each entry at an overlapping time."""
    areas = {entry.facts.area.pk for entry in entries.values()}
    shifts = PatrolShift.objects.visible_to(by).filter(around, area__in=areas, state__in=_STANDING)
    by_area: dict[int, list[PatrolShift]] = defaultdict(list)
    for shift in shifts.select_related("area").defer("area__boundary").order_by("starts_at", "pk"):
        by_area[shift.area_id].append(shift)
    return [
        (place, rules.planned_beside(other))
        for place, entry in entries.items()
        if (other := _first_beside(entry, by_area[entry.facts.area.pk])) is not None
    ]


def _first_beside(entry: ShiftEntry, shifts: list[PatrolShift]) -> PatrolShift | None:
    for shift in shifts:
        if not _is_itself(entry, shift.pk) and _overlap(entry.facts, shift):
            return shift
    return None


def _elsewhere(entries: Mapping[int, ShiftEntry], around: Q, by: User) -> list[tuple[int, EntryWarning]]:
    """Everybody of the crews, by collar number, who is on another shift at an overlapping time."""
    crews = {place: [one for one in entry.crew_places() if one.collar_number] for place, entry in entries.items()}
    numbers = {bare_number(one.collar_number) for crew in crews.values() for one in crew}
    if not numbers:
        return []
    members = CrewMember.objects.exclude(collar_number="").alias(bare=BareNumber("collar_number"))
    members = members.filter(around, bare__in=numbers, shift_state__in=_STANDING)
    members = members.select_related("shift__area").defer("shift__area__boundary").order_by("starts_at", "pk")
    by_number: dict[str, list[CrewMember]] = defaultdict(list)
    for member in with_visibility(members, by=by, shift="shift"):
        by_number[bare_number(member.collar_number)].append(member)
    return [
        (place, rules.planned_elsewhere(one.collar_number, disclosed(found, by=by)))
        for place, crew in crews.items()
        for one in crew
        if (found := _first_of(one, by_number[bare_number(one.collar_number)], entries[place])) is not None
    ]


def _first_of(one: CrewPlace, members: list[CrewMember], entry: ShiftEntry) -> CrewMember | None:
    for member in members:
        is_same = is_same_person(one.role, one.collar_number, member.role, member.collar_number)
        if is_same and not _is_itself(entry, member.shift_id) and _overlap(one, member):
            return member
    return None


def _is_itself(entry: ShiftEntry, shift_id: int) -> bool:
    return entry.standing is not None and entry.standing.pk == shift_id


def _overlap(one: ShiftFacts | CrewPlace, other: PatrolShift | CrewMember) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at
