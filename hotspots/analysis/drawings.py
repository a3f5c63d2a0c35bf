"""The map of the units that stand out, and the curve of concentration, as SVG."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shapely import get_parts
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from hotspots.analysis.density import paths_of
from hotspots.analysis.presenters import amount
from hotspots.analysis.units import UnitShapes
from hotspots.areas.boundaries import Projection
from hotspots.areas.drawings import SCALES, PlacesBeneath, line_path, path_of, places_beneath, visible_path

WIDTH, CURVE_SIZE = 720, 300
STEPS = 4
"""Shades of the units: the quarter that stands out most is the strongest."""
_MARGIN = 0.03


@dataclass(frozen=True)
class DrawnUnit:
    """A cell or other unit of the map: its path, its shade from 1 to STEPS, and what it says."""

    path: str
    step: int
    words: str
    is_line: bool


@dataclass(frozen=True)
class UnitMap:
    """Outlines of districts with the units that stand out on them, and the length of a scale bar.

    `density` has the path of each step of the kernel density, the palest first.
    """

    places: PlacesBeneath
    view_box: str
    density: Sequence[str]
    districts: str
    cells: Sequence[DrawnUnit]
    scale: int
    scale_label: str


@dataclass(frozen=True)
class Curve:
    """Which share of incidents is on which share of land, as a line in a square."""

    view_box: str
    line: str
    size: int = CURVE_SIZE


def draw_units(
    shapes: UnitShapes, outlines: Sequence[Mapping[str, Any]], places: Sequence[tuple[str, str]] = ()
) -> UnitMap | None:
    """Draw the units of an analysis on the density of incidents and the land that it looked at; None for nothing.

    `places` are names with outlines as the text of GeoJSON.
    """
    result = shapes.analysis.result
    cells, density = result["cells"], result["density"]
    if not cells and not outlines:
        return None
    land = [shape(each) for each in outlines]
    drawn = [shapes.outline(each["cell"]) for each in cells]
    plane = Projection(density["latitude"])
    land, drawn = [plane.to_metres(each) for each in land], [plane.to_metres(each) for each in drawn]
    bounds = [each.bounds for each in (*land, *drawn)]
    west, south = min(each[0] for each in bounds), min(each[1] for each in bounds)
    east, north = max(each[2] for each in bounds), max(each[3] for each in bounds)
    margin = _MARGIN * (east - west)
    corner, factor = (west - margin, north + margin), WIDTH / (east - west + 2 * margin)
    scale = next((length for length in SCALES if length * factor <= WIDTH / 4), SCALES[-1])
    return UnitMap(
        places=places_beneath(places, plane, (west - margin, south - margin, east + margin, north + margin), factor),
        view_box=f"0 0 {WIDTH} {round((north - south + 2 * margin) * factor)}",
        density=paths_of(density, corner, factor),
        districts=" ".join(path_of(each, corner, factor) for each in land),
        cells=[
            DrawnUnit(_path(each, corner, factor), _step(place, len(cells)), _words(cell), is_line=not each.area)
            for place, (cell, each) in enumerate(zip(cells, drawn, strict=True))
        ],
        scale=round(scale * factor),
        scale_label=f"{scale // 1000} km" if scale >= 1000 else f"{scale} m",
    )


def _path(drawn: BaseGeometry, corner: tuple[float, float], factor: float) -> str:
    """The path of a polygon, or of a line, which is never too small to be seen: it has a width."""
    if drawn.area:
        return visible_path(drawn, corner, factor)
    return line_path([part.coords for part in get_parts(drawn)], corner, factor)


def _step(place: int, number: int) -> int:
    return STEPS - place * STEPS // number


def _words(cell: Mapping[str, Any]) -> str:
    return f"{cell['place']}, {cell['district']}: {amount(cell['count'])}"


def draw_curve(points: Sequence[tuple[float, float]]) -> Curve:
    """Draw a curve of shares from (0, 0) to (1, 1)."""
    line = " L".join(f"{CURVE_SIZE * land:.1f} {CURVE_SIZE * (1 - incidents):.1f}" for land, incidents in points)
    return Curve(f"0 0 {CURVE_SIZE} {CURVE_SIZE}", f"M{line}")
