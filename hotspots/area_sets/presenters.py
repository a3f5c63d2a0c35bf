"""Sets of areas in words and table rows."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from shapely import STRtree
from shapely.geometry import shape

from hotspot.core import wording
from hotspots.amounts import exact_hours
from hotspots.area_sets.queries import SetChanges, boundary_of
from hotspots.areas.boundaries import check_boundary
from hotspots.areas.overlaps import find_overlaps
from hotspots.areas.presenters import set_dates, set_state
from hotspots.areas.sizes import size_in_words
from hotspots.models import AreaSet, AreaSetMember, HotspotArea
from hotspots.power.presenters import POWER_COLUMNS, beside, power_cells
from hotspots.power.queries import Powers
from hotspots.targets.forms import TargetLine
from hotspots.targets.queries import Aim

LIST_COLUMNS: list[dict[str, Any]] = [
    {"label": "Set"},
    {"label": "State"},
    {"label": "In force"},
    {"label": "Areas", "numeric": True},
    {"label": "Replaces"},
]


def list_rows(sets: Iterable[AreaSet], *, day: date) -> list[list[Any]]:
    """The rows of the list of sets, each with its `area_count`."""
    return [
        [
            {"url": reverse("area_sets:area_set", args=(each.pk,)), "text": each.name},
            set_state(each, day=day),
            set_dates(each),
            f"{each.area_count:,}",  # type: ignore[attr-defined]
            str(each.replaces or "–"),
        ]
        for each in sets
    ]


def set_facts(area_set: AreaSet, *, sees_people: bool) -> list[dict[str, Any]]:
    """One set as a summary list; `sees_people` adds who proposed and approved it."""

    def signed(person: Any, at: Any) -> str:
        words = wording.moment(at)
        return f"{words}, by {person}" if sees_people else words

    rows = [{"key": "In force", "value": set_dates(area_set)}]
    if area_set.replaces and (area_set.replaces.is_approved or sees_people):
        rows.append({"key": "Replaces", "value": str(area_set.replaces)})
    if area_set.reason:
        rows.append({"key": "How its areas were chosen", "value": area_set.reason})
    if area_set.proposed_at and not area_set.is_draft:
        rows.append({"key": "Proposed", "value": signed(area_set.proposed_by, area_set.proposed_at)})
    if area_set.approved_at:
        rows.append({"key": "Approved", "value": signed(area_set.approved_by, area_set.approved_at)})
    return rows


def origins_in_words(members: Sequence[AreaSetMember]) -> dict[int, str]:
    """What each member is, by its id: Continues, New, Redrawn from A, Split from A, Merged from A and B."""
    children = Counter(origin.area_id for member in members for origin in member.origins.all())
    return {member.pk: _origin(member, children) for member in members}


def _origin(member: AreaSetMember, children: Counter[int]) -> str:
    origins = list(member.origins.all())
    if not member.is_new:
        return "Continues"
    if not origins:
        return "New"
    names = wording.listing([str(origin.area) for origin in origins])
    if len(origins) > 1:
        return f"Merged from {names}"
    return f"Split from {names}" if children[origins[0].area_id] > 1 else f"Redrawn from {names}"


def member_columns(*, sees_targets: bool, powers: Powers | None = None) -> list[dict[str, Any]]:
    """The columns of `member_rows`."""
    columns: list[dict[str, Any]] = [{"label": label} for label in ("Area", "In this set", "District", "Hotspot for")]
    columns.append({"label": "Hectares", "numeric": True})
    targets = [{"label": label, "numeric": True} for label in ("Hours a month", "Patrols a month")]
    return [*columns, *(targets if sees_targets else ()), *(POWER_COLUMNS if powers else ())]


def member_rows(
    members: Sequence[AreaSetMember], *, sees_targets: bool, powers: Powers | None = None
) -> list[list[Any]]:
    """The areas of a set; one that exists links to its page, a candidate to what is known of it."""
    words = origins_in_words(members)
    rows = [
        [
            _link(member),
            words[member.pk],
            str(member.area.district if member.area else member.district or "–"),
            _kind(member).replace(HotspotArea.Kind.ASB.label, "ASB"),
            f"{check_boundary(boundary_of(member)).hectares:,.1f}",
            *([_or_dash(exact_hours(member.patrol_minutes)), _or_dash(f"{member.patrols:,}")] if sees_targets else []),
        ]
        for member in members
    ]
    return beside(rows, powers) if powers else rows


def member_foot(members: Sequence[AreaSetMember], powers: Powers | None = None) -> list[str]:
    """The sums under the table of areas with their targets."""
    minutes, patrols = sum(each.patrol_minutes for each in members), sum(each.patrols for each in members)
    hectares = sum(check_boundary(boundary_of(each)).hectares for each in members)
    return ["All of these", "", "", "", f"{hectares:,.1f}", exact_hours(minutes), f"{patrols:,}",
            *(power_cells(powers.together) if powers else ())]  # fmt: skip


def _or_dash(number: str) -> str:
    return "–" if number == "0" else number


def _kind(member: AreaSetMember) -> str:
    kind = member.area.kind if member.area else member.kind
    return HotspotArea.Kind(kind).label if kind else "–"


def _link(member: AreaSetMember) -> dict[str, str]:
    if member.is_candidate or not member.area_set.is_approved:
        return {"url": reverse("area_sets:member", args=(member.pk,)), "text": str(member) or "Without a name"}
    return {"url": reverse("hotspots:area", args=(member.area_id,)), "text": str(member)}


def member_facts(member: AreaSetMember, origin: str, *, sees_targets: bool) -> list[dict[str, Any]]:
    """What is known of one area of a set, as a summary list."""
    about = member.area or member
    hours, patrols = member.patrol_minutes, member.patrols
    target = f"{exact_hours(hours)} hours, {wording.plural(patrols, 'patrol')}" if hours or patrols else "None"
    rows = [
        {"key": "In this set", "value": origin},
        {"key": "Town", "value": about.town or "–"},
        {"key": "District", "value": str(about.district or "–")},
        {"key": "Hotspot for", "value": _kind(member)},
        {"key": "Size", "value": size_in_words(check_boundary(boundary_of(member)))},
    ]
    if about.reason:
        rows.append({"key": "Why it was chosen", "value": about.reason})
    return [*rows, {"key": "Target a month", "value": target}] if sees_targets else rows


def reasons(members: Sequence[AreaSetMember]) -> list[dict[str, str]]:
    """Why each area was chosen, as a summary list; those without a reason are left out."""
    found = [(member, (member.area or member).reason) for member in members]
    return [{"key": str(member), "value": reason} for member, reason in found if reason]


def changes_in_words(area_set: AreaSet, changes: SetChanges) -> list[dict[str, str]]:
    """What approving a set does, as a summary list for whoever decides."""
    first = wording.day(area_set.first_day)
    until = f" until {wording.day(area_set.last_day)}" if area_set.last_day else ""
    lines = (
        (f"Created on {first}", changes.created),
        (f"Continue{until}" if until else "Continue, with no last day", changes.continuing),
        ("End on the day before", changes.ending),
    )
    rows = [{"key": key, "value": "\n".join(map(str, found)) or "None"} for key, found in lines]
    without = [str(each) for each in (*changes.created, *changes.continuing) if not each.patrol_minutes]
    return [*rows, {"key": "Without a target", "value": "\n".join(without)}] if without else rows


def overlaps_in_words(members: Sequence[AreaSetMember]) -> list[str]:
    """Which areas of a set overlap, and how much of each: patrols there would have to be of one of them."""
    if len(members) < 2:
        return []
    shapes = [shape(boundary_of(member)) for member in members]
    first, second = STRtree(shapes).query(shapes, predicate="intersects")
    pairs = sorted((int(one), int(other)) for one, other in zip(first, second, strict=True) if one < other)
    return [words for one, other in pairs if (words := _overlap(members[one], members[other]))]


def _overlap(one: AreaSetMember, other: AreaSetMember) -> str:
    named = HotspotArea(name=str(other), boundary=boundary_of(other))
    found = find_overlaps(check_boundary(boundary_of(one)), [named])
    if not found:
        return ""
    shared = found[0]
    return (
        f"{one} and {other} share {shared.hectares:,.1f} hectares: {shared.share:.0%} of {one} and "
        f"{shared.share_of_area:.0%} of {other}."
    )


def target_lines(members: Sequence[AreaSetMember]) -> list[TargetLine]:
    """The lines of the form of targets."""
    words = origins_in_words(members)
    return [
        TargetLine(member.pk, str(member), Aim(member.patrol_minutes, member.patrols), words[member.pk])
        for member in members
    ]
