"""What patrols will have cost at the end of the year, if the months to come are like those that are over."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, stdev

from reports.impact.distributions import beta_quantile

FEWEST_MONTHS = 3
LEVEL = 0.95


@dataclass(frozen=True)
class Forecast:
    """Pence at the end of the year: the middle, and the ends of a 95 % interval. From `months` that are over."""

    low: int
    middle: int
    high: int
    months: int


def forecast(costs: Sequence[int], left: int, *, spent: int) -> Forecast | None:
    """What months of these costs, in pence, let one expect when `left` more have passed.

    `spent` is what was spent so far, in these and in the month that is not over (which is among those left): the
    interval does not begin below it. None of fewer than three months.

    Each month to come is taken as a draw from what the months over were drawn from, normal and independent of one
    another: the prediction interval for a sum of future observations, k x̄ ± t s √(k + k²/n) with n − 1 degrees of
    freedom (Hahn and Meeker, Statistical Intervals, 1991, chapter 4). Seasons and plans are not known to it.
    """
    if len(costs) < FEWEST_MONTHS:
        return None
    over, number = sum(costs), len(costs)
    reach = t_quantile(LEVEL, number - 1) * stdev(costs) * math.sqrt(left + left**2 / number)
    middle = over + left * mean(costs)
    low, high = (round(end) for end in (middle - reach, middle + reach))
    return Forecast(max(low, spent), max(round(middle), spent), max(high, spent), number)


def t_quantile(level: float, freedom: int) -> float:
    """How many standard errors an interval of this level reaches to each side by Student's t: 2.228 for 0.95 and 10.

    T² over T² plus the degrees of freedom has a beta distribution with a half and half of those.
    """
    share = beta_quantile(level, 0.5, freedom / 2)
    return math.sqrt(freedom * share / (1 - share))
