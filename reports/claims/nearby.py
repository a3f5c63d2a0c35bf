"""Which of the periods and areas that a sentence names a number belongs to."""

from collections.abc import Sequence
from typing import TypeVar

from reports.claims.areas import NamedAreas
from reports.claims.numbers import Quantity
from reports.claims.parsed import Parsed
from reports.claims.periods import NamedPeriod
from reports.claims.tokens import word_at
from reports.claims.word_lists import words

_INCLUDES = words("includes")
_APART = frozenset(("and", ",", ";", ":", "while", "but"))
Named = TypeVar("Named", NamedPeriod, NamedAreas)


def is_whole_of_parts(parsed: Parsed, number: Quantity) -> bool:
    """Whether later numbers are parts of this one, and what they name is theirs: of the 157, 38 were in Watford."""
    later = [each for each in parsed.numbers if each.first >= number.end]
    if not later:
        return False
    tokens = parsed.tokens
    if word_at(tokens, number.first - 1) == "the" and word_at(tokens, number.first - 2) == "of":
        return True
    if word_at(tokens, later[0].first - 1) == ":":
        return True
    between = {token.word for token in tokens[number.end : later[0].end + 2]}
    return bool(_INCLUDES & between) or {"of", "them"} <= between or {"of", "which"} <= between


def areas_of_the_whole(parsed: Parsed, number: Quantity) -> frozenset[int] | None:
    """The areas of a number whose parts follow: those between it and the first part. None: they are named before it."""
    if not parsed.areas or parsed.areas[0].first < number.first:
        return None
    part = first_part(parsed, number)
    return frozenset(pk for each in parsed.areas if each.end <= part for pk in each.ids)


def first_part(parsed: Parsed, number: Quantity) -> int:
    """Where the first number after one is."""
    return next(each.first for each in parsed.numbers if each.first >= number.end)


def own(parsed: Parsed, named: Sequence[Named], number: Quantity) -> Named | None:
    """The one that follows a number in its own breath, whatever opens the sentence: 26 of them in July."""
    for each in named:
        if _is_pause(parsed, each.end, number):
            return each
    following = min((each.first for each in parsed.numbers if each.first >= number.end), default=len(parsed.tokens))
    for each in named:
        if number.end <= each.first < following:
            before = word_at(parsed.tokens, each.first - 2)
            is_apart = before in _APART or word_at(parsed.tokens, each.first - 1) in _APART
            return None if is_apart or each.end == following else each
    return None


def _is_pause(parsed: Parsed, end: int, number: Quantity) -> bool:
    """Whether only a comma and a preposition are before a number: highest in July, at 26."""
    between = [token.word for token in parsed.tokens[end : number.first]]
    return between in ([",", "at"], [",", "with"])


def near(named: Sequence[Named], number: Quantity, numbers: Sequence[Quantity]) -> Named:
    """The one that belongs to a number. `named` is not empty."""
    before = [each for each in named if each.end <= number.first]
    after = [each for each in named if each.first >= number.end]
    opens = named[0].first < min((each.first for each in numbers), default=0)
    if before and (opens or not after):
        return before[-1]
    return after[0] if after else named[0]


def has_number_between(named: Sequence[NamedAreas], numbers: Sequence[Quantity]) -> bool:
    return any(named[0].end <= each.first < named[-1].first for each in numbers)
