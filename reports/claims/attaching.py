"""Which measure each number of a clause counts, and what the words around it make of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from outcomes.kinds import ASB_POWER
from reports.claims.claims import ClaimKind
from reports.claims.lexicon import (
    CREW,
    HOURS,
    NEUTRAL,
    OUTPUTS,
    PATROL_COUNT,
    PLACES,
    POWER,
    Mention,
)
from reports.claims.numbers import NumberKind, Quantity
from reports.claims.parsed import Parsed
from reports.claims.parts import share_of
from reports.claims.tokens import Span, Token, word_at
from reports.claims.units import LEAST, is_average, length_before, unit_after, unit_before, unit_of_adverb
from reports.claims.word_lists import words

_COMPARED = words("comparing") | {"from"}
CLAUSE_ENDS = frozenset((",", ";", ":", "(", ")", "–", "—", "while", "but", "."))
_CREWS = ("officers", "people", "constables", "staff")
_ON = ("on", "by", "during")
_WERE = frozenset(("were", "was", "came", "took"))
_PEOPLE = words("people")
_DETERMINERS = words("determiners")
_DURING = words("during")
TRIGGERS = words("triggers")


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


def attach(parsed: Parsed, start: int, end: int, told: str = "") -> Iterator[Attached]:
    """Each number of a clause with its measure, in order: the one after it, or else the one before it.

    `told` is the measure that the sentence before counted, of which this one may open with a part: thirteen were found.
    """
    clause = _Clause(parsed, start, end, told)
    skipped = -1
    for place in range(len(clause.numbers)):
        if place != skipped:
            found = clause.share(place) or clause.ratio(place) or clause.count(place)
            skipped = place + 1 if clause.following(place) in (found.quantity, found.per_number) else -1
            yield found


class _Clause:
    """The numbers of a clause, and what was counted so far: the last measure, the one before it, and all used."""

    def __init__(self, parsed: Parsed, start: int, end: int, told: str) -> None:
        self.numbers = [each for each in parsed.numbers if start <= each.first < end]
        self._parsed, self._tokens, self._mentions = parsed, parsed.tokens, parsed.mentions
        self._start, self._end = start, end
        self._used: set[Mention] = set()
        self._last: Mention | None = None
        self._earlier: Mention | None = None
        self._is_told = bool(told and self.numbers) and _opens_with_part(self._tokens, self.numbers[0])
        if self._is_told:
            first = self.numbers[0].first
            self._last = Mention(first, first, told)

    def following(self, place: int) -> Quantity | None:
        """The number after one."""
        return self.numbers[place + 1] if place + 1 < len(self.numbers) else None

    def share(self, place: int) -> Attached | None:
        """A number as a share of something that is counted."""
        number = self.numbers[place]
        share = share_of(self._parsed, number, self.following(place), self._last)
        if share is None:
            return None
        self._last = share.mention
        self._used.add(share.mention)
        return Attached(
            number, share.mention.code, share.first, share.end, share.mention, ClaimKind.SHARE, share.part,
            share.whole, share.areas,
        )  # fmt: skip

    def count(self, place: int) -> Attached:
        """A number with its measure, as a count or an average."""
        number = self.numbers[place]
        is_part = self._is_told or (place > 0 and _has_parts(self._tokens, self.numbers))
        mention = self._measure(place, is_part=is_part)
        if mention is not None:
            found = _attached(self._tokens, number, mention)
            self._used.add(mention)
            if mention.code not in PLACES:
                self._earlier, self._last = self._last, mention
            return found
        if _is_crew(self._tokens, number):
            return Attached(number, CREW, number.first, number.end + 1, None, ClaimKind.AVERAGE, "patrol")
        is_same = is_part or _is_of_the_same(self._parsed, number)
        is_per_patrol = self._last is not None and self._last.code == PATROL_COUNT
        if is_same and is_per_patrol and _is_mean_of(self._tokens, number):
            self._last = self._earlier or self._last
        return _attached(self._tokens, number, self._last if is_same else None)

    def ratio(self, place: int) -> Attached | None:
        """A number with the next one, as so many for every so many."""
        mention = self._measure(place, is_part=False)
        following = self.following(place)
        if mention is None or following is None:
            return None
        found = _ratio(self._tokens, self._mentions, _attached(self._tokens, self.numbers[place], mention), following)
        if found is not None:
            self._used.add(mention)
            self._earlier, self._last = self._last, mention
        return found

    def _measure(self, place: int, *, is_part: bool) -> Mention | None:
        number, following = self.numbers[place], self.following(place)
        after = _after(self._tokens, self._mentions, number, following.first if following else self._end)
        is_of_them = _is_of_them(self._tokens, number)
        if after is not None or is_of_them or (is_part and word_at(self._tokens, number.end) in _DURING | _WERE):
            return after
        start = self.numbers[place - 1].end if place else self._start
        before = _before(self._tokens, self._mentions, number, start, self._used)
        # 20 arrests across the areas in May and 23 in June: the areas are where, not what.
        is_where = before is not None and before.code in PLACES and self._last is not None
        return None if is_where and _is_of_the_same(self._parsed, number) else before


def _opens_with_part(tokens: Sequence[Token], number: Quantity) -> bool:
    """Whether a sentence opens with some of what the one before it counted: thirteen were found; of these, 13 were."""
    opens = [token.word for token in tokens[: number.first]]
    is_first = not opens or (opens[0] == "of" and opens[1] in ("these", "those", "them"))
    return is_first and (word_at(tokens, number.end) in _WERE or _is_of_them(tokens, number))


def _is_crew(tokens: Sequence[Token], number: Quantity) -> bool:
    """Whether it is how many people are on each patrol: with two officers on each."""
    following = [word_at(tokens, number.end + at) for at in range(3)]
    is_each = following[1] in ("on", "to", "in") and following[2] in ("each", "every")
    return word_at(tokens, number.first - 1) == "with" and following[0] in _CREWS and is_each


def _has_parts(tokens: Sequence[Token], numbers: Sequence[Quantity]) -> bool:
    """Whether later numbers are parts of the first: of the 22 weapons, 13 were found; 22 weapons: 13 were found."""
    opens = [word_at(tokens, numbers[0].first - back) for back in (2, 1)]
    return opens == ["of", "the"] or word_at(tokens, numbers[1].first - 1) == ":" or _is_of_them(tokens, numbers[1])


def _after(tokens: Sequence[Token], mentions: Sequence[Mention], number: Quantity, end: int) -> Mention | None:
    """The first measure after a number in the same breath."""
    if _is_of_them(tokens, number):
        at = number.end + 2
        at += word_at(tokens, at) in ("were", "was", "are", "being")
        return next((each for each in mentions if each.first == at and each.code in OUTPUTS), None)
    if word_at(tokens, number.end) in ("times", "occasions"):
        return None
    for each in mentions:
        if number.end <= each.first < end and not _is_on_patrols(tokens, each):
            between = [token.word for token in tokens[number.end : each.first]]
            if CLAUSE_ENDS & set(between) or "and" in between or len(between) > 6 or set(between[-1:]) & set(_EVERY):
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
    return not (last in ("weapons", "knife", "arrest", "search", "town") and following in _COMPOUNDS)


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
    if found.code == ASB_POWER.plural and len(outputs) > 1 and outputs[-2].code.startswith(POWER):
        # Dispersal directions were the power used most often.
        found = outputs[-2] if word_at(tokens, outputs[-2].end) in _WERE else found
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


def _is_on_patrols(tokens: Sequence[Token], mention: Mention) -> bool:
    before = [word_at(tokens, mention.first - back) for back in (1, 2)]
    is_where = before[0] in _ON or (before[1] in _ON and before[0] in _DETERMINERS)
    return mention.code == PATROL_COUNT and is_where


def _attached(tokens: Sequence[Token], number: Quantity, mention: Mention | None) -> Attached:
    first = min(number.first, mention.first) if mention else number.first
    end = max(number.end, mention.end) if mention else min(number.end + 1, len(tokens))
    kind, per = ClaimKind.COUNT, ""
    at = max(number.end, mention.end if mention else 0)
    if number.kind == NumberKind.MONEY and word_at(tokens, first - 1) in ("£", "€", "$"):
        first -= 1
    if number.kind != NumberKind.COUNT:
        return Attached(number, "", first, number.end, None, ClaimKind.OTHER)
    per = unit_after(tokens, at) or unit_before(tokens, first) or unit_of_adverb(tokens, first, at)
    code = mention.code if mention else ""
    per = per or (length_before(tokens, number) if code == HOURS else "")
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
    if word_at(tokens, number.end) in ("from", "between") and any(each.first == number.end for each in parsed.periods):
        return True
    at += word_at(tokens, at) in ("in", "during", "on", "across", "for", "at")
    after = word_at(tokens, number.end)
    is_least = word_at(tokens, number.first - 1) in ("with", "was", "at") and (after == "made" or not after.isalpha())
    if is_least and LEAST & {token.word for token in tokens[max(number.first - 5, 0) : number.first]}:
        return True
    follows = any(each.first in (at, at - 1) for each in spans) and at > number.end
    begins = number.first - (word_at(tokens, number.first - 1) == "(")
    return follows or any(each.end == begins for each in spans)


def _is_mean_of(tokens: Sequence[Token], number: Quantity) -> bool:
    """Whether it is a mean of what was counted before: 2,016 hours, an average of 288 a month."""
    opens = {word_at(tokens, number.first - back) for back in (1, 2, 3)}
    is_mean = opens & _MEANS or is_average(_clause_around(tokens, number.first, number.end))
    return bool(unit_after(tokens, number.end)) and bool(is_mean)


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
    tokens: Sequence[Token], mentions: Sequence[Mention], found: Attached, following: Quantity
) -> Attached | None:
    """One arrest for every nine patrols; for every nine patrols one arrest."""
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
