"""Whether a trial could tell a fall at all: to be said before anybody patrols by it."""

import math
from dataclasses import dataclass, replace
from statistics import NormalDist

POWER = 0.8
MOST_DAYS = 730
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
    def control_days(self) -> float:
        """How many control days of an area in a block are analysed, on average.

        A day is left after so many days without treatment as it has washout days; in a block of days in any order
        that is (controls)(controls − 1)… by (days)(days − 1)….
        """
        left = float(self.block_days - self.treated_days)
        for step in range(min(self.washout_days, self.block_days - 1)):
            others = self.block_days - 1 - step
            left *= max(self.block_days - self.treated_days - 1 - step, 0) / others
        return left


def power_of(ratio: float, size: TrialSize) -> float:
    """The chance that a trial tells a true rate ratio (0.8 for a fall of a fifth) from 1, at 5 % on two sides.

    The test sums, over areas and blocks, treated incidents by the share of control days less control incidents by the
    share of treated days. Without an effect that is 0; with a ratio θ it is A(1 − θ) with a variance of
    φA(θ(1 − p) + p), where A is the incidents expected on all treated days together times 1 − p, p the share of treated
    days, and φ the dispersion. By the normal approximation: within three points of simulated trials.
    """
    days = size.treated_days + size.control_days
    if not (size.expected and size.control_days):
        return 0.0
    share = size.treated_days / days
    weight = size.areas * size.blocks * size.treated_days * size.expected * (1 - share)
    error = math.sqrt(max(size.dispersion, 1) * (ratio * (1 - share) + share) / weight)
    normal = NormalDist()
    distance = abs(1 - ratio) / error
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
