"""Who leaves a crew when it is entered anew: own times and collar numbers must not be lost without a word."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from hotspot.core import wording
from hotspot.core.errors import EntryWarning
from patrols.collar_numbers import is_same_person
from patrols.models import CrewMember, CrewRole, PatrolShift
from patrols.shifts.rules import CrewEntry

PEOPLE_LEAVE = "people_leave"
"""The code of the warning, for a caller that has asked already."""


def own_times(member: CrewMember, shift: PatrolShift) -> tuple[datetime | None, datetime | None]:
    """A member's start and finish where they are not those of the shift, as both were saved."""
    own_start = member.starts_at if member.starts_at != shift.starts_at else None
    return own_start, member.ends_at if member.ends_at != shift.ends_at else None


def described(member: CrewMember, shift: PatrolShift) -> str:
    """PC4242, 10pm Friday to 2am Saturday; Police officer, the whole shift."""
    when = wording.span(member.starts_at, member.ends_at) if any(own_times(member, shift)) else "the whole shift"
    return f"{member.collar_number or CrewRole(member.role).label}, {when}"


def leaving(shift: PatrolShift, crew: Sequence[CrewEntry]) -> list[CrewMember]:
    """Those whose own times the new crew of a saved shift lacks and, in a smaller crew, whose collar number.

    Has to be asked before the shift's own times change.
    """
    standing = list(shift.crew.all())
    is_smaller = len(crew) < len(standing)
    return [
        member
        for member in _unmatched(shift, standing, crew)
        if any(own_times(member, shift)) or (is_smaller and member.collar_number)
    ]


def warnings_about_leaving(shift: PatrolShift, crew: Sequence[CrewEntry]) -> list[EntryWarning]:
    """Ask about everybody who is leaving, by name or by number. Empty: nobody is."""
    gone = leaving(shift, crew)
    if not gone:
        return []
    names = "; ".join(described(member, shift) for member in gone)
    return [EntryWarning(PEOPLE_LEAVE, f"No longer recorded, with their own times or collar number: {names}.")]


def _unmatched(shift: PatrolShift, standing: Iterable[CrewMember], crew: Iterable[CrewEntry]) -> list[CrewMember]:
    """The members that no entry keeps. Those with a collar number are matched first."""
    entries, unmatched = list(crew), []
    for member in sorted(standing, key=lambda member: not member.collar_number):
        match = next((entry for entry in entries if _keeps(entry, member, shift)), None)
        if match is None:
            unmatched.append(member)
        else:
            entries.remove(match)
    return unmatched


def _keeps(entry: CrewEntry, member: CrewMember, shift: PatrolShift) -> bool:
    """Whether an entry is this member. Other times that were entered replace the member's; none would drop them."""
    if any(own_times(member, shift)) and entry.starts_at is None and entry.ends_at is None:
        return False
    if member.collar_number:
        return is_same_person(entry.role, entry.collar_number, member.role, member.collar_number)
    return entry.role == member.role
