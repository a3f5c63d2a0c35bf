"""The words by which claims are read, from `words.toml`: they are data that an analyst can read and add to."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_LISTS: Mapping[str, Any] = tomllib.loads(Path(__file__).with_name("words.toml").read_text())


def words(name: str) -> frozenset[str]:
    """The words of a list. Raises KeyError for one that there is not."""
    return frozenset(_LISTS[name].split())


def phrases(name: str) -> tuple[tuple[str, ...], ...]:
    """The phrases of a list, each as its words, in the order of the file."""
    return _phrases(_LISTS[name])


def phrases_by_name(name: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    """The lists of phrases of a table, by their names."""
    return {key: _phrases(text) for key, text in _LISTS[name].items()}


def _phrases(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(line.split()) for line in text.strip().split("\n"))


def forms_by_verb(name: str) -> dict[str, frozenset[str]]:
    """Every form of the verbs of a list, with the particles of which one must follow (none: nothing need follow).

    A line has the verb, after slashes its irregular forms, and its particles: `drive/drove/driven out away`. A form
    after an equals sign stands for itself alone: `=ended`. In the last line that has a form its particles hold.
    """
    found: dict[str, frozenset[str]] = {}
    for line in _LISTS[name].strip().split("\n"):
        verb, *particles = line.split()
        base, *irregular = verb.split("/")
        forms = {base[1:]} if base.startswith("=") else _regular(base)
        found |= dict.fromkeys(forms | set(irregular), frozenset(particles))
    return found


def _regular(verb: str) -> set[str]:
    """The regular forms of an English verb, and some that do no harm because nobody writes them."""
    stem = verb.removesuffix("e")
    forms = {verb, f"{verb}s", f"{stem}ed", f"{stem}ing"}
    if verb.endswith("y") and verb[-2] not in "aeiou":
        forms |= {f"{verb[:-1]}ies", f"{verb[:-1]}ied"}
    if verb.endswith(("s", "sh", "ch", "x", "z")):
        forms.add(f"{verb}es")
    if verb[-1] not in "aeiouywx" and verb[-2:-1] in "aeiou":
        forms |= {f"{verb}{verb[-1]}ed", f"{verb}{verb[-1]}ing"}
    return forms
