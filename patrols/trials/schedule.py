"""The schedule of a trial: which areas are treated on which days. It follows from seed and plan, and from nothing else.

The same in fewer lines, for anybody to check: docs/reproduce_schedule.py. Whatever changes here changes a published
promise, so it would be another `ALGORITHM`.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import count
from typing import Any, TypeVar

ALGORITHM = "trial-schedule-1"
Item = TypeVar("Item")


def _numbers(seed: bytes, label: str) -> Iterator[int]:
    """Endless whole numbers below 2²⁵⁶: HMAC-SHA256 of a label and a counter, the seed its key."""
    for step in count():
        yield int.from_bytes(hmac.digest(seed, f"{label}:{step}".encode(), hashlib.sha256))


def shuffled(items: Sequence[Item], *, seed: bytes, label: str) -> list[Item]:
    """The items in an order drawn by chance, each as likely as any other.

    Fisher and Yates' shuffle from the last place on (Durstenfeld 1964, Algorithm 235). A number that would make some
    places likelier than others is passed over.
    """
    found, numbers = list(items), _numbers(seed, label)
    for last in range(len(found) - 1, 0, -1):
        places = last + 1
        fair = 2**256 - 2**256 % places
        place = next(number for number in numbers if number < fair) % places
        found[last], found[place] = found[place], found[last]
    return found


def draw(seed: bytes, plan: Mapping[str, Any]) -> dict[int, set[date]]:
    """The treated days of each area, by its id.

    In each block and stratum the days and the areas are shuffled; then each area takes the next `treated_days` days of
    the block, round and round. So each has exactly as many, any as likely as any other, and each day has as equal a
    number of treated areas of the stratum as can be.
    """
    treated: dict[int, set[date]] = {area["id"]: set() for area in plan["areas"]}
    for number, block in enumerate(plan["blocks"]):
        for stratum in sorted({area["stratum"] for area in plan["areas"]}):
            areas = [area["id"] for area in plan["areas"] if area["stratum"] == stratum]
            days = shuffled(block, seed=seed, label=f"{number}:{stratum}:days")
            takes = plan["treated_days"]
            for place, area in enumerate(shuffled(areas, seed=seed, label=f"{number}:{stratum}:areas")):
                taken = (days[(place * takes + step) % len(days)] for step in range(takes))
                treated[area].update(map(date.fromisoformat, taken))
    return treated
