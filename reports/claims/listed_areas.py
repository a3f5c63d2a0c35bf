"""Changes that are listed area by area: from 400 to 240 in Hitchin, 200 to 140 in Letchworth."""

from collections.abc import Sequence
from itertools import pairwise

from reports.claims.areas import NamedAreas
from reports.claims.claims import ByArea
from reports.claims.numbers import NumberKind, Quantity
from reports.claims.parsed import Parsed
from reports.claims.tokens import word_at

_BREAKS = (":", ";", "–", "—", "(")


def by_area(parsed: Parsed, start: int, end: int) -> ByArea:
    """The numbers of each area of a clause that lists at least two, by the id of the area; empty for no such list.

    They stand before its name, or else all after it.
    """
    named = [each for each in parsed.areas if start <= each.first < end]
    if len(named) < 2 or any(len(each.ids) != 1 for each in named):
        return {}
    numbers = [each for each in parsed.numbers if start <= each.first < end and each.kind is not NumberKind.MONEY]
    found = _between(numbers, [_begin(parsed, named[0], start), *(each.end for each in named)])
    if not all(found):
        found = _between(numbers, [*(each.end for each in named), end])
    return {next(iter(each.ids)): own for each, own in zip(named, found, strict=True)} if all(found) else {}


def _between(numbers: Sequence[Quantity], places: Sequence[int]) -> list[list[Quantity]]:
    """The numbers between each place and the next."""
    return [[each for each in numbers if first <= each.first < last] for first, last in pairwise(places)]


def _begin(parsed: Parsed, first: NamedAreas, start: int) -> int:
    """Where what is said of the first area begins: numbers before a colon are of all of them."""
    breaks = (place + 1 for place in range(first.first - 1, start, -1) if word_at(parsed.tokens, place) in _BREAKS)
    return next(breaks, start)
