"""Words that restrict a count to what no figure tells apart, and superlatives that rank nothing."""

from collections.abc import Sequence
from itertools import pairwise

from reports.claims.attaching import CLAUSE_ENDS, TRIGGERS, Attached
from reports.claims.effects import ELSEWHERE
from reports.claims.lexicon import BEST, INCIDENTS, MONTH_WORDS, NEUTRAL, RESTRICTING, Mention, has_phrase
from reports.claims.numbers import SMALL
from reports.claims.parsed import Parsed
from reports.claims.tokens import Span, Token, word_at
from reports.claims.word_lists import phrases, words

_DETERMINERS = words("determiners")
_PURPOSES = words("purposes")
_STAFF = frozenset(("pcso", "pcsos", "specials", "wardens", "council"))
_MEANS = frozenset(("on", "near", "outside", "inside", "among", "at"))
_PARTLY = words("partly")
_RESTRICTING = phrases("restricting_phrases")
_PLACED = frozenset(("in", "at", "across", "around", "near", "outside", "inside", "within"))
_SAW = frozenset(("saw", "has", "had", "have", "recorded", "with", ":", "–", "alone", "town", "officers", "police"))
_TALKING = words("talking")
_POLICE_AREAS, _NARROWER = words("police_areas"), words("narrower_places")
_USUAL = frozenset(phrases("usual_superlatives"))


def qualifier(parsed: Parsed, found: Attached) -> str:
    """The first words that restrict a count to what no figure tells apart: drug, in Luton; empty for none."""
    tokens = parsed.tokens
    counted = [each for each in parsed.mentions if not each.code.startswith(INCIDENTS) or _is_purpose(tokens, each)]
    own = () if found.mention is None else (found.mention,)
    spans: tuple[Span, ...] = (*parsed.periods, *parsed.areas, *counted, *own, *parsed.numbers)
    known = {place for each in spans for place in range(each.first, each.end)}
    is_joint = any(token.word in ("officers", "police") for token in tokens)
    for place, token in enumerate(tokens):
        is_aside = (is_joint and token.word in _STAFF) or _is_of_talk(tokens, place)
        if token.word in RESTRICTING and place not in known and not is_aside:
            return token.text
    if elsewhere := (has_phrase(tokens, (*ELSEWHERE, *_RESTRICTING)) or _unknown_place(tokens, known, parsed.areas)):
        return elsewhere
    if found.mention is None:
        return ""
    if before := _before_it(tokens, found, known):
        return before
    between = range(min(found.quantity.end, found.mention.end), max(found.quantity.first, found.mention.first))
    for place in between:
        if place not in known and not _is_neutral(tokens[place]):
            return tokens[place].text
    return _after_it(parsed, found, known)


def _is_of_talk(tokens: Sequence[Token], place: int) -> bool:
    """Whether a word is of those whom patrols spoke to besides: and engaging with young people."""
    for at in range(place - 1, max(place - 7, -1), -1):
        if tokens[at].word in ("with", "to", "from") and word_at(tokens, at - 1) in _TALKING:
            return True
        if tokens[at].is_sign:
            return False
    return False


def _unknown_place(tokens: Sequence[Token], known: set[int], areas: Sequence[Span]) -> str:
    """A name after a word for a place, or at the beginning before what it saw, that is of no area here."""
    for area in areas:
        if word_at(tokens, area.end) in _NARROWER:
            return f"{tokens[area.end - 1].text} {tokens[area.end].text}"
    for place, token in enumerate(tokens):
        if place in known or _is_neutral(token) or not token.text[0].isupper():
            continue
        before, after = word_at(tokens, place - 1), word_at(tokens, place + 1)
        is_listed = before in ("and", ",") and any(each.end == place - 1 for each in areas)
        if is_listed or before in _PLACED or (place == 0 and after in _SAW):
            return f"{before} {token.text}".strip()
    return ""


def _is_purpose(tokens: Sequence[Token], mention: Mention) -> bool:
    """Whether incidents are what it is done against, rather than which of it is counted: patrols to tackle ASB."""
    return bool(_PURPOSES & {token.word for token in tokens[max(mention.first - 4, 0) : mention.first]})


def _before_it(tokens: Sequence[Token], found: Attached, known: set[int]) -> str:
    """Who or where, before a count in the same breath, where no list knows it: officers on bikes made 157 arrests."""
    for place in range(found.first - 2, -1, -1):
        if tokens[place].word in CLAUSE_ENDS:
            break
        following = tokens[place + 1]
        if tokens[place].word in _MEANS and place + 1 not in known and not _is_neutral(following):
            return f"{tokens[place].text} {following.text}"
    return ""


def _after_it(parsed: Parsed, found: Attached, known: set[int]) -> str:
    """Words after a count that no list knows, where they say which of it is counted: arrests at the station."""
    tokens, numbers = parsed.tokens, {each.first for each in parsed.numbers}
    place = max(found.mention.end if found.mention else 0, found.quantity.end)
    is_restricting, begins = False, place
    for at in range(place, min(place + 14, len(tokens))):
        token = tokens[at]
        goes_on = token.word in (",", "(") and word_at(tokens, at + 1) in _PARTLY
        if at in numbers or (token.word in CLAUSE_ENDS and not goes_on):
            break
        if token.word in TRIGGERS:
            is_restricting, begins = True, at
        elif is_restricting and at not in known and not _is_neutral(token):
            return " ".join(each.text for each in tokens[begins : at + 1])
    return ""


def _is_neutral(token: Token) -> bool:
    if token.is_sign or token.is_number:
        return True
    word = token.word.removesuffix("'s")
    return word in NEUTRAL | BEST | _POLICE_AREAS or word in _DETERMINERS or word in MONTH_WORDS or word in SMALL


def ranked(tokens: Sequence[Token], superlatives: frozenset[str]) -> bool:
    """Whether a superlative ranks something: not at most, most of, a record of, the highest standards."""
    found = [token.word for token in tokens if token.word in superlatives]
    pairs = _USUAL & set(pairwise(token.word for token in tokens))
    return any(not any(word in pair for pair in pairs) for word in found)
