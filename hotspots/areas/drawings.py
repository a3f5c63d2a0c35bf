"""Boundaries as drawings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shapely.geometry import MultiPolygon, Polygon, box, shape

from hotspots.areas.boundaries import Boundary, Projection
from hotspots.areas.sizes import size_in_words

DRAWING_SIZE = 400
SCALES = (10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10)


@dataclass(frozen=True)
class Drawing:
    """A boundary as SVG: paths in a square view box, and the length of its scale bar."""

    path: str
    around: str
    view_box: str
    scale: int
    scale_label: str
    words: str


def drawing(name: str, boundary: Boundary, around: Sequence[dict[str, Any]] = ()) -> Drawing:
    """Draw a checked boundary, with the boundaries around it (GeoJSON) for orientation."""
    here = shape(boundary.geometry)
    plane = Projection.around([here])
    drawn = plane.to_metres(here)
    west, south, east, north = drawn.bounds
    extent = max(east - west, north - south, 1) * 1.2
    corner = ((west + east - extent) / 2, (north + south + extent) / 2)
    factor = DRAWING_SIZE / extent
    scale = next((length for length in SCALES if length * factor <= DRAWING_SIZE / 3), SCALES[-1])
    frame = box(corner[0], corner[1] - extent, corner[0] + extent, corner[1])
    others = [other for geometry in around if frame.intersects(other := plane.to_metres(shape(geometry)))]
    return Drawing(
        path=path_of(drawn, corner, factor),
        around=" ".join(path_of(other, corner, factor) for other in others),
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
