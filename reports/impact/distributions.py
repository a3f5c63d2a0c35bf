"""The few distributions that exact intervals and tests are made of, without scipy, which no web process loads."""

import math
from functools import cache
from statistics import NormalDist

_STEPS = 300
_TINY = 1e-300


def z_of(level: float) -> float:
    """How many standard errors an interval of this level (0.95) reaches to each side: 1.96."""
    return NormalDist().inv_cdf((1 + level) / 2)


def poisson(count: int, mean: float) -> float:
    """The chance of exactly this count where so many are expected."""
    if mean == 0:
        return 1.0 if count == 0 else 0.0
    return math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))


def incomplete_beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), for x from 0 to 1 and positive a and b.

    Source: the continued fraction of the NIST Digital Library of Mathematical Functions, 8.17.22, by Lentz's method.
    """
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(1 - x, b, a)
    log_front = a * math.log(x) + b * math.log1p(-x) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    return math.exp(log_front) / a / _continued_fraction(x, a, b)


def _continued_fraction(x: float, a: float, b: float) -> float:
    value, upper, lower = 1.0, 1.0, 0.0
    for step in range(1, _STEPS):
        half = step // 2
        if step % 2:
            term = -(a + half) * (a + b + half) * x / ((a + 2 * half) * (a + 2 * half + 1))
        else:
            term = half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half))
        lower = 1 / _not_zero(1 + term * lower)
        upper = _not_zero(1 + term / upper)
        value *= upper * lower
        if abs(upper * lower - 1) < 1e-16:
            break
    return value


def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def beta_quantile(chance: float, a: float, b: float) -> float:
    """The x at which I_x(a, b) reaches this chance, by halving the interval until nothing is left of it."""
    low, high = 0.0, 1.0
    while (middle := (low + high) / 2) not in (low, high):
        low, high = (middle, high) if incomplete_beta(middle, a, b) < chance else (low, middle)
    return middle


def binomial_interval(hits: int, trials: int, level: float = 0.95) -> tuple[float, float]:
    """The exact interval of Clopper and Pearson (1934) for a share of which `hits` of `trials` were seen."""
    tail = (1 - level) / 2
    low = beta_quantile(tail, hits, trials - hits + 1) if hits else 0.0
    high = beta_quantile(1 - tail, hits + 1, trials - hits) if hits < trials else 1.0
    return low, high


_EXACT_BELOW = 10


def poisson_interval(count: int, level: float = 0.95) -> tuple[float, float]:
    """The interval of the mean of a Poisson variable of which this count was seen.

    Below 10 the exact one of Garwood (1936), else by Byar's approximation, which is within 0.2 % of it there. Source:
    Breslow and Day (1987), Statistical methods in cancer research II, IARC, 2.3; in use in English public health.
    """
    if count < _EXACT_BELOW:
        return _garwood(count, level)
    reach = z_of(level) / 3
    low, high = (
        each * (1 - 1 / (9 * each) + sign * reach / math.sqrt(each)) ** 3
        for each, sign in ((count, -1), (count + 1, 1))
    )
    return low, high


@cache
def _garwood(count: int, level: float) -> tuple[float, float]:
    """By halving: the means at which so many or more, and so many or fewer, come in one of 40 cases."""
    tail = (1 - level) / 2
    low = _mean_with(count - 1, 1 - tail) if count else 0.0
    return low, _mean_with(count, tail)


def _mean_with(most: int, chance: float) -> float:
    """The mean of a Poisson variable that is at most this in such a share of cases."""
    low, high = 0.0, 10.0 * (most + 2)
    while (middle := (low + high) / 2) not in (low, high):
        seen = math.fsum(poisson(count, middle) for count in range(most + 1))
        low, high = (middle, high) if seen > chance else (low, middle)
    return middle
