"""Whether a change could be told from chance at all: to be said before anybody promises one."""

import math
from statistics import NormalDist

from reports.impact.distributions import z_of

POWER = 0.8
LEAST_BEFORE = 20
"""Below this many incidents before, the normal approximation is off by more than three points: nothing is promised."""


def power_of(ratio: float, before: float, comparison: float, *, dispersion: float = 1) -> float:
    """The chance that the 95 % interval of a relative rate ratio leaves out 1, where the true ratio is `ratio`.

    `before` and `comparison` are the incidents expected in each period without any change, in the places and where
    they are compared with; counts vary `dispersion` times as much as a Poisson variable. By the normal approximation of
    the logarithm, whose error is √(dispersion · Σ 1/count): within three points of simulated trials from 40 incidents
    on, and too low rather than too high near 80 %.
    """
    error = math.sqrt(max(dispersion, 1) * (1 / before + 1 / (ratio * before) + 2 / comparison))
    z, reach = abs(math.log(ratio)) / error, z_of(0.95)
    normal = NormalDist()
    return normal.cdf(z - reach) + normal.cdf(-z - reach)


def smallest_fall(before: float, comparison: float, *, dispersion: float = 1, power: float = POWER) -> float | None:
    """The smallest fall, as a share (0.25 for a quarter), that is told from chance with this power.

    None where there are fewer than 20 incidents before or nothing to compare with, or where even a fall of nine in
    ten would not be told.
    """
    if before < LEAST_BEFORE or not comparison:
        return None
    low, high = 0.1, 0.999
    if power_of(low, before, comparison, dispersion=dispersion) < power:
        return None
    for _ in range(40):
        middle = (low + high) / 2
        enough = power_of(middle, before, comparison, dispersion=dispersion) >= power
        low, high = (middle, high) if enough else (low, middle)
    return 1 - low
