"""Who a row says was on the shift: counts, collar numbers, or a crew in words."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import lru_cache, partial

from hotspot.core.errors import DomainError
from outcomes.imports.rows.cells import Cells
from patrols.models import CrewRole
from patrols.shifts.crew_text import Person, parse_collar_numbers, parse_crew
from patrols.shifts.rules import CrewEntry

# Crews come again night after night.
_CACHED = 4096


def read_crew(row: Cells, count: Callable[[str], int | None]) -> list[CrewEntry]:
    """The people of a row by role: as many as it counts, or as it has collar numbers. Notes what is wrong.

    `count` reads a cell that counts people. A rank before a collar number says the role, whatever column it is in.
    """
    counts = {role: row.read(f"crew_{role}", count) for role in CrewRole}
    numbers = _numbers(row)
    in_words: Sequence[tuple[CrewRole, str]] = row.read("crew_text", _crew, ()) if row.text("crew_text") else ()
    _add_words(row, in_words, counts, numbers)
    people = []
    for role in CrewRole:
        said, named = counts[role], numbers[role]
        if said is not None and len(named) > said:
            message = f"There are {len(named)} collar numbers for {said}. Change one of the two."
            row.note(DomainError("collar_numbers_too_many", message), f"collars_{role}")
        size = said or len(named)
        people += [CrewEntry(role, named[place] if place < len(named) else "") for place in range(size)]
    return people


def _numbers(row: Cells) -> dict[CrewRole, list[str]]:
    numbers: dict[CrewRole, list[str]] = defaultdict(list)
    for column in CrewRole:
        if row.text(f"collars_{column}"):
            people: Sequence[Person] = row.read(f"collars_{column}", partial(_collars, column=column), ())
            for role, number in people:
                numbers[role or column].append(number)
    return numbers


@lru_cache(maxsize=_CACHED)
def _collars(text: str, *, column: CrewRole) -> Sequence[Person]:
    return tuple(parse_collar_numbers(text, column=column))


@lru_cache(maxsize=_CACHED)
def _crew(text: str) -> Sequence[tuple[CrewRole, str]]:
    return tuple(parse_crew(text))


def _add_words(
    row: Cells,
    in_words: Sequence[tuple[CrewRole, str]],
    counts: dict[CrewRole, int | None],
    numbers: dict[CrewRole, list[str]],
) -> None:
    """Take the crew in words into the counts and numbers of the other columns, which have to agree with it."""
    sizes = Counter(role for role, _ in in_words)
    for role, size in sizes.items():
        if counts[role] not in (None, size):
            message = f"The crew has {size} in this role, the column that counts them {counts[role]}. Change one."
            row.note(DomainError("crew_differs", message), "crew_text")
        counts[role] = size
    for role, number in in_words:
        if number and number not in numbers[role]:
            numbers[role].append(number)
