"""Whether a trial could tell a fall at all: to be said before anybody patrols by it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from operator import mul
from statistics import NormalDist

from patrols.trials.schedule import shuffled

POWER = 0.8
MOST_DAYS = 730
_BLOCKS_DRAWN = 300
_Z = NormalDist().inv_cdf(0.975)


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
    is λ(1 − θ)·tc/(t + c) on average, with a variance of φλ·tc(θc + t)/(t + c)², φ the dispersion. By the normal
    approximation: within three points of simulated trials.
    """
    treated, controls = size.treated_days, size.control_days
    number = size.areas * size.blocks * size.expected / len(controls)
    weights = [treated * control / (treated + control) for control in controls]
    shares = [(ratio * control + treated) / (treated + control) for control in controls]
    difference = abs(1 - ratio) * number * sum(weights)
    variance = max(size.dispersion, 1) * number * sum(map(mul, weights, shares))
    if not variance:
        return 0.0
    distance, normal = difference / math.sqrt(variance), NormalDist()
    return normal.cdf(distance - _Z) + normal.cdf(-distance - _Z)


def smallest_fall(size: TrialSize, *, power: float = POWER) -> float | None:
    """The smallest fall, as a share, that the trial tells with this power; None where it would not tell nine in ten."""
    low, high = 0.1, 0.999
    if power_of(low, size) < power:
        return None
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if power_of(middle, size) >= power else (low, middle)
    return 1 - low


def days_needed(fall: float, size: TrialSize, *, power: float = POWER) -> int | None:
    """How many trial days, in whole blocks, it takes to tell a fall with this power; None for more than two years."""
    for blocks in range(1, MOST_DAYS // size.block_days + 1):
        if power_of(1 - fall, replace(size, blocks=blocks)) >= power:
            return blocks * size.block_days
    return None
