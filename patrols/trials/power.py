"""Whether a trial could tell a fall at all: to be said before anybody patrols by it."""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from operator import mul
from statistics import NormalDist

from hotspots.power.formulas import POWER, smallest_told
from patrols.trials.schedule import shuffled

MOST_DAYS = 730
_BLOCKS_DRAWN = 300
_SPREADS, _REACH = 200, 8
_MOST_FREEDOM = 10_000
LEVEL = 0.95
_Z = NormalDist().inv_cdf((1 + LEVEL) / 2)


@dataclass(frozen=True, kw_only=True)
class TrialSize:
    """What the power of a trial follows from.

    `expected` is the number of incidents of an area on a day without patrols; counts of days vary `dispersion` times
    as much as a Poisson variable. Control days less than `washout_days` after a treated one are not analysed.
    """

    areas: int
    blocks: int
    block_days: int
    treated_days: int
    expected: float
    dispersion: float = 1.0
    washout_days: int = 0

    @property
    def control_days(self) -> Sequence[int]:
        """How many control days of an area are analysed in blocks like these: all the same without a washout."""
        return _control_days(self.block_days, self.treated_days, self.washout_days)


@cache
def _control_days(block_days: int, treated_days: int, washout_days: int) -> tuple[int, ...]:
    """With a washout it depends on the order of days, so blocks in many orders, one after the other, stand for all."""
    if not washout_days:
        return (block_days - treated_days,)
    order = [
        place < treated_days
        for block in range(_BLOCKS_DRAWN)
        for place in shuffled(range(block_days), seed=bytes(32), label=str(block))
    ]
    left = [not any(order[max(day - washout_days, 0) : day + 1]) for day in range(len(order))]
    return tuple(sum(left[at : at + block_days]) for at in range(0, len(left), block_days))


def power_of(ratio: float, size: TrialSize) -> float:
    """The chance that a trial tells a true rate ratio (0.8 for a fall of a fifth) from 1, at 5 % on two sides.

    The test sums, over areas and blocks, treated incidents by the share of control days less control incidents by the
    share of treated days. With t treated and c control days of an area in a block, λ incidents a day and a ratio θ that
    is λ(1 − θ)·tc/(t + c) on average, with a variance of φλ·tc(θc + t)/(t + c)², φ the dispersion. Its score is held
    against Student's t with a degree of freedom for each area and block but one, so its chance is that of a noncentral
    t: a normal variable held against the spread that was seen, over all spreads that could be.
    """
    freedom = size.areas * size.blocks - 1
    if freedom < 1:
        return 0.0
    treated, controls = size.treated_days, size.control_days
    number = size.areas * size.blocks * size.expected / len(controls)
    weights = [treated * control / (treated + control) for control in controls]
    shares = [(ratio * control + treated) / (treated + control) for control in controls]
    difference = abs(1 - ratio) * number * sum(weights)
    variance = max(size.dispersion, 1) * number * sum(map(mul, weights, shares))
    if not variance:
        return 0.0
    distance, reach, cdf = difference / math.sqrt(variance), t_quantile(freedom), NormalDist().cdf
    return sum(
        weight * (cdf(distance - reach * spread) + cdf(-distance - reach * spread))
        for spread, weight in _spreads(freedom)
    )


@cache
def _spreads(freedom: int) -> Sequence[tuple[float, float]]:
    """Standard deviations as they could be seen where the true one is 1, each with its chance: a scaled chi."""
    lowest, highest = (max(1 + side * _REACH / math.sqrt(2 * freedom), 0.0) for side in (-1, 1))
    step = (highest - lowest) / _SPREADS
    spreads = [lowest + step * (place + 0.5) for place in range(_SPREADS)]
    logs = [(freedom - 1) * math.log(spread) - freedom * spread**2 / 2 for spread in spreads]
    weights = [math.exp(each - max(logs)) for each in logs]
    total = math.fsum(weights)
    return [(spread, weight / total) for spread, weight in zip(spreads, weights, strict=True)]


@cache
def t_quantile(freedom: int) -> float:
    """How far from 0 Student's t is in 19 of 20 cases, by halving; with very many degrees of freedom, the normal's."""
    if freedom > _MOST_FREEDOM:
        return _Z
    low, high = 0.0, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _t_within(middle, freedom) < LEVEL else (low, middle)
    return high


def _t_within(reach: float, freedom: int) -> float:
    """The chance that Student's t is not further from 0. Source: Abramowitz and Stegun (1964), 26.7.3 and 26.7.4."""
    angle = math.atan(reach / math.sqrt(freedom))
    is_odd = freedom % 2
    term = math.cos(angle) if is_odd else 1.0
    total = term if freedom > 1 else 0.0
    for step in range(2 + is_odd, freedom, 2):
        term *= math.cos(angle) ** 2 * (step - 1) / step
        total += term
    total *= math.sin(angle)
    return 2 / math.pi * (angle + total) if is_odd else total


def smallest_fall(size: TrialSize) -> float | None:
    """The smallest fall, as a share, that the trial tells with 80 % power; None where it would not tell nine in ten."""
    return smallest_told(lambda ratio: power_of(ratio, size))


def days_needed(fall: float, size: TrialSize) -> int | None:
    """How many trial days, in whole blocks, it takes to tell a fall with 80 % power; None for more than two years."""
    most = MOST_DAYS // size.block_days
    # More blocks tell more, so the first that are enough are found by halving.
    blocks = bisect_left(
        range(1, most + 1), POWER, key=lambda number: power_of(1 - fall, replace(size, blocks=number))
    ) + 1  # fmt: skip
    return blocks * size.block_days if blocks <= most else None
