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
MOST = 3
"""So many things of an area are said to a crew: more are not remembered. Its pages have the others."""


def register(source: Source, *, is_to_do: bool = False) -> None:
    """Have a feature say what is done in some areas (by id) on a day, as far as a person may see it, by area.

    What crews or others are to do (`is_to_do`) is said before what is only in place.
    """
    _SOURCES.insert(0 if is_to_do else len(_SOURCES), source)


def tactics_in(user: User, areas: Collection[int], day: date) -> dict[int, list[Tactic]]:
    """What is done in some areas on a day: the first things of each."""
    found: dict[int, list[Tactic]] = defaultdict(list)
    for source in _SOURCES:
        for area, tactics in source(user, areas, day).items():
            found[area] += tactics
    return {area: tactics[:MOST] for area, tactics in found.items()}
