"""The rate ratio of treated and control days of a trial, with its interval: all formulas of the analysis of trials.

A stratum is one area in one block, in which the treated days were drawn by chance. So an area's own level, the block's
season and whatever goes on for days are the same for both sides of a stratum.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.impact.distributions import beta_quantile, incomplete_beta
from reports.impact.statistics import Interval

Reals = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Strata:
    """Incidents and hours of the treated and the control days of each stratum, along the last axis.

    There can be axes before it, as for many trials at once.
    """

    treated: Reals
    control: Reals
    treated_hours: Reals
    control_hours: Reals

    @property
    def weighed(self) -> tuple[Reals, Reals]:
        """Treated incidents by the share of control hours, and control incidents by that of treated hours.

        Where nothing has an effect, both are the same on average. A stratum with one side only adds nothing.
        """
        hours = self.treated_hours + self.control_hours
        share = np.divide(self.treated_hours, hours, out=np.zeros_like(hours), where=hours > 0)
        return self.treated * (1 - share), self.control * share

    @property
    def number(self) -> NDArray[np.int64]:
        """How many strata have both sides."""
        found: NDArray[np.int64] = ((self.treated_hours > 0) & (self.control_hours > 0)).sum(axis=-1)
        return found


def strata_of(counts: Reals, hours: Reals, treated: Mask, kept: Mask, blocks: NDArray[np.int64]) -> Strata:
    """Sum days (the last axis) to strata. `hours` is by day, `blocks` numbers the block of each day, from 0 on.

    `kept` are the days that are analysed. Areas are the axis before the last, and stay in order.
    """

    def summed(values: Reals, chosen: Mask) -> Reals:
        starts = np.flatnonzero(np.diff(blocks, prepend=-1))
        sums = np.add.reduceat(np.where(chosen, values, 0.0), starts, axis=-1)
        flat: Reals = sums.reshape(*sums.shape[:-2], -1)
        return flat

    everywhere = np.broadcast_to(hours, treated.shape)
    on, off = treated & kept, ~treated & kept
    return Strata(summed(counts, on), summed(counts, off), summed(everywhere, on), summed(everywhere, off))


@dataclass(frozen=True)
class Sums:
    """The sums over strata that estimate and interval follow from: of both weighed counts, and their covariances."""

    treated: Reals
    control: Reals
    variance_treated: Reals
    covariance: Reals
    variance_control: Reals
    number: NDArray[np.int64]

    def variance(self, ratio: float) -> Reals:
        """The variance of the sum of weighed treated less `ratio` times weighed control incidents."""
        return self.variance_treated - 2 * ratio * self.covariance + ratio**2 * self.variance_control

    def varies(self, ratio: float = 1.0) -> NDArray[np.bool_]:
        """Whether strata differ from one another in what speaks against a true rate ratio.

        Two strata with few incidents are often the same by chance alone: that is no proof of how little chance does.
        """
        rounding = 1e-9 * np.maximum(self.treated, ratio * self.control) ** 2
        found: NDArray[np.bool_] = self.variance(ratio) > rounding
        return found

    def score(self, ratio: float = 1.0) -> Reals:
        """By how many standard errors the trial differs from a true rate ratio.

        Without end where strata differ from it and not from one another: nothing drawn anew is further away.
        """
        varies = self.varies(ratio)
        difference = self.treated - ratio * self.control
        score: Reals = np.where(np.isclose(difference, 0), 0.0, np.copysign(np.inf, difference))
        error = np.sqrt(self.variance(ratio), out=np.ones_like(difference), where=varies)
        return np.where(varies, difference / error, score)


def sums_of(strata: Strata) -> Sums:
    """Sum up strata. The variances are those seen between strata, so neither a distribution of counts nor equal places
    are supposed, only that strata are independent of one another.
    """
    first, second = strata.weighed
    number = strata.number
    has_both = (strata.treated_hours > 0) & (strata.control_hours > 0)

    def spread(one: Reals, other: Reals) -> Reals:
        products = (one * other).sum(axis=-1) - one.sum(axis=-1) * other.sum(axis=-1) / np.maximum(number, 1)
        found: Reals = products * number / np.maximum(number - 1, 1)
        return found

    first, second = np.where(has_both, first, 0.0), np.where(has_both, second, 0.0)
    return Sums(
        first.sum(axis=-1),
        second.sum(axis=-1),
        spread(first, first),
        spread(first, second),
        spread(second, second),
        number,
    )


@dataclass(frozen=True)
class TrialEstimate:
    """The rate on treated days by that on control days, and the p-value of a ratio of 1. None: it cannot be had."""

    ratio: float | None
    interval: Interval
    p_value: float | None

    @property
    def is_told(self) -> bool:
        """Whether the interval leaves out 1."""
        return not self.interval.holds(1)


ANYTHING = Interval(0, None)


def estimate(strata: Strata, level: float = 0.95) -> TrialEstimate:
    """The Mantel–Haenszel rate ratio of one trial, its interval and p-value by Student's t on the strata.

    The interval holds every ratio whose score is below the quantile, by solving a quadratic (Fieller 1954, Some
    problems in interval estimation, JRSS B 16). Where strata do not differ from one another there is neither, however
    far the ratio is from 1. Source of the ratio: Greenland and Robins (1985), Estimation of a
    common effect parameter from sparse follow-up data, Biometrics 41; of a variance from the scores of strata: Liang
    and Zeger (1986), Longitudinal data analysis using generalized linear models, Biometrika 73.
    """
    sums = sums_of(strata)
    number, treated, control = int(sums.number), float(sums.treated), float(sums.control)
    if number < 2 or not treated + control:
        return TrialEstimate(None, ANYTHING, None)
    ratio = treated / control if control else None
    if not sums.varies():
        return TrialEstimate(ratio, ANYTHING, None)
    score = float(sums.score())
    return TrialEstimate(ratio, _interval(sums, t_quantile(level, number - 1)), t_test(score, number - 1))


def _interval(sums: Sums, reach: float) -> Interval:
    square, middle, constant = (float(each) for each in _quadratic(sums, reach))
    if square <= 0:
        return ANYTHING
    root = math.sqrt(max(middle**2 - square * constant, 0))
    return Interval(max((middle - root) / square, 0.0), (middle + root) / square)


def _quadratic(sums: Sums, reach: float) -> tuple[Reals, Reals, Reals]:
    """Factors a, b, c of a·θ² − 2b·θ + c, which is below 0 for the ratios θ in the interval."""
    return (
        sums.control**2 - reach**2 * sums.variance_control,
        sums.treated * sums.control - reach**2 * sums.covariance,
        sums.treated**2 - reach**2 * sums.variance_treated,
    )


def t_quantile(level: float, freedom: int) -> float:
    """How far an interval of this level reaches to each side, by Student's t."""
    share = beta_quantile(1 - level, freedom / 2, 0.5)
    return math.sqrt(freedom * (1 / share - 1))


def t_test(score: float, freedom: int) -> float:
    """The chance of a score at least so far from 0, by Student's t."""
    return incomplete_beta(freedom / (freedom + score**2), freedom / 2, 0.5)


def after_treated(treated: Mask, ordinals: NDArray[np.int64], washout: int) -> Mask:
    """The control days (last axis) at most so many days of the calendar after a treated one.

    `ordinals` numbers the days as the calendar does, so that days left out count too.
    """
    found = np.zeros_like(treated)
    for step in range(1, washout + 1):
        before = treated[..., :-step] & (ordinals[step:] - ordinals[:-step] <= washout)
        found[..., step:] |= before
    return found & ~treated
