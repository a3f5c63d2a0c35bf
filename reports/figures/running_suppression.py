"""Which parts of a running total are told month by month, so that no small number follows from any of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class RunningPlace:
    """The parts as they were at one time, in columns that are told together: all of a part, or nothing.

    `told` is what was told there, where that is settled already because it was published. `hidden` are the parts that
    are withheld in any case.
    """

    columns: Sequence[Mapping[str, int]]
    told: frozenset[str] | None = None
    hidden: frozenset[str] = frozenset()


def told_parts(months: Sequence[Mapping[str, int]], small: Collection[int]) -> frozenset[str]:
    """The parts that are told at the last of some months, by `told_at_each`, of one column."""
    found = told_at_each([RunningPlace((month,)) for month in months], small)
    return found[-1] if found else frozenset()


def told_at_each(places: Sequence[RunningPlace], small: Collection[int]) -> list[frozenset[str]]:
    """The parts that are told at each of the places.

    `places` are the parts at the end of each month that is over, or whenever they were published, in their order, all
    with the same keys and columns; what the parts of a column add up to is told always. `small` are the numbers in
    which somebody could be recognised. A part is told unless it is small in some column, or differs there by a small
    number from what was told of it last: so figures that are noted month by month tell no small number either. No part
    is withheld alone, because the total less the others would be it.
    """
    known: dict[tuple[int, str], int] = {}
    found: list[frozenset[str]] = []
    for place in places:
        columns = list(enumerate(place.columns))
        if place.told is None:
            close = {part for column, values in columns for part in _close(values, known, column, small)} | place.hidden
            told = frozenset(place.columns[0].keys() - _covered_everywhere(close, place.columns, small))
        else:
            told = place.told
        known |= {(column, part): values[part] for column, values in columns for part in told}
        found.append(told)
    return found


def _close(
    values: Mapping[str, int], known: Mapping[tuple[int, str], int], column: int, small: Collection[int]
) -> set[str]:
    return {
        part for part, value in values.items() if value in small or abs(value - known.get((column, part), 0)) in small
    }


def _covered_everywhere(close: set[str], columns: Sequence[Mapping[str, int]], small: Collection[int]) -> set[str]:
    """With as many others as it takes in every column; what covers in one is withheld in all."""
    covered: set[str] = set()
    while covered != close:
        covered = close
        for values in columns:
            close = _covered(close, values, small)
    return close


def _covered(close: set[str], values: Mapping[str, int], small: Collection[int]) -> set[str]:
    """With others, the smallest first, where one part alone would be withheld, or a small number altogether.

    What is withheld adds up to the total less all that is told. A part that is 0 hides least.
    """
    while close and close != set(values) and (len(close) == 1 or sum(values[part] for part in close) in small):
        others = [part for part in values if part not in close]
        close = close | {min(others, key=lambda part: (values[part] == 0, values[part], part))}
    return close
