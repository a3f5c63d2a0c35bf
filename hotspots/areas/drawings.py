"""Boundaries as drawings."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from shapely import clip_by_rect, from_geojson, get_parts
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box, shape
from shapely.geometry.base import BaseGeometry

from hotspots.areas.boundaries import Boundary, Bounds, Projection
from hotspots.areas.repair import InvalidBoundary
from hotspots.areas.sizes import size_in_words

DRAWING_SIZE = 400
SMALLEST = 3.5
"""The radius of the dot that a shape is drawn as where it would be smaller."""
AROUND = 1.2
"""How much more land than the boundary a drawing shows."""
MOST_PLACES = 12
LETTER_WIDTH, LETTER_HEIGHT = 6, 14
"""What a letter of a place's name takes up at most."""
DOT = 12
"""An area that is smaller is a dot in its district."""
Line = Sequence[tuple[float, ...]]
SCALES = (50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10)


@dataclass(frozen=True)
class PlaceLabel:
    """The name of a place and where it is written, in the middle of what can be seen of it."""

    name: str
    x: int
    y: int


@dataclass(frozen=True)
class PlacesBeneath:
    """Places beneath a drawing: the path of each outline, and the names that have room."""

    paths: Sequence[str] = ()
    names: Sequence[PlaceLabel] = ()


@dataclass(frozen=True)
class Drawing:
    """A boundary as SVG: paths in a square view box, and the length of its scale bar.

    `districts` has a path for each district whose outline can be seen; `overlaps` is what the boundary shares with
    others; `dot` is where an area is that is too small to be seen, if it is; `mark` is the place of a fault.
    """

    path: str
    around: str
    districts: Sequence[str]
    scale: int
    scale_label: str
    words: str
    overlaps: str = ""
    dot: tuple[int, int] | None = None
    mark: tuple[float, float] | None = None
    places: PlacesBeneath = field(default_factory=PlacesBeneath)
    view_box: str = f"0 0 {DRAWING_SIZE} {DRAWING_SIZE}"


@dataclass(frozen=True)
class Square:
    """A square of land on a plane: its western and northern edge and the length of its sides, in metres."""

    plane: Projection
    west: float
    north: float
    extent: float

    @classmethod
    def around(cls, drawn: BaseGeometry) -> "Square":
        """The square around a shape in degrees, with some land beside it."""
        plane = Projection.around([drawn])
        west, south, east, north = plane.to_metres(drawn).bounds
        extent = max(east - west, north - south, 1) * AROUND
        return cls(plane, (west + east - extent) / 2, (north + south + extent) / 2, extent)

    @property
    def corner(self) -> tuple[float, float]:
        """The top left corner."""
        return self.west, self.north

    @property
    def factor(self) -> float:
        """Units of the drawing to a metre."""
        return DRAWING_SIZE / self.extent

    @property
    def bounds(self) -> Bounds:
        """The western, southern, eastern and northern edge, in metres."""
        return self.west, self.north - self.extent, self.west + self.extent, self.north

    @property
    def degrees(self) -> Bounds:
        """The same in degrees."""
        bounds: Bounds = self.plane.to_degrees(box(*self.bounds)).bounds
        return bounds

    def path(self, geometry: dict[str, Any] | BaseGeometry) -> str:
        """The path of a boundary, given as GeoJSON or a shape in degrees; empty for one that lies outside."""
        drawn = self.plane.to_metres(shape(geometry))
        return path_of(drawn, self.corner, self.factor) if box(*self.bounds).intersects(drawn) else ""

    def paths(self, geometries: Sequence[dict[str, Any]]) -> str:
        """The path of several boundaries."""
        return " ".join(filter(None, map(self.path, geometries)))

    def borders(self, outlines: Sequence[str]) -> list[str]:
        """The path of each outline that can be seen, which are given as the text of GeoJSON and cut off at the edge."""
        drawn = (self.plane.to_metres(each) for each in from_geojson(outlines, on_invalid="ignore") if each)
        lines = (visible_lines(each, self.bounds, 1 / self.factor) for each in drawn)
        return [path for each in lines if (path := line_path(each, self.corner, self.factor))]

    def position(self, place: tuple[float, float]) -> tuple[float, float]:
        """Where a place in degrees is in the drawing, to a tenth of its unit."""
        x, y = self.plane.to_metres(Point(place)).coords[0]
        return round((x - self.west) * self.factor, 1), round((self.north - y) * self.factor, 1)

    def scale(self) -> tuple[int, str]:
        """A round distance of at most a third of the width: its length in the drawing, and its name."""
        metres = next((length for length in SCALES if length * self.factor <= DRAWING_SIZE / 3), SCALES[-1])
        return round(metres * self.factor), f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"

    def places(self, outlines: Sequence[tuple[str, str]]) -> PlacesBeneath:
        """Places beneath the drawing (see `places_beneath`)."""
        return places_beneath(outlines, self.plane, self.bounds, self.factor)


def drawing(
    name: str,
    boundary: Boundary,
    around: Sequence[dict[str, Any]] = (),
    outlines: Sequence[str] = (),
    *,
    places: Sequence[tuple[str, str]] = (),
    overlaps: Sequence[BaseGeometry] = (),
) -> Drawing:
    """Draw a checked boundary, with the boundaries around it (GeoJSON) for orientation.

    `outlines` are those of districts, as the text of GeoJSON, and `places` names with outlines. They are cut off where
    the drawing ends. `overlaps` are shapes in degrees.
    """
    square = Square.around(shape(boundary.geometry))
    scale, label = square.scale()
    return Drawing(
        path=square.path(boundary.geometry),
        around=square.paths(around),
        districts=square.borders(outlines),
        scale=scale,
        scale_label=label,
        words=f"Boundary of {name}: {size_in_words(boundary)}",
        overlaps=" ".join(filter(None, map(square.path, overlaps))),
        places=square.places(places),
    )


def district_drawing(
    name: str,
    boundary: Boundary,
    outline: str,
    around: Sequence[dict[str, Any]] = (),
    *,
    places: Sequence[tuple[str, str]] = (),
) -> Drawing:
    """Draw where a checked boundary lies in its district (its outline as the text of GeoJSON), and others around it."""
    square = Square.around(from_geojson(outline))
    scale, label = square.scale()
    in_metres = square.plane.to_metres(shape(boundary.geometry))
    west, south, east, north = in_metres.bounds
    is_small = max(east - west, north - south) * square.factor < DOT
    middle = in_metres.centroid
    place = round((middle.x - square.west) * square.factor), round((square.north - middle.y) * square.factor)
    return Drawing(
        path=square.path(boundary.geometry),
        around=square.paths(around),
        districts=square.borders([outline]),
        scale=scale,
        scale_label=label,
        words=f"Where {name} lies in its district",
        dot=place if is_small else None,
        places=square.places(places),
    )


def drawing_of_fault(refused: InvalidBoundary, outlines: Sequence[str] = ()) -> Drawing:
    """Draw a boundary that is not valid as it was sent, with the place where it is not; `outlines` as for `drawing`."""
    square = Square.around(refused.shape)
    scale, label = square.scale()
    lines = visible_lines(square.plane.to_metres(refused.shape), square.bounds, 1 / square.factor)
    return Drawing(
        path=line_path(lines, square.corner, square.factor),
        around="",
        districts=square.borders(outlines),
        scale=scale,
        scale_label=label,
        words=f"The boundary as it was sent. {refused.fault}",
        mark=square.position(refused.fault.place) if refused.fault.place else None,
    )


def places_beneath(
    outlines: Sequence[tuple[str, str]], plane: Projection, bounds: Bounds, factor: float
) -> PlacesBeneath:
    """The first places that have a line within the bounds, and those names that have room beside one another.

    They are given by name and outline, as the text of GeoJSON; the bounds are metres on the plane, and `factor` the
    units of the drawing to a metre.
    """
    paths: list[str] = []
    names: list[PlaceLabel] = []
    for name, outline in outlines:
        drawn = plane.to_metres(from_geojson(outline))
        path = line_path(visible_lines(drawn, bounds, 1 / factor), (bounds[0], bounds[3]), factor)
        if path:
            paths.append(path)
            found = _place_name(name, drawn, bounds, factor)
            names += [found] if found and not any(_collide(found, other) for other in names) else []
        if len(paths) == MOST_PLACES:
            break
    return PlacesBeneath(paths, names)


def _place_name(name: str, drawn: BaseGeometry, bounds: Bounds, factor: float) -> PlaceLabel | None:
    """Where the name of a place has room, if it has."""
    west, south, east, north = bounds
    seen = clip_by_rect(drawn, *bounds)
    if seen.is_empty:
        return None
    middle = seen.representative_point()
    x, y = round((middle.x - west) * factor), round((north - middle.y) * factor)
    width, height, half = (east - west) * factor, (north - south) * factor, len(name) * LETTER_WIDTH / 2
    # The scale is at the bottom.
    has_room = half <= x <= width - half and LETTER_HEIGHT <= y <= height - 3 * LETTER_HEIGHT
    return PlaceLabel(name, x, y) if has_room else None


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


def visible_lines(outline: BaseGeometry, bounds: Bounds, unit: float) -> list[Line]:
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


def _collide(one: PlaceLabel, other: PlaceLabel) -> bool:
    width = (len(one.name) + len(other.name)) * LETTER_WIDTH / 2
    return abs(one.x - other.x) < width and abs(one.y - other.y) < LETTER_HEIGHT
