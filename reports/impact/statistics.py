"""Changes in counts of incidents, with how sure they are: all formulas of the impact pages.

Counts are of incidents in two periods, before and after. Where a figure cannot be had, such as a ratio to nothing, it
is None. Intervals have 95 % unless another level is asked for.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reports.impact.distributions import binomial_interval, poisson, z_of

LEVEL = 0.95


class Counted(NamedTuple):
    """Incidents of one place, or of several together, in the two periods."""

    before: float
    after: float


NONE, SAME = Counted(0, 0), Counted(1, 1)


class Interval(NamedTuple):
    """From the lowest to the highest value that the figures agree with; None: no end to that side."""

    low: float
    high: float | None

    def holds(self, value: float) -> bool:
        """Whether the value is in the interval."""
        return self.low <= value and (self.high is None or value <= self.high)


@dataclass(frozen=True)
class Estimate:
    """A figure with its standard error, on the scale that the figure is given in."""

    value: float
    error: float

    def interval(self, level: float = LEVEL) -> Interval:
        """The interval of so many standard errors to each side."""
        reach = z_of(level) * self.error
        return Interval(self.value - reach, self.value + reach)

    @property
    def z(self) -> float | None:
        """How many standard errors the figure is from 0; None without an error."""
        return self.value / self.error if self.error else None

    def widened(self, dispersion: float) -> "Estimate":
        """The same figure where counts vary `dispersion` times as much as a Poisson variable; never less than that."""
        return Estimate(self.value, self.error * math.sqrt(max(dispersion, 1)))


@dataclass(frozen=True)
class Ratio:
    """A ratio of rates, whose logarithm has this standard error."""

    value: float
    log_error: float

    def interval(self, level: float = LEVEL) -> Interval:
        """The interval on the scale of the ratio."""
        reach = math.exp(z_of(level) * self.log_error)
        return Interval(self.value / reach, self.value * reach)

    def widened(self, dispersion: float) -> "Ratio":
        """The same ratio where counts vary `dispersion` times as much as a Poisson variable; never less than that."""
        return Ratio(self.value, self.log_error * math.sqrt(max(dispersion, 1)))


def rate_ratio(counted: Counted, days: Counted = SAME) -> Ratio | None:
    """The rate after by the rate before, each count over its days of exposure; None where one of them is 0.

    The standard error of the logarithm is √(1/before + 1/after), as for two Poisson counts.
    """
    if not (counted.before and counted.after):
        return None
    value = (counted.after / days.after) / (counted.before / days.before)
    return Ratio(value, math.sqrt(1 / counted.before + 1 / counted.after))


def exact_interval(before: int, after: int, days: Counted = SAME, level: float = LEVEL) -> Interval | None:
    """The exact interval of the rate ratio, by the share of all incidents that came after; None where there are none.

    Given their sum, one of two Poisson counts is binomial (Przyborowski and Wilenski 1940).
    """
    if not before + after:
        return None
    low, high = binomial_interval(after, before + after, level)
    exposure = days.before / days.after
    return Interval(low / (1 - low) * exposure, high / (1 - high) * exposure if high < 1 else None)


def relative_rate_ratio(target: Counted, comparison: Counted) -> Ratio | None:
    """The rate ratio of the target by that of the comparison: what changed beyond what changed elsewhere.

    A difference in differences of logarithms; its error is √(Σ 1/count) of the four. Where the target had none
    after, a half is added to each: to fall to nothing is not to be unknown. None where one of the others is 0.
    Sources: Wilson (2022), The relative incident rate ratio effect size, Journal of Quantitative Criminology 38; for
    the half, Gart (1966), Alternative analyses of contingency tables, Journal of the Royal Statistical Society B 28.
    """
    if not (target.before and all(comparison)):
        return None
    counts = [count + (0 if target.after else 0.5) for count in (*target, *comparison)]
    value = (counts[1] / counts[0]) / (counts[3] / counts[2])
    return Ratio(value, math.sqrt(sum(1 / count for count in counts)))


def displacement_difference(
    target: Counted,
    comparison: Counted,
    buffer: Counted = NONE,
    buffer_comparison: Counted = NONE,
    *,
    periods: Counted = SAME,
    areas: Sequence[float] = (1, 1, 1, 1),
) -> Estimate:
    """The weighted displacement difference: how many incidents fewer (below 0) than elsewhere, the buffer included.

    `periods` are the lengths of the two periods, `areas` the sizes of target, comparison, buffer and its comparison;
    counts are taken for one unit of each. Source: Wheeler and Ratcliffe (2018), A simple weighted displacement
    difference test, Crime Science 7:11.
    """
    places = (target, comparison, buffer, buffer_comparison)
    signs = (1, -1, 1, -1)
    value = variance = 0.0
    for place, sign, area in zip(places, signs, areas, strict=True):
        before, after = periods.before * area, periods.after * area
        value += sign * (place.after / after - place.before / before)
        variance += place.after / after**2 + place.before / before**2
    return Estimate(value, math.sqrt(variance))


def weighted_sum(parts: Iterable[tuple[float, Estimate]]) -> Estimate:
    """Estimates of independent counts, each times its weight, added up: of offences by their harm, for one."""
    parts = list(parts)
    value = sum(weight * part.value for weight, part in parts)
    return Estimate(value, math.sqrt(sum((weight * part.error) ** 2 for weight, part in parts)))


def displacement_quotient(target: Counted, buffer: Counted, comparison: Counted) -> float | None:
    """The weighted displacement quotient: what the buffer gained (above 0) or lost, by what the target gained.

    Above 1 the buffer gained more than the target, below −1 displacement outweighs the gain. None unless the target
    improved against the comparison, which had incidents in both periods. It has no standard error.
    Source: Bowers and Johnson (2003), Measuring the geographical displacement and diffusion of benefit effects of crime
    prevention activity, Journal of Quantitative Criminology 19.
    """
    if not (comparison.before and comparison.after):
        return None
    gained = target.after / comparison.after - target.before / comparison.before
    beside = buffer.after / comparison.after - buffer.before / comparison.before
    return beside / gained if gained < 0 else None


def total_net_effect(target: Counted, buffer: Counted, comparison: Counted) -> float | None:
    """How many incidents were prevented in target and buffer, had they changed as the comparison did.

    None where the comparison had none before. Source: Guerette (2009), Analyzing crime displacement and diffusion,
    Problem-Oriented Guides for Police 10.
    """
    if not comparison.before:
        return None
    trend = comparison.after / comparison.before
    return target.before * trend - target.after + buffer.before * trend - buffer.after


def poisson_z(before: float, after: float, *, longer: float = 1, dispersion: float = 1) -> float:
    """How unusual a change between two counts is: 2(√after − √before). Within ±3 is usual variation.

    Its standard deviation is √2 for two Poisson counts of periods as long as each other, and brought to that where the
    second is `longer` times as long, or counts vary `dispersion` times as much. Source: Wheeler (2016), Tables
    and graphs for monitoring temporal crime trends, International Journal of Police Science and Management 18(3).
    """
    change = 2 * (math.sqrt(after) - math.sqrt(before * longer))
    return change * math.sqrt(2 / ((1 + longer) * max(dispersion, 1)))


def e_test(first: int, second: int, exposures: Counted = SAME) -> float:
    """The chance of two Poisson counts at least so different where their rates are the same.

    Source: Krishnamoorthy and Thomson (2004), A more powerful test for comparing two Poisson means, Journal of
    Statistical Planning and Inference 119.
    """
    rate = (first + second) / sum(exposures)
    seen = abs(_standardised(first, second, exposures))
    means = [rate * each for each in exposures]
    ranges = [range(math.ceil(mean + 12 * math.sqrt(mean) + 25)) for mean in means]
    chances = [[poisson(count, mean) for count in counts] for counts, mean in zip(ranges, means, strict=True)]
    return math.fsum(
        chances[0][one] * chances[1][other]
        for one in ranges[0]
        for other in ranges[1]
        if abs(_standardised(one, other, exposures)) >= seen - 1e-12
    )


def _standardised(first: int, second: int, exposures: Counted) -> float:
    variance = first / exposures[0] ** 2 + second / exposures[1] ** 2
    return (first / exposures[0] - second / exposures[1]) / math.sqrt(variance) if variance else 0.0


@dataclass(frozen=True)
class Shrunk:
    """What a place can be expected to have, between what it had and what all like it have on average.

    `weight` is the share of the average: 1 where places differ by chance alone, near 0 where they differ in truth.
    """

    expected: float
    weight: float


def empirical_bayes(count: float, all_counts: Sequence[float], *, dispersion: float = 1) -> Shrunk | None:
    """What a place of this count can be expected to have in another period as long, with no treatment at all.

    Places chosen for high counts had some of them by chance, and that does not come again (regression to the mean).
    Chance makes a count vary `dispersion` times as much as a Poisson variable. Gamma-distributed rates by the method of
    moments, from the counts of all places it was chosen among; None without two of them, or where all are 0.
    Source: Hauer (1997), Observational before-after studies in road safety, ch. 11.
    """
    number = len(all_counts)
    mean = math.fsum(all_counts) / number if number else 0
    if number < 2 or not mean:
        return None
    variance = math.fsum((each - mean) ** 2 for each in all_counts) / (number - 1)
    weight = min(max(dispersion, 1) * mean / variance, 1.0) if variance else 1.0
    return Shrunk(weight * mean + (1 - weight) * count, weight)
