"""Which header of a file is which column, by the words that people use for it."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_NOT_WORDS = re.compile(r"[^a-z0-9]+")
_PLURAL = re.compile(r"(?<=ch)es$|s$")


@dataclass(frozen=True)
class ImportColumn:
    """One thing that a row can say. `words` are other headers that mean it; `name` is what the rules call it."""

    name: str
    label: str
    words: tuple[str, ...] = ()
    hint: str = ""
    is_needed: bool = False
    part: str = ""


def recognise(headers: Sequence[str], columns: Sequence[ImportColumn]) -> dict[str, int]:
    """Which column each header is, by name, label or another word for it: column name → place of the header."""
    known: dict[str, str] = {}
    for words in (lambda c: (c.name, c.label), lambda c: c.words):
        for column in columns:
            for word in words(column):
                known.setdefault(_plain(word) or word, column.name)
    found: dict[str, int] = {}
    for place, header in enumerate(headers):
        if name := known.get(_plain(header) or header.lower()):
            found.setdefault(name, place)
    return found


def fingerprint(headers: Sequence[str]) -> str:
    """What a set of headers is remembered by, whatever capitals and spaces they are written with."""
    return hashlib.sha256("\n".join(map(_plain, headers)).encode()).hexdigest()


def missing(
    columns: Sequence[ImportColumn], chosen: Mapping[str, int], given: frozenset[str] = frozenset()
) -> list[ImportColumn]:
    """The columns that no file can do without and that this one has not, apart from those `given` by others."""
    return [column for column in columns if column.is_needed and column.name not in {*chosen, *given}]


def _plain(header: str) -> str:
    """A header in small letters, without signs and the s of plurals, so that "Arrest(s)" and "ARRESTS" are one."""
    words = _NOT_WORDS.sub(" ", header.lower()).split()
    return " ".join(stem for word in words if (stem := _PLURAL.sub("", word)))
