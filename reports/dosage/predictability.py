"""How far somebody who has watched an area can tell when the next visit comes."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from hotspot.core.calendar import LONDON

LEAST_VISITS = 20
"""Fewer arrivals say nothing about a pattern."""
FEW_HOURS = 3.0
"""Arrivals as concentrated as if spread evenly over fewer hours of the day than these are predictable."""
REGULAR = -0.5
"""Gaps more regular than this are predictable: -1 is a clock, 0 is chance."""


@dataclass(frozen=True)
class Predictability:
    """How concentrated and how regular arrivals are.

    `hours`: over how many hours of the day they would have to be spread evenly to be as hard to guess. `burstiness`: of
    the gaps between arrivals of one day, from -1 (by the clock) by 0 (by chance) to 1 (in bursts); None with fewer
    than `LEAST_VISITS` gaps.
    """

    visits: int
    hours: float
    burstiness: float | None

    @property
    def is_predictable(self) -> bool:
        """Whether arrivals can be guessed from the hour of the day or from the arrival before."""
        return self.hours < FEW_HOURS or (self.burstiness is not None and self.burstiness < REGULAR)


def predictability(arrivals: Sequence[datetime]) -> Predictability | None:
    """How predictable arrivals in one area are; None ("cannot tell") below `LEAST_VISITS`."""
    if len(arrivals) < LEAST_VISITS:
        return None
    local = sorted(arrival.astimezone(LONDON) for arrival in arrivals)
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(local) if earlier.date() == later.date()]
    hours = effective_number([*Counter(each.hour for each in local).values()])
    return Predictability(len(local), hours, burstiness(gaps) if len(gaps) >= LEAST_VISITS else None)


def effective_number(counts: Sequence[int]) -> float:
    """How many equally likely kinds would be as hard to guess as these: exp of Shannon's entropy, at most 24 of hours.

    The entropy of a sample is too low by about (kinds - 1) / 2n, which is added. Sources: Shannon (1948), A
    mathematical theory of communication; Miller (1955), Note on the bias of information estimates.
    """
    total = sum(counts)
    entropy = -math.fsum(count / total * math.log(count / total) for count in counts if count)
    kinds = sum(1 for count in counts if count)
    return min(math.exp(entropy + (kinds - 1) / (2 * total)), 24.0)


def burstiness(gaps: Sequence[float]) -> float:
    """How regular gaps are: -1 where all are the same, 0 where they come by chance, towards 1 for bursts.

    With r, their standard deviation by their mean: (√(n+1)·r − √(n−1)) / ((√(n+1) − 2)·r + √(n−1)). Source: Kim and Jo
    (2016), Measuring burstiness for finite event sequences, Physical Review E 94, after Goh and Barabási (2008). Here n
    is the number of arrivals, one more than the gaps.
    """
    number = len(gaps) + 1
    mean = math.fsum(gaps) / len(gaps)
    spread = math.sqrt(math.fsum((gap - mean) ** 2 for gap in gaps) / len(gaps))
    ratio = spread / mean if mean else 0.0
    above, below = math.sqrt(number + 1), math.sqrt(number - 1)
    return (above * ratio - below) / ((above - 2) * ratio + below)
