"""What weapons, knives and arrests are said to have come from: stop searches, weapons sweeps."""

from collections.abc import Mapping, Sequence
from itertools import takewhile

from reports.claims.lexicon import SEARCHES, SWEEPS
from reports.claims.numbers import SMALL
from reports.claims.word_lists import words

_YIELDS = words("yields")
_FOUND = words("findings")
_THROUGH = words("sources")
# How words for each way of finding begin.
_BEGINNINGS: Mapping[str, tuple[str, ...]] = {SEARCHES: ("search", "stop"), SWEEPS: ("sweep",)}


def source_of(said: Sequence[str], first: int, end: int) -> str:
    """How what is counted is said to have been found; empty for nothing said. The count is from `first` to `end`.

    Seized in searches; searches that found 22 weapons; nine in weapons sweeps.
    """
    near = said[max(first - 8, 0) : end + 14]
    after = list(takewhile(lambda word: not word[:1].isdigit() and word not in SMALL, said[end : end + 12]))
    for source, begins in _BEGINNINGS.items():
        is_near = any(word.startswith(begins[0]) for word in near)
        if is_near and (_is_after(after, begins) or _is_before(said[:first], after, begins[0])):
            return source
    return ""


def _is_after(after: Sequence[str], begins: tuple[str, ...]) -> bool:
    for place, word in enumerate(after):
        if word in (",", ";", "and", "while"):
            return False
        if word in _THROUGH and any(each.startswith(begins) for each in after[place : place + 6]):
            return True
    return False


def _is_before(before: Sequence[str], after: Sequence[str], begins: str) -> bool:
    last = max((place for place, word in enumerate(before) if word.startswith(begins)), default=None)
    if last is None:
        return False
    if "result" in after:
        return True
    between = before[last + 1 :]
    if _FOUND & set(between[-3:]):
        return True
    return len(between) <= 9 and bool(_YIELDS & set(between)) and not {"and", ",", ";"} & set(between)
