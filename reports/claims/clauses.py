"""The clauses of a sentence: those that say a change, and those that say counts."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from reports.claims.lexicon import FALLS, INTENDS, RISES, Mention, mentions_of
from reports.claims.numbers import MULTIPLES, SMALL, NumberKind, Quantity
from reports.claims.periods import NamedPeriod
from reports.claims.tokens import Span, Token, word_at
from reports.claims.word_lists import words

_BREAKS = frozenset((";", "while", "whilst", "whereas", "but", "and", "as", ",", ":", "–", "—", "with", "plus", "("))
_HELPING = frozenset(["help", "helps", "helped", "helping", "managed", "able", "served", "worked", "allowed"])
_BEFORE_UP = frozenset(["is", "are", "was", "were", "went", "gone", "be", "been", "go", "going"])
_ADJECTIVE_OF = words("adjective_of")
_GATHERING, _DRIVING = words("gathering"), words("driving")
_BRINGING = frozenset(["bring", "get", "keep"])
_AFTER_UP = words("after_up")


def directions(tokens: Sequence[Token], periods: Iterable[NamedPeriod] = ()) -> dict[int, int]:
    """The places of words that say a change, with −1 for a fall and 1 for a rise. What is only intended is none."""
    is_compared = any(each.is_compared for each in periods)
    found = {}
    for place, token in enumerate(tokens):
        sign = -1 if token.word in FALLS else 1 if token.word in RISES else _went(tokens, place)
        verb = place - (token.word in ("up", "down") and word_at(tokens, place - 1) in _DRIVING | _BRINGING)
        if sign and _says_change(tokens, place, is_compared=is_compared) and not is_intended(tokens, verb):
            found[place] = sign
    return found


def _went(tokens: Sequence[Token], place: int) -> int:
    """−1 or 1 for "went from 1,240 to 1,060", by its numbers; 0 for anything else."""
    if tokens[place].word not in ("went", "moved", "changed") or word_at(tokens, place + 1) != "from":
        return 0
    told = [_count_in(token) for token in tokens[place + 2 : place + 24]]
    counts = [count for count in told if count is not None][:2]
    return (counts[1] > counts[0]) - (counts[1] < counts[0]) if len(counts) == 2 else 0


def _count_in(token: Token) -> int | None:
    """The number of one word, where it is no year."""
    digits = token.text.replace(",", "")
    if digits.isascii() and digits.isdecimal() and not (len(digits) == 4 and digits.startswith("20")):
        return int(digits[:12])
    return SMALL.get(token.word)


def compared_counts(
    tokens: Sequence[Token], numbers: Sequence[Quantity], periods: Sequence[NamedPeriod]
) -> dict[int, int]:
    """The place of the second of two counts that are compared, with −1 for a fall and 1 for a rise; empty for none.

    500 offences compared with 800; 210 in May to October 2024 and 300 in the same months of 2023.
    """
    counts = [each for each in numbers if each.kind == NumberKind.COUNT and word_at(tokens, each.end) not in _PLACES]
    if len(counts) < 2:
        return {}
    first, second = counts[:2]
    before = [word_at(tokens, second.first - back) for back in (2, 1)]
    sign = (second.value > first.value) - (second.value < first.value)
    if before in (["compared", "with"], ["compared", "to"]) or before[1] in ("against", "versus", "vs"):
        return {second.first - 1: -sign} if sign else {}
    named = [each for each in periods if each.period or each.relative]
    is_later = any(each.first > second.first for each in named) and any(each.first < second.first for each in named)
    if before[1] != "and" or not is_later or len(named) < 2:
        return {}
    last = named[-1].period
    is_before = named[-1].relative == "year" or bool(named[0].period and last and last < named[0].period)
    return {second.first - 1: -sign if is_before else sign} if sign else {}


_PLACES = frozenset(("areas", "hotspot", "hotspots", "town", "towns", "patrol", "districts", "months", "target"))


def _says_change(tokens: Sequence[Token], place: int, *, is_compared: bool) -> bool:
    word, before, after = word_at(tokens, place), word_at(tokens, place - 1), word_at(tokens, place + 1)
    if word in ("up", "down"):
        return _is_up(tokens, place)
    if word in ("more", "less", "fewer"):
        return _is_more(tokens, place, is_compared=is_compared)
    if word in ("increased", "increasing", "improved") and after in _ADJECTIVE_OF:
        return False
    if before in ("short", "clear") or (word == "improved" and before in ("everything", "all", "everywhere")):
        return False
    if word == "safer" and _is_name(tokens, place):
        return False
    return not (word == "growing" and after in ("concern", "problem", "number"))


def _is_name(tokens: Sequence[Token], place: int) -> bool:
    """Whether a word with a capital letter begins a name: the Safer Neighbourhood Team."""
    return tokens[place].text[0].isupper() and place + 1 < len(tokens) and tokens[place + 1].text[0].isupper()


def _is_up(tokens: Sequence[Token], place: int) -> bool:
    """Whether up or down says a change: arrests are up, down by a third; not up to, set up."""
    before, after = word_at(tokens, place - 1), word_at(tokens, place + 1)
    numbered = place + 1 < len(tokens) and tokens[place + 1].is_number
    if after == "to" or before in _GATHERING:
        return False
    return (
        before in _BEFORE_UP
        or before in _DRIVING
        or after in _AFTER_UP
        or numbered
        or place == len(tokens) - 1
        or _is_end(after)
    )


def _is_more(tokens: Sequence[Token], place: int, *, is_compared: bool) -> bool:
    """Whether more, less or fewer compares two things, and not a number with another: fewer incidents than in May."""
    word, after = word_at(tokens, place), word_at(tokens, place + 1)
    if after == "than" and (not is_compared or _is_amount(tokens, place + 2)):
        return False
    is_of_incidents = bool(mentions_of(tokens[place + 1 : place + 5])) and word == "less"
    return word == "fewer" or is_compared or is_of_incidents


def _is_end(word: str) -> bool:
    return word in (".", ",", ";", "and", "in", "across", "!", "since", "this", "year", "compared", "a", "two", "three")


def _is_amount(tokens: Sequence[Token], place: int) -> bool:
    word = word_at(tokens, place)
    return word[:1].isdigit() or word in SMALL or word in MULTIPLES or word in ("a", "an", "half", "twice")


def is_intended(tokens: Sequence[Token], place: int) -> bool:
    """Whether the verb at this place is what somebody means to do: to cut crime, aimed at reducing, will fall."""
    before = [_but_may(tokens, place - back) for back in range(1, 7)]
    if (
        before[0] in ("to", "and")
        or (before[0] == "at" and before[1] in INTENDS)
        or (before[0] == "further" and before[1] == "to")
    ):
        upto = before[1:4] if before[0] == "to" else before[1:5]
        if before[0] == "to" and not (_HELPING & set(upto)):
            return before[1] not in ("due", "thanks", "led", "leads", "leading", "owing", "down", "contributed")
        if before[0] == "at":
            return True
    for word in before[:4]:
        if word in (",", ".", ";"):
            break
        if word in INTENDS and word not in ("continued", "continues"):
            return True
    return False


def _but_may(tokens: Sequence[Token], place: int) -> str:
    """A word, empty for the month of May: it is no verb."""
    return "" if 0 <= place < len(tokens) and tokens[place].text == "May" else word_at(tokens, place)


def is_intended_amount(tokens: Sequence[Token], number: Quantity) -> bool:
    """Whether a number is by how much somebody means to change something: to cut crime by a fifth.

    What could have happened is claimed, so it is none.
    """
    if number.kind == NumberKind.COUNT or word_at(tokens, number.first - 1) != "by":
        return False
    verbs = [at for at in range(max(number.first - 8, 0), number.first) if tokens[at].word in FALLS | RISES]
    if not verbs or not is_intended(tokens, verbs[-1]):
        return False
    before = _words(tokens[max(verbs[-1] - 8, 0) : verbs[-1]])
    return bool(before & INTENDS) and "have" not in before


def _words(tokens: Iterable[Token]) -> set[str]:
    return {token.word for token in tokens}


def clauses(
    tokens: Sequence[Token], changes: Iterable[int], mentions: Sequence[Mention], numbers: Sequence[Quantity]
) -> list[tuple[int, int, bool]]:
    """The clauses of a sentence: first token, the one after its last, and whether it says a change."""
    places = set(changes)
    if not places:
        return [(0, len(tokens), False)]
    spans: tuple[Span, ...] = (*mentions, *numbers)
    inside = {place for each in spans for place in range(each.first + 1, each.end)}
    cuts = [
        0,
        *(place for place, token in enumerate(tokens) if token.word in _BREAKS and place not in inside and place),
    ]
    cuts.append(len(tokens))
    found: list[tuple[int, int, bool]] = []
    for start, end in pairwise(cuts):
        if start == end:
            continue
        is_change = any(start <= place < end for place in places)
        holds = [each for each in mentions if start <= each.first < end]
        counted = [each for each in numbers if start <= each.first < end]
        is_more = not holds or not counted
        if found and is_change and not holds:
            found[-1] = (found[-1][0], end, True)
        elif found and (is_change == found[-1][2] or (is_more and not is_change) or (found[-1][2] and not holds)):
            found[-1] = (found[-1][0], end, found[-1][2] or (is_change and not _is_whole(found[-1], mentions, numbers)))
        elif found and is_change and not _is_whole(found[-1], mentions, numbers):
            found[-1] = (found[-1][0], end, True)
        else:
            found.append((start, end, is_change))
    return found


def _is_whole(clause: tuple[int, int, bool], mentions: Sequence[Mention], numbers: Sequence[Quantity]) -> bool:
    """Whether a clause that says no change says a count by itself."""
    start, end, _ = clause
    return any(start <= each.first < end for each in mentions) and any(start <= each.first < end for each in numbers)
