"""The units of means: so many a month, for every patrol, on average."""

from collections.abc import Sequence

from reports.claims.numbers import Quantity
from reports.claims.tokens import Token, word_at
from reports.claims.word_lists import words

PER_UNITS = {
    "day": "day", "night": "day", "week": "week", "month": "month", "year": "year", "hour": "hour", "town": "town",
    "patrol": "patrol", "shift": "patrol", "area": "area", "hotspot": "area",
    "officer": "officer", "head": "officer", "person": "officer", "constable": "officer",
}  # fmt: skip
_GOES_ON = ("that", "which", "this", "it", "making", "giving", "so")
_PATROLS = ("patrol", "patrols", "shift", "shifts")
_ADVERBS = {"daily": "day", "weekly": "week", "monthly": "month", "nightly": "day"}
LEAST = words("most_of_months") | words("fewest_of_months")


def unit_after(tokens: Sequence[Token], at: int) -> str:
    """The unit of "22 arrests a month", "16 hours for every patrol"."""
    for place in range(at, min(at + 6, len(tokens) - 1)):
        if tokens[place].word in ("a", "per", "each", "every", "an") and tokens[place + 1].word in PER_UNITS:
            return PER_UNITS[tokens[place + 1].word]
    return ""


def unit_before(tokens: Sequence[Token], first: int) -> str:
    """The unit of "each patrol lasted 16 hours", "the average patrol is 16 hours"."""
    for place in range(first - 1, max(first - 11, -1), -1):
        if tokens[place].word == "," and tokens[place + 1].word in _GOES_ON:
            return ""
        if (
            tokens[place].word in ("each", "every", "per", "average", "typical")
            and word_at(tokens, place + 1) in PER_UNITS
        ):
            return PER_UNITS[tokens[place + 1].word]
    return ""


def length_before(tokens: Sequence[Token], number: Quantity) -> str:
    """The unit of "patrols lasted eight hours": nobody says so of all of them together."""
    lasted = number.first - 1 - (word_at(tokens, number.first - 1) == "for")
    is_length = word_at(tokens, lasted) in ("lasted", "last", "ran") and word_at(tokens, lasted - 1) in _PATROLS
    return "patrol" if is_length and number.value <= 24 else ""


def unit_of_adverb(tokens: Sequence[Token], first: int, at: int) -> str:
    near = range(max(first - 4, 0), min(at + 4, len(tokens)))
    # The highest monthly number is of one month.
    found = (_ADVERBS.get(tokens[place].word, "") for place in near if word_at(tokens, place - 1) not in LEAST)
    return next(filter(None, found), "")


def is_average(tokens: Sequence[Token]) -> bool:
    """Whether a sentence speaks of an average."""
    return any(token.word in ("average", "averaged", "averaging", "mean", "typically", "median") for token in tokens)
