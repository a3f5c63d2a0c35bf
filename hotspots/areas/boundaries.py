"""What a boundary must be: read from GeoJSON, checked and measured. Pure: values in, values or DomainErrors out."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from shapely import transform
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient
from shapely.validation import explain_validity

from hotspot.core.errors import DomainError

MAXIMUM_BOUNDARY_BYTES = 2_500_000
MAXIMUM_VERTICES = 10_000
WEST, EAST = -8.7, 1.8
SOUTH, NORTH = 49.8, 60.9
METRES_A_DEGREE = 111_320
EXPORT_AGAIN = "Export it again, or ask whoever drew it for a corrected file."
DECIMALS = 6  # About ten centimetres.

Shape = TypeVar("Shape", bound=BaseGeometry)


@dataclass(frozen=True)
class Boundary:
    """A checked boundary: a GeoJSON Polygon or MultiPolygon in longitude and latitude, and its size."""

    geometry: dict[str, Any]
    hectares: float
    vertices: int
    parts: int
    width_metres: float
    height_metres: float

    @property
    def as_text(self) -> str:
        """The geometry as the shortest GeoJSON."""
        return json.dumps(self.geometry, separators=(",", ":"))


def read_boundary(text: str | bytes) -> Boundary:
    """The boundary that a person uploaded or pasted as GeoJSON: a geometry, a Feature, or a collection of one.

    Coordinates are rounded to six decimals, heights dropped, rings closed and turned the way the standard says.
    Raises DomainError `boundary_…` on the field `boundary`, in words that say what to mend.
    """
    if len(text) > MAXIMUM_BOUNDARY_BYTES:
        _refuse("too_large", "The boundary must be smaller than 2.5 MB. Simplify it to fewer points.")
    return check_boundary(_geometry_of(_parsed(text)))


def _parsed(text: str | bytes) -> Any:
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8-sig")
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        _refuse("not_json", "The boundary must be GeoJSON. Export it from your mapping software as GeoJSON.")


def _refuse_constant(name: str) -> NoReturn:
    _refuse("not_a_number", f"A coordinate in the boundary is not a number. {EXPORT_AGAIN}")


def _geometry_of(document: Any) -> Any:
    """The one geometry inside a GeoJSON document."""
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "FeatureCollection":
        features = document.get("features")
        if not isinstance(features, list) or len(features) != 1:
            count = len(features) if isinstance(features, list) else 0
            _refuse("one_feature", f"The file must hold exactly one feature; this one holds {count:,}.")
        return _geometry_of(features[0])
    return document.get("geometry") if kind == "Feature" else document


def check_boundary(geometry: Any) -> Boundary:
    """Check a GeoJSON geometry and measure it. Raises what `read_boundary` raises."""
    return _measured(_checked_shape(read_shape(geometry)))


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
        _refuse("swapped", "Longitude and latitude are the wrong way round. GeoJSON gives longitude first.")
    if any(abs(x) > 180 or abs(y) > 90 for x, y in pairs):
        _refuse(
            "not_degrees",
            "These look like eastings and northings. Export the boundary as longitude and latitude (WGS 84).",
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


def _checked_shape(drawn: Polygon | MultiPolygon) -> MultiPolygon:
    if not drawn.is_valid:
        _refuse("invalid", _in_plain_words(explain_validity(drawn)))
    if drawn.is_empty or drawn.area == 0:
        _refuse("empty", f"The boundary encloses nothing. {EXPORT_AGAIN}")
    parts = drawn.geoms if isinstance(drawn, MultiPolygon) else [drawn]
    return MultiPolygon([orient(part) for part in parts])


def _in_plain_words(reason: str) -> str:
    """What shapely found wrong, like "Self-intersection[-0.27 51.95]", as a sentence with the place."""
    what, _, place = reason.partition("[")
    numbers = place.rstrip("]").split()
    where = f" near longitude {float(numbers[0]):.5f}, latitude {float(numbers[1]):.5f}" if len(numbers) >= 2 else ""
    words = {
        "Self-intersection": f"The boundary crosses itself{where}",
        "Ring Self-intersection": f"The boundary touches itself{where}",
        "Hole lies outside shell": f"A hole lies outside the boundary{where}",
        "Holes are nested": f"A hole lies inside another hole{where}",
        "Interior is disconnected": f"Holes cut the area into pieces{where}",
        "Nested shells": f"One part of the boundary lies inside another{where}",
        "Duplicate Rings": f"The same ring is there twice{where}",
    }
    return (
        words.get(what, f"The boundary is not a valid shape{where}")
        + ". Correct it where it was drawn, or ask whoever drew it to."
    )


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
