"""Numbers that count nothing: dates, times of day, lengths of time, and parts of names like section 34."""

from collections.abc import Sequence

from reports.claims.numbers import SMALL, NumberKind, Quantity
from reports.claims.periods import NamedPeriod
from reports.claims.tokens import Token, word_at
from reports.claims.word_lists import words

_UNITS_OF_TIME = words("units_of_time")
_LENGTHS = _UNITS_OF_TIME - {"hour", "hours"} | {"weekends"}
_NOT_NUMBERS_AFTER = words("not_numbers_after")
_ORDINAL = frozenset(["st", "nd", "rd", "th"])
# Between a number and its months: the three summer months.
_WHICH = frozenset(("summer", "winter", "autumn", "spring", "full", "whole", "calendar", "consecutive"))
_HAD, _PLACES = frozenset(("had", "have", "has", "with", "got", "saw")), words("places")
_VERBS = words("auxiliaries") | words("modals")


def without_dates(
    tokens: Sequence[Token], numbers: Sequence[Quantity], periods: Sequence[NamedPeriod]
) -> list[Quantity]:
    """The numbers that count something: no dates, times of day, lengths of time, ordinals or names like section 34."""
    dated = {place for each in periods for place in range(each.first, each.end)}
    return [each for each in numbers if not (dated & set(range(each.first, each.end))) and not _is_name(tokens, each)]


def _is_name(tokens: Sequence[Token], number: Quantity) -> bool:
    """Whether a number is part of a name or of a time, or is the one of "one of them"."""
    digits = next((place for place in range(number.first, number.end) if tokens[place].is_number), number.first)
    after = word_at(tokens, number.end)
    if _is_time(tokens, number, digits) or _is_code(tokens, number, digits):
        return True
    is_length = after in _LENGTHS or (after in _WHICH and word_at(tokens, number.end + 1) in _LENGTHS)
    if number.kind == NumberKind.COUNT and is_length:
        return True
    if (
        word_at(tokens, number.first - 1) == "the"
        and tokens[number.first].word in SMALL
        and (after in _VERBS or not after.isalpha())
    ):
        return True
    before = [word_at(tokens, number.first - back) for back in (1, 2, 3)]
    if tokens[number.first].word == "no" and (
        before[0] in ("with", "without") or (before[0] in _HAD and before[1] in ("that", "which", "where", *_PLACES))
    ):
        # Areas without patrols, to compare with: those that had no patrols.
        return True
    is_alone = tokens[number.end - 1].word in ("one", "no") and number.end - digits == 1
    return is_alone and not _counts_one(tokens, number)


def _is_time(tokens: Sequence[Token], number: Quantity, digits: int) -> bool:
    """10pm, 10:30, 26th, an eight-hour shift."""
    after = word_at(tokens, number.end)
    is_limit = number.how == "best" and word_at(tokens, number.first - 1) == "for"
    if after in ("hour", "hours") and (is_limit or word_at(tokens, number.first - 1) == "within"):
        return True
    is_joined = number.end < len(tokens) and tokens[number.end].is_joined
    if is_joined and (
        after in _ORDINAL or after in _UNITS_OF_TIME or after in ("am", "pm", "s", "strong", "point", "/")
    ):
        return True
    is_after_colon = word_at(tokens, number.first - 1) == ":" and tokens[digits].is_joined
    return after in ("am", "pm") or is_after_colon or _is_hour(tokens, number.end)


def _is_code(tokens: Sequence[Token], number: Quantity, digits: int) -> bool:
    """Section 34, call 101, COVID19, the second part of 24/7."""
    before = word_at(tokens, number.first - 1)
    token = tokens[digits]
    if before in _NOT_NUMBERS_AFTER or _is_call(tokens, number, digits) or _is_telephone(tokens, digits):
        return True
    is_joined = token.is_number and token.is_joined and number.first > 0
    return is_joined and (before == "/" or word_at(tokens, digits - 1).isalpha())


def _is_call(tokens: Sequence[Token], number: Quantity, digits: int) -> bool:
    """Whether 101 or 999 is what is dialled, and not how many of something."""
    after = [word_at(tokens, place) for place in range(number.end, number.end + 3)]
    is_counted = any(word.startswith((*_COUNTED, "times", "occasion")) for word in after)
    return tokens[digits].word in ("101", "999") and not is_counted


def _is_telephone(tokens: Sequence[Token], digits: int) -> bool:
    """Part of a number that is dialled: it begins with 0, or follows digits that do, with nothing between."""
    while digits and tokens[digits].is_number and tokens[digits - 1].is_number:
        digits -= 1
    return len(tokens[digits].word) > 3 and tokens[digits].word[0] == "0" and tokens[digits].word.isdecimal()


def _is_hour(tokens: Sequence[Token], colon: int) -> bool:
    """Whether a colon with digits right after it follows: 10:30."""
    minutes = tokens[colon + 1] if colon + 1 < len(tokens) else None
    return word_at(tokens, colon) == ":" and minutes is not None and minutes.is_number and minutes.is_joined


def _counts_one(tokens: Sequence[Token], number: Quantity) -> bool:
    """Whether one or no is a count of something that is counted here: one arrest, no weapons."""
    return any(word_at(tokens, place).startswith(_COUNTED) for place in range(number.end, number.end + 2)) and (
        word_at(tokens, number.end) != "of"
    )


_COUNTED = ("arrest", "stop", "search", "weapon", "kni", "patrol", "hour", "power", "dispersal", "offender", "people")
