"""Boundaries as drawings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shapely import clip_by_rect, from_geojson, get_parts
from shapely.geometry import LineString, MultiPolygon, Polygon, box, shape
from shapely.geometry.base import BaseGeometry

from hotspots.areas.boundaries import Boundary, Projection
from hotspots.areas.sizes import size_in_words

DRAWING_SIZE = 400
SMALLEST = 3.5
"""The radius of the dot that a shape is drawn as where it would be smaller."""
Line = Sequence[tuple[float, ...]]
SCALES = (10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10)


@dataclass(frozen=True)
class Drawing:
    """A boundary as SVG: paths in a square view box, and the length of its scale bar.

    `districts` has a path for each district whose outline can be seen.
    """

    path: str
    around: str
    districts: Sequence[str]
    view_box: str
    scale: int
    scale_label: str
    words: str


def drawing(
    name: str, boundary: Boundary, around: Sequence[dict[str, Any]] = (), outlines: Sequence[str] = ()
) -> Drawing:
    """Draw a checked boundary, with the boundaries around it (GeoJSON) for orientation.

    `outlines` are those of districts, as the text of GeoJSON. They are cut off where the drawing ends.
    """
    here = shape(boundary.geometry)
    plane = Projection.around([here])
    drawn = plane.to_metres(here)
    west, south, east, north = drawn.bounds
    extent = max(east - west, north - south, 1) * 1.2
    corner = ((west + east - extent) / 2, (north + south + extent) / 2)
    factor = DRAWING_SIZE / extent
    scale = next((length for length in SCALES if length * factor <= DRAWING_SIZE / 3), SCALES[-1])
    frame = box(corner[0], corner[1] - extent, corner[0] + extent, corner[1])
    unit = 1 / factor
    borders = [
        visible_lines(plane.to_metres(outline), frame.bounds, unit)
        for outline in from_geojson(outlines, on_invalid="ignore")
        if outline
    ]
    others = [other for geometry in around if frame.intersects(other := plane.to_metres(shape(geometry)))]
    return Drawing(
        path=path_of(drawn, corner, factor),
        around=" ".join(path_of(other, corner, factor) for other in others),
        districts=[path for lines in borders if (path := line_path(lines, corner, factor))],
        view_box=f"0 0 {DRAWING_SIZE} {DRAWING_SIZE}",
        scale=round(scale * factor),
        scale_label=f"{scale // 1000} km" if scale >= 1000 else f"{scale} m",
        words=f"Boundary of {name}: {size_in_words(boundary)}",
    )


def path_of(drawn: Polygon | MultiPolygon, corner: tuple[float, float], factor: float) -> str:
    """The SVG path of a shape in metres, seen from its top left corner."""
    left, top = corner
    parts = drawn.geoms if isinstance(drawn, MultiPolygon) else [drawn]
    return " ".join(
        f"M{' L'.join(f'{(x - left) * factor:.1f} {(top - y) * factor:.1f}' for x, y in ring.coords)}Z"
        for part in parts
        for ring in (part.exterior, *part.interiors)
    )


def visible_path(drawn: Polygon | MultiPolygon, corner: tuple[float, float], factor: float) -> str:
    """The SVG path of a shape in metres; of one that would be too small to see, that of a dot in its place."""
    dot = drawn.centroid.buffer(SMALLEST / factor)
    return path_of(drawn if drawn.area > dot.area else dot, corner, factor)


def visible_lines(outline: BaseGeometry, bounds: tuple[float, float, float, float], unit: float) -> list[Line]:
    """The lines around a shape as far as they lie within the bounds, without bends smaller than a unit."""
    # Lines that are only looked at may cross, and keeping them from it takes most of the time.
    seen = clip_by_rect(outline.boundary, *bounds).simplify(unit, preserve_topology=False)
    return [part.coords for part in get_parts(seen) if isinstance(part, LineString)]


def line_path(lines: Sequence[Line], corner: tuple[float, float], factor: float) -> str:
    """The SVG path of lines in metres, seen from the top left corner."""
    left, top = corner
    return " ".join(
        f"M{' L'.join(f'{(x - left) * factor:.1f} {(top - y) * factor:.1f}' for x, y in line)}" for line in lines
    )
