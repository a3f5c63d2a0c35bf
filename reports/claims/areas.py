"""The areas that a sentence names: all of them, some that it does not name, or towns, districts and hotspot areas."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hotspots.models import HotspotArea
from reports.claims.tokens import Span, Token, tokens_of
from reports.claims.word_lists import words

_ALL = words("all")


@dataclass(frozen=True)
class Gazetteer:
    """The names of towns, districts and hotspot areas, by their words in small letters, and the areas of each."""

    names: Mapping[tuple[str, ...], frozenset[int]]
    everything: frozenset[int]
    longest: int = field(default=1)

    @classmethod
    def of(cls, areas: Iterable[HotspotArea]) -> "Gazetteer":
        """Made from areas with their districts."""
        found: dict[tuple[str, ...], set[int]] = {}
        everything = set()
        for area in areas:
            everything.add(area.pk)
            for name in {area.name, area.town, area.district.name}:
                if words := tuple(token.word for token in tokens_of(name)):
                    found.setdefault(words, set()).add(area.pk)
        longest = max(map(len, found), default=1)
        return cls({words: frozenset(ids) for words, ids in found.items()}, frozenset(everything), longest)


@dataclass(frozen=True)
class NamedAreas(Span):
    """Areas that a sentence names: their ids, its first token and the one after its last."""

    ids: frozenset[int]


def areas_of(tokens: Sequence[Token], gazetteer: Gazetteer) -> list[NamedAreas]:
    """Every name of a town, district or area in a sentence, in order, the longest for each."""
    words = [token.word.removesuffix("'s") for token in tokens]
    found, place = list[NamedAreas](), 0
    while place < len(words):
        for length in range(min(gazetteer.longest, len(words) - place), 0, -1):
            ids = gazetteer.names.get(tuple(words[place : place + length]))
            if ids is not None and tokens[place].text[0].isupper():
                found.append(NamedAreas(place, place + length, ids))
                place += length
                break
        else:
            place += 1
    return found


def names_all(tokens: Sequence[Token]) -> bool:
    """Whether a sentence says that it is of all areas."""
    return any(token.word in _ALL for token in tokens)
