"""Which cells of a table about characteristics of people are withheld, so that no small number follows from it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

Place = tuple[int, int]
_NOTHING = 1e-9


@dataclass(frozen=True)
class HiddenCells:
    """The places of what is withheld: cells as (row, column), totals of rows, totals of columns.

    The last of `columns` is the total of all, where the table has it: its place is the number of columns.
    """

    cells: frozenset[Place]
    rows: frozenset[int]
    columns: frozenset[int]

    def __or__(self, other: "HiddenCells") -> "HiddenCells":
        """What either withholds."""
        return HiddenCells(self.cells | other.cells, self.rows | other.rows, self.columns | other.columns)


def withheld_cells(numbers: Sequence[Sequence[int]], small: Collection[int]) -> HiddenCells:
    """The small numbers of a table and of its totals, and as many others as keep them from being reckoned.

    Each row adds up to its total, each column to its own, and these to the total of all. What is withheld must not
    follow from these sums: in no row or column is one number withheld alone, nor several that add up to a small one,
    and of all that is withheld none has only one value that all sums allow (found by the rank of the equations). The
    smallest others are withheld with them; one of 0 hides least. A table of one column has no totals of rows.
    """
    whole = _with_totals(numbers)
    lines = list(_lines(whole))
    hidden = {(y, x) for y, row in enumerate(whole) for x, number in enumerate(row) if number in small}
    while more := _more(whole, lines, hidden, small):
        hidden |= more
    last_row = len(numbers)
    last_column = len(numbers[0]) if numbers and len(numbers[0]) > 1 else -1
    return HiddenCells(
        frozenset((y, x) for y, x in hidden if y < last_row and x != last_column),
        frozenset(y for y, x in hidden if x == last_column and y < last_row),
        frozenset(x for y, x in hidden if y == last_row),
    )


def _with_totals(numbers: Sequence[Sequence[int]]) -> list[list[int]]:
    rows = [[*row, sum(row)] if len(row) > 1 else list(row) for row in numbers]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def _lines(whole: Sequence[Sequence[int]]) -> Iterator[list[Place]]:
    """The cells of each row and column that add up to its last."""
    rows, columns = range(len(whole)), range(len(whole[0]))
    if len(columns) > 1:
        yield from ([(y, x) for x in columns] for y in rows)
    if len(rows) > 1:
        yield from ([(y, x) for y in rows] for x in columns)


def _more(
    whole: Sequence[Sequence[int]], lines: Sequence[Sequence[Place]], hidden: set[Place], small: Collection[int]
) -> set[Place]:
    """Further cells to withhold; none where nothing follows."""
    for line in lines:
        gone = [place for place in line if place in hidden]
        parts = [place for place in gone if place != line[-1]]
        is_told = line[-1] not in hidden and sum(whole[y][x] for y, x in parts) in small
        if gone and (len(gone) == 1 or is_told) and (others := _smallest(whole, line, hidden)):
            return others
    for place in _following(lines, hidden):
        for line in lines:
            if place in line and (others := _smallest(whole, line, hidden)):
                return others
    return set()


def _smallest(whole: Sequence[Sequence[int]], line: Sequence[Place], hidden: set[Place]) -> set[Place]:
    """One more cell of a line; its total, which tells most, only where nothing else is left."""
    others = [place for place in line if place not in hidden]

    def cost(place: Place) -> tuple[bool, bool, int, Place]:
        number = whole[place[0]][place[1]]
        return (place == line[-1], number == 0, number, place)

    return {min(others, key=cost)} if others else set()


def _following(lines: Sequence[Sequence[Place]], hidden: set[Place]) -> list[Place]:
    """Those of what is withheld that have only one value: those that no solution of the sums can move."""
    places = sorted(hidden)
    column = {place: number for number, place in enumerate(places)}
    equations = np.zeros((len(lines), len(places)))
    for row, line in enumerate(lines):
        for place in line:
            if place in hidden:
                equations[row, column[place]] = -1.0 if place == line[-1] else 1.0
    if not places:
        return []
    _, sizes, directions = np.linalg.svd(equations)
    rank = int((sizes > _NOTHING).sum())
    moves = np.abs(directions[rank:]).max(axis=0) if rank < len(places) else np.zeros(len(places))
    return [place for place, move in zip(places, moves, strict=True) if move < _NOTHING]
