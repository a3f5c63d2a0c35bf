"""The areas of a set on one map."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from shapely import from_geojson
from shapely.geometry import box, shape
from shapely.geometry.base import BaseGeometry

from hotspots.areas.boundaries import Bounds, Projection
from hotspots.areas.drawings import PlacesBeneath, line_path, places_beneath, visible_lines, visible_path
from hotspots.models import AreaSetMember, HotspotArea

_WIDTH = 700
_LEAST_METRES = 500


@dataclass(frozen=True)
class DrawnArea:
    """An area on the map: its path, what its title says, and how it is drawn (new, continues or ends)."""

    path: str
    words: str
    state: str


@dataclass(frozen=True)
class SetDrawing:
    """The map of a set: areas over the outlines of districts, each of these a path."""

    view_box: str
    districts: Sequence[str]
    places: PlacesBeneath
    areas: Sequence[DrawnArea]


def draw_set(
    members: Sequence[AreaSetMember],
    ending: Sequence[HotspotArea],
    outlines: Sequence[str],
    places_in: Callable[[Bounds], Sequence[tuple[str, str]]],
) -> SetDrawing | None:
    """The map of a set; None if it has no area.

    `outlines` are those of districts, as the text of GeoJSON; `places_in` gives the places of a rectangle in degrees.
    """
    found = _shapes(members, ending)
    if not found:
        return None
    plane = Projection.around([each for _, _, each in found])
    drawn = [(words, state, plane.to_metres(each)) for words, state, each in found]
    bounds = west, south, east, north = _frame([each for _, _, each in drawn])
    factor = _WIDTH / (east - west)
    corner = (west, north)
    borders = [
        visible_lines(plane.to_metres(outline), bounds, 1 / factor)
        for outline in from_geojson(outlines, on_invalid="ignore")
        if outline
    ]
    return SetDrawing(
        view_box=f"0 0 {_WIDTH} {(north - south) * factor:.0f}",
        places=places_beneath(places_in(plane.to_degrees(box(*bounds)).bounds), plane, bounds, factor),
        districts=[line_path(lines, corner, factor) for lines in borders if lines],
        areas=[DrawnArea(visible_path(each, corner, factor), words, state) for words, state, each in drawn],
    )


def _shapes(members: Sequence[AreaSetMember], ending: Sequence[HotspotArea]) -> list[tuple[str, str, Any]]:
    found: list[tuple[str, str, Any]] = [(f"{area}: ends", "ends", shape(area.boundary)) for area in ending]
    for member in members:
        boundary = member.area.boundary if member.area else member.boundary
        words, state = (f"{member}: new", "new") if member.is_new else (f"{member}: continues", "continues")
        found.append((words, state, shape(boundary)))
    return found


def _frame(drawn: Sequence[BaseGeometry]) -> Bounds:
    """West, south, east and north in metres, with room around, and no taller than it is wide."""
    wests, souths, easts, norths = zip(*(each.bounds for each in drawn), strict=True)
    west, south, east, north = min(wests), min(souths), max(easts), max(norths)
    width = max(east - west, north - south, _LEAST_METRES) * 1.1
    height = max(north - south, width / 2) * 1.1
    middle = box(west, south, east, north).centroid
    return middle.x - width / 2, middle.y - height / 2, middle.x + width / 2, middle.y + height / 2
