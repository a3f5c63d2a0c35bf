"""Rates with their intervals, and when there are too few searches to say one."""

from dataclasses import dataclass

from reports.figures.measures import SMALLEST_BASE
from reports.impact.distributions import binomial_interval
from reports.impact.statistics import Counted, exact_interval

PER = 10_000


@dataclass(frozen=True)
class IntervalRate:
    """A rate or a ratio with its 95 % interval; `high` is None where there is no end to that side."""

    value: float
    low: float
    high: float | None


def find_rate(found: int, nothing: int) -> IntervalRate | None:
    """The share of searches in which something was found, of those that say; None of fewer than 20.

    The interval is the exact one of Clopper and Pearson (1934).
    """
    base = found + nothing
    if base < SMALLEST_BASE:
        return None
    return IntervalRate(found / base, *binomial_interval(found, base))


def rate_of_residents(searches: int, residents: int) -> IntervalRate | None:
    """Searches for every 10,000 residents; None for fewer than 20 searches, or without residents.

    The interval is the exact one of a share: searches are few beside residents.
    """
    if searches < SMALLEST_BASE or searches > residents:
        return None
    low, high = binomial_interval(searches, residents)
    return IntervalRate(PER * searches / residents, PER * low, PER * high)


def rate_ratio_of_residents(group: tuple[int, int], reference: tuple[int, int]) -> IntervalRate | None:
    """The rate of a group by that of the reference, each as (searches, residents); None where either has under 20.

    The interval is exact, given how many searches there were of both (Przyborowski and Wilenski 1940).
    """
    if min(group[0], reference[0]) < SMALLEST_BASE or not (group[1] and reference[1]):
        return None
    found = exact_interval(reference[0], group[0], Counted(reference[1], group[1]))
    value = (group[0] / group[1]) / (reference[0] / reference[1])
    return IntervalRate(value, found.low, found.high) if found else None
