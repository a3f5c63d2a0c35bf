"""What a team can be, how long it is kept, and what adding one to a form makes of the form's crew."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotspot.core import wording
from hotspot.core.errors import DomainError
from hotspot.core.text import clean_line
from patrols.collar_numbers import bare_number
from patrols.models import CrewRole
from patrols.shifts.crew_text import own_times_in, parse_collar_numbers
from patrols.shifts.rules import MAXIMUM_CREW

MOST_TEAMS = 20
"""Of one person, or of one district."""
LONGEST_NAME = 60
UNUSED_FOR = timedelta(days=365)
"""A team that nobody used or changed for so long is deleted: a collar number is kept as long as it serves."""

Member = tuple[CrewRole, str]


def members_in(text: str, role: CrewRole) -> list[Member]:
    """The people whom a field of collar numbers names. Raises DomainError for what is no number, or another role's."""
    people = parse_collar_numbers(text, column=role)
    for other, number in people:
        if other is not None and other != role:
            message = f"{number} is a {wording.alternatives([other.label])}. Enter them with the {other.label}s."
            raise DomainError("rank_of_another_role", message)
    return [(role, number) for _, number in people]


def check_name(name: str) -> str:
    """The name as it is kept. Raises DomainError `team_name_missing`."""
    if not (cleaned := clean_line(name)):
        raise DomainError("team_name_missing", "Enter a name, like Night crew or Team 3.", "name")
    return cleaned


def check_members(members: Sequence[Member]) -> None:
    """Raise DomainError for a team of nobody, of too many, or with somebody twice."""
    if not 1 <= len(members) <= MAXIMUM_CREW:
        message = f"Enter who is in the team: 1 to {MAXIMUM_CREW} collar numbers."
        raise DomainError("team_size", message, CrewRole.POLICE_OFFICER)
    seen: set[Member] = set()
    for role, number in members:
        if (role, bare_number(number)) in seen:
            raise DomainError("in_team_twice", f"{number} is in the team twice. Enter each number once.", role)
        seen.add((role, bare_number(number)))


def is_to_be_forgotten(last_used_at: datetime, at: datetime) -> bool:
    """Whether a team has not been used for so long that it is deleted."""
    return last_used_at <= at - UNUSED_FOR


@dataclass(frozen=True)
class CrewFields:
    """What two fields of a form say about one role: a count and collar numbers, as they were typed."""

    count: str
    collars: str


def with_members(fields: CrewFields, role: CrewRole, numbers: Iterable[str]) -> CrewFields:
    """The fields with these collar numbers added to what was typed, of which nothing is lost.

    A number that is there already is not added. Somebody who was only counted may be one of those added: the count
    grows to as many as have a number. What cannot be read is left for the form to refuse.
    """
    try:
        text, _ = own_times_in(fields.collars, column=role)
        there = [number for _, number in parse_collar_numbers(text, column=role)]
    except DomainError:
        there = []
    known = {bare_number(number) for number in there}
    added = [number for number in numbers if bare_number(number) not in known]
    collars = ", ".join(filter(None, [fields.collars.strip(" ,"), *added])) if added else fields.collars
    return CrewFields(_at_least(fields.count, len(there) + len(added)), collars)


def _at_least(count: str, people: int) -> str:
    typed = count.strip()
    if typed and not (typed.isascii() and typed.isdecimal() and len(typed) < 4):
        return count
    return count if typed and int(typed) >= people else str(people)
