"""A figure beside the one that it is compared with, in words."""

from decimal import Decimal

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


def mean(measure: Measure, counted: int, size: int, times: int = 1) -> Decimal | None:
    """What was counted, minutes of hours, for each of so many areas or, with `times` as many, for so many days."""
    return ratio(counted * times, size * (60 if measure.unit == "hours" else 1), 1)


def for_one_area(measure: Measure, here: tuple[int, int], there: tuple[int, int]) -> str:
    """738.6 for one area, 917.3 there: sums of one area and of eleven have no difference to speak of.

    Either side is what was counted, minutes of hours, and in how many areas.
    """
    one, other = (mean(measure, *side) for side in (here, there))
    return f"{one:,} for one area, {other:,} there"
