"""Which figures must be withheld so that nobody can be recognised in a small number. Pure decisions on values."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from hotspot.core.periods import Period

SMALL = range(1, 5)
"""Counts that are withheld from people who may not see records: 1 to 4. A zero is shown."""

Key = TypeVar("Key", bound=Hashable)
Span = tuple[date, date]
"""The first days of the first and the last month of a run of whole months."""
Cell = tuple[int, Span]
"""One area in one run of months."""

# Rank is the same in a field this large as in the rationals, but for chances not worth naming, and ints stay small.
_PRIME = 2**61 - 1


def spans(months: Sequence[date]) -> dict[Span, list[Span]]:
    """The months, quarters and financial years that figures can be asked for, and all of it; each with its parts."""
    singles = [(month, month) for month in months]
    quarters = _grouped(singles, lambda month: (month.year, (month.month - 1) // 3))
    years = _grouped(list(quarters), lambda month: Period.financial_year(month).first_day)
    everything = {(months[0], months[-1]): list(years)} if months else {}
    tree: dict[Span, list[Span]] = {single: [] for single in singles}
    for level in (quarters, years, everything):
        # A quarter of which the programme has one month is that month.
        tree |= {span: parts for span, parts in level.items() if len(parts) > 1}
    return tree


def _grouped(parts: Iterable[Span], key: object) -> dict[Span, list[Span]]:
    groups: dict[object, list[Span]] = {}
    for part in parts:
        groups.setdefault(key(part[0]), []).append(part)  # type: ignore[operator]
    return {(group[0][0], group[-1][1]): group for group in groups.values()}


def withheld_cells(counts: Mapping[tuple[int, date], int], areas: Sequence[int], months: Sequence[date]) -> set[Cell]:
    """The cells by area and run of months to withhold, given the counts by area and month.

    The totals of all areas are published for every run; so is every cell that is not withheld. From these nobody can
    work out a withheld cell, within one table or between the tables of a month, its quarter, its year and all of it.
    """
    tree = spans(months)
    values = {
        (area, span): sum(counts.get((area, month), 0) for month in months if span[0] <= month <= span[1])
        for area in areas
        for span in tree
    }
    across = [dict.fromkeys(((area, span) for area in areas), 1) for span in tree]
    along = [
        {(area, span): -1, **dict.fromkeys(((area, part) for part in parts), 1)}
        for area in areas
        for span, parts in tree.items()
        if parts
    ]
    return withheld(values, [*across, *along])


def withheld(values: Mapping[Key, int], sums: Sequence[Mapping[Key, int]]) -> set[Key]:
    """The small values, and as many others as it takes so that the sums give none of them away.

    Each of `sums` maps keys to 1 or -1: that combination of values is known to everybody. Where the sums allow no
    protection (a total of one part), the value is returned as withheld but can be worked out.
    """
    hidden = {key for key, value in values.items() if value in SMALL}
    while extra := _covers(values, sums, hidden):
        hidden |= extra
    return hidden


def _covers(values: Mapping[Key, int], sums: Sequence[Mapping[Key, int]], hidden: set[Key]) -> set[Key]:
    """Visible keys to hide next; none when nothing hidden is exposed any more, or nothing more can be done."""
    lone = [terms for terms in sums if _gives_away(values, terms, hidden)]
    extra = {cover for terms in lone if (cover := _cheapest(values, terms.keys() - hidden)) is not None}
    if extra:
        return extra
    exposed = determined(sums, hidden)
    for terms in sums:
        if exposed & terms.keys() and (cover := _cheapest(values, terms.keys() - hidden)) is not None:
            extra.add(cover)
    if exposed and not extra:
        linked = {key for terms in sums if hidden & terms.keys() for key in terms.keys() - hidden}
        extra = {cover} if (cover := _cheapest(values, linked)) is not None else set()
    return extra


def _gives_away(values: Mapping[Key, int], terms: Mapping[Key, int], hidden: set[Key]) -> bool:
    """Whether one sum tells a hidden value by itself: it is alone, or the hidden ones must all be 1."""
    inside = hidden & terms.keys()
    return len(inside) == 1 or (bool(inside) and all(terms[key] == 1 == values[key] for key in inside))


def _cheapest(values: Mapping[Key, int], keys: Iterable[Key]) -> Key | None:
    """The key whose loss costs least: the smallest value, but a zero last of all, because it hides least."""
    return min(keys, key=lambda key: (values[key] == 0, values[key], repr(key)), default=None)


def determined(sums: Sequence[Mapping[Key, int]], hidden: set[Key]) -> set[Key]:
    """The hidden keys that the sums determine: those that stand alone in a row of the reduced echelon form."""
    basis: dict[Key, dict[Key, int]] = {}
    for terms in sums:
        row = {key: sign % _PRIME for key, sign in terms.items() if key in hidden}
        for pivot in [key for key in row if key in basis]:
            _subtract(row, basis[pivot], row[pivot])
        if not row:
            continue
        pivot = next(iter(row))
        inverse = pow(row[pivot], -1, _PRIME)
        row = {key: factor * inverse % _PRIME for key, factor in row.items()}
        for other in basis.values():
            if pivot in other:
                _subtract(other, row, other[pivot])
        basis[pivot] = row
    return {pivot for pivot, row in basis.items() if len(row) == 1}


def _subtract(row: dict[Key, int], other: Mapping[Key, int], factor: int) -> None:
    for key, value in other.items():
        difference = (row.get(key, 0) - factor * value) % _PRIME
        if difference:
            row[key] = difference
        else:
            row.pop(key, None)
