"""Which areas a boundary overlaps, before it is saved."""

from collections.abc import Iterable
from dataclasses import dataclass

from shapely import get_parts, intersection, make_valid
from shapely.geometry import MultiPolygon, Polygon, shape

from hotspots.areas.boundaries import Boundary, Projection
from hotspots.models import HotspotArea

SLIVER_METRES = 5
"""What is nowhere wider is a sliver: two people who trace one street seldom agree better."""


@dataclass(frozen=True)
class Overlap:
    """What a boundary shares with an area: in hectares, as a share of both (0 to 1), and its shape in degrees."""

    area: HotspotArea
    hectares: float
    share: float
    share_of_area: float
    shape: MultiPolygon


def find_overlaps(boundary: Boundary, areas: Iterable[HotspotArea]) -> list[Overlap]:
    """What a checked boundary shares with each of the areas, the largest first. Slivers are left out."""
    here = shape(boundary.geometry)
    plane = Projection.around([here])
    drawn = plane.to_metres(here)
    found = (_overlap(drawn, area, plane) for area in areas)
    return sorted((each for each in found if each), key=lambda overlap: -overlap.hectares)


def _overlap(drawn: Polygon | MultiPolygon, area: HotspotArea, plane: Projection) -> Overlap | None:
    other = make_valid(plane.to_metres(shape(area.boundary)))
    if not drawn.intersects(other):
        return None
    shared = MultiPolygon([part for part in get_parts(intersection(drawn, other)) if isinstance(part, Polygon)])
    if shared.buffer(-SLIVER_METRES / 2).is_empty:
        return None
    size = shared.area
    return Overlap(area, size / 10_000, size / drawn.area, size / other.area, plane.to_degrees(shared))
