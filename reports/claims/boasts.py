"""Claims without a number: that streets were won back, that dealers have gone, that people say it is quieter."""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum, auto
from typing import NamedTuple

from reports.claims.clauses import is_intended
from reports.claims.lexicon import (
    DOERS,
    FALLS,
    HEDGES,
    INCIDENTS,
    INTENDS,
    OUTPUTS,
    RISES,
    has_phrase,
    mentions_of,
    phrases_in,
)
from reports.claims.numbers import SMALL
from reports.claims.tokens import Token, word_at
from reports.claims.word_lists import forms_by_verb, phrases, words

_PHRASES = phrases("boasts")
_FACTS = phrases("had_it_not_been")
# What police could be said to have changed: crime, who does it, and where and to whom it is done.
_TARGETS = words("boast_targets")
_VERBS: Mapping[str, frozenset[str]] = forms_by_verb("boast_verbs")
_INTRANSITIVE = words("boast_intransitive")
_STATES, _BEFORE_STATES = words("boast_states"), words("before_boast_states")
# People and things that no figure here is of, and what may be said of them all the same.
_WORLD, _ORDINARY = words("world"), words("ordinary_predicates")
_SAYS = words("hearsay")
_NO_SUBJECTS = words("determiners") | words("between_auxiliary_and_verb") | words("no_subjects")
_PAST = words("past_of_the_world")
_STARTS = frozenset([";", ":", ".", "–", "—", "“", "”", '"', "and", "but", "while", "as", "that"])
# Whether these fell or rose is read as a change, and held against studies.
_CRIME = words("incidents_in_a_word")
_BE_OR_HAVE = words("auxiliaries")
_AUXILIARIES = _BE_OR_HAVE | words("joined_auxiliaries")
_BE = frozenset(("is", "are", "was", "were", "been", "being"))
_DEEDS = words("deeds_of_patrols")
_SKIPPED = words("between_auxiliary_and_verb")
_POLICE = DOERS | words("other_subjects") | words("police_areas")
_MODALS = words("modals")


# How words end that say what somebody has done or is doing.
_PARTICIPLES = ("ing", "ed", "en", "ne", "wn", "pt", "it", "id", "un")


class SubjectKind(Enum):
    """Of whom a clause is: the police and their partners, crime, anybody else, or nobody that it names."""

    POLICE = auto()
    CRIME = auto()
    WORLD = auto()
    NOBODY = auto()


class Subject(NamedTuple):
    """The word by which a clause says of whom it is."""

    word: str
    kind: SubjectKind


def says_boast(tokens: Sequence[Token]) -> str:
    """The words by which a sentence claims an effect, or something of the world, that nothing counts; empty for none.

    What is hoped, planned, asked or doubted is no claim.
    """
    if _is_question(tokens):
        return _phrase(tokens)
    return next((found for part in _parts(tokens) if not has_phrase(part, HEDGES) and (found := _says(part))), "")


def _parts(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The parts of a sentence between colons and semicolons: a doubt in one is none in the others."""
    start = 0
    for place, token in enumerate(tokens):
        if token.word in (":", ";"):
            yield tokens[start:place]
            start = place + 1
    yield tokens[start:]


def _says(tokens: Sequence[Token]) -> str:
    return (
        has_phrase(tokens, _FACTS)
        or _phrase(tokens)
        or next(_changed(tokens), "")
        or next(_states(tokens), "")
        or next(_of_the_world(tokens), "")
    )


def _is_question(tokens: Sequence[Token]) -> bool:
    return bool(tokens) and any(token.word == "?" for token in tokens[-2:])


def _phrase(tokens: Sequence[Token]) -> str:
    for place, phrase in phrases_in(tokens, _PHRASES):
        is_denied = "not" in _words(tokens, place - 5, place) and "every" in _words(tokens, 0, place)
        if not (is_denied or is_intended(tokens, place)):
            return " ".join(phrase)
    return ""


def _is_target(tokens: Sequence[Token], place: int, incidents: frozenset[int]) -> bool:
    return word_at(tokens, place).removesuffix("'s") in _TARGETS or place in incidents


def _changed(tokens: Sequence[Token]) -> Iterator[str]:
    """What was done to crime, to who does it or to streets: reclaimed the streets, dealers were driven out."""
    incidents = frozenset(
        place
        for each in mentions_of(tokens)
        if each.code.startswith(INCIDENTS)
        for place in range(each.first, each.end)
    )
    for place, token in enumerate(tokens):
        if token.word in _INTRANSITIVE and not is_intended(tokens, place):
            before = range(place - 1, max(place - 6, -1), -1)
            if _reaches(tokens, before, incidents) and not _MODALS & _words(tokens, place - 3, place):
                yield token.word
        if token.word not in _VERBS or is_intended(tokens, place) or _MODALS & _words(tokens, place - 3, place):
            continue
        particles = _VERBS[token.word]
        upto = place + 6
        if particles and not (particles & _words(tokens, place + 1, upto)):
            continue
        is_passive = bool(_BE_OR_HAVE & _words(tokens, place - 3, place))
        after, before = range(place + 1, min(upto, len(tokens))), range(place - 1, max(place - 7, -1), -1)
        if _reaches(tokens, after, incidents) or (is_passive and _reaches(tokens, before, incidents)):
            yield token.word


def _reaches(tokens: Sequence[Token], places: range, incidents: frozenset[int]) -> bool:
    """Whether a target is among some places, before a sign ends the clause."""
    for place in places:
        if word_at(tokens, place) in (",", ";", ":", ".", "(", "–", "—"):
            return False
        if _is_target(tokens, place, incidents):
            return True
    return False


def _states(tokens: Sequence[Token]) -> Iterator[str]:
    """What streets are said to be: is safer, feels calmer, now trouble-free."""
    for place, token in enumerate(tokens):
        if token.word not in _STATES or is_intended(tokens, place) or _MODALS & _words(tokens, place - 4, place):
            continue
        if _BEFORE_STATES & _words(tokens, place - 3, place):
            yield token.word


def _of_the_world(tokens: Sequence[Token]) -> Iterator[str]:
    """What people and things are said to have done, to do or to say: families are coming back, traders tell us.

    Of the police themselves: what they are said to have done that is none of the work of a patrol.
    """
    start = 0
    for place, token in enumerate(tokens):
        if token.word in _STARTS:
            start = place + 1
        before = word_at(tokens, place - 1)
        if token.word in _PAST and before in _WORLD and not _MODALS & _words(tokens, start, place):
            yield f"{before} {token.word}"
        if not (token.word in _SAYS or token.word in _AUXILIARIES) or _is_meant(tokens, start, place):
            continue
        subject = _subject(tokens, start, place)
        if token.word in _SAYS and before in _WORLD and subject.kind is not SubjectKind.NOBODY:
            yield f"{before} {token.word}"
        if token.word in _AUXILIARIES and (said := _said(tokens, place, subject.kind)):
            yield f"{subject.word} {token.word} {said}"


def _is_meant(tokens: Sequence[Token], start: int, place: int) -> bool:
    """Whether a verb says what should, may or is meant to be."""
    near = _words(tokens, max(start, place - 8), place + 5)
    return bool(_MODALS & near or INTENDS & _words(tokens, place - 3, place + 3))


def _said(tokens: Sequence[Token], place: int, kind: SubjectKind) -> str:
    """What is said after an auxiliary, where it is nothing ordinary: coming back, packed up; empty for nothing."""
    at = place + 1
    while word_at(tokens, at) in _SKIPPED or word_at(tokens, at).endswith("ly"):
        at += 1
    said = word_at(tokens, at)
    if kind is SubjectKind.NOBODY or not said.isalpha() or said in _ORDINARY:
        return ""
    if kind is SubjectKind.CRIME and said in FALLS | RISES:
        return ""
    # What is done to the police boasts of nothing: the fund is overseen by the Commissioner.
    is_passive = not said.endswith("ing") and tokens[at - 1].word in _BE
    if kind is SubjectKind.POLICE and (said in _DEEDS or is_passive or not said.endswith(_PARTICIPLES)):
        return ""
    return said


def _subject(tokens: Sequence[Token], start: int, end: int) -> Subject:
    """Who or what a clause is of: after its last comma, or else from its beginning.

    Whoever is named first counts. Somebody whom no list has is of the world; a count before the verb says what its
    things are (thirteen were bladed articles), and is of nobody.
    """
    if end and (tokens[end - 1].is_number or tokens[end - 1].word in SMALL):
        return Subject("", SubjectKind.NOBODY)
    comma = next((place + 1 for place in range(end - 1, start, -1) if tokens[place].word == ","), start)
    named = {place: each.code for each in mentions_of(tokens[:end]) for place in range(each.first, each.end)}
    unknown = ""
    for first in dict.fromkeys((comma, start)):
        for place, token in enumerate(tokens[first:end], first):
            word = token.word.removesuffix("'s")
            if named.get(place, "").startswith(INCIDENTS) or word in _CRIME:
                return Subject(word, SubjectKind.CRIME)
            # What patrols did is as much theirs as they are: 22 weapons have been recovered.
            if named.get(place) in OUTPUTS or word in _POLICE:
                return Subject(word, SubjectKind.POLICE)
            if word in _WORLD:
                return Subject(word, SubjectKind.WORLD)
            if word.isalpha() and word not in _NO_SUBJECTS and not word.endswith(("ing", "ly")):
                unknown = unknown or word
    return Subject(unknown, SubjectKind.WORLD if unknown else SubjectKind.NOBODY)


def _words(tokens: Sequence[Token], start: int, end: int) -> set[str]:
    """The words of some places. The month of May is none: it is no verb."""
    return {token.word for token in tokens[max(start, 0) : max(end, 0)] if token.text != "May"}
