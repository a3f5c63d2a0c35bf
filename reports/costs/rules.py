"""What a cost is: lines of time at one rate, their sums, and what an hour and a patrol cost.

The smallest amount that any page or file shows is a line: the time of one role, paid by one stream at one rate, in one
area's month. Its minutes times the rate are whole pence, half a penny rounded up, once. Everything else is a sum of
lines, so parts always add up to wholes, however they are split. The database freezes closed months by the same rule.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypeVar

Key = TypeVar("Key", bound=Hashable)


class CostLine(NamedTuple):
    """The time of one role, paid by one stream at one rate, in an area's month. `number`: places in crews.

    `hour_pence` and `pence` are None where the time has no rate; `rate_type` is empty where no rule says its type.
    """

    month: date
    area_id: int
    stream_id: int
    role: str
    rate_type: str
    hour_pence: int | None
    number: int
    minutes: int
    pence: int | None


def line_pence(minutes: int, hour_pence: int) -> int:
    """What minutes cost at a rate an hour, in whole pence, half a penny rounded up."""
    return (minutes * hour_pence * 2 + 60) // 120


@dataclass(frozen=True)
class CostSum:
    """Lines added up: what the time with a rate cost, and the minutes with and without one."""

    pence: int = 0
    paid_minutes: int = 0
    unpaid_minutes: int = 0
    number: int = 0

    @property
    def minutes(self) -> int:
        """All minutes."""
        return self.paid_minutes + self.unpaid_minutes

    @property
    def hour_pence(self) -> int | None:
        """What an hour with a rate cost, in whole pence; None without any. 0 where it is less than half a penny."""
        return rounded(self.pence * 60, self.paid_minutes)

    def patrol_pence(self, patrols: int) -> int | None:
        """What a patrol cost, in whole pence; None without patrols, and where part of their time has no rate."""
        return None if self.unpaid_minutes else rounded(self.pence, patrols)


def rounded(dividend: int, divisor: int) -> int | None:
    """The quotient, half rounded up; None where there is nothing to divide by."""
    return (2 * dividend + divisor) // (2 * divisor) if divisor else None


def cost_sum(lines: Iterable[CostLine]) -> CostSum:
    """Lines added up."""
    return sums_by(lines, lambda line: None).get(None, CostSum())


def sums_by(lines: Iterable[CostLine], key: Callable[[CostLine], Key]) -> dict[Key, CostSum]:
    """Lines added up for each value of a key."""
    sums: dict[Key, list[int]] = {}
    for line in lines:
        found = sums.get(value := key(line))
        if found is None:
            found = sums[value] = [0, 0, 0, 0]
        if line.pence is None:
            found[2] += line.minutes
        else:
            found[0] += line.pence
            found[1] += line.minutes
        found[3] += line.number
    return {value: CostSum(*found) for value, found in sums.items()}
