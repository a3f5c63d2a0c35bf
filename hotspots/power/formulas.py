"""Whether a change could be told from chance at all: to be said before anybody promises one."""

import math
from collections.abc import Callable, Iterable, Sequence
from statistics import NormalDist

POWER = 0.8
_REACH = NormalDist().inv_cdf(0.975)
"""How many standard errors a 95 % interval reaches to each side."""
LEAST_BEFORE = 20
"""Below this many incidents before, the normal approximation is off by more than three points: nothing is promised."""


def power_of(ratio: float, before: float, comparison: float, *, dispersion: float = 1, longer: float = 1) -> float:
    """The chance that the 95 % interval of a relative rate ratio leaves out 1, where the true ratio is `ratio`.

    `before` and `comparison` are the incidents of the first period, in the places and where they are compared with; the
    second is `longer` times as long, with so many more of both expected without any change. Counts vary `dispersion`
    times as much as a Poisson variable. By the normal approximation of the logarithm, whose error is
    √(dispersion · Σ 1/count): within three points of simulated trials from 40 incidents on, and too low rather than too
    high near 80 %.
    """
    counts = (before, ratio * before * longer, comparison, comparison * longer)
    error = math.sqrt(max(dispersion, 1) * math.fsum(1 / count for count in counts))
    z = abs(math.log(ratio)) / error
    normal = NormalDist()
    return normal.cdf(z - _REACH) + normal.cdf(-z - _REACH)


def smallest_fall(before: float, comparison: float, *, dispersion: float = 1, longer: float = 1) -> float | None:
    """The smallest fall, as a share (0.25 for a quarter), that is told from chance with 80 % power.

    Periods and counts are those of `power_of`.
    None where there are fewer than 20 incidents before or nothing to compare with, or where even a fall of nine in
    ten would not be told.
    """
    if before < LEAST_BEFORE or not comparison:
        return None
    return smallest_told(lambda ratio: power_of(ratio, before, comparison, dispersion=dispersion, longer=longer))


def smallest_told(power: Callable[[float], float]) -> float | None:
    """The smallest fall, as a share, that is told with 80 % power; None where even one of nine in ten is not.

    `power` gives the chance that a ratio is told, which is greater the further it lies below 1.
    """
    low, high = 0.1, 0.999
    if power(low) < POWER:
        return None
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if power(middle) >= POWER else (low, middle)
    return 1 - low


MOST_MONTHS = 60
"""Nobody waits longer than five years for an answer."""


def months_needed(fall: float, before: float, comparison: float, *, dispersion: float = 1) -> int | None:
    """How many months before, and as many after, it takes to tell a fall (0.25 for a quarter) with 80 % power.

    `before` and `comparison` are incidents a month. None where five years are not enough.
    """
    for months in range(1, MOST_MONTHS + 1):
        if months * before < LEAST_BEFORE or not comparison:
            continue
        if power_of(1 - fall, months * before, months * comparison, dispersion=dispersion) >= POWER:
            return months
    return None


def dispersion(series: Iterable[Sequence[float]]) -> float | None:
    """How many times as much monthly counts vary as a Poisson variable: Pearson's χ² by its degrees of freedom.

    Each series is the counts of one place in one period, which have a mean of their own. 1 for a Poisson variable,
    above it where months are clustered. None where nothing is left to vary.
    """
    chi_square = freedom = 0.0
    for counts in series:
        mean = math.fsum(counts) / len(counts) if counts else 0
        if mean:
            chi_square += math.fsum((count - mean) ** 2 for count in counts) / mean
            freedom += len(counts) - 1
    return chi_square / freedom if freedom else None


def joint_dispersion(periods: Iterable[tuple[Sequence[float], Sequence[float]]]) -> float | None:
    """The same of two places set against each other: how much their shares of a month vary, so without what both share.

    Each pair is the monthly counts of both places in one period. What areas have in common, such as a fair in the town
    of all of them, is little in the counts of each and much in their sum. None where nothing is left to vary.
    """
    chi_square = freedom = 0.0
    for first, second in periods:
        months = [(one, one + other) for one, other in zip(first, second, strict=True) if one + other]
        part, whole = (math.fsum(counts) for counts in zip(*months, strict=True)) if months else (0, 0)
        share = part / whole if whole else 0
        if 0 < share < 1:
            chi_square += math.fsum((one - both * share) ** 2 / (both * share * (1 - share)) for one, both in months)
            freedom += len(months) - 1
    return chi_square / freedom if freedom else None
