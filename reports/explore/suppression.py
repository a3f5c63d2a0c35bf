"""Which cells of a table about characteristics of people are withheld, so that no small number follows from it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class HiddenCells:
    """The places of what is withheld: cells as (row, column), totals of rows, totals of columns.

    The last of `columns` is the total of all, where the table has it: its place is the number of columns.
    """

    cells: frozenset[tuple[int, int]]
    rows: frozenset[int]
    columns: frozenset[int]


def withheld_cells(numbers: Sequence[Sequence[int]], small: Collection[int]) -> HiddenCells:
    """The small numbers of a table, and as many others as keep them from being reckoned from the totals.

    Totals of rows and columns are shown unless they are small themselves, which every cell of them is then too. No
    cell is withheld alone in a row or a column, nor are several that add up to a small number: what is withheld
    adds up to the total less all that is shown. The smallest others are withheld with them; one of 0 hides least.
    """
    rows, columns = range(len(numbers)), range(len(numbers[0]) if numbers else 0)
    hidden = {(y, x) for y in rows for x in columns if numbers[y][x] in small}
    known = set[tuple[int, int]]()
    while hidden != known:
        known = set(hidden)
        for line in _lines(rows, columns):
            hidden |= _cover(numbers, line, hidden, small)
    row_totals = {y for y in rows if sum(numbers[y]) in small}
    column_totals = {x for x in columns if sum(numbers[y][x] for y in rows) in small}
    if sum(map(sum, numbers)) in small:
        column_totals |= {len(columns)}
    return HiddenCells(
        frozenset(hidden),
        frozenset(_companions(row_totals, [sum(numbers[y]) for y in rows])),
        frozenset(_companions(column_totals, [sum(numbers[y][x] for y in rows) for x in columns])),
    )


def _lines(rows: range, columns: range) -> Iterator[list[tuple[int, int]]]:
    yield from ([(y, x) for x in columns] for y in rows)
    yield from ([(y, x) for y in rows] for x in columns)


def _cover(
    numbers: Sequence[Sequence[int]],
    line: Sequence[tuple[int, int]],
    hidden: Collection[tuple[int, int]],
    small: Collection[int],
) -> set[tuple[int, int]]:
    """Further cells of a line to withhold."""
    gone = [place for place in line if place in hidden]
    added = set[tuple[int, int]]()
    others = sorted(
        (place for place in line if place not in hidden),
        key=lambda place: (numbers[place[0]][place[1]] == 0, numbers[place[0]][place[1]], place),
    )
    for place in others:
        withheld = [*gone, *added]
        if not withheld or (len(withheld) > 1 and sum(numbers[y][x] for y, x in withheld) not in small):
            break
        added.add(place)
    return added


def _companions(places: set[int], totals: Sequence[int]) -> set[int]:
    """With another total, the smallest, where one of them alone would follow from the total of all."""
    inside = places & set(range(len(totals)))
    others = [place for place in range(len(totals)) if place not in places]
    if len(inside) == 1 and others and len(totals) > 1:
        return places | {min(others, key=lambda place: (totals[place] == 0, totals[place], place))}
    return places
