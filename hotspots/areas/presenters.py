"""Hotspot areas in words and table rows."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspots.areas.boundaries import Boundary
from hotspots.areas.features import Feature
from hotspots.areas.overlaps import Overlap
from hotspots.areas.repair import InvalidBoundary
from hotspots.areas.sizes import hectares, size_in_words
from hotspots.models import AreaSet, AreaSetMember, HotspotArea

MOST_FAULTS = 10
"""Drawings on one page."""


def area_state(area: HotspotArea, *, day: date) -> dict[str, str]:
    """Whether the area is active, as a tag."""
    if area.is_active_on(day):
        return {"text": "Active", "colour": "green"}
    if area.first_day > day:
        return {"text": "Not yet active", "colour": "yellow"}
    return {"text": "Retired", "colour": "grey"}


def active_dates(area: HotspotArea, *, day: date) -> str:
    """Since 1 May 2024; from 1 May 2030, where that is to come; 1 May 2024 to 31 March 2025."""
    if area.last_day is None:
        return f"{'From' if area.first_day > day else 'Since'} {wording.day(area.first_day)}"
    return f"{wording.day(area.first_day)} to {wording.day(area.last_day)}"


AREA_COLUMNS = [{"label": label} for label in ("Area", "State", "District", "Hotspot for", "Active")]


def area_rows(areas: Iterable[HotspotArea], *, day: date) -> list[list[Any]]:
    """The rows of the list of areas."""
    return [
        [
            {"url": reverse("hotspots:area", args=(area.pk,)), "text": area.name},
            area_state(area, day=day),
            area.district.name,
            area.get_kind_display(),
            active_dates(area, day=day),
        ]
        for area in areas
    ]


FEATURE_COLUMNS = [
    {"label": label} for label in ("Area", "What it is", "District", "Hotspot for", "Active from", "Size")
]


def feature_rows(features: Iterable[Feature]) -> list[list[Any]]:
    """What each feature of a file would become."""
    return [_feature_row(feature) for feature in features]


def _feature_row(feature: Feature) -> list[Any]:
    if feature.area is None:
        return [
            feature.label,
            {"text": "Error", "colour": "red"},
            " ".join(error.message for error in feature.errors),
            "",
            "",
            "",
        ]
    facts = feature.area.facts
    state = {"text": "New", "colour": "green"}
    if feature.differences:
        state = {"text": f"Here with another {wording.listing(list(feature.differences))}", "colour": "yellow"}
    elif feature.known is not None:
        state = {"text": "Here already", "colour": "grey"}
    kind, first_day = HotspotArea.Kind(facts["kind"]).label, wording.day(facts["first_day"])
    boundary = feature.area.boundary
    size = f"{size_in_words(boundary)}. {boundary.repair}" if boundary.repair else size_in_words(boundary)
    return [feature.label, state, facts["district"].name, kind, first_day, size]


def faults(features: Iterable[Feature]) -> list[tuple[Feature, InvalidBoundary]]:
    """The features with a boundary that can be shown to be wrong, and what is wrong with it: the first few of them."""
    found = [(feature, error) for feature in features for error in feature.errors if isinstance(error, InvalidBoundary)]
    return found[:MOST_FAULTS]


def boundary_notes(boundary: Boundary) -> list[str]:
    """How a boundary was read, and what was repaired, in sentences."""
    read = [f"Read as {boundary.source}."] if boundary.source else []
    return [*read, str(boundary.repair)] if boundary.repair else read


def area_facts(area: HotspotArea, boundary: Boundary, *, day: date, manages: bool) -> list[dict[str, Any]]:
    """One area as a summary list."""

    def row(key: str, value: str, name: str = "", action: str = "") -> dict[str, Any]:
        url = reverse(f"hotspots:{name}", args=(area.pk,)) if name and manages else ""
        return {"key": key, "value": value, "url": url, "action": action, "hidden": area.name}

    ending = ("reopen_area", "Reopen") if area.last_day else ("retire_area", "Retire")
    return [
        row("Town", area.town),
        row("District", area.district.name),
        row("Hotspot for", area.get_kind_display()),
        row("Active", active_dates(area, day=day), *ending),
        row("Size", size_in_words(boundary), "redraw_area", "Redraw"),
        row("Place in lists", f"{area.position:,}"),
        *([row("Why it was chosen", area.reason)] if area.reason else []),
    ]


def set_state(area_set: AreaSet, *, day: date) -> dict[str, str]:
    """Where a set stands, as a tag: a draft, a proposal, or in force or not yet or no more."""
    if area_set.is_draft:
        return {"text": "Returned" if area_set.comment else "Draft", "colour": "yellow"}
    if not area_set.is_approved:
        return {"text": "Waiting for approval", "colour": "blue"}
    if area_set.first_day > day:
        return {"text": "Approved, not yet in force", "colour": "turquoise"}
    if area_set.last_day and area_set.last_day < day:
        return {"text": "Ended", "colour": "grey"}
    return {"text": "In force", "colour": "green"}


def set_dates(area_set: AreaSet) -> str:
    """1 April 2026 to 30 June 2026; from 1 July 2026."""
    first = wording.day(area_set.first_day)
    return f"{first} to {wording.day(area_set.last_day)}" if area_set.last_day else f"From {first}"


MEMBERSHIP_COLUMNS = [{"label": label} for label in ("Set", "State", "In force", "In this set")]


def membership_rows(memberships: Iterable[AreaSetMember], *, day: date) -> list[list[Any]]:
    """The sets that one area is in, with what it is in each."""
    return [
        [
            {"url": reverse("area_sets:area_set", args=(each.area_set_id,)), "text": each.area_set.name},
            set_state(each.area_set, day=day),
            set_dates(each.area_set),
            "New" if each.is_new else "Continues",
        ]
        for each in memberships
    ]


def new_area_facts(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What somebody said about a new area, to look at before it is saved."""
    return [
        {"key": "Name", "value": facts["name"]},
        {"key": "Town", "value": facts["town"]},
        {"key": "District", "value": facts["district"].name},
        {"key": "Hotspot for", "value": HotspotArea.Kind(facts["kind"]).label},
        {"key": "Active from", "value": wording.day(facts["first_day"])},
        *([{"key": "Why it was chosen", "value": facts["reason"]}] if facts["reason"] else []),
        *([{"key": "Chosen by analysis", "value": str(facts["analysis"])}] if facts["analysis"] else []),
    ]


OVERLAP_COLUMNS = [
    {"label": "Area"},
    {"label": "Overlap", "numeric": True},
    {"label": "Share of the new boundary", "numeric": True},
    {"label": "Share of that area", "numeric": True},
    {"label": "Active"},
]


def overlap_rows(overlaps: Iterable[Overlap], *, day: date) -> list[list[Any]]:
    """What a new boundary shares with areas that are there."""
    return [
        [
            {"url": reverse("hotspots:area", args=(overlap.area.pk,)), "text": overlap.area.name},
            hectares(overlap.hectares),
            _percent(overlap.share),
            _percent(overlap.share_of_area),
            active_dates(overlap.area, day=day),
        ]
        for overlap in overlaps
    ]


def _percent(share: float) -> str:
    return "under 1%" if share < 0.01 else f"{share:.0%}"
