"""Charts as plain shapes: whole numbers on a grid of 1,000 by 1,000, which the template draws as SVG.

Words and numbers stay in HTML beside the shapes, so that they keep their size on a phone, at 400% and in print.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, TypeVar

from reports.figures.scales import TimeTick

GRID = 1000
Number = TypeVar("Number", int, Decimal, Fraction)
MOST_BESIDE = 14
NEAR = 60
"""So near on the grid two numbers above a chart would cover each other on a phone."""


@dataclass(frozen=True)
class Bar:
    """One bar. `length` and `mark` (where a target lies) are on the grid; `value` is the number in words.

    `reach` is from where to where the true value may lie, on the grid. One that `is_unsure` rests on few records and is
    outlined.
    `behind` says which records it counts, and `url` leads to them.
    """

    name: str
    value: str
    length: int
    mark: int | None = None
    reach: tuple[int, int] | None = None
    is_unsure: bool = False
    behind: Mapping[str, Any] = field(default_factory=dict)
    url: str = ""

    @property
    def width(self) -> str:
        """Its length as a part of the room there is."""
        return on_screen(self.length)

    @property
    def mark_x(self) -> str:
        """Where the target lies in the room there is; empty without one."""
        return "" if self.mark is None else on_screen(self.mark)

    @property
    def reach_ends(self) -> tuple[str, str] | None:
        """From where to where the true value may lie in the room there is."""
        return (on_screen(self.reach[0]), on_screen(self.reach[1])) if self.reach else None


@dataclass(frozen=True)
class Bars:
    """Bars lying under each other, each with its name and number."""

    kind: ClassVar[str] = "bars"
    bars: Sequence[Bar]
    key: str = ""
    mark_key: str = ""
    outlined_key: str = ""
    reach_key: str = ""


@dataclass(frozen=True)
class Stick:
    """One upright bar in a row of them: where it stands and how high it is. Outlined where it is not whole."""

    title: str
    x: int
    width: int
    height: int
    is_whole: bool = True

    @property
    def y(self) -> int:
        """Its top: SVG counts downwards."""
        return GRID - self.height


@dataclass(frozen=True)
class Sticks:
    """Upright bars along time. `line` is a target's points, `levels` the numbers up the side, from the top to zero.

    `limits` are the heights of the ends of usual variation, and `marks` a path over single bars: what each is compared
    with. `events` are what else happened, as places along time and words. `ticks` are where months begin.
    """

    kind: ClassVar[str] = "sticks"
    sticks: Sequence[Stick]
    levels: Sequence[str]
    first: str
    last: str
    line: str = ""
    line_key: str = ""
    key: str = ""
    outlined_key: str = ""
    limits: Sequence[int] = ()
    limits_key: str = ""
    marks: str = ""
    marks_key: str = ""
    events: Sequence[tuple[int, str]] = ()
    events_key: str = ""
    ticks: Sequence[TimeTick] = ()

    @property
    def rules(self) -> list[int]:
        """The heights of lines across at the levels above zero."""
        return rules(self.levels)

    @property
    def event_numbers(self) -> list[tuple[str, str]]:
        """Above each line its number among the events; of lines too near to each other, those of all of them."""
        groups: list[list[tuple[int, int]]] = []
        for number, (x, _) in enumerate(self.events, start=1):
            if not groups or x - groups[-1][0][0] > NEAR:
                groups.append([])
            groups[-1].append((x, number))
        return [
            (on_screen(group[0][0]), f"{group[0][1]}" if len(group) == 1 else f"{group[0][1]}–{group[-1][1]}")
            for group in groups
        ]


@dataclass(frozen=True)
class Panel:
    """One of several small charts, with its name."""

    name: str
    chart: Bars | Sticks


@dataclass(frozen=True)
class Panels:
    """Small charts beside each other, and what is to be known of all of them."""

    kind: ClassVar[str] = "panels"
    panels: Sequence[Panel]
    key: str = ""

    @property
    def has_sticks(self) -> bool:
        """Whether there are numbers that are not written beside what shows them."""
        return any(isinstance(panel.chart, Sticks) for panel in self.panels)


@dataclass(frozen=True)
class HeatCell:
    """One hour of the week: its number in words, empty for none, and how dark it is, from 0 to 5."""

    value: str
    step: int


@dataclass(frozen=True)
class HeatRow:
    """One weekday."""

    name: str
    cells: Sequence[HeatCell]


@dataclass(frozen=True)
class Heat:
    """A week of days by hours."""

    kind: ClassVar[str] = "heat"
    hours: Sequence[str]
    rows: Sequence[HeatRow]
    key: str = ""

    @property
    def is_wide(self) -> bool:
        """Whether some number needs more room than a page's width gives 24 of them."""
        return any(len(cell.value) > 4 for row in self.rows for cell in row.cells)


@dataclass(frozen=True)
class Mark:
    """One area on the map: `left` and `top` of its middle in per cent, and where its words stand, if there is room.

    A `big` area is drawn as a shape and needs no dot. `label` is its number in the list, `town` the town's name.
    With `zoom` it leads to a closer map.
    """

    zoom: str
    title: str
    step: int
    left: str
    top: str
    side: str = ""
    label: str = ""
    town: str = ""
    is_big: bool = False
    is_chosen: bool = False


@dataclass(frozen=True)
class Outline:
    """A boundary as an SVG path on the grid, and how dark it is, from 0 to 5."""

    path: str
    step: int
    is_chosen: bool = False


@dataclass(frozen=True)
class MapLine:
    """One area in the list beside the map. Without `zoom` the map cannot come closer to it."""

    number: int
    name: str
    value: str
    step: int
    zoom: str = ""
    is_chosen: bool = False


@dataclass(frozen=True)
class MapStep:
    """One line of the key: how dark, for which values, and how many areas."""

    step: int
    words: str
    areas: str


@dataclass(frozen=True)
class PlaceName:
    """The name of a place beneath a map, and where it is, as shares of the map."""

    name: str
    left: str
    top: str


@dataclass(frozen=True)
class AreaMap:
    """Areas where they lie. `scale` is the length on the grid of the distance that `scale_label` names.

    `measure` and `name` are what is shown, `measures` all that can be; `closer` and `further` the next steps' codes.
    `districts` are the paths of the districts' outlines beneath, `places` those of places, with names where there is
    room.
    """

    kind: ClassVar[str] = "map"
    measure: str
    name: str
    zoom: str
    measures: Sequence[tuple[str, str]]
    outlines: Sequence[Outline]
    marks: Sequence[Mark]
    lines: Sequence[MapLine]
    steps: Sequence[MapStep]
    scale: int
    scale_label: str
    districts: Sequence[str] = ()
    places: Sequence[str] = ()
    place_names: Sequence[PlaceName] = ()
    closer: str = ""
    further: str = ""

    @property
    def query(self) -> str:
        """What the addresses of this map say of its measure: nothing of the one that is shown unasked."""
        return "" if self.measure == self.measures[0][0] else f"&map={self.measure}"

    @property
    def chosen(self) -> list[Outline]:
        """The outlines that are drawn again over all others."""
        return [outline for outline in self.outlines if outline.is_chosen]

    @property
    def crowded(self) -> int:
        """How many areas have no number on the map, because there is no room for it."""
        return sum(not mark.label for mark in self.marks)

    @property
    def dots(self) -> list[Mark]:
        """The marks of areas too small for their shapes to be seen."""
        return [mark for mark in self.marks if not mark.is_big]

    @property
    def labels(self) -> list[Mark]:
        """The marks whose words have room."""
        return [mark for mark in self.marks if mark.label]

    @property
    def is_long(self) -> bool:
        """Whether the list needs the room under the map."""
        return len(self.lines) > MOST_BESIDE


Chart = Bars | Sticks | Panels | Heat | AreaMap


def on_grid(value: Number, most: Number) -> int:
    """A value's place on a grid on which `most` is the far end; what lies beyond it stands there."""
    return min(round(GRID * value / most), GRID) if most else 0


def rules(levels: Sequence[str]) -> list[int]:
    """Where lines lie across the grid at evenly spaced levels, from the top to the last above zero."""
    return [GRID * place // (len(levels) - 1) for place in range(len(levels) - 1)]


def on_screen(length: int) -> str:
    """A length on the grid in per cent: 67.1%."""
    return f"{length * 100 / GRID:g}%"
