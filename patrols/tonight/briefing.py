"""The briefing sheet of a night: the areas that want a patrol or have one planned, each with a map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Prefetch
from shapely.geometry import shape
from shapely.ops import unary_union

from hotspot.core import wording
from hotspot.core.models import User
from hotspots.areas.boundaries import check_boundary
from hotspots.areas.drawings import Drawing, Square, drawing
from hotspots.areas.queries import places_within
from hotspots.models import HotspotArea
from patrols.models import CrewMember, CrewRole, PatrolShift
from patrols.tonight import presenters
from patrols.tonight.queries import AreaTonight, Tonight
from patrols.tonight.tactics import Tactic

MOST_MAPS = 40
"""More areas than that are nobody's briefing: maps would only make the page slow."""
DECIMALS = 5  # About one metre.


@dataclass(frozen=True)
class BriefedShift:
    """A shift of the night: when, who leads it, and of whom the crew is, by role. Never by name or number: a sheet goes
    from hand to hand.
    """

    times: str
    lead: str
    crew: str


@dataclass(frozen=True)
class BriefedArea:
    """An area of the sheet."""

    area: HotspotArea
    reason: str
    wanted: str
    given: str
    tactics: Sequence[Tactic]
    shifts: Sequence[BriefedShift]
    drawing: Drawing | None
    middle: str


def briefed(found: Tonight, *, by: User) -> list[BriefedArea]:
    """The areas that still want a patrol, in order of need, and then those that have one planned all the same."""
    planned = [each for each in (*found.done, *found.unasked) if each.ahead]
    listed = [*found.wanted, *planned]
    boundaries = _boundaries(listed)
    drawings = _drawings(listed, boundaries, by)
    crews = _crews(by, [shift.pk for each in listed for shift in each.ahead])
    return [
        BriefedArea(
            each.area,
            presenters.reason(each),
            presenters.wanted(each.need),
            presenters.given(each.need),
            each.tactics,
            [_shift(shift, crews.get(shift.pk, "")) for shift in each.ahead],
            drawings.get(each.area.pk),
            _middle(boundaries[each.area.pk]),
        )
        for each in listed
    ]


def _boundaries(listed: Sequence[AreaTonight]) -> dict[int, dict[str, Any]]:
    ids = [each.area.pk for each in listed]
    return dict(HotspotArea.objects.filter(pk__in=ids).values_list("pk", "boundary"))


def _drawings(listed: Sequence[AreaTonight], boundaries: Mapping[int, dict[str, Any]], by: User) -> dict[int, Drawing]:
    """Each of the first areas from close by, with the others of them around it and the places beneath."""
    drawn = listed[:MOST_MAPS]
    if not drawn:
        return {}
    land = unary_union([shape(boundaries[each.area.pk]) for each in drawn])
    places = places_within(by, Square.around(land).degrees)
    shown, found = {each.area.pk for each in drawn}, {}
    for each in drawn:
        around = [boundary for pk, boundary in boundaries.items() if pk in shown and pk != each.area.pk]
        boundary = check_boundary(boundaries[each.area.pk])
        found[each.area.pk] = drawing(each.area.name, boundary, around, places=places)
    return found


def _crews(by: User, shifts: Sequence[int]) -> dict[int, str]:
    """2 police officers and 1 PCSO, by shift."""
    crew = Prefetch("crew", CrewMember.objects.only("shift_id", "role"))
    rows = PatrolShift.objects.visible_to(by).filter(pk__in=shifts).only("pk").prefetch_related(crew)
    found = {}
    for shift in rows:
        roles = [row.role for row in shift.crew.all()]
        parts = [_of_role(role, roles.count(role)) for role in CrewRole if role in roles]
        found[shift.pk] = wording.listing(parts) if parts else "No crew yet"
    return found


def _of_role(role: CrewRole, number: int) -> str:
    label = role.label if role is CrewRole.PCSO else role.label.lower()
    return wording.plural(number, label)


def _shift(shift: PatrolShift, crew: str) -> BriefedShift:
    return BriefedShift(
        f"{wording.clock(shift.starts_at)} to {wording.clock(shift.ends_at)}", shift.logged_by.name, crew
    )


def _middle(boundary: dict[str, Any]) -> str:
    """A point inside the area as a device is told it: 51.94681, -0.27834."""
    point = shape(boundary).representative_point()
    return f"{point.y:.{DECIMALS}f}, {point.x:.{DECIMALS}f}"


def until(found: Tonight) -> str:
    """Saturday 12 October 2024, 6am to 6am on Sunday."""
    following = found.day + timedelta(days=1)
    return f"{wording.weekday(found.day)}, 6am to 6am on {following:%A}"
