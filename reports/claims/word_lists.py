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
