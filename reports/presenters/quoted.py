"""A figure as somebody quotes it, exact or rounded: 12,212, more than 12,000 hours, nearly 1.5 thousand patrols."""

import re
from dataclasses import dataclass
from decimal import Decimal

from hotspot.core.errors import DomainError
from reports.measures import ARRESTS, ASB_POWERS, CLOCK_HOURS, PATROL_HOURS, PATROLS, STOP_SEARCHES, WEAPONS

LONGEST = 80
_QUOTE = re.compile(
    r"(?P<before>[a-z ]*?) ?(?P<digits>[0-9]{1,3}(?:[, ][0-9]{3})+|[0-9]{1,12})(?P<decimals>\.[0-9]{1,6})? ?"
    r"(?P<scale>k|thousand|m|million)?(?P<plus>\+?)(?: (?P<after>[a-z\- ]*))?\.?",
    re.IGNORECASE,
)
_ABOVE = {"more than", "over", "above", "at least", "in excess of", "upwards of"}
_BELOW = {"nearly", "almost", "just under", "under", "less than", "fewer than", "up to", "close to"}
_ROUND = {"", "a total of", "about", "around", "roughly", "some", "approximately", "approx", "circa", "just over"}
_SCALES = {"": 1, "k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000}
# Of a number with fewer figures nobody says that it is rounded.
_SMALLEST_ROUNDED = 100
_MEASURES = (
    ("clock", (CLOCK_HOURS,)),
    ("hour", (PATROL_HOURS, CLOCK_HOURS)),
    ("arrest", (ARRESTS,)),
    ("search", (STOP_SEARCHES,)),
    ("weapon", (WEAPONS,)),
    ("kni", (WEAPONS,)),
    ("power", (ASB_POWERS,)),
    ("time", (ASB_POWERS,)),
    ("patrol", (PATROLS,)),
)


@dataclass(frozen=True)
class Quoted:
    """The number that is quoted, the numbers that it can be a rounding of, and the codes of the measures that its words
    name: none of them for any."""

    number: int
    rounded: range
    measures: frozenset[str]

    def is_of(self, measure: str, number: int | None) -> bool:
        """Whether this is how a published figure can be quoted. A withheld one (None) never is."""
        is_near = number is not None and (number == self.number or number in self.rounded)
        return is_near and (not self.measures or measure in self.measures)


def parse_quoted(text: str) -> Quoted:
    """Read a quoted figure. A number that ends in zeros may be rounded at the first of them; "more than" rounds down,
    "nearly" up, and without such words either is meant. Raises DomainError `not_a_number`.
    """
    match = _QUOTE.fullmatch(" ".join(text.split())) if len(text) <= LONGEST else None
    before = match["before"].strip().lower() if match else ""
    if match is None or before not in _ABOVE | _BELOW | _ROUND:
        raise DomainError("not_a_number", "Enter a number, like 12,212 or more than 12,000 hours", "number")
    digits = match["digits"].replace(",", "").replace(" ", "") + (match["decimals"] or "")
    exact = Decimal(digits) * _SCALES[(match["scale"] or "").lower()]
    if exact != int(exact):
        raise DomainError("not_a_number", "Enter a whole number, like 12,212", "number")
    return Quoted(int(exact), _roundings(int(exact), before, match["plus"]), _measures((match["after"] or "").lower()))


def _roundings(number: int, before: str, plus: str) -> range:
    step = _step(number)
    if step == 1:
        return range(0)
    first = number - (step - 1 if before in _BELOW else 0 if before in _ABOVE or plus else step // 2)
    return range(first, number + 1 if before in _BELOW else number + step)


def _step(number: int) -> int:
    """The place of the last figure that is not zero: 1,000 of 12,000. 1 where the number is not round."""
    step = 1
    while number >= _SMALLEST_ROUNDED and number % (step * 10) == 0:
        step *= 10
    return step


def _measures(words: str) -> frozenset[str]:
    found = next((measures for word, measures in _MEASURES if word in words), ())
    return frozenset(measure.code for measure in found)
