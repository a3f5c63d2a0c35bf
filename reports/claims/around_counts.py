"""What the words around a count make of it: of people, of single patrols, of presence, found in searches."""

from collections.abc import Sequence

from outcomes.kinds import ARREST, STOP_SEARCH, WEAPON
from reports.claims.attaching import CLAUSE_ENDS, Attached
from reports.claims.claims import Flag
from reports.claims.found_by import source_of
from reports.claims.lexicon import HOURS, KNIVES, OUTPUTS, SEARCHES, SWEEPS
from reports.claims.parsed import Parsed
from reports.claims.tokens import Token, word_at
from reports.claims.units import PER_UNITS, is_average
from reports.claims.word_lists import words

_PEOPLE = words("people")
_RECEIVERS = words("receivers")
_RECEIVED = frozenset(("had", "seen", "saw", "see", "received", "enjoyed", "got", "given"))


def count_flags(parsed: Parsed, found: Attached) -> set[Flag]:
    """What the words around a count make of it."""
    tokens = parsed.tokens
    words = [token.word for token in tokens]
    flags: set[Flag] = set()
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
    if found.measure == HOURS and _is_presence(parsed, found):
        flags.add(Flag.PRESENCE)
    return flags


def _is_presence(parsed: Parsed, found: Attached) -> bool:
    """Whether hours are how long somebody was there: on the clock, on the beat, what residents or a town had."""
    words = [token.word for token in parsed.tokens]
    before = words[: found.first]
    if {"clock", "presence", "beat"} & set(words[max(found.first - 8, 0) : found.end + 14]):
        return True
    if _RECEIVED & set(before[-4:]):
        is_of_area = any(0 <= found.first - each.end <= 3 for each in parsed.areas)
        return is_of_area or bool(_RECEIVERS & set(before[-8:]))
    if before[-1:] != ["for"]:
        return False
    is_of_place = "patrolled" in before[-2:] and bool({"was", "were"} & set(before[-4:]))
    is_there = {"a", "patrol"} <= set(before) or bool({"streets", "out", "there"} & set(before))
    return is_of_place or (is_there and not {"worked", "walked"} & set(before))


def _is_apiece(words: Sequence[str], end: int) -> bool:
    """Whether it is said of every person: 2,016 hours each, but not in each of three months."""
    return any(
        word in ("each", "apiece") and (place + 1 == len(words) or words[place + 1] in CLAUSE_ENDS)
        for place, word in list(enumerate(words))[end : end + 3]
    )


def _is_each(tokens: Sequence[Token], found: Attached) -> bool:
    """Whether it is said of every single unit: every patrol, each month."""
    near = tokens[max(found.first - 10, 0) : found.end + 6]
    return any(
        token.word in ("each", "every") and word_at(near, place + 1) in PER_UNITS for place, token in enumerate(near)
    )
