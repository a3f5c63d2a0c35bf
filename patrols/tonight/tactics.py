"""What is done in an area besides patrols, as crews are told it: from whatever feature keeps it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hotspot.core.models import User


@dataclass(frozen=True)
class Tactic:
    """One thing to do, or to know of, in a line, and the page that says more."""

    text: str
    url: str


Source = Callable[[User, Collection[int], date], Mapping[int, Sequence[Tactic]]]
_SOURCES: list[Source] = []


def register(source: Source) -> None:
    """Have a feature say what is done in some areas (by id) on a day, as far as a person may see it, by area."""
    _SOURCES.append(source)


def tactics_in(user: User, areas: Collection[int], day: date) -> dict[int, list[Tactic]]:
    """What is done in some areas on a day, in the order in which features were registered."""
    found: dict[int, list[Tactic]] = defaultdict(list)
    for source in _SOURCES:
        for area, tactics in source(user, areas, day).items():
            found[area] += tactics
    return found
