"""Limits of usual variation in a series of numbers: the chart of individuals (XmR)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

FEWEST = 12
"""Of fewer numbers there are no limits: each new one would move them."""
_REACH = Fraction(266, 100)
"""Three standard deviations for each unit of the mean moving range: 3 / 1.128, the mean range of two normal values."""


@dataclass(frozen=True)
class Limits:
    """The mean of a series, and between which ends its numbers lie while nothing but the usual makes them vary."""

    low: Fraction
    mean: Fraction
    high: Fraction

    def place(self, value: int) -> str:
        """Where a number lies: "above" or "below" the limits, or empty between them."""
        return "above" if value > self.high else "below" if value < self.low else ""


def control_limits(values: Sequence[int]) -> Limits | None:
    """The limits of numbers in order, none of which can be below 0; None of fewer than `FEWEST`.

    Mean ± 2.66 times the mean difference between neighbours, so that a slow change does not widen them. Sources:
    Shewhart (1931), Economic control of quality of manufactured product; Wheeler (1993), Understanding variation.
    """
    if len(values) < FEWEST:
        return None
    mean = Fraction(sum(values), len(values))
    moving_range = Fraction(sum(abs(later - earlier) for earlier, later in pairwise(values)), len(values) - 1)
    reach = _REACH * moving_range
    return Limits(max(mean - reach, Fraction(0)), mean, mean + reach)
