"""Which figures must be withheld so that nobody can be recognised in a small number, and what identifies a statement.

Pure decisions on values.
"""

import hashlib
import json
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from hotspot.core.periods import Period

Key = TypeVar("Key", bound=Hashable)
Span = tuple[date, date]
"""The first days of the first and the last month of a run of whole months."""
Cell = tuple[int, Span]
"""One area in one run of months."""


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


def withheld_cells(
    counts: Mapping[tuple[int, date], int],
    areas: Sequence[int],
    months: Sequence[date],
    *,
    small: range,
    also: Collection[Cell] = (),
) -> set[Cell]:
    """The cells by area and run of months to withhold, given the counts by area and month.

    `small` are the counts in which somebody could be recognised, `also` cells to withhold though they are not small.
    The totals of all areas are published for every run; so is every cell that is not withheld. From these nobody can
    work out a withheld cell, within one table or between the tables of a month, its quarter, its year and all of it.
    """
    tree = spans(months)
    values: dict[Cell, int] = {}
    for span, parts in tree.items():
        for area in areas:
            within = [values[area, part] for part in parts] if parts else [counts.get((area, span[0]), 0)]
            values[area, span] = sum(within)
    across = {span: dict.fromkeys(((area, span) for area in areas), 1) for span in tree}
    along = [
        {(area, span): -1, **dict.fromkeys(((area, part) for part in parts), 1)}
        for area in areas
        for span, parts in tree.items()
        if parts
    ]
    of_months = [across[span] for span, parts in tree.items() if not parts]
    # The total of a quarter says no more than its months' totals and what each area's quarter is made of.
    return withheld(
        values, [*of_months, *along], [across[span] for span, parts in tree.items() if parts], small=small, also=also
    )


def withheld(
    values: Mapping[Key, int],
    sums: Sequence[Mapping[Key, int]],
    implied: Sequence[Mapping[Key, int]] = (),
    *,
    small: range,
    also: Collection[Key] = (),
) -> set[Key]:
    """The small values, those of `also`, and as many others as it takes so that the sums give none of them away.

    Each of `sums` maps keys to 1 or -1: that combination of values is known to everybody. They are as `determined`
    needs them; `implied` are further sums that follow from these. Where the sums allow no protection (a total of one
    part), the value is returned as withheld but can be worked out.
    """
    hidden = {key for key, value in values.items() if value in small or key in also}
    while extra := _covers(values, sums, implied, hidden):
        hidden |= extra
    return hidden


def _covers(
    values: Mapping[Key, int],
    sums: Sequence[Mapping[Key, int]],
    implied: Sequence[Mapping[Key, int]],
    hidden: set[Key],
) -> set[Key]:
    """Visible keys to hide next; none when nothing hidden is exposed any more, or nothing more can be done."""
    lone = [terms for terms in (*sums, *implied) if _gives_away(values, terms, hidden)]
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


OUTSIDE = -1


def determined(sums: Sequence[Mapping[Key, int]], hidden: set[Key]) -> set[Key]:
    """The hidden keys whose values the sums determine.

    A key stands in two sums at the most, and some of the sums can be turned round (times -1) so that every key has 1
    in one sum and -1 in the other. Then the sums are places and the hidden keys roads between them, or to the outside
    for a key in one sum; what the sums leave open is what can drive round in a circle, and a value is determined if
    its road lies on no circle: if it is a bridge. A table with its totals is of this kind, and so is a tree of them.
    """
    ends: dict[Key, list[int]] = {}
    for place, terms in enumerate(sums):
        for key in terms.keys() & hidden:
            ends.setdefault(key, [OUTSIDE]).append(place)
    roads: dict[int, list[tuple[int, Key]]] = {}
    for key, places in ends.items():
        one, other = places[-2:]
        roads.setdefault(one, []).append((other, key))
        roads.setdefault(other, []).append((one, key))
    return _bridges(roads)


def _bridges(roads: Mapping[int, Sequence[tuple[int, Key]]]) -> set[Key]:
    """The roads without which some places could not be reached (Tarjan), by depth-first search without recursion.

    `back` is the earliest place that can be reached from a place and those beyond it by one road not yet driven.
    """
    met: dict[int, int] = {}
    back: dict[int, int] = {}
    bridges: set[Key] = set()
    for start in roads:
        if start in met:
            continue
        met[start] = back[start] = len(met)
        path: list[tuple[int, Key | None, Iterator[tuple[int, Key]]]] = [(start, None, iter(roads[start]))]
        while path:
            here, came_by, onward = path[-1]
            step = next(((place, key) for place, key in onward if key != came_by), None)
            if step is None:
                path.pop()
                if path and came_by is not None:
                    before = path[-1][0]
                    back[before] = min(back[before], back[here])
                    bridges |= {came_by} if back[here] > met[before] else set()
            elif step[0] in met:
                back[here] = min(back[here], met[step[0]])
            else:
                met[step[0]] = back[step[0]] = len(met)
                path.append((*step, iter(roads[step[0]])))
    return bridges


Run = tuple[int, int]
"""Months in a row by their places, from the first up to but not including the last."""


def told_runs(sums: Iterable[Run]) -> set[Run]:
    """The runs of months whose sums follow from the sums that are known.

    A run's sum is the difference of what was counted up to its end and up to its beginning. So the ends of runs are
    places and known sums roads between them: a run is told if a way leads from one of its ends to the other.
    """
    parts: dict[int, set[int]] = {}
    for first, end in sums:
        joined = parts.get(first, {first}) | parts.get(end, {end})
        parts |= dict.fromkeys(joined, joined)
    return {(first, end) for first, joined in parts.items() for end in joined if first < end}


def newly_told(known: Collection[Run], new: Run) -> set[Run]:
    """The runs whose sums are told once `new` is known, and were not before."""
    return told_runs([*known, new]) - told_runs(known)


def canonical(body: Mapping[str, Any]) -> bytes:
    """The body as JSON that is always the same: sorted keys, no spaces, UTF-8. Its SHA-256 identifies the statement."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def fingerprint(body: Mapping[str, Any]) -> str:
    """The SHA-256 of the canonical JSON, in hexadecimal digits."""
    return hashlib.sha256(canonical(body)).hexdigest()


def row_fault(*, source: str, bound: str, limit: int | None) -> tuple[str, str] | None:
    """What is wrong with what a row of a return is held against: the field and a sentence. None if nothing is."""
    if bound == "target" and source not in ("patrol_hours", "patrols"):
        return "bound", "Monthly targets are set for patrol hours and patrols only."
    if bound == "budget" and source != "entered:pence":
        return "bound", "Only an amount of money that is entered can be held against a budget."
    if bound in ("at_least", "at_most") and limit is None:
        return "limit", f"Enter the number that it should be {bound.replace('_', ' ')}."
    if bound not in ("at_least", "at_most") and limit is not None:
        return "limit", "A number can be given for ‘At least’ and ‘At most’ only."
    return None
