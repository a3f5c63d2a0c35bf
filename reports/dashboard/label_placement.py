"""The marks of a map and the words beside them: dots keep their size in pixels, and words stand where there is room."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product, takewhile

from reports.dashboard.projection import HEIGHT, WIDTH
from reports.figures.charts import GRID, Mark

# Maps have about these widths in pixels. A narrow one shows no towns and smaller dots.
WIDE_PIXELS, NARROW_PIXELS = 600, 310
_WIDE_DOT, _NARROW_DOT = 13, 10
_CHARACTER_PIXELS, _HALF_LINE_PIXELS = 8.5, 10
DOT = round(_WIDE_DOT * GRID / WIDE_PIXELS)
SQUARE = GRID // 10
SIDES = ("right", "left", "above", "below")

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Spot:
    """A mark before its words have a place: where it is on the grid, its number, its town, and how big it is."""

    mark: Mark
    x: int
    y: int
    number: str
    town: str
    size: int

    @property
    def is_on_map(self) -> bool:
        """Whether its middle can be seen."""
        return 0 <= self.x <= WIDTH and 0 <= self.y <= HEIGHT

    @property
    def town_inside(self) -> str:
        """The town, if the shape has room for its name."""
        return self.town if _long(self.number, self.town) * GRID / WIDE_PIXELS < self.size else ""


def _long(number: str, town: str) -> float:
    """The pixels that words need."""
    return len(f"{number} {town}".rstrip()) * _CHARACTER_PIXELS


@dataclass
class _Room:
    """What dots and words take, in units of the grid, on a map of some pixels.

    `taken` is kept by the squares that it touches, so that one place is held against its neighbours only.
    """

    pixels: int
    dot_pixels: int
    taken: dict[tuple[int, int], list[Box]] = field(default_factory=dict)

    def dot(self, spot: Spot) -> Box:
        return self._box(spot, -self.dot_pixels, -self.dot_pixels, 2 * self.dot_pixels, 2 * self.dot_pixels)

    def words(self, spot: Spot, side: str, length: float) -> Box:
        """The room of words of so many pixels on that side of the dot."""
        dot, line = self.dot_pixels, 2 * _HALF_LINE_PIXELS
        left = {"right": dot, "left": -dot - length}.get(side, -length / 2)
        top = {"above": -dot - line, "below": dot}.get(side, -line / 2)
        return self._box(spot, left, top, length, line)

    def has(self, box: Box) -> bool:
        west, north, east, south = box
        if west < 0 or north < 0 or east > WIDTH or south > HEIGHT:
            return False
        for square in _squares(box):
            for w, n, e, s in self.taken.get(square, ()):
                if west < e and east > w and north < s and south > n:
                    return False
        return True

    def take(self, box: Box) -> None:
        for square in _squares(box):
            self.taken.setdefault(square, []).append(box)

    def _box(self, spot: Spot, left: float, top: float, width: float, height: float) -> Box:
        unit = GRID / self.pixels
        west, north = spot.x + left * unit, spot.y + top * unit
        return west, north, west + width * unit, north + height * unit


def _squares(box: Box) -> Iterator[tuple[int, int]]:
    west, north, east, south = box
    across = range(int(west // SQUARE), int(east // SQUARE) + 1)
    return product(across, range(int(north // SQUARE), int(south // SQUARE) + 1))


def labelled(spots: Sequence[Spot]) -> list[Mark]:
    """The marks that can be seen, with their words where these cover neither a dot nor other words.

    A town is named once; where its name finds no room the number may. The area that was chosen finds its place first,
    then what is drawn as a shape, then the darkest. What comes last lies on top: the darkest, and the chosen one.
    """
    seen = sorted((spot for spot in spots if spot.is_on_map), key=_importance)
    wide, narrow = _Room(WIDE_PIXELS, _WIDE_DOT), _Room(NARROW_PIXELS, _NARROW_DOT)
    for room in (wide, narrow):
        for spot in seen:
            if not spot.mark.is_big:
                room.take(room.dot(spot))
    marks: list[Mark] = []
    named: set[str] = set()
    for spot in seen:
        marks.append(_labelled(spot, wide, narrow, names_town=spot.town not in named))
        named.add(marks[-1].town)
    return marks[::-1]


def _importance(spot: Spot) -> tuple[bool, bool, int]:
    return not spot.mark.is_chosen, not spot.mark.is_big, -spot.mark.step


def _labelled(spot: Spot, wide: _Room, narrow: _Room, *, names_town: bool) -> Mark:
    """The mark with its words in the first place that has room: on a narrow map too, and failing that on a wide one."""
    town = spot.town_inside if spot.mark.is_big else spot.town
    sides = ("middle", *SIDES) if spot.mark.is_big else SIDES
    for rooms, named, side in product(((wide, narrow), (wide,)), (town, "") if names_town else ("",), sides):
        # Made when it is their turn: where the first room has none, the second is not asked.
        boxes = ((room, room.words(spot, side, _long(spot.number, named if room is wide else ""))) for room in rooms)
        free = list(takewhile(lambda pair: pair[0].has(pair[1]), boxes))
        if len(free) == len(rooms):
            for room, box in free:
                room.take(box)
            return replace(spot.mark, side=side, label=spot.number, town=named)
    return spot.mark
