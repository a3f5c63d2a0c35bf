"""Districts in table rows."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspots.areas.outlines import OutlineFile

MOST_NAMED = 10

DISTRICT_COLUMNS = [
    {"label": "District"},
    {"label": "ONS code"},
    {"label": "Outline"},
    {"label": "Areas", "numeric": True},
    {"label": "Supervisors", "numeric": True},
]


def district_rows(districts: Iterable[Any], *, manages: bool) -> list[list[Any]]:
    """The rows of the list of districts, as `queries.districts_seen_by` gives them."""
    return [
        [
            {"url": reverse("hotspots:edit_district", args=(district.pk,)), "text": district.name}
            if manages
            else district.name,
            district.code,
            "Loaded" if district.has_outline else "None",
            f"{district.area_count:,}",
            f"{district.people_count:,}",
        ]
        for district in districts
    ]


OUTLINE_COLUMNS = [{"label": label} for label in ("District", "ONS code", "Outline", "Shape in the file")]


def outline_rows(found: OutlineFile) -> list[list[Any]]:
    """What each district would get from a file of outlines."""
    return [
        [
            outline.district.name,
            outline.district.code,
            {"text": "New", "colour": "green"}
            if outline.is_first
            else {"text": "Replaces another", "colour": "yellow"},
            f"Repaired: {outline.repair.change}" if outline.repair else "Valid",
        ]
        for outline in found.outlines
    ]


def outline_notes(found: OutlineFile) -> list[str]:
    """What else is to be known about a file of outlines, in sentences."""
    repaired = [outline.district.name for outline in found.outlines if outline.was_repaired]
    notes = []
    if repaired:
        notes.append(f"Not valid as drawn, and repaired: {_named(repaired)}.")
    if found.unused:
        count = wording.plural(
            len(found.unused),
            "feature is not used, because it is not a district here",
            "features are not used, because they are not districts here",
        )
        notes.append(f"{count}: {_named(found.unused)}.")
    if found.missing:
        notes.append(f"Still without an outline: {_named(found.missing)}.")
    return notes


def _named(names: Sequence[str]) -> str:
    """All of the names, or the first ten and how many more."""
    more = len(names) - MOST_NAMED
    return wording.listing([*names[:MOST_NAMED], f"{more:,} more"] if more > 0 else list(names))
