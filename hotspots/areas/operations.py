"""Writes to districts and hotspot areas. An area ends on a day; `hotspots.deletion` deletes what nothing refers to."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspot.core.text import clean_line
from hotspots.areas import boundaries
from hotspots.areas import rules as areas_rules
from hotspots.areas.features import understand
from hotspots.areas.outlines import understand_outlines
from hotspots.areas.places import ReadPlace, understand_places
from hotspots.models import District, HotspotAnalysis, HotspotArea, Place
from hotspots.saving import locked_row, save_row


@transaction.atomic
def save_district(
    *,
    by: User,
    district_id: int | None = None,
    version: int | None = None,
    name: str,
    code: str,
    name_in_police_data: str = "",
) -> District:
    """Make a district, or correct its names or code. Raises DomainError(s)."""
    district = locked_row(District, district_id, version)
    district.name, district.code = clean_line(name), clean_line(code).upper()
    district.name_in_police_data = clean_line(name_in_police_data)
    areas_rules.check_district_code(district.code)
    if District.objects.filter(name__iexact=district.name).exclude(pk=district.pk).exists():
        raise DomainError("district_name_taken", "There is already a district of this name.", "name")
    _check_police_name(district)
    save_row(district)
    return district


def _check_police_name(district: District) -> None:
    name = district.name_in_police_data or district.name
    same = Q(name__iexact=name, name_in_police_data="") | Q(name_in_police_data__iexact=name)
    if District.objects.filter(same).exclude(pk=district.pk).exists():
        field = "name_in_police_data" if district.name_in_police_data else "name"
        message = "Another district has this name in police data."
        raise DomainError("district_police_name_taken", message, field)


@transaction.atomic
def load_outlines(*, by: User, features: Sequence[Mapping[str, Any]]) -> int:
    """Give the districts of a file of boundaries their outlines, all of them or none; gives how many.

    Raises what `understand_outlines` raises.
    """
    found = understand_outlines(features).outlines
    for outline in found:
        district = locked_row(District, outline.district.pk)
        district.outline = outline.geometry
        district.save(update_fields=("outline",))
    return len(found)


@transaction.atomic
def load_places(*, by: User, at: datetime, features: Sequence[Mapping[str, Any]]) -> int:
    """Put the places of a file in the place of all that were there; gives how many.

    Raises what `understand_places` raises.
    """
    found = understand_places(features).places
    Place.objects.all().delete()
    Place.objects.bulk_create(_place(each, by=by, at=at) for each in found)
    return len(found)


def _place(found: ReadPlace, *, by: User, at: datetime) -> Place:
    west, south, east, north = found.drawn.bounds
    return Place(
        name=found.name,
        outline=found.geometry,
        hectares=found.hectares,
        west=west,
        south=south,
        east=east,
        north=north,
        loaded_by=by,
        loaded_at=at,
    )


@transaction.atomic
def add_area(
    *,
    by: User,
    boundary: Mapping[str, Any],
    analysis: HotspotAnalysis | None = None,
    last_day: date | None = None,
    **facts: Any,
) -> HotspotArea:
    """Make a hotspot area from its `facts` (see `change_area`) and a GeoJSON boundary.

    `analysis` is what chose it, `last_day` its last active day, where that is known. Raises DomainError(s).
    """
    checked = boundaries.check_boundary(boundary).geometry
    area = HotspotArea(boundary=checked, analysis=analysis, last_day=last_day)
    return _save_area(area, **facts)


@transaction.atomic
def change_area(*, by: User, area_id: int, version: int | None = None, **facts: Any) -> HotspotArea:
    """Change name, town, district, kind, first day, place in lists or reason. History keeps what they were.

    Raises DomainError(s).
    """
    return _save_area(locked_row(HotspotArea, area_id, version), **facts)


@transaction.atomic
def import_areas(*, by: User, features: Sequence[Mapping[str, Any]], first_day: date) -> int:
    """Add the areas of a file that are not here yet, all of them or none; gives how many. The others stay as they are.

    `first_day` is for those that do not say theirs. Raises DomainError `features_wrong`, and what `add_area` raises.
    """
    found = understand(features, first_day=first_day)
    wrong = [each for each in found if each.errors]
    if wrong:
        raise DomainError("features_wrong", f"Nothing was imported: feature {wrong[0].number} has an error.")
    new = [each.area for each in found if each.area is not None and each.is_new]
    for area in new:
        _save_area(HotspotArea(boundary=area.boundary.geometry), **area.facts)
    return len(new)


def _save_area(
    area: HotspotArea,
    *,
    name: str,
    town: str,
    district: District,
    kind: str,
    first_day: date,
    position: int,
    reason: str = "",
) -> HotspotArea:
    area.name, area.town = clean_line(name), clean_line(town)
    area.district, area.kind = district, kind
    area.first_day, area.position, area.reason = first_day, position, reason
    save_row(area)
    return area


@transaction.atomic
def redraw_area(*, by: User, area_id: int, boundary: Mapping[str, Any]) -> HotspotArea:
    """Give an area another boundary. Raises DomainError `boundary_…`."""
    area = locked_row(HotspotArea, area_id)
    area.boundary = boundaries.check_boundary(boundary).geometry
    area.save(update_fields=("boundary",))
    return area


@transaction.atomic
def retire_area(*, by: User, area_id: int, last_day: date) -> HotspotArea:
    """Let an area's last active day be this one. Its shifts and figures stay. Raises DomainError on `last_day`."""
    area = locked_row(HotspotArea, area_id)
    if last_day < area.first_day:
        message = "The last active day must be the same as or after the first."
        raise DomainError("area_ends_after_start", message, "last_day")
    area.last_day = last_day
    area.save(update_fields=("last_day",))
    return area


@transaction.atomic
def reopen_area(*, by: User, area_id: int) -> HotspotArea:
    """Let an area be active again, with no last day."""
    area = locked_row(HotspotArea, area_id)
    area.last_day = None
    area.save(update_fields=("last_day",))
    return area
