"""Texts that take a regular expression as long as possible, made from the expression itself."""

import re
from collections.abc import Iterator
from itertools import product

# The parser that `re` itself uses.
from re import _constants, _parser
from typing import Any

from tests.house.growth import processor_seconds

_OF_A_CATEGORY = {
    _constants.CATEGORY_DIGIT: "1",
    _constants.CATEGORY_SPACE: " ",
    _constants.CATEGORY_WORD: "a",
    _constants.CATEGORY_NOT_DIGIT: "a",
    _constants.CATEGORY_NOT_SPACE: "a",
    _constants.CATEGORY_NOT_WORD: "-",
}
_STRANGER = "\x7f"
MOST_TOKENS = 10


def attacks(pattern: re.Pattern[Any], size: int) -> Iterator[Any]:
    """Texts of about `size` characters: a start that matches, one piece repeated, and an end that does not match."""
    sample = list(_sample(_parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)))
    starts = list(dict.fromkeys("".join(sample[:end]) for end in range(min(len(sample), 12) + 1)))
    tokens = list(dict.fromkeys([*sample, *(character for token in sample for character in token), _STRANGER]))
    tokens = tokens[:MOST_TOKENS]
    pieces = dict.fromkeys([*tokens, *map("".join, product(tokens, repeat=2)), *starts, "".join(sample)])
    for start, piece, end in product(starts, filter(None, pieces), ("", _STRANGER, "a")):
        text = start + piece * (size // len(piece)) + end
        yield text.encode("utf-8") if isinstance(pattern.pattern, bytes) else text


def _sample(parsed: Any) -> Iterator[str]:
    """The pieces of one text that the expression matches, or nearly; and of each class one member more."""
    for kind, value in parsed:
        if kind is _constants.LITERAL:
            yield chr(value)
        elif kind in (_constants.NOT_LITERAL, _constants.ANY):
            yield "a"
        elif kind is _constants.IN:
            yield from _members(value)
        elif kind in (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT):
            yield from _sample(value[2])
        elif kind is _constants.SUBPATTERN:
            yield from _sample(value[-1])
        elif kind is _constants.ATOMIC_GROUP:
            yield from _sample(value)
        elif kind is _constants.BRANCH:
            for branch in value[1]:
                yield from _sample(branch)


def _members(members: Any) -> Iterator[str]:
    if members[0][0] is _constants.NEGATE:
        yield "a"
        return
    for kind, value in members[:3]:
        if kind is _constants.LITERAL:
            yield chr(value)
        elif kind is _constants.RANGE:
            yield chr(value[0])
        elif kind is _constants.CATEGORY:
            yield _OF_A_CATEGORY[value]


def seconds(pattern: re.Pattern[Any], method: str, text: Any) -> float:
    """Processor time that a method of the expression takes for the text."""
    if method in ("sub", "subn"):
        return processor_seconds(lambda: getattr(pattern, method)(text[:0], text))
    if method == "finditer":
        return processor_seconds(lambda: list(pattern.finditer(text)))
    return processor_seconds(lambda: getattr(pattern, method)(text))
