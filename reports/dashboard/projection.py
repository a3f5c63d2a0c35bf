"""Ground on a map: boundaries in metres, frames of land, and places in them on a grid of 1,000 by 750."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise

from shapely import clip_by_rect, from_geojson
from shapely.errors import ShapelyError
from shapely.geometry import Polygon, box
from shapely.geometry.base import BaseGeometry

from hotspots.areas.boundaries import Projection
from hotspots.areas.drawings import visible_lines
from reports.figures.charts import GRID

WIDTH, HEIGHT = GRID, 750
AROUND_ALL, AROUND_ONE = 1.25, 1.6
NARROWEST_METRES, CLOSEST_METRES = 1000, 250
FARTHEST_STEP = 9
FINEST = (1.5, 3, 6, 12, 25, 50)
"""Bends smaller than the first of these, in units of the grid, are not drawn; with too much to draw, than the next."""
MOST_DRAWN = 22_000
MOST_DRAWN_BENEATH = 5_000
MOST_PLACES = 15
LETTER_WIDTH, LETTER_HEIGHT = 18, 40
"""What a letter of a place's name takes up on a phone, in units of the grid."""
SCALES = (100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10)

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Land:
    """Shapes in metres on one plane: areas, None for one that cannot be drawn, the outlines of districts, and places by
    name.
    """

    areas: Sequence[BaseGeometry | None]
    outlines: Sequence[BaseGeometry]
    places: Sequence[tuple[str, BaseGeometry]] = ()


def land(boundaries: Sequence[str], outlines: Sequence[str] = (), places: Sequence[tuple[str, str]] = ()) -> Land:
    """Boundaries, outlines and places in GeoJSON on a plane that is true around the middle of the boundaries.

    Forms and the API check a boundary; the database only that it says what it is.
    """
    drawn = _drawn(boundaries)
    known = [each for each in drawn if each is not None]
    if not known:
        return Land(drawn, [])
    plane = Projection.around(known)
    return Land(
        [None if each is None else plane.to_metres(each) for each in drawn],
        [plane.to_metres(each) for each in _drawn(outlines) if each is not None],
        [
            (name, plane.to_metres(each))
            for (name, _), each in zip(places, _drawn([outline for _, outline in places]), strict=True)
            if each is not None
        ],
    )


def _drawn(geojson: Sequence[str]) -> list[BaseGeometry | None]:
    return [each if each and each.area else None for each in from_geojson(geojson, on_invalid="ignore")]


def middle(drawn: BaseGeometry) -> tuple[float, float]:
    """The middle of a shape; of one that does not hold its middle, a point inside."""
    found = drawn.centroid
    try:
        inside = found if drawn.contains(found) else drawn.representative_point()
    except ShapelyError:
        inside = found
    return inside.x, inside.y


@dataclass(frozen=True)
class Frame:
    """What a map shows: metres from its north-western corner to the east; it is three quarters as high."""

    west: float
    north: float
    width: float

    @classmethod
    def around(cls, drawn: Sequence[BaseGeometry]) -> "Frame":
        """All the shapes, with some land around them."""
        west, south, east, north = _bounds(drawn)
        width = max(_width((west, south, east, north)) * AROUND_ALL, NARROWEST_METRES)
        return cls((west + east - width) / 2, (north + south + width * HEIGHT / WIDTH) / 2, width)

    def closer(self, to: tuple[float, float], step: int) -> "Frame":
        """The frame halved so often, around a place, and nowhere beyond this one."""
        width = self.width / 2**step
        most_east, most_down = self.west + self.width - width, self.height - width * HEIGHT / WIDTH
        west = min(max(to[0] - width / 2, self.west), most_east)
        north = max(min(to[1] + width * HEIGHT / WIDTH / 2, self.north), self.north - most_down)
        return Frame(west, north, width)

    def step_to(self, drawn: BaseGeometry) -> int:
        """How often it can be halved and still show the whole shape with some land around it."""
        return self._halvings(max(_width(drawn.bounds) * AROUND_ONE, NARROWEST_METRES))

    @property
    def last_step(self) -> int:
        """How often it can be halved before there is nothing to see."""
        return self._halvings(CLOSEST_METRES)

    @property
    def height(self) -> float:
        """Metres from north to south."""
        return self.width * HEIGHT / WIDTH

    @property
    def bounds(self) -> Bounds:
        """Its western, southern, eastern and northern edge."""
        return self.west, self.north - self.height, self.west + self.width, self.north

    def place(self, x: float, y: float) -> tuple[int, int]:
        """Metres as a place on the grid, which counts downwards."""
        return round((x - self.west) * WIDTH / self.width), round((self.north - y) * WIDTH / self.width)

    def shows(self, drawn: BaseGeometry) -> bool:
        """Whether some of the shape's extent lies in it."""
        west, south, east, north = _bounds([drawn])
        return (
            west < self.west + self.width
            and east > self.west
            and south < self.north
            and north > self.north - self.height
        )

    def size(self, drawn: BaseGeometry) -> int:
        """How big a shape is on the grid: its longer side."""
        west, south, east, north = _bounds([drawn])
        return round(max(east - west, north - south) * WIDTH / self.width)

    def paths(self, drawn: Sequence[BaseGeometry]) -> list[str]:
        """The SVG path of each shape, without bends too small to see and without what lies far outside."""
        return _fine_enough(lambda finest: [self._path(each, finest) for each in drawn], MOST_DRAWN)

    def lines(self, drawn: Sequence[BaseGeometry]) -> list[str]:
        """The SVG path of the line around each shape, cut off where the map ends; none for what lies outside."""
        paths = _fine_enough(lambda finest: [self._line(each, finest) for each in drawn], MOST_DRAWN_BENEATH)
        return [path for path in paths if path]

    def named(self, places: Sequence[tuple[str, BaseGeometry]]) -> tuple[list[str], list[tuple[str, int, int]]]:
        """The lines of the first places that have one on the map, and the names that have room beside one another.

        A name is in the middle of what can be seen of its place, on the grid.
        """
        seen = [(name, shape) for name, shape in places if self._line(shape, FINEST[0])][:MOST_PLACES]
        names: list[tuple[str, int, int]] = []
        for name, shape in seen:
            x, y = self.place(*middle(clip_by_rect(shape, *self.bounds)))
            half = len(name) * LETTER_WIDTH / 2
            is_free = all(
                abs(x - other_x) > half + len(other) * LETTER_WIDTH / 2 or abs(y - other_y) > LETTER_HEIGHT
                for other, other_x, other_y in names
            )
            if is_free and half < x < WIDTH - half:
                names.append((name, x, y))
        return self.lines([shape for _, shape in seen]), names

    def _path(self, drawn: BaseGeometry, finest: float) -> str:
        unit = self.width / WIDTH
        near = box(*self.bounds).buffer(20 * unit)
        seen = drawn.simplify(finest * unit)
        # One that crosses itself is drawn whole.
        with suppress(ShapelyError):
            seen = seen.intersection(near)
        parts = [part for part in getattr(seen, "geoms", [seen]) if isinstance(part, Polygon)]
        rings = [ring.coords for part in parts for ring in (part.exterior, *part.interiors)]
        return "".join(self._ring(ring) for ring in rings)

    def _line(self, drawn: BaseGeometry, finest: float) -> str:
        unit = self.width / WIDTH
        seen = visible_lines(drawn, self.bounds, finest * unit)
        return "".join(_path_through([self.place(x, y) for x, y in line]) for line in seen)

    def scale(self) -> tuple[int, str]:
        """A round distance of at most a quarter of the width: its length on the grid, and its name."""
        metres = next((each for each in SCALES if each <= self.width / 4), SCALES[-1])
        return round(metres * WIDTH / self.width), f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"

    def _ring(self, ring: Sequence[tuple[float, float]]) -> str:
        places = list(dict.fromkeys(self.place(x, y) for x, y in ring))
        # Closer together than a unit it would be a line.
        return f"{_path_through(places)}Z" if len(places) > 2 else ""

    def _halvings(self, width: float) -> int:
        steps = range(FARTHEST_STEP, 0, -1)
        return next((step for step in steps if self.width / 2**step >= width), 0)


def _path_through(places: Sequence[tuple[int, int]]) -> str:
    """The SVG path from place to place. Each is given as its distance from the last: a page of areas is lighter so."""
    steps = ((x - last_x, y - last_y) for (last_x, last_y), (x, y) in pairwise(places))
    return f"M{places[0][0]},{places[0][1]}l{' '.join(f'{right},{down}' for right, down in steps)}"


def _fine_enough(paths_of: Callable[[float], list[str]], most: int) -> list[str]:
    """The paths with the smallest bends with which they have at most so many characters."""
    paths: list[str] = []
    for finest in FINEST:
        paths = paths_of(finest)
        if sum(map(len, paths)) <= most:
            break
    return paths


def _bounds(drawn: Sequence[BaseGeometry]) -> Bounds:
    west, south, east, north = zip(*(each.bounds for each in drawn), strict=True)
    return min(west), min(south), max(east), max(north)


def _width(bounds: Bounds) -> float:
    """The width of the smallest frame that holds it."""
    west, south, east, north = bounds
    return max(east - west, (north - south) * WIDTH / HEIGHT)
