"""What a boundary must be: read, checked, repaired and measured. Pure: values in, values or DomainErrors out."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn, TypeVar

from shapely import get_parts, transform
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from hotspot.core.errors import DomainError
from hotspots.areas.repair import MOST_CHANGE, InvalidBoundary, Repair, crosses_itself_often, fault_of, on_grid
from hotspots.gis_files.reading import read_gis_file

MAXIMUM_BOUNDARY_BYTES = 2_500_000
MAXIMUM_VERTICES = 10_000
MOST_FEATURES = 2_000
"""So many are counted before a file is refused for holding more than one."""
WEST, EAST = -8.7, 1.8
SOUTH, NORTH = 49.8, 60.9
METRES_A_DEGREE = 111_320
EXPORT_AGAIN = "Export it again, or ask whoever drew it for a corrected file."
CORRECT_IT = "Correct it where it was drawn, or ask whoever drew it to."
DECIMALS = 6  # About ten centimetres.

Shape = TypeVar("Shape", bound=BaseGeometry)
Bounds = tuple[float, float, float, float]
"""West, south, east and north."""


@dataclass(frozen=True)
class Boundary:
    """A checked boundary: a GeoJSON Polygon or MultiPolygon in longitude and latitude, and its size.

    `repair` says what was not valid, if anything was; `source` what it was read as, like "KML in longitude and
    latitude (WGS 84)".
    """

    geometry: dict[str, Any]
    hectares: float
    vertices: int
    parts: int
    width_metres: float
    height_metres: float
    repair: Repair | None = field(default=None, compare=False)
    source: str = field(default="", compare=False)

    @property
    def as_text(self) -> str:
        """The geometry as the shortest GeoJSON."""
        return json.dumps(self.geometry, separators=(",", ":"))


def read_boundary(sent: str | bytes) -> Boundary:
    """The boundary in a file of any format that `hotspots.gis_files` reads, or in what a person pasted.

    It is one feature, or GeoJSON that is one feature or geometry. Coordinates are rounded to six decimals, heights
    dropped, rings closed and turned the way the standard says. Raises DomainError `boundary_…` on the field
    `boundary`, in words that say what to mend; InvalidBoundary where the shape cannot be repaired.
    """
    if len(sent) > MAXIMUM_BOUNDARY_BYTES:
        _refuse("too_large", "The boundary must be smaller than 2.5 MB. Simplify it to fewer points.")
    content = sent.encode() if isinstance(sent, str) else sent
    try:
        file = read_gis_file(content, most_bytes=len(content), most_features=MOST_FEATURES)
    except DomainError as refusal:
        message = refusal.message.replace("The file", "The boundary", 1) if isinstance(sent, str) else refusal.message
        raise DomainError(refusal.code.replace("file", "boundary", 1), message, "boundary") from refusal
    if len(file.features) != 1:
        _refuse("one_feature", f"The file must hold exactly one feature; this one holds {len(file.features):,}.")
    (feature,) = file.features
    geometry = feature.get("geometry") if isinstance(feature, dict) else feature
    return replace(check_boundary(geometry), source=file.description)


def check_boundary(geometry: Any) -> Boundary:
    """Check a GeoJSON geometry, repair it where that changes next to nothing, and measure it.

    Raises what `read_boundary` raises.
    """
    drawn = read_shape(geometry)
    if drawn.is_valid:
        return _measured(MultiPolygon([orient(part) for part in get_parts(drawn)]))
    repaired, repair = _repaired(drawn)
    return replace(_measured(repaired), repair=repair)


def read_shape(geometry: Any, *, most_vertices: int = MAXIMUM_VERTICES) -> Polygon | MultiPolygon:
    """The shape that a GeoJSON geometry draws in Great Britain, valid or not, without heights and rounded.

    Raises what `read_boundary` raises, but for what makes a shape invalid.
    """
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        found = f"this one is a {kind}" if isinstance(kind, str) and len(kind) < 30 else "none was found"
        _refuse("not_polygon", f"The boundary must be a Polygon or a MultiPolygon; {found}.")
    polygons = geometry.get("coordinates")
    rings = _flattened([polygons] if kind == "Polygon" else polygons, most_vertices)
    _check_positions([position for ring in rings for position in ring])
    try:
        drawn: Polygon | MultiPolygon = shape({"type": kind, "coordinates": flat(geometry["coordinates"])})
    except (ShapelyError, ValueError, TypeError, IndexError):
        _refuse("malformed", f"The boundary is not complete: every ring needs at least four positions. {EXPORT_AGAIN}")
    return drawn


def _flattened(polygons: Any, most_vertices: int) -> list[list[Any]]:
    """The rings of all polygons. Counts before anything costly is done."""
    if not isinstance(polygons, list) or not polygons:
        _refuse("empty", f"The boundary has no coordinates. {EXPORT_AGAIN}")
    rings = []
    for polygon in polygons:
        if not isinstance(polygon, list) or not polygon or not all(isinstance(ring, list) for ring in polygon):
            _refuse(
                "malformed", f"The boundary is not complete: every ring needs at least four positions. {EXPORT_AGAIN}"
            )
        rings += polygon
    if sum(len(ring) for ring in rings) > most_vertices:
        _refuse("too_detailed", f"The boundary must have at most {most_vertices:,} points. Simplify it.")
    if any(len(ring) < 4 for ring in rings):
        _refuse("malformed", f"The boundary is not complete: every ring needs at least four positions. {EXPORT_AGAIN}")
    return rings


def _check_positions(positions: list[Any]) -> None:
    for position in positions:
        if not isinstance(position, list) or not 2 <= len(position) <= 4 or not all(map(_is_number, position)):
            _refuse("not_a_number", f"A coordinate in the boundary is not a number. {EXPORT_AGAIN}")
    pairs = [(position[0], position[1]) for position in positions]
    if all(in_britain(*pair) for pair in pairs):
        return
    if all(in_britain(y, x) for x, y in pairs):
        _refuse("swapped", "Longitude and latitude are the wrong way round. Files give longitude first.")
    if any(abs(x) > 180 or abs(y) > 90 for x, y in pairs):
        _refuse(
            "not_degrees",
            "These look like eastings and northings. Export the boundary as longitude and latitude (WGS 84), "
            "or with its coordinate system.",
        )
    x, y = next(pair for pair in pairs if not in_britain(*pair))
    _refuse(
        "outside",
        f"The boundary must lie in Great Britain; longitude {x:g}, latitude {y:g} does not. "
        "Check the coordinate system with whoever drew it.",
    )


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < 1e12 and math.isfinite(value)


def in_britain(longitude: float, latitude: float) -> bool:
    """Whether a place in degrees lies in the rectangle around Great Britain."""
    return WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH


def flat(coordinates: Any, decimals: int = DECIMALS) -> Any:
    """The coordinates of a GeoJSON geometry, at any depth, without heights and rounded."""
    if coordinates and not isinstance(coordinates[0], list):
        return [round(float(number), decimals) for number in coordinates[:2]]
    return [flat(part, decimals) for part in coordinates]


def _repaired(drawn: Polygon | MultiPolygon) -> tuple[MultiPolygon, Repair]:
    """A valid shape for one that is not, unless it would have another area than was drawn.

    What was drawn is measured by Gauss's formula, in which a loop that turns the other way counts as less than
    nothing: a bow-tie has next to no area, and much once it is repaired.
    """
    fault = fault_of(drawn)
    if crosses_itself_often(drawn):
        message = f"{fault}. It crosses itself so often that it cannot be repaired. {CORRECT_IT}"
        raise InvalidBoundary("boundary_invalid", message, drawn, fault)
    repaired = on_grid(drawn, DECIMALS)
    if repaired.is_empty:
        raise InvalidBoundary("boundary_invalid", f"{fault}. It encloses nothing. {CORRECT_IT}", drawn, fault)
    plane = Projection.around([drawn])
    area = plane.to_metres(repaired).area
    change = area - plane.to_metres(drawn).area
    if abs(change) > MOST_CHANGE * area:
        why = f"It is not repaired here, because that would change the area by {abs(change):,.0f} square metres."
        raise InvalidBoundary("boundary_invalid", f"{fault}. {why} {CORRECT_IT}", drawn, fault)
    return repaired, Repair(fault, change)


def _measured(parts: MultiPolygon) -> Boundary:
    in_metres = Projection.around([parts]).to_metres(parts)
    return Boundary(
        geometry=as_geojson(parts),
        hectares=in_metres.area / 10_000,
        vertices=sum(len(ring.coords) for part in parts.geoms for ring in (part.exterior, *part.interiors)),
        parts=len(parts.geoms),
        width_metres=in_metres.bounds[2] - in_metres.bounds[0],
        height_metres=in_metres.bounds[3] - in_metres.bounds[1],
    )


@dataclass(frozen=True)
class Projection:
    """A plane in metres, right to half a per cent around a latitude, up to the size of a county."""

    latitude: float

    @classmethod
    def around(cls, shapes: Sequence[BaseGeometry]) -> "Projection":
        """The plane that is right half-way between the southern and the northern end of the shapes."""
        south, north = min(each.bounds[1] for each in shapes), max(each.bounds[3] for each in shapes)
        return cls((south + north) / 2)

    def to_metres(self, drawn: Shape) -> Shape:
        """A shape in degrees on the plane, in metres."""
        projected: Shape = transform(drawn, lambda positions: positions * self._metres)
        return projected

    def to_degrees(self, drawn: Shape) -> Shape:
        """A shape on the plane, in metres, in degrees again."""
        projected: Shape = transform(drawn, lambda positions: positions / self._metres)
        return projected

    @property
    def _metres(self) -> tuple[float, float]:
        """The length of a degree of longitude and of latitude."""
        return METRES_A_DEGREE * math.cos(math.radians(self.latitude)), METRES_A_DEGREE


def as_geojson(parts: MultiPolygon) -> dict[str, Any]:
    """A GeoJSON Polygon if there is one part, otherwise a MultiPolygon."""
    # JSON has lists where shapely has tuples; the database must give back what was written.
    one = parts.geoms[0] if len(parts.geoms) == 1 else parts
    geometry: dict[str, Any] = json.loads(json.dumps(mapping(one)))
    return geometry


def _refuse(code: str, message: str) -> NoReturn:
    raise DomainError(f"boundary_{code}", message, "boundary")
