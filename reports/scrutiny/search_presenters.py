"""Searches by power and object with their find rates, and weapons by kind and by how they were found."""

from collections import Counter
from collections.abc import Sequence

from hotspot.core import wording
from outcomes.models import WeaponSource
from reports.figures.breakdowns import SearchPart, WeaponPart
from reports.scrutiny.presenters import PackTable, rate_in_words
from reports.scrutiny.rates import find_rate

_TO_FOLLOW = "Detail to follow"
_COLUMNS = ("Searches", "Something found", "Nothing found", "Find rate (95% interval)")


def search_table(code: str, name: str, parts: Sequence[SearchPart]) -> PackTable:
    """Searches by the terms of one field, most first, with the find rate of those that say."""
    rows = [
        [
            str(part.term or _TO_FOLLOW),
            *(f"{number:,}" for number in (part.searches, part.found, part.nothing)),
            rate_in_words(find_rate(part.found, part.nothing), percent=True),
        ]
        for part in parts
    ]
    return PackTable(code, f"Stop searches by {name.lower()}", (name, *_COLUMNS), rows)


def weapon_table(parts: Sequence[WeaponPart]) -> PackTable:
    """Weapons by kind, one column for each way in which any was found; knives are said to be."""
    labels = dict(WeaponSource.objects.values_list("code", "label"))
    ways = [way for way in (*labels, None) if any(part.found_by == way for part in parts)]
    numbers = Counter[tuple[str, str | None]]()
    for part in parts:
        numbers[_kind(part), part.found_by] += part.number
    kinds = dict.fromkeys(_kind(part) for part in parts)
    rows = [
        [kind, *(f"{numbers[kind, way]:,}" for way in ways), f"{sum(numbers[kind, way] for way in ways):,}"]
        for kind in kinds
    ]
    header = ("Kind", *(labels.get(way or "", _TO_FOLLOW) for way in ways), "All")
    return PackTable("weapons", "Weapons by kind and how they were found", header, rows)


def _kind(part: WeaponPart) -> str:
    if part.kind is None:
        return _TO_FOLLOW
    return f"{part.kind} (knife)" if part.kind.is_knife else str(part.kind)


def weapons_sentence(parts: Sequence[WeaponPart]) -> str:
    """Of 22 weapons recovered 15 were knives, and 18 were found in stop searches."""
    total = sum(part.number for part in parts)
    knives = sum(part.number for part in parts if part.kind is not None and part.kind.is_knife)
    waits = sum(part.number for part in parts if part.kind is None)
    said = f"{wording.plural(total, 'weapon')} recovered, of which {wording.plural(knives, 'knife', 'knives')}"
    return f"{said}; the kind of {waits:,} is to follow." if waits else f"{said}."
