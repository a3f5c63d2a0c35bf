"""Which parts of a running total are told month by month, so that no small number follows from any of them."""

from collections.abc import Collection, Mapping, Sequence


def told_parts(months: Sequence[Mapping[str, int]], small: Collection[int]) -> frozenset[str]:
    """The parts that are told at the end of the last month.

    `months` are the parts as they were at the end of each month that is over, in their order, all with the same keys;
    what they add up to is told always. `small` are the numbers in which somebody could be recognised. A part is told
    unless it is small, or differs by a small number from what was told of it last: so figures that are noted month by
    month tell no small number either. No part is withheld alone, because the total less the others would be it.
    """
    known: dict[str, int] = {}
    told: frozenset[str] = frozenset()
    for values in months:
        close = {part for part, value in values.items() if value in small or abs(value - known.get(part, 0)) in small}
        told = frozenset(values.keys() - _covered(close, values, small))
        known |= {part: values[part] for part in told}
    return told


def _covered(close: set[str], values: Mapping[str, int], small: Collection[int]) -> set[str]:
    """With others, the smallest first, where one part alone would be withheld, or a small number altogether.

    What is withheld adds up to the total less all that is told. A part that is 0 hides least.
    """
    while close and close != set(values) and (len(close) == 1 or sum(values[part] for part in close) in small):
        others = [part for part in values if part not in close]
        close = close | {min(others, key=lambda part: (values[part] == 0, values[part], part))}
    return close
