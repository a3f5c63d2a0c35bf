"""New areas of a set, made from groups of cells or other units of an analysis."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from shapely.geometry import shape

from hotspots.analysis.area_presenters import kind_of_area, reason_for
from hotspots.analysis.groups import UnitGroup
from hotspots.models import AreaSetMember, District, HotspotAnalysis, HotspotArea

SAME_LAND = 0.1
"""A new area is taken for a child of an ending one where they share this much of the smaller of the two."""


def candidates_of(
    analysis: HotspotAnalysis,
    groups: Sequence[UnitGroup],
    *,
    members: Sequence[AreaSetMember],
    ending: Sequence[HotspotArea],
) -> list[dict[str, Any]]:
    """The arguments of `operations.add_candidate` for groups of cells or other units, named after their streets.

    A name that a member has already, or that two groups share, gets a number. `ending` are the areas of which they can
    be made, because those do not continue.
    """
    districts = {district.name: district for district in District.objects.defer("outline")}
    used = Counter(str(member).lower() for member in members)
    found = []
    for group in groups:
        found.append(
            {
                "boundary": group.boundary,
                "analysis": analysis,
                "name": _numbered(group.name or f"Land in {group.district}", used),
                "town": group.district,
                "district": districts.get(group.district),
                "kind": kind_of_area(analysis),
                "reason": reason_for(analysis, group),
                "origins": origins_of(group.boundary, ending),
            }
        )
    return found


def _numbered(name: str, used: Counter[str]) -> str:
    used[name.lower()] += 1
    number = used[name.lower()]
    return name[:110] if number == 1 else f"{name[:110]} ({number})"


def origins_of(boundary: dict[str, Any], areas: Sequence[HotspotArea]) -> list[HotspotArea]:
    """The areas that share enough land with a boundary for it to be made from them."""
    here = shape(boundary)
    found = []
    for area in areas:
        there = shape(area.boundary)
        if here.intersection(there).area >= SAME_LAND * min(here.area, there.area):
            found.append(area)
    return found
