"""A figure as somebody quotes it, exact or rounded: 12,212, more than 12,000 hours, nearly 1.5 thousand patrols."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from hotspot.core.errors import DomainError
from outcomes.kinds import KINDS
from reports.figures.measures import CLOCK_HOURS, PATROL_HOURS, PATROLS

LONGEST = 80
_QUOTE = re.compile(
    r"(?P<before>[a-z ]*?) ?(?P<digits>[0-9]{1,3}(?:[, ][0-9]{3})+|[0-9]{1,12})(?P<decimals>\.[0-9]{1,6})? ?"
    r"(?P<scale>k|thousand|m|million)?(?P<plus>\+?)(?: (?P<after>[a-z\- ]*))?\.?",
    re.IGNORECASE,
)
_ABOVE = {"more than", "over", "above", "at least", "in excess of", "upwards of"}
_BELOW = {"nearly", "almost", "just under", "under", "less than", "fewer than", "up to", "close to"}
_ROUND = {"", "a total of", "about", "around", "roughly", "some", "approximately", "approx", "circa", "just over"}
# How people write "about" and "more than" without words, and what stands around a quotation.
_SIGNS = (
    (re.compile(r"(?:~|≈|\bc\.|\bca\.) ?", re.IGNORECASE), "about "),
    (re.compile("-plus\\b", re.IGNORECASE), "+"),
)
_AROUND = " .,;:!?*•'\"‘’“”()"
_ONES = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"),
    *("fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS = dict(zip(_ONES, range(1, 20), strict=True)) | dict(zip(_TENS, range(20, 100, 10), strict=True))
_MULTIPLES = {"dozen": 12, "hundred": 100, "thousand": 1_000, "million": 1_000_000}
_SCALES = {"": 1, "k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000}
# Of a number with fewer figures nobody thinks that it is rounded, unless it is said: more than 20.
_SMALLEST_ROUNDED = 100
_SMALLEST_SAID_TO_BE_ROUNDED = 10
# The codes of the measures that a part of a word means. The first that is in the words decides.
_MEASURES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("clock", (CLOCK_HOURS.code,)),
    ("hour", (PATROL_HOURS.code, CLOCK_HOURS.code)),
    *((word, (kind.plural,)) for kind in KINDS for word in kind.quoted_as),
    ("patrol", (PATROLS.code,)),
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
    match = _QUOTE.fullmatch(_in_figures(text)) if len(text) <= LONGEST else None
    before = match["before"].strip().lower() if match else ""
    if match is None or before not in _ABOVE | _BELOW | _ROUND:
        raise DomainError("not_a_number", "Enter a number, like 12,212 or more than 12,000 hours", "number")
    digits = match["digits"].replace(",", "").replace(" ", "") + (match["decimals"] or "")
    exact = Decimal(digits) * _SCALES[(match["scale"] or "").lower()]
    if exact != int(exact):
        raise DomainError("not_a_number", "Enter a whole number, like 12,212", "number")
    return Quoted(int(exact), _roundings(int(exact), before, match["plus"]), _measures((match["after"] or "").lower()))


def _in_figures(text: str) -> str:
    """The quotation without what stands around it, and with its number in figures: more than 12000 hours."""
    for sign, meaning in _SIGNS:
        text = sign.sub(meaning, text)
    words = text.strip(_AROUND).split()
    spelled = [" ".join(word.lower().split("-")) for word in words]
    first = next((place for place, word in enumerate(spelled) if _is_number(word)), None)
    if first is None or any(character.isdigit() for character in text):
        return " ".join(words)
    last = first + 1
    while last < len(words) and (_is_number(spelled[last]) or spelled[last] == "and"):
        last += 1
    last -= spelled[last - 1] == "and"
    number = _number_of(" ".join(spelled[first:last]).split())
    before = words[: first - 1] if first and spelled[first - 1] in ("a", "an") else words[:first]
    return " ".join([*before, str(number), *words[last:]])


def _is_number(word: str) -> bool:
    return all(part in _WORDS or part in _MULTIPLES for part in word.split())


def _number_of(words: Sequence[str]) -> int:
    """Two hundred and six is 206; a thousand is 1,000."""
    total = group = 0
    for word in words:
        if word in _WORDS:
            group += _WORDS[word]
        elif word in _MULTIPLES and _MULTIPLES[word] < _MULTIPLES["thousand"]:
            group = max(group, 1) * _MULTIPLES[word]
        elif word in _MULTIPLES:
            total, group = total + max(group, 1) * _MULTIPLES[word], 0
    return total + group


def _roundings(number: int, before: str, plus: str) -> range:
    is_said = bool(plus) or before in _ABOVE | _BELOW
    step = _step(number, smallest=_SMALLEST_SAID_TO_BE_ROUNDED if is_said else _SMALLEST_ROUNDED)
    if step == 1:
        return range(0)
    first = number - (step - 1 if before in _BELOW else 0 if before in _ABOVE or plus else step // 2)
    return range(first, number + 1 if before in _BELOW else number + step)


def _step(number: int, *, smallest: int) -> int:
    """The place of the last figure that is not zero: 1,000 of 12,000. 1 where the number is not round."""
    step = 1
    while number >= smallest and number % (step * 10) == 0:
        step *= 10
    return step


def _measures(words: str) -> frozenset[str]:
    return frozenset(next((codes for word, codes in _MEASURES if word in words), ()))
