"""Which measure each number of a clause counts, and what the words around it make of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from outcomes.kinds import ARREST, STOP_SEARCH, WEAPON
from reports.claims.claims import ClaimKind, Flag
from reports.claims.found_by import source_of
from reports.claims.lexicon import (
    HOURS,
    KNIVES,
    NEUTRAL,
    OUTPUTS,
    PATROL_COUNT,
    PLACES,
    SEARCHES,
    SWEEPS,
    Mention,
)
from reports.claims.numbers import NumberKind, Quantity
from reports.claims.parsed import Parsed
from reports.claims.parts import share_of
from reports.claims.tokens import Span, Token, word_at
from reports.claims.word_lists import words

_COMPARED = words("comparing") | {"from"}
CLAUSE_ENDS = frozenset((",", ";", ":", "(", ")", "–", "—", "while", "but", "."))
_PER = {
    "day": "day", "night": "day", "week": "week", "month": "month", "year": "year", "hour": "hour", "town": "town",
    "patrol": "patrol", "shift": "patrol", "area": "area", "hotspot": "area",
    "officer": "officer", "head": "officer", "person": "officer", "constable": "officer",
}  # fmt: skip
_PATROLS = ("patrol", "patrols", "shift", "shifts")
_ADVERBS = {"daily": "day", "weekly": "week", "monthly": "month", "nightly": "day"}
_PEOPLE = words("people")
_DETERMINERS = words("determiners")
_DURING = words("during")
TRIGGERS = words("triggers")
_RECEIVERS, _RECEIVED = (
    words("receivers"),
    frozenset(("had", "seen", "saw", "see", "received", "enjoyed", "got", "given")),
)


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
            skipped |= {place + 1} if share.whole and share.whole == following else set()
            yield Attached(
                number, last.code, share.first, share.end, last, ClaimKind.SHARE, share.part, share.whole, share.areas
            )
            continue
        is_part = place > 0 and _has_parts(tokens, within)
        mention = _after(tokens, mentions, number, following.first if following else end)
        if mention is None and not (is_part and word_at(tokens, number.end) in _DURING):
            mention = _before(tokens, mentions, number, within[place - 1].end if place else start, used)
        is_same = mention is None and (is_part or _is_of_the_same(parsed, number))
        found = _attached(tokens, number, last if is_same else mention)
        if mention is not None:
            used.add(mention)
            last = last if mention.code in PLACES else mention
            ratio = _ratio(tokens, mentions, found, following)
            if ratio is not None:
                skipped.add(place + 1)
                found = ratio
        yield found


def _has_parts(tokens: Sequence[Token], numbers: Sequence[Quantity]) -> bool:
    """Whether later numbers are parts of the first: of the 22 weapons, 13 were found; 22 weapons: 13 were found."""
    opens = [word_at(tokens, numbers[0].first - back) for back in (2, 1)]
    return opens == ["of", "the"] or word_at(tokens, numbers[1].first - 1) == ":"


def _after(tokens: Sequence[Token], mentions: Sequence[Mention], number: Quantity, end: int) -> Mention | None:
    """The first measure after a number in the same breath."""
    if _is_of_them(tokens, number):
        at = number.end + 2
        at += word_at(tokens, at) in ("were", "was", "are", "being")
        return next((each for each in mentions if each.first == at and each.code in OUTPUTS), None)
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
    # Arrests made on patrols: the patrols are where, not what.
    candidates = [each for each in candidates if not _is_on_patrols(tokens, each)]
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


_LEAST = words("most_of_months") | words("fewest_of_months")
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


def _is_on_patrols(tokens: Sequence[Token], mention: Mention) -> bool:
    before = [word_at(tokens, mention.first - back) for back in (1, 2)]
    return mention.code == PATROL_COUNT and ("on" in before[:1] or (before[1] == "on" and before[0] in _DETERMINERS))


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
    code = mention.code if mention else ""
    per = per or (_length_before(tokens, number) if code == HOURS else "")
    if code not in PLACES and (per or is_average(_clause_around(tokens, first, at))):
        kind = ClaimKind.AVERAGE
    if code == PATROL_COUNT and mention and word_at(tokens, mention.first - 1) in ("per", "each", "a", "every"):
        code = ""
    return Attached(number, code, first, end, mention, kind, per)


def _clause_around(tokens: Sequence[Token], first: int, end: int) -> Sequence[Token]:
    """The tokens between the signs and words that end clauses on both sides of some."""
    start = next((place + 1 for place in range(first - 1, -1, -1) if tokens[place].word in CLAUSE_ENDS), 0)
    stop = next((place for place in range(end, len(tokens)) if tokens[place].word in CLAUSE_ENDS), len(tokens))
    return tokens[start:stop]


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


def _length_before(tokens: Sequence[Token], number: Quantity) -> str:
    """The unit of "patrols lasted eight hours": nobody says so of all of them together."""
    lasted = number.first - 1 - (word_at(tokens, number.first - 1) == "for")
    is_length = word_at(tokens, lasted) in ("lasted", "last", "ran") and word_at(tokens, lasted - 1) in _PATROLS
    return "patrol" if is_length and number.value <= 24 else ""


def _adverb(tokens: Sequence[Token], first: int, at: int) -> str:
    near = range(max(first - 4, 0), min(at + 4, len(tokens)))
    # The highest monthly number is of one month.
    found = (_ADVERBS.get(tokens[place].word, "") for place in near if word_at(tokens, place - 1) not in _LEAST)
    return next(filter(None, found), "")


def is_average(tokens: Sequence[Token]) -> bool:
    """Whether a sentence speaks of an average."""
    return any(token.word in ("average", "averaged", "averaging", "mean", "typically", "median") for token in tokens)


def is_compared_to(tokens: Sequence[Token], number: Quantity) -> bool:
    """Whether something is compared with this number: compared with 23, up from 23, against 23."""
    return bool(_COMPARED & {token.word for token in tokens[max(number.first - 2, 0) : number.first]})


def _is_of_the_same(parsed: Parsed, number: Quantity) -> bool:
    """Whether a number without a measure counts what the one before it did: and 26 in July; in June 23; 26 of them."""
    tokens = parsed.tokens
    if is_compared_to(tokens, number) or _is_of_them(tokens, number) or _is_mean_of(tokens, number):
        return True
    spans: tuple[Span, ...] = (*parsed.periods, *parsed.areas)
    at = number.end + (word_at(tokens, number.end) in ("times", "occasions"))
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
    is_least = word_at(tokens, number.first - 1) in ("with", "was") and not word_at(tokens, number.end).isalpha()
    if is_least and _LEAST & {token.word for token in tokens[max(number.first - 5, 0) : number.first]}:
        return True
    follows = any(each.first in (at, at - 1) for each in spans) and at > number.end
    begins = number.first - (word_at(tokens, number.first - 1) == "(")
    return follows or any(each.end == begins for each in spans)


def _is_mean_of(tokens: Sequence[Token], number: Quantity) -> bool:
    """Whether it is a mean of what was counted before: 2,016 hours, an average of 288 a month."""
    opens = {word_at(tokens, number.first - back) for back in (1, 2, 3)}
    is_mean = opens & _MEANS or is_average(_clause_around(tokens, number.first, number.end))
    return bool(_unit_after(tokens, number.end)) and bool(is_mean)


_MEANS = frozenset(["average", "averaging", "mean", "or", "about", "works", "equates", "equivalent"])


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
    """One arrest for every nine patrols; for every nine patrols one arrest."""
    if following is None:
        return None
    each = found.quantity if word_at(tokens, found.quantity.first - 1) in _EVERY else following
    if word_at(tokens, each.first - 1) not in _EVERY:
        return None
    mention = _after(tokens, mentions, following, len(tokens))
    if mention is None or mention.code not in OUTPUTS or found.mention is None:
        return None
    whole = (found.quantity, found.mention), (following, mention)
    (number, counted), (per_number, per) = whole if each is following else reversed(whole)
    return Attached(number, counted.code, found.first, mention.end, counted, ClaimKind.RATIO, per.code, per_number)


_EVERY = ("every", "per", "each")


def count_flags(tokens: Sequence[Token], found: Attached) -> set[Flag]:
    """What the words around a count make of it."""
    words = [token.word for token in tokens]
    flags: set[Flag] = set()
    near = words[max(found.first - 8, 0) : found.end + 14]
    if found.measure in (ARREST.plural, STOP_SEARCH.plural) and _PEOPLE & set(
        words[found.quantity.end : found.quantity.end + 2]
    ):
        flags.add(Flag.PEOPLE)
    source = source_of(words, found.first, found.end)
    if source == SEARCHES and found.measure in (WEAPON.plural, KNIVES, ARREST.plural):
        flags.add(Flag.FROM_SEARCHES)
    if source == SWEEPS and found.measure in OUTPUTS:
        flags.add(Flag.FROM_SWEEPS)
    if found.per == "officer" or (not found.per and _is_apiece(words, found.end)):
        flags.add(Flag.BY_OFFICER)
    if found.per and not is_average(tokens) and _is_each(tokens, found):
        flags.add(Flag.EVERY)
    if found.measure == HOURS and ({"clock", "presence", "beat"} & set(near) or _is_given(words[: found.first])):
        flags.add(Flag.PRESENCE)
    return flags


def _is_given(before: Sequence[str]) -> bool:
    """Whether hours are what somebody who lives there had of patrols: residents have seen 2,016 hours of them."""
    return bool(_RECEIVERS & set(before[-8:]) and _RECEIVED & set(before[-4:]))


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
