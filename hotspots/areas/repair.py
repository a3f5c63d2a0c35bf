"""Shapes that are not valid: what is wrong with them and where, and how they are repaired. Pure."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from shapely import STRtree, get_coordinates, get_parts, get_rings, linestrings, make_valid, set_precision
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient
from shapely.validation import explain_validity

from hotspot.core.errors import DomainError

MOST_CHANGE = 0.005
"""The share of its area by which repairing may change a boundary: sizes are not right to more than that here anyway."""
FEW_SEGMENTS = 500
MOST_PAIRS = 2_000_000
"""So many pairs of segments are looked at to find out whether a shape is a tangle."""
_WORDS = {
    "Self-intersection": "The boundary crosses itself",
    "Ring Self-intersection": "The boundary touches itself",
    "Hole lies outside shell": "A hole lies outside the boundary",
    "Holes are nested": "A hole lies inside another hole",
    "Interior is disconnected": "Holes cut the area into pieces",
    "Nested shells": "One part of the boundary lies inside another",
    "Duplicate Rings": "The same ring is there twice",
}


@dataclass(frozen=True)
class Fault:
    """Why a shape is not valid, and the first place where it is not, in longitude and latitude."""

    words: str
    place: tuple[float, float] | None

    def __str__(self) -> str:
        """The boundary crosses itself near longitude -0.27500, latitude 51.94500."""
        if self.place is None:
            return self.words
        return f"{self.words} near longitude {self.place[0]:.5f}, latitude {self.place[1]:.5f}"


@dataclass(frozen=True)
class Repair:
    """What was wrong with a boundary that has been repaired, and how many square metres larger it is for it."""

    fault: Fault
    square_metres: float

    @property
    def change(self) -> str:
        """The change in words: 3 square metres smaller."""
        size = abs(self.square_metres)
        if size < 0.5:
            return "less than one square metre larger or smaller"
        amount = "1 square metre" if size < 1.5 else f"{size:,.0f} square metres"
        return f"{amount} {'larger' if self.square_metres > 0 else 'smaller'}"

    def __str__(self) -> str:
        """As sentences about a boundary."""
        return f"{self.fault}. The boundary has been repaired, and is {self.change} for it."


class InvalidBoundary(DomainError):
    """A boundary that is not valid and is not repaired, with the shape and the place, so that they can be shown."""

    def __init__(self, code: str, message: str, shape: BaseGeometry, fault: Fault, field: str = "boundary") -> None:
        super().__init__(code, message, field)
        self.shape = shape
        self.fault = fault


def fault_of(shape: BaseGeometry) -> Fault:
    """What is wrong with a shape in degrees that is not valid, as GEOS sees it."""
    # Like "Self-intersection[-0.27 51.95]".
    what, _, place = explain_validity(shape).partition("[")
    numbers = [float(number) for number in place.rstrip("]").split()[:2]]
    found = (numbers[0], numbers[1]) if len(numbers) == 2 and np.isfinite(numbers).all() else None
    return Fault(_WORDS.get(what, "The boundary is not a valid shape"), found)


def valid(shape: BaseGeometry) -> BaseGeometry:
    """The polygons of a shape, without lines and points that are left of what was not valid."""
    return make_valid(shape, method="structure", keep_collapsed=False)


def on_grid(shape: BaseGeometry, decimals: int) -> MultiPolygon:
    """A shape in degrees, made valid, with coordinates of so many decimals and rings turned as GeoJSON wants them."""
    snapped = set_precision(valid(shape), 10**-decimals)
    parts: list[Any] = [part for part in get_parts(snapped) if isinstance(part, Polygon)]
    return MultiPolygon([orient(part) for part in parts])


def crosses_itself_often(shape: Polygon | MultiPolygon) -> bool:
    """Whether a shape of many segments looks like a tangle: some of them, taken evenly, cross more than one other each.

    Where segments cross, repairing makes new polygons: 2,000 points in no order take 20 seconds and a gigabyte.
    """
    positions, ring = get_coordinates(get_rings(get_parts(shape)), return_index=True)
    segments = linestrings(np.stack((positions[:-1], positions[1:]), axis=1)[ring[:-1] == ring[1:]])
    if len(segments) <= FEW_SEGMENTS:
        return False
    some = segments[:: max(1, len(segments) ** 2 // MOST_PAIRS)]
    _, crossed = STRtree(segments).query(some, predicate="crosses")
    return len(crossed) > len(some)
