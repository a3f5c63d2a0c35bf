"""Which measure each number of a clause counts, and what the words around it make of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from outcomes.kinds import ARREST, STOP_SEARCH, WEAPON
from reports.claims.claims import ClaimKind, Flag
from reports.claims.lexicon import (
    HOURS,
    KNIVES,
    NEUTRAL,
    OUTPUTS,
    PATROL_COUNT,
    Mention,
)
from reports.claims.numbers import NumberKind, Quantity
from reports.claims.parsed import Parsed
from reports.claims.parts import share_of
from reports.claims.periods import NamedPeriod
from reports.claims.tokens import Span, Token, word_at
from reports.claims.word_lists import words

_COMPARED = words("comparing") | {"from"}
CLAUSE_ENDS = frozenset((",", ";", ":", "(", ")", "–", "—", "while", "but", "."))
_UNITS_OF_TIME = words("units_of_time")
_LENGTHS = _UNITS_OF_TIME - {"hour", "hours"} | {"weekends"}
_PER = {
    "day": "day", "night": "day", "week": "week", "month": "month", "year": "year", "hour": "hour", "town": "town",
    "patrol": "patrol", "shift": "patrol", "area": "area", "hotspot": "area",
    "officer": "officer", "head": "officer", "person": "officer", "constable": "officer",
}  # fmt: skip
_ADVERBS = {"daily": "day", "weekly": "week", "monthly": "month", "nightly": "day"}
_PEOPLE = words("people")
TRIGGERS = words("triggers")
_NOT_NUMBERS_AFTER = words("not_numbers_after")
_YIELDS = words("yields")
_FOUND = words("findings")
_THROUGH = words("sources")
_ORDINAL = frozenset(["st", "nd", "rd", "th"])


@dataclass(frozen=True)
class Attached:
    """A number with the measure that it counts (empty for none), and the tokens that say both."""

    quantity: Quantity
    measure: str
    first: int
    end: int
    mention: Mention | None = None
    kind: ClaimKind = ClaimKind.COUNT
    per: str = ""
    per_number: Quantity | None = None
    areas: frozenset[int] = frozenset()


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
    if number.kind == NumberKind.COUNT and after in _LENGTHS:
        return True
    is_alone = tokens[number.end - 1].word in ("one", "no") and number.end - digits == 1
    return is_alone and not _counts_one(tokens, number)


def _is_time(tokens: Sequence[Token], number: Quantity, digits: int) -> bool:
    """10pm, 10:30, 26th, an eight-hour shift."""
    after = word_at(tokens, number.end)
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
    if before in _NOT_NUMBERS_AFTER or token.word in ("101", "999") or _is_telephone(tokens, digits):
        return True
    is_joined = token.is_number and token.is_joined and number.first > 0
    return is_joined and (before == "/" or word_at(tokens, digits - 1).isalpha())


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


def attach(parsed: Parsed, start: int, end: int) -> Iterator[Attached]:
    """Each number of a clause with its measure, in order: the one after it, or else the one before it."""
    tokens, mentions = parsed.tokens, parsed.mentions
    within = [each for each in parsed.numbers if start <= each.first < end]
    used: set[Mention] = set()
    skipped: set[int] = set()
    last: Mention | None = None
    for place, number in enumerate(within):
        if place in skipped:
            continue
        following = within[place + 1] if place + 1 < len(within) else None
        share = share_of(parsed, number, following, last)
        if share is not None:
            last = share.mention
            used.add(last)
            skipped |= {place + 1} if share.whole else set()
            yield Attached(
                number, last.code, share.first, share.end, last, ClaimKind.SHARE, share.part, share.whole, share.areas
            )
            continue
        mention = _after(tokens, mentions, number, following.first if following else end) or _before(
            tokens, mentions, number, within[place - 1].end if place else start, used
        )
        is_same = mention is None and _is_of_the_same(parsed, number)
        found = _attached(tokens, number, last if is_same else mention)
        if mention is not None:
            used.add(mention)
            last = mention
            ratio = _ratio(tokens, mentions, found, following)
            if ratio is not None:
                skipped.add(place + 1)
                found = ratio
        yield found


def _after(tokens: Sequence[Token], mentions: Sequence[Mention], number: Quantity, end: int) -> Mention | None:
    """The first measure after a number in the same breath."""
    if _is_of_them(tokens, number):
        return next((each for each in mentions if each.first == number.end + 2 and each.code in OUTPUTS), None)
    if word_at(tokens, number.end) in ("times", "occasions"):
        return None
    for each in mentions:
        if number.end <= each.first < end:
            between = [token.word for token in tokens[number.end : each.first]]
            if CLAUSE_ENDS & set(between) or "and" in between or len(between) > 6:
                return None
            if "of" in between[1:] or "in" in between or "across" in between:
                # 40 young people in 26 areas counts no areas.
                return each if between[:1] == ["of"] or (each.code in OUTPUTS and "in" not in between) else None
            return each if _is_noun(tokens, each, number) else None
    return None


def _is_noun(tokens: Sequence[Token], mention: Mention, number: Quantity) -> bool:
    """Whether it is the measure that is counted: not 157 arrest warrants, nor 12 patrol cars."""
    last, following = word_at(tokens, mention.end - 1), word_at(tokens, mention.end)
    is_singular = mention.code != HOURS and last in (
        "arrest",
        "search",
        "patrol",
        "weapon",
        "knife",
        "power",
        "hotspot",
        "area",
        "incident",
        "crime",
    )
    if is_singular and number.value > 1 and number.kind == NumberKind.COUNT and number.how != "vague":
        return following in ("times",)
    return not (last in ("weapons", "knife", "arrest", "search") and following in _COMPOUNDS)


_COMPOUNDS = words("compounds")


def _before(
    tokens: Sequence[Token], mentions: Sequence[Mention], number: Quantity, start: int, used: set[Mention]
) -> Mention | None:
    """The last measure before a number, which no other number has: ASB powers were used 705 times; arrests: 157."""
    candidates = [
        each for each in mentions if start - 1 <= each.first and each.end <= number.first and each not in used
    ]
    if not candidates:
        return None
    outputs = [each for each in candidates if each.code in OUTPUTS]
    found = ([each for each in outputs if each.code != PATROL_COUNT] or outputs or candidates)[-1]
    following = word_at(tokens, number.end)
    is_free = (
        following in _FREE
        or not following.isalpha()
        or following in TRIGGERS
        or following in NEUTRAL - _PEOPLE - {"officers"}
    )
    is_verb = tokens[found.end - 1].word in ("arrested", "searched", "arresting", "searching")
    return found if is_free or (is_verb and following in _PEOPLE) else None


_FREE = frozenset(
    (
        "times",
        "occasions",
        "in",
        "compared",
        "against",
        "up",
        "down",
        "since",
        "so",
        "and",
        "",
        "were",
        "was",
        "over",
        "across",
        "during",
        "between",
    )
)


def _attached(tokens: Sequence[Token], number: Quantity, mention: Mention | None) -> Attached:
    first = min(number.first, mention.first) if mention else number.first
    end = max(number.end, mention.end) if mention else min(number.end + 1, len(tokens))
    kind, per = ClaimKind.COUNT, ""
    at = max(number.end, mention.end if mention else 0)
    if number.kind == NumberKind.MONEY and word_at(tokens, first - 1) in ("£", "€", "$"):
        first -= 1
    if number.kind != NumberKind.COUNT:
        return Attached(number, "", first, number.end, None, ClaimKind.OTHER)
    per = _unit_after(tokens, at) or _unit_before(tokens, first) or _adverb(tokens, first, at)
    if per or is_average(tokens):
        kind = ClaimKind.AVERAGE
    code = mention.code if mention else ""
    if code == PATROL_COUNT and mention and word_at(tokens, mention.first - 1) in ("per", "each", "a", "every"):
        code = ""
    return Attached(number, code, first, end, mention, kind, per)


def _unit_after(tokens: Sequence[Token], at: int) -> str:
    """The unit of "22 arrests a month", "16 hours for every patrol"."""
    for place in range(at, min(at + 6, len(tokens) - 1)):
        if tokens[place].word in ("a", "per", "each", "every", "an") and tokens[place + 1].word in _PER:
            return _PER[tokens[place + 1].word]
    return ""


def _unit_before(tokens: Sequence[Token], first: int) -> str:
    """The unit of "each patrol lasted 16 hours", "the average patrol is 16 hours"."""
    for place in range(max(first - 10, 0), first):
        if tokens[place].word in ("each", "every", "per", "average", "typical") and word_at(tokens, place + 1) in _PER:
            return _PER[tokens[place + 1].word]
    return ""


def _adverb(tokens: Sequence[Token], first: int, at: int) -> str:
    return next((_ADVERBS[token.word] for token in tokens[max(first - 4, 0) : at + 4] if token.word in _ADVERBS), "")


def is_average(tokens: Sequence[Token]) -> bool:
    """Whether a sentence speaks of an average."""
    return any(token.word in ("average", "averaged", "averaging", "mean", "typically", "median") for token in tokens)


def is_compared_to(tokens: Sequence[Token], number: Quantity) -> bool:
    """Whether something is compared with this number: compared with 23, up from 23, against 23."""
    return bool(_COMPARED & {token.word for token in tokens[max(number.first - 2, 0) : number.first]})


def _is_of_the_same(parsed: Parsed, number: Quantity) -> bool:
    """Whether a number without a measure counts what the one before it did: and 26 in July; in June 23; 26 of them."""
    tokens = parsed.tokens
    if is_compared_to(tokens, number) or _is_of_them(tokens, number):
        return True
    spans: tuple[Span, ...] = (*parsed.periods, *parsed.areas)
    at = number.end
    while word_at(tokens, at) in (
        "were",
        "was",
        "made",
        "came",
        "took",
        "place",
        "happened",
        "being",
        "carried",
        "out",
    ):
        at += 1
    at += word_at(tokens, at) in ("in", "during", "on", "across", "for", "at")
    follows = any(each.first in (at, at - 1) for each in spans) and at > number.end
    return follows or any(each.end == number.first for each in spans)


def _is_of_them(tokens: Sequence[Token], number: Quantity) -> bool:
    """Whether it counts some of what was counted before: 26 of them."""
    return word_at(tokens, number.end) == "of" and word_at(tokens, number.end + 1) in (
        "them",
        "these",
        "those",
        "which",
    )


def _ratio(
    tokens: Sequence[Token], mentions: Sequence[Mention], found: Attached, following: Quantity | None
) -> Attached | None:
    """One arrest for every nine patrols."""
    if following is None or word_at(tokens, following.first - 1) not in ("every", "per", "each"):
        return None
    mention = _after(tokens, mentions, following, len(tokens))
    if mention is None or mention.code not in OUTPUTS:
        return None
    return Attached(
        found.quantity, found.measure, found.first, mention.end, found.mention, ClaimKind.RATIO, mention.code, following
    )


def count_flags(tokens: Sequence[Token], found: Attached) -> set[Flag]:
    """What the words around a count make of it."""
    words = [token.word for token in tokens]
    flags: set[Flag] = set()
    near = words[max(found.first - 8, 0) : found.end + 14]
    if found.measure in (ARREST.plural, STOP_SEARCH.plural) and _PEOPLE & set(
        words[found.quantity.end : found.quantity.end + 2]
    ):
        flags.add(Flag.PEOPLE)
    searches = any(word.startswith("search") for word in near) or "searched" in near
    if found.measure in (WEAPON.plural, KNIVES, ARREST.plural) and searches and _is_from(words, found):
        flags.add(Flag.FROM_SEARCHES)
    if found.per == "officer" or (not found.per and _is_apiece(words, found.end)):
        flags.add(Flag.BY_OFFICER)
    if found.per and not is_average(tokens) and _is_each(tokens, found):
        flags.add(Flag.EVERY)
    if found.measure == HOURS and {"clock", "presence", "beat"} & set(near):
        flags.add(Flag.PRESENCE)
    return flags


def _is_apiece(words: Sequence[str], end: int) -> bool:
    """Whether it is said of every person: 2,016 hours each, but not in each of three months."""
    return any(
        word in ("each", "apiece") and (place + 1 == len(words) or words[place + 1] in CLAUSE_ENDS)
        for place, word in list(enumerate(words))[end : end + 3]
    )


def _is_each(tokens: Sequence[Token], found: Attached) -> bool:
    """Whether it is said of every single unit: every patrol, each month."""
    near = tokens[max(found.first - 10, 0) : found.end + 6]
    return any(token.word in ("each", "every") and word_at(near, place + 1) in _PER for place, token in enumerate(near))


def _is_from(words: Sequence[str], found: Attached) -> bool:
    """Whether searches are said to be where it came from: seized in searches, searches that found 22 weapons."""
    after = words[found.end : found.end + 12]
    if "result" in after and any(word.startswith("search") for word in words[: found.first]):
        return True
    return _is_from_after(after) or _is_from_before(words[: found.first])


def _is_from_after(after: Sequence[str]) -> bool:
    for place, word in enumerate(after):
        if word in (",", ";", "and", "while"):
            return False
        if word in _THROUGH and any(each.startswith(("search", "stop")) for each in after[place : place + 6]):
            return True
    return False


def _is_from_before(before: Sequence[str]) -> bool:
    last = max((place for place, word in enumerate(before) if word.startswith("search")), default=None)
    if last is None:
        return False
    between = before[last + 1 :]
    if _FOUND & set(between[-3:]):
        return True
    return len(between) <= 9 and bool(_YIELDS & set(between)) and not {"and", ",", ";"} & set(between)
