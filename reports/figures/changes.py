"""A figure beside the one that it is compared with, in words."""

from hotspot.core.definitions.base import Measure
from reports.figures.formatting import ratio


def difference(number: int, before: int, *, elsewhere: bool) -> str:
    """Up 14 from 143, or 14 fewer than 143 elsewhere. No arrow and no colour: more arrests are neither good nor bad."""
    apart = abs(number - before)
    if not apart:
        return f"the same, {before:,}"
    if elsewhere:
        return f"{apart:,} {'more' if number > before else 'fewer'} than {before:,}"
    return f"{'up' if number > before else 'down'} {apart:,} from {before:,}"


def for_one_area(measure: Measure, here: tuple[int, int], there: tuple[int, int]) -> str:
    """739 for one area, 917 there: sums of one area and of eleven have no difference to speak of.

    Either side is what was counted, minutes of hours, and in how many areas.
    """
    unit, places = (60, 0) if measure.unit == "hours" else (1, 1)
    one, other = (ratio(counted, areas * unit, 1, places) for counted, areas in (here, there))
    return f"{one:,} for one area, {other:,} there"
