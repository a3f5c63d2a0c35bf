"""Shares of what is counted here: half of arrests were made in Hitchin, 79 of 157, 46% of powers were dispersals."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.claims.areas import NamedAreas
from reports.claims.lexicon import KNIVES, OUTPUTS, POWER, STOP_SEARCHES, SWEEPS, WEAPON_KIND, WEAPONS, Mention
from reports.claims.numbers import NumberKind, Quantity
from reports.claims.parsed import Parsed
from reports.claims.restating import SHARES
from reports.claims.tokens import Span, Token, word_at
from reports.claims.word_lists import words

_OF = words("share_of")
_MADE = words("share_made")
_VERBS = words("share_verbs")
_AFTER = words("share_after")
_MOST_BETWEEN = 8
_ASIDES = {"–": "–", "—": "—", "(": ")", "-": "-", ",": ","}


@dataclass(frozen=True)
class Share:
    """A share in a sentence: its number, what the whole counts, and the measure of the part (the same of some areas).

    `whole` is the number that the whole is said to be, if any, and `areas` the ids of the areas that are the part.
    `part` is empty for what searches found. `first` and `end` are the tokens that say it.
    """

    quantity: Quantity
    mention: Mention
    part: str
    whole: Quantity | None
    first: int
    end: int
    areas: frozenset[int] = frozenset()


def share_of(parsed: Parsed, number: Quantity, following: Quantity | None, last: Mention | None) -> Share | None:
    """The share that begins with a number, if it is one of a measure. `last` is the measure named before it."""
    tokens = parsed.tokens
    whole = _whole(tokens, number, following)
    part_of = parsed.restated.get(number)
    if number.kind not in SHARES and whole is None:
        return None
    after = whole.end if whole else number.end
    named = (each for each in parsed.mentions if each.code in OUTPUTS)
    # One patrol in three: the measure is within the number.
    mention = next((each for each in named if each.first >= after or number.first <= each.first < number.end), None)
    if mention is None or not _are(tokens[after : mention.first], _OF):
        mention = last if whole or part_of or _is_of_the_total(tokens, after) else None
    if mention is None:
        return None
    end = max(mention.end, after)
    part = _part(parsed, number, mention, end)
    if part is None:
        return None
    ids = _joined(parsed, part) if isinstance(part, NamedAreas) else frozenset[int]()
    code = part.code if isinstance(part, Mention) else mention.code
    code = "" if code == STOP_SEARCHES != mention.code else code
    if part_of is not None:
        return Share(part_of[0], mention, code, part_of[1], number.first, max(part.end, end), ids)
    return Share(number, mention, code, whole, number.first, max(part.end, end), ids)


def _joined(parsed: Parsed, first: NamedAreas) -> frozenset[int]:
    """The ids of an area and of those that are named with it: in Hitchin and Watford."""
    ids, end, has_first = frozenset[int](), -1, False
    for each in parsed.areas:
        if each.first != end + 1 or word_at(parsed.tokens, end) not in ("and", ","):
            if has_first:
                break
            ids = frozenset()
        ids, end, has_first = ids | each.ids, each.end, has_first or each == first
    return ids


def _whole(tokens: Sequence[Token], number: Quantity, following: Quantity | None) -> Quantity | None:
    """The number that another is of: 79 of 157, half of the 297."""
    if following is None or following.kind != NumberKind.COUNT or word_at(tokens, number.end) != "of":
        return None
    return following if _are(tokens[number.end : following.first], _OF) else None


def _part(parsed: Parsed, number: Quantity, mention: Mention, end: int) -> Mention | NamedAreas | None:
    """What the part is: some areas, or a kind of the measure, said before or after."""
    # One in three patrols from May to November (42 of 126) was in Watford.
    end = next((each.end for each in parsed.periods if each.first == end), end)
    end = _after_aside(parsed.tokens, end)
    named: tuple[Mention | NamedAreas, ...] = (
        *parsed.areas,
        *(each for each in parsed.mentions if _is_kind_of(each, mention)),
    )
    before = [each for each in parsed.areas if each.end <= number.first]
    is_there = word_at(parsed.tokens, number.first - 1) == "where" or _is_of_the_total(parsed.tokens, number.end)
    if before and is_there and _ends_there(parsed.tokens, end):
        return before[-1]
    restated_of = parsed.restated.get(number)
    if before and restated_of and restated_of[0].end <= number.first:
        return before[-1]
    for each in named:
        is_after = (
            each.first >= end and _are_made(_without_periods(parsed, end, each.first)) and _ends(parsed.tokens, each)
        )
        is_before = each.end <= number.first and _are_made(_without_periods(parsed, each.end, number.first))
        if is_after or is_before:
            return each
    return None


def _without_periods(parsed: Parsed, start: int, end: int) -> list[Token]:
    """Some tokens without those of periods, and numbers that only say again what another says.

    Made between May and November in Hitchin; half of the 157 arrests, 79, were in Hitchin.
    """
    within = {place for each in parsed.periods for place in range(each.first, each.end)}
    counted = {place for each in parsed.numbers for place in range(each.first, each.end)}
    return [
        token
        for place, token in enumerate(parsed.tokens[start:end], start)
        if place not in within and not (token.is_number and place not in counted)
    ]


def _is_of_the_total(tokens: Sequence[Token], place: int) -> bool:
    """Whether a share is of what was named before it: 40 of the arrests, a quarter of the total."""
    return [word_at(tokens, place + at) for at in range(3)] == ["of", "the", "total"]


def _ends_there(tokens: Sequence[Token], place: int) -> bool:
    """Whether nothing but that it was done follows: where 56 of the 126 patrols took place."""
    left = [token for token in tokens[place:] if not token.is_sign and token.word != "total"]
    return all(token.word in _MADE for token in left)


def _ends(tokens: Sequence[Token], part: Span) -> bool:
    """Whether nothing more is said of the part: not half of arrests in Hitchin were repeat offenders."""
    return part.end >= len(tokens) or tokens[part.end].is_sign or tokens[part.end].word in _AFTER


def _after_aside(tokens: Sequence[Token], place: int) -> int:
    """The place after what dashes or brackets enclose: half of all arrests – 79 of 157 – were made."""
    opening = word_at(tokens, place)
    closing = _ASIDES.get(opening)
    ends = (at + 1 for at in range(place + 1, min(place + 9, len(tokens))) if tokens[at].word == closing)
    end = next(ends, place)
    # Commas enclose much else: only numbers are passed over between them.
    is_counted = all(token.is_number or token.word in ("of", "out", "the") for token in tokens[place + 1 : end - 1])
    return end if opening != "," or is_counted else place


def _is_kind_of(part: Mention, whole: Mention) -> bool:
    if whole.code == WEAPONS:
        return part.code in (KNIVES, STOP_SEARCHES, SWEEPS) or part.code.startswith(WEAPON_KIND)
    return whole.code == "asb_powers" and part.code.startswith(POWER)


def _are(tokens: Sequence[Token], known: frozenset[str]) -> bool:
    return sum(not token.is_sign for token in tokens) <= _MOST_BETWEEN and all(token.word in known for token in tokens)


def _are_made(tokens: Sequence[Token]) -> bool:
    """Whether words say only that the one makes up the other: were made in, accounted for."""
    return _are(tokens, _MADE) and any(token.word in _VERBS for token in tokens)
