"""Sentences read as claims: what is claimed of which measure, for which period and areas, and in what words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hotspot.core.calendar import Period
from reports.claims import attaching, clauses
from reports.claims.areas import Gazetteer, areas_of, names_all
from reports.claims.around_counts import count_flags
from reports.claims.boasts import says_boast
from reports.claims.claims import Claim, ClaimKind, Flag
from reports.claims.continued import continued, elsewhere
from reports.claims.effects import effect_flags, says_effect, says_unknown
from reports.claims.lengths import combined
from reports.claims.lexicon import (
    ANY_CRIME,
    ANY_INCIDENT,
    BEST,
    FALLS,
    HEDGES,
    INCIDENTS,
    OUTPUTS,
    PLACES,
    RISES,
    SOME,
    Mention,
    has_phrase,
    mentions_of,
)
from reports.claims.listed_areas import by_area
from reports.claims.nearby import areas_of_the_whole, first_part, has_number_between, is_whole_of_parts, near, own
from reports.claims.not_counted import without_dates
from reports.claims.numbers import NumberKind, Quantity, quantities_of
from reports.claims.parsed import Parsed
from reports.claims.periods import TimeFrame, periods_of
from reports.claims.qualifiers import qualifier, ranked
from reports.claims.restating import restated
from reports.claims.tokens import Sentence, Token, clean, sentences_of, tokens_of, word_at
from reports.claims.units import is_average
from reports.claims.word_lists import phrases, words

RANKING = phrases("ranking")
_RANKED = words("ranked_units")
_RECORDS = frozenset(
    ("number", "numbers", "level", "levels", "high", "low", "haul", "total", "year", "month", "fall", "drop")
)


@dataclass(frozen=True)
class Context:
    """What earlier words of the same paragraph, or the heading of a list, say of the period and the areas."""

    paragraph: int = -1
    period: Period | None = None
    areas: frozenset[int] | None = None
    is_heading: bool = False
    measure: str = ""


class Reader:
    """Reads texts against a period, a programme and its areas.

    `names` are words that are names, like that of the programme: no numbers are read in them.
    """

    def __init__(self, frame: TimeFrame, gazetteer: Gazetteer, names: Sequence[str] = ()) -> None:
        self._frame = frame
        self._gazetteer = gazetteer
        self._names = [words for name in names if (words := tuple(token.word for token in tokens_of(name)))]

    def read(self, text: str) -> list[Claim]:
        """The claims of a text, in its order, each within a sentence of `clean(text)`."""
        found: list[Claim] = []
        context = Context()
        for sentence in sentences_of(clean(text)):
            if sentence.paragraph != context.paragraph and not (context.is_heading and sentence.is_bullet):
                keeps = context.is_heading and sentence.paragraph <= context.paragraph + 2
                context = (
                    replace(context, paragraph=sentence.paragraph, is_heading=False)
                    if keeps
                    else Context(sentence.paragraph)
                )
            parsed = self.parse(sentence)
            context = self._context(parsed, context)
            claims = list(self._claims(parsed, context))
            found += claims
            counted = (claim.measure for claim in claims if claim.kind is ClaimKind.COUNT and claim.measure in OUTPUTS)
            context = replace(context, measure=next(counted, ""))
        return continued(found)

    def parse(self, sentence: Sentence) -> Parsed:
        """The measures, numbers, periods and areas of a sentence."""
        tokens = self._without_names(sentence.tokens)
        areas = areas_of(tokens, self._gazetteer)
        periods = combined(tokens, periods_of(tokens, self._frame), self._frame)
        numbers = without_dates(tokens, quantities_of(tokens), periods)
        numbers = [each for each in numbers if not clauses.is_intended_amount(tokens, each)]
        taken = {place for each in areas for place in range(each.first, each.end)}
        numbers = [each for each in numbers if not taken & set(range(each.first, each.end))]
        periods = [each for each in periods if not each.is_launch]
        mentions = [each for each in mentions_of(tokens) if not taken & set(range(each.first, each.end))]
        numbers, again = restated(tokens, numbers)
        return Parsed(replace(sentence, tokens=tokens), mentions, numbers, periods, areas, again)

    def _without_names(self, tokens: Sequence[Token]) -> Sequence[Token]:
        """The tokens with those of names made a sign, which nothing is read in."""
        result = list(tokens)
        words = [token.word for token in tokens]
        for name in self._names:
            place = 0
            while place + len(name) <= len(words):
                if tuple(words[place : place + len(name)]) == name:
                    for each in range(place, place + len(name)):
                        # Numbers are read in the text of a token, everything else in its word.
                        text = "hotspot's" if words[each][0].isdigit() else result[each].text
                        result[each] = replace(result[each], word="hotspot's", text=text)
                    place += len(name)
                else:
                    place += 1
        return result

    def _context(self, parsed: Parsed, before: Context) -> Context:
        plain = [each.period for each in parsed.periods if each.period and not each.is_compared]
        named = frozenset(pk for each in parsed.areas for pk in each.ids)
        is_heading = parsed.sentence.is_heading or (before.is_heading and parsed.sentence.is_bullet)
        if before.is_heading and parsed.sentence.is_bullet:
            return replace(before, paragraph=parsed.sentence.paragraph)
        return Context(
            parsed.sentence.paragraph,
            plain[0] if plain else before.period,
            named if named and not names_all(parsed.tokens) else before.areas,
            is_heading,
            before.measure,
        )

    # --- claims of a sentence ----------------------------------------------------------------------------------------

    def _claims(self, parsed: Parsed, context: Context) -> Iterator[Claim]:
        signs = clauses.directions(parsed.tokens, parsed.periods)
        about = [each for each in parsed.mentions if each.code not in PLACES]
        spans = clauses.clauses(parsed.tokens, signs, about, parsed.numbers)
        plain = {} if signs else clauses.compared_counts(parsed.tokens, parsed.numbers, parsed.periods)
        if plain and about and all(each.code.startswith(INCIDENTS) for each in about if each.first < max(plain)):
            signs, spans = plain, [(0, len(parsed.tokens), True)]
        is_claimed = is_causal = False
        for start, end, is_change in spans:
            if is_change:
                claim = self._change(parsed, context, start, end, signs)
                claims = [claim] if claim else []
            else:
                claims = list(self._counts(parsed, context, start, end))
            is_claimed = is_claimed or any(claim.measure not in PLACES for claim in claims)
            is_causal = is_causal or any(
                Flag.CAUSAL in claim.flags and Flag.HEDGED not in claim.flags for claim in claims
            )
            yield from claims
        # A cause is refused once.
        if not is_causal and (besides := self._besides(parsed, context, is_claimed=is_claimed, is_change=bool(signs))):
            yield besides

    def _change(self, parsed: Parsed, context: Context, start: int, end: int, signs: dict[int, int]) -> Claim | None:
        tokens = parsed.tokens
        places = [place for place in signs if start <= place < end]
        within = [each for each in parsed.mentions if start <= each.first < end and each.code not in PLACES]
        incidents = [each for each in within if each.code.startswith(INCIDENTS)] or [
            each for each in parsed.mentions if each.code.startswith(INCIDENTS)
        ]
        outputs = [each for each in within if each.code in OUTPUTS]
        numbers = [each for each in parsed.numbers if start <= each.first < end]
        subject = self._subject(incidents, outputs, places[0])
        if subject is None and not (numbers or says_effect(tokens)):
            return self._unmeasured(parsed, context, places[0], signs)
        base = self._base(parsed, context, start, end)
        listed = by_area(parsed, start, end)
        of_areas = {number for own in listed.values() for number in own}
        numbers = [each for each in numbers if each not in of_areas]
        others = frozenset(each.code for each in (*incidents, *outputs))
        return replace(
            base,
            kind=ClaimKind.CHANGE,
            measure=subject.code if subject else "",
            measures=others,
            quantity=self._amount(numbers),
            numbers=tuple(numbers),
            listed=listed,
            elsewhere=elsewhere(tokens, {place: signs[place] for place in places}),
            direction=signs[places[0]],
            flags=base.flags | effect_flags(tokens, subject, places) | _plain_flags(tokens, places),
            period=base.period,
        )

    @staticmethod
    def _subject(incidents: Sequence[Mention], outputs: Sequence[Mention], place: int) -> Mention | None:
        """What changed: incidents where any are named, or the measure nearest to the word for the change."""
        if incidents:
            specific = [each for each in incidents if each.code not in (ANY_CRIME, ANY_INCIDENT)] or incidents
            return min(specific, key=lambda each: abs(each.first - place))
        return min(outputs, key=lambda each: abs(each.first - place), default=None)

    @staticmethod
    def _amount(numbers: Sequence[Quantity]) -> Quantity | None:
        """By how much: the first percentage, part or multiple, if there is one."""
        return next((each for each in numbers if each.kind not in (NumberKind.COUNT, NumberKind.MONEY)), None)

    def _unmeasured(self, parsed: Parsed, context: Context, place: int, signs: dict[int, int]) -> Claim | None:
        """Something got safer or better that nothing counts."""
        if parsed.tokens[place].word not in ("safer", "quieter") and not says_unknown(parsed.tokens):
            return None
        base = self._base(parsed, context, 0, len(parsed.tokens))
        return replace(base, kind=ClaimKind.EFFECT, direction=signs[place], flags=base.flags | {Flag.CAUSAL})

    def _effect(self, parsed: Parsed, context: Context) -> Claim | None:
        """A claim without a number: that patrols worked, that something was the best, that offenders were jailed."""
        base = self._base(parsed, context, 0, len(parsed.tokens))
        doubted = [each for each in parsed.mentions if each.code.startswith(INCIDENTS)]
        if has_phrase(parsed.tokens, HEDGES) and (doubted or says_effect(parsed.tokens)):
            kind = ClaimKind.CHANGE if doubted else ClaimKind.EFFECT
            return replace(
                base,
                kind=kind,
                measure=doubted[0].code if doubted else "",
                flags=base.flags | effect_flags(parsed.tokens, None, ()),
            )
        about = [each for each in parsed.mentions if each.code not in PLACES]
        if _ranks(parsed, is_about=bool(about)):
            return replace(base, kind=ClaimKind.RANK, measure=about[0].code if about else "")
        if says_unknown(parsed.tokens):
            return replace(base, kind=ClaimKind.OTHER)
        if says_effect(parsed.tokens) or says_boast(parsed.tokens):
            return replace(base, kind=ClaimKind.EFFECT, flags=base.flags | {Flag.CAUSAL})
        return None

    def _besides(self, parsed: Parsed, context: Context, *, is_claimed: bool, is_change: bool) -> Claim | None:
        """What a sentence claims besides counts and changes: that people feel safer, that it works."""
        if not is_claimed:
            return self._effect(parsed, context)
        base = self._base(parsed, context, 0, len(parsed.tokens))
        if says_unknown(parsed.tokens) and not is_change:
            return replace(base, kind=ClaimKind.OTHER)
        if says_boast(parsed.tokens) or (
            not is_change and says_effect(parsed.tokens) and not has_phrase(parsed.tokens, HEDGES)
        ):
            return replace(base, kind=ClaimKind.EFFECT, flags=base.flags | {Flag.CAUSAL})
        return None

    def _counts(self, parsed: Parsed, context: Context, start: int, end: int) -> Iterator[Claim]:
        for found in attaching.attach(parsed, start, end, context.measure):
            yield self._count(parsed, context, found)

    def _count(self, parsed: Parsed, context: Context, found: attaching.Attached) -> Claim:
        tokens = parsed.tokens
        period, is_unclear = self._period_near(parsed, context, found.quantity)
        ids, named = (found.areas, True) if found.areas else self._areas_near(parsed, context, found.quantity)
        is_place = found.measure in PLACES
        flags = count_flags(parsed, found) | ({Flag.UNCLEAR_PERIOD} if is_unclear else set())
        if ranked(tokens, BEST) or has_phrase(tokens, RANKING):
            flags |= {Flag.BEST}
        if found.quantity.how == "best" and not is_place:
            flags |= {Flag.UP_TO}
        if not named and not is_place and _names_some(tokens, parsed.mentions):
            flags |= {Flag.SOME_AREAS}
        if ids and not (found.areas or parsed.areas):
            flags |= {Flag.AREAS_BEFORE}
        return Claim(
            kind=found.kind,
            sentence=parsed.sentence,
            start=tokens[found.first].start,
            end=tokens[found.end - 1].end,
            measure=found.measure,
            quantity=found.quantity,
            period=period,
            other=next((each for each in parsed.periods if each.is_compared), None),
            areas=ids,
            names_areas=named,
            per=found.per,
            per_number=found.per_number,
            qualifier="" if is_place else qualifier(parsed, found),
            flags=frozenset(flags),
        )

    # --- period and areas ---------------------------------------------------------------------------------------------

    def _base(self, parsed: Parsed, context: Context, start: int, end: int) -> Claim:
        tokens = parsed.tokens
        while end > start + 1 and tokens[end - 1].is_sign and tokens[end - 1].word not in "%)":
            end -= 1
        while start < end - 1 and (tokens[start].is_sign or tokens[start].word in ("and", "but", "while", "as")):
            start += 1
        plain = [each for each in parsed.periods if not each.is_compared]
        named = frozenset(pk for each in parsed.areas for pk in each.ids)
        flags = {Flag.UNCLEAR_PERIOD} if any(each.is_unclear for each in plain) else set()
        flags |= {Flag.SOME_AREAS} if not named and _names_some(tokens, parsed.mentions) else set()
        is_ranked = ranked(tokens, BEST) or has_phrase(tokens, RANKING)
        flags |= {Flag.BEST} if is_ranked else set()
        flags |= {Flag.UP_TO} if any(each.how == "best" for each in parsed.numbers) else set()
        if is_average(tokens) and any(each.kind != NumberKind.COUNT for each in parsed.numbers):
            flags |= {Flag.AVERAGE_OF_PERCENTAGES}
        in_context = context.areas if context.areas and not names_all(tokens) else None
        flags |= {Flag.AREAS_BEFORE} if in_context and not named else set()
        periods = tuple(each.period for each in plain if each.period)
        return Claim(
            kind=ClaimKind.OTHER,
            sentence=parsed.sentence,
            start=tokens[start].start,
            end=tokens[end - 1].end,
            period=periods[0] if periods else context.period or self._frame.default,
            periods=periods,
            other=next((each for each in parsed.periods if each.is_compared), None),
            areas=named or in_context or frozenset(),
            names_areas=bool(named or in_context),
            flags=frozenset(flags),
        )

    def _period_near(self, parsed: Parsed, context: Context, number: Quantity) -> tuple[Period | None, bool]:
        """The period of a number: the last before it where a sentence opens with one, or the next after it."""
        compared = [each for each in parsed.periods if each.is_compared and each.period]
        if compared and attaching.is_compared_to(parsed.tokens, number):
            return compared[0].period, False
        plain = [each for each in parsed.periods if not (each.is_compared or each.relative)]
        if is_whole_of_parts(parsed, number):
            part = first_part(parsed, number)
            plain = [each for each in plain if each.end <= part]
            return (plain[-1].period, plain[-1].is_unclear) if plain else (self._frame.default, False)
        if not plain:
            return context.period or self._frame.default, False
        chosen = own(parsed, plain, number) or near(plain, number, parsed.numbers)
        return chosen.period, chosen.is_unclear

    def _areas_near(self, parsed: Parsed, context: Context, number: Quantity) -> tuple[frozenset[int], bool]:
        if names_all(parsed.tokens) and len(parsed.areas) == 0:
            return frozenset(), False
        if is_whole_of_parts(parsed, number) and (ids := areas_of_the_whole(parsed, number)) is not None:
            return ids, bool(ids)
        if not parsed.areas:
            return context.areas or frozenset(), bool(context.areas)
        if len(parsed.areas) > 1 and not has_number_between(parsed.areas, parsed.numbers):
            return frozenset(pk for each in parsed.areas for pk in each.ids), True
        chosen = own(parsed, parsed.areas, number) or near(parsed.areas, number, parsed.numbers)
        return chosen.ids, True


def _plain_flags(tokens: Sequence[Token], places: Sequence[int]) -> set[Flag]:
    """That two counts are only set side by side: 500 against 800, went from 18 to nine. Nothing is said of a fall."""
    said = {tokens[place].word for place in places}
    return set() if said & (FALLS | RISES) else {Flag.PLAIN}


def _ranks(parsed: Parsed, *, is_about: bool) -> bool:
    """Whether a sentence says that something was the most, the first or a record of what is counted or of places."""
    tokens = parsed.tokens
    is_record = any(token.word == "record" and _is_record(parsed, place) for place, token in enumerate(tokens))
    is_ranked = is_record or ranked(tokens, BEST - {"top", "leading", "record"})
    names_any = is_about or bool(parsed.areas or parsed.periods or parsed.mentions) or _names_unit(tokens)
    return bool(has_phrase(tokens, RANKING)) or (is_ranked and names_any)


def _is_record(parsed: Parsed, place: int) -> bool:
    """Whether the word record at a place says that nothing was more: a record low, a record 157 arrests."""
    following = word_at(parsed.tokens, place + 1)
    spans = (*parsed.mentions, *parsed.numbers)
    return following in _RECORDS or any(each.first == place + 1 for each in spans)


def _names_unit(tokens: Sequence[Token]) -> bool:
    return any(token.word in _RANKED for token in tokens)


def _names_some(tokens: Sequence[Token], mentions: Sequence[Mention]) -> bool:
    """Whether it speaks of some areas without naming them: in some hotspots, in one area, in three towns."""
    for each in mentions:
        if each.code in PLACES:
            # Too few robberies in the areas is of all of them.
            near = [token.word for token in tokens[max(each.first - 4, 0) : each.first]]
            within = max((at + 1 for at, word in enumerate(near) if word in ("in", "across", "within")), default=0)
            before = set(near[within:])
            if before & set(SOME) or (before & {"our", "best"} >= {"our", "best"}):
                return True
    return False
