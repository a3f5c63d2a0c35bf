"""Words that say a cause or an effect, and claims of what nothing here counts."""

from collections.abc import Sequence

from reports.claims.claims import Flag
from reports.claims.clauses import is_intended
from reports.claims.lexicon import (
    ANY_CRIME,
    CAUSES,
    CUTTING,
    DOERS,
    HEDGES,
    INCIDENTS,
    PLACES,
    Mention,
    has_phrase,
    mentions_of,
    phrases_in,
)
from reports.claims.numbers import SMALL
from reports.claims.tokens import Token, word_at
from reports.claims.word_lists import phrases, words

ELSEWHERE = phrases("elsewhere")
_UNKNOWN = words("unknown")
_FEELING = frozenset(["feel", "feels", "feeling", "felt"])
_SAFE = frozenset(("safer", "safe", "confident", "reassured"))
_WISHES = frozenset(("want", "wants", "wanted", "deserve", "deserves", "should", "help", "need"))
_WORKS = phrases("works")
_WORKING_AS = words("working_as")
_DRIVING = words("driving")
_COUNTY = words("police_areas") | {"county", "county's", "countywide", "force", "region"}


def says_effect(tokens: Sequence[Token]) -> str:
    """The words by which a sentence says that patrols worked, with nothing that counts it; empty for none."""
    for place, phrase in phrases_in(tokens, _WORKS):
        after = place + len(phrase)
        is_work = phrase[-1] in ("working", "worked", "works", "work")
        if is_intended(tokens, place) or (
            is_work and (word_at(tokens, after) in _WORKING_AS or _is_number(tokens, after))
        ):
            continue
        if phrase in (("thanks", "to"), ("because", "of")) and not mentions_incidents(tokens):
            continue
        return " ".join(phrase)
    return _says_cut(tokens)


def _is_number(tokens: Sequence[Token], place: int) -> bool:
    """Whether a number follows: officers have worked 2,016 hours."""
    return place < len(tokens) and (tokens[place].is_number or tokens[place].word in SMALL)


def _says_cut(tokens: Sequence[Token]) -> str:
    """The verb by which police are said to cut incidents: every patrol reduces crime."""
    incidents = [each for each in mentions_of(tokens) if each.code.startswith(INCIDENTS)]
    for place, token in enumerate(tokens):
        follows = any(place < each.first <= place + 4 for each in incidents)
        before = {each.word for each in tokens[max(place - 12, 0) : place]}
        if token.word in CUTTING and follows and before & DOERS and not is_intended(tokens, place):
            return token.word
    return ""


def mentions_incidents(tokens: Sequence[Token]) -> bool:
    """Whether a sentence speaks of incidents or crime."""
    return any(each.code.startswith(INCIDENTS) for each in mentions_of(tokens))


def says_unknown(tokens: Sequence[Token]) -> str:
    """What a sentence claims that nothing here counts: jailed, or how things are elsewhere; empty for nothing."""
    words = [token.word for token in tokens]
    for place, word in enumerate(words):
        # What the law says is no claim of what came of anything: a maximum sentence of four years in prison.
        is_of_law = "maximum" in words[max(place - 8, 0) : place]
        if word in _UNKNOWN and not (is_of_law or is_intended(tokens, place)):
            return word
        is_felt = word in _FEELING and _SAFE & set(words[place : place + 4])
        # I want everyone to feel safe.
        if is_felt and not _WISHES & _before(tokens, place, 4):
            return word
    return has_phrase(tokens, ELSEWHERE)


def effect_flags(tokens: Sequence[Token], subject: Mention | None, places: Sequence[int]) -> set[Flag]:
    """Whether a change is said to have a cause, to be elsewhere too, or to be in doubt."""
    flags: set[Flag] = set()
    if has_phrase(tokens, HEDGES):
        flags.add(Flag.HEDGED)
    if has_phrase(tokens, CAUSES) or says_effect(tokens) or any(token.word == "because" for token in tokens):
        flags.add(Flag.CAUSAL)
    if has_phrase(tokens, ELSEWHERE) or _is_of_the_county(tokens):
        flags.add(Flag.ELSEWHERE)
    if subject is not None and subject.code.startswith(INCIDENTS) and _is_cut(tokens, subject, places):
        flags.add(Flag.CAUSAL)
    return flags


def _is_cut(tokens: Sequence[Token], subject: Mention, places: Sequence[int]) -> bool:
    """Whether police did it: patrols cut ASB, a fall that patrols made."""
    for place in places:
        is_cut = tokens[place].word in CUTTING and place < subject.first <= place + 5
        if is_cut and DOERS & _before(tokens, place, 12) and subject.code != ANY_CRIME + "s":
            return True
        if word_at(tokens, place + 1) == "by" and word_at(tokens, place + 2) in DOERS:
            return True
        is_driven = tokens[place].word in ("up", "down") and _DRIVING & _before(tokens, place, 6)
        if is_driven and DOERS & _before(tokens, place, 14):
            return True
    return False


def _before(tokens: Sequence[Token], place: int, most: int) -> set[str]:
    """The words before a place, at most so many."""
    return {token.word for token in tokens[max(place - most, 0) : place]}


def _is_of_the_county(tokens: Sequence[Token]) -> bool:
    """Whether a change is said to be of a whole county or force, and not of its hotspot areas."""
    for place, token in enumerate(tokens):
        where = {word_at(tokens, place + at) for at in (1, 2, 3)} - {"hotspot", "hotspots"}
        if token.word in ("across", "in", "throughout") and where & _COUNTY:
            return not any(each.code in PLACES for each in mentions_of(tokens))
    return False
