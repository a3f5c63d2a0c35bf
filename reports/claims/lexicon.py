"""The words by which claims are read: measures, changes, causes, and words that restrict what is counted."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from outcomes.kinds import KINDS
from reports.claims.tokens import Span, Token
from reports.claims.word_lists import phrases, phrases_by_name, words
from reports.figures.measures import CLOCK_HOURS, PATROL_HOURS, PATROLS

HOURS, PATROL_COUNT, ON_THE_CLOCK = PATROL_HOURS.code, PATROLS.code, CLOCK_HOURS.code
WEAPONS, STOP_SEARCHES = "weapons", "stop_searches"
# How a weapon was found, by the codes of the vocabulary.
SEARCHES, SWEEPS = "search", "weapons_sweep"
KNIVES, CREW, AREAS, TOWNS, DISTRICTS = "knives", "crew", "areas", "towns", "districts"
PLACES = frozenset((AREAS, TOWNS, DISTRICTS))
POWER = "power:"
WEAPON_KIND = "weapon:"
INCIDENTS = "incidents:"
ANY_CRIME, ANY_INCIDENT = f"{INCIDENTS}crime", f"{INCIDENTS}any"
ASB = f"{INCIDENTS}Anti-social behaviour"

# A kind of outcome that is in no list of words is named as its own words name it.
_PHRASES: dict[tuple[str, ...], str] = {
    tuple(text.lower().split()): kind.plural for kind in KINDS for text in (*kind.counted, *kind.brief)
} | {phrase: code for code, found in phrases_by_name("measures").items() for phrase in found}
_LONGEST = max(map(len, _PHRASES))
OUTCOMES = frozenset(kind.plural for kind in KINDS)
HEADLINE_CODES = frozenset({HOURS, PATROL_COUNT, ON_THE_CLOCK, *OUTCOMES})
_OF_KINDS = frozenset(code for code in _PHRASES.values() if code.startswith((POWER, WEAPON_KIND)))
OUTPUTS = HEADLINE_CODES | _OF_KINDS | {KNIVES}

FALLS = words("falls")
RISES = words("rises")
HALVED, DOUBLED = frozenset(["halve", "halved", "halves", "halving"]), frozenset(["doubled", "doubling"])
TREBLED = frozenset(["trebled", "tripled"])
CAUSES = phrases("causes")
# Verbs by which something cuts something: "patrols cut crime". Their subject must be what police did.
CUTTING = words("cutting")
DOERS = words("doers")
BEST = words("best")
SOME = ("some", "several", "certain", "parts", "many", "most", "few", "one", "individual", "handful", "number")
HEDGES = phrases("hedges")
INTENDS = words("intends")
# Words that say which part of a measure is counted: the figures do not tell these apart.
RESTRICTING = words("restricting")
# Words between a number and what it counts, and in what follows, that restrict nothing.
NEUTRAL = words("neutral")

MONTH_WORDS = frozenset(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"])


@dataclass(frozen=True)
class Mention(Span):
    """A measure that a sentence names: its code, its first token and the one after its last."""

    code: str


def mentions_of(tokens: Sequence[Token]) -> list[Mention]:
    """Every measure that a sentence names, in order, the longest words for one first."""
    words = [token.word for token in tokens]
    found, place = list[Mention](), 0
    while place < len(words):
        for length in range(min(_LONGEST, len(words) - place), 0, -1):
            code = _PHRASES.get(tuple(words[place : place + length]))
            if code is not None:
                found.append(Mention(place, place + length, code))
                place += length
                break
        else:
            place += 1
    return found


def phrases_in(tokens: Sequence[Token], phrases: Iterable[tuple[str, ...]]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Where each of some phrases is in a sentence, in the order of the phrases."""
    words = [token.word for token in tokens]
    starts: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        starts.setdefault(word, []).append(place)
    for phrase in phrases:
        for place in starts.get(phrase[0], ()):
            if tuple(words[place : place + len(phrase)]) == phrase:
                yield place, phrase


def has_phrase(tokens: Sequence[Token], phrases: Iterable[tuple[str, ...]]) -> str:
    """The first of some phrases that is in a sentence, as words; empty for none."""
    return next((" ".join(phrase) for _, phrase in phrases_in(tokens, phrases)), "")
