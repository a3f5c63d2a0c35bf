"""Places to compare hotspot areas with that had about as many incidents, and the same trend, before.

For each area: circles as large as it is, elsewhere in the data, around places with incidents. Counts are compared as
twice their square roots, which vary alike whatever the count (the standard deviation of a Poisson variable is then 1).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hotspots.areas.boundaries import Projection
from reports.impact.points import Mask, Points

CIRCLES_AN_AREA = 3
MOST_APART = 2.0
"""How far a circle may be from its area in level and trend together, in standard deviations of a Poisson count."""
_APART_METRES = 250
"""Circles are tried around one place of each square of this side."""

Series = NDArray[np.float64]


@dataclass(frozen=True)
class Circle:
    """A place of comparison: its middle in degrees, its radius in metres, and the area (by its place) it is like."""

    longitude: float
    latitude: float
    radius: float
    area: int
    series: Series


@dataclass(frozen=True)
class Match:
    """Circles for the areas, and the monthly counts before, a row for each area."""

    plane: Projection
    circles: Sequence[Circle]
    areas: Series

    def holds(self, points: Points) -> Mask:
        """Which points lie in one of the circles."""
        return points.are_in([self._drawn(circle) for circle in self.circles])

    def _drawn(self, circle: Circle) -> BaseGeometry:
        middle = self.plane.to_metres(shapely.Point(circle.longitude, circle.latitude))
        return self.plane.to_degrees(middle.buffer(circle.radius, quad_segs=32))

    @property
    def unmatched(self) -> list[int]:
        """The areas, by their places, that nothing is like."""
        return sorted(set(range(len(self.areas))) - {circle.area for circle in self.circles})

    @property
    def means(self) -> tuple[Series, Series]:
        """By month: the incidents of the areas that are matched, and of a circle for each of them on average."""
        matched = [area for area in range(len(self.areas)) if area not in self.unmatched]
        like = [np.mean([each.series for each in self.circles if each.area == area], axis=0) for area in matched]
        nothing = np.zeros(self.areas.shape[1])
        return self.areas[matched].sum(axis=0), np.sum(like, axis=0) if like else nothing


def match_areas(points: Points, areas: Sequence[BaseGeometry], kept_out: Sequence[BaseGeometry], before: Mask) -> Match:
    """Up to three circles for each area, none of which touch one another or land that is `kept_out`.

    Shapes are in degrees; `before` says which months count. Areas with many incidents choose first: fewer places are
    like them. An area can end with fewer circles, or with none.
    """
    plane = Projection.around(areas)
    places, series = _series(points, before, plane)
    forbidden = shapely.union_all([plane.to_metres(each) for each in (*areas, *kept_out)])
    shapely.prepare(forbidden)
    ours = np.array([_inside(plane.to_metres(area), places, series) for area in areas])
    tree = shapely.STRtree(shapely.points(places))
    # Those with incidents before: to know of a place only from months after would choose it for what it had then.
    known = places[series.any(axis=1)]
    tried = known[_one_of_each_square(known)]
    chosen: list[Circle] = []
    taken: list[tuple[float, float, float]] = []
    for area in np.argsort(-ours.sum(axis=1), kind="stable").tolist():
        radius = math.sqrt(plane.to_metres(areas[area]).area / math.pi)
        middles = shapely.points(tried)
        free = tried[~shapely.dwithin(forbidden, middles, radius)]
        counts = _counts_around(tree, series, free, radius)
        for place in _nearest(counts, ours[area]):
            x, y = free[place]
            if all(math.hypot(x - other, y - its) >= radius + width for other, its, width in taken):
                middle = plane.to_degrees(shapely.Point(x, y))
                chosen.append(Circle(middle.x, middle.y, radius, area, counts[place]))
                taken.append((x, y, radius))
            if sum(each.area == area for each in chosen) == CIRCLES_AN_AREA:
                break
    return Match(plane, chosen, ours)


def _series(points: Points, before: Mask, plane: Projection) -> tuple[Series, Series]:
    """Every place in metres, and its incidents in each month before."""
    positions = np.column_stack([points.longitudes, points.latitudes])
    places, at = np.unique(positions, axis=0, return_inverse=True)
    counts = np.zeros((len(places), points.month_count))
    np.add.at(counts, (at.ravel(), points.months), points.numbers)
    metres = shapely.get_coordinates(plane.to_metres(shapely.MultiPoint(places))) if len(places) else places
    return metres, counts[:, before]


def _inside(area: BaseGeometry, places: Series, series: Series) -> Series:
    inside = shapely.intersects_xy(area, places[:, 0], places[:, 1])
    total: Series = series[inside].sum(axis=0)
    return total


def _one_of_each_square(places: Series) -> NDArray[np.intp]:
    _, first = np.unique(np.floor(places / _APART_METRES), axis=0, return_index=True)
    return np.sort(first)


def _counts_around(tree: shapely.STRtree, series: Series, middles: Series, radius: float) -> Series:
    around, near = tree.query(shapely.points(middles), predicate="dwithin", distance=radius)
    counts = np.zeros((len(middles), series.shape[1]))
    np.add.at(counts, around, series[near])
    return counts


def _nearest(counts: Series, area: Series) -> list[int]:
    """The circles that are near enough to the area, the nearest first."""
    apart = np.hypot(_level(counts) - _level(area), _trend(counts) - _trend(area))
    order = np.argsort(apart, kind="stable")
    return [place for place in order.tolist() if apart[place] <= MOST_APART]


def _level(counts: Series) -> Series:
    level: Series = 2 * np.sqrt(counts.sum(axis=-1))
    return level


def _trend(counts: Series) -> Series:
    """How much more the later half of the months has; 0 for one month, whose trend is not known."""
    half = counts.shape[-1] // 2
    if not half:
        return np.zeros(counts.shape[:-1])
    first, second = counts[..., :half].sum(axis=-1), counts[..., -half:].sum(axis=-1)
    trend: Series = 2 * (np.sqrt(second) - np.sqrt(first))
    return trend


@dataclass(frozen=True)
class Quality:
    """How alike areas and their places of comparison were before.

    `level` is what the places had by what the areas had; `trends` the later half of the months by the earlier one, of
    the areas and of the places; `correlation` is that of the months. None where it cannot be had.
    """

    level: float
    trends: tuple[float, float] | None
    correlation: float | None

    @property
    def is_close(self) -> bool:
        """Whether both level and trend are within a tenth; an unknown trend is not."""
        return (
            abs(self.level - 1) <= 0.1 and self.trends is not None and abs(self.trends[1] / self.trends[0] - 1) <= 0.1
        )


_FEWEST_MONTHS = 6
"""For a correlation."""


def quality_of(areas: Sequence[float], comparison: Sequence[float]) -> Quality | None:
    """How good a match is, from the monthly counts before; None where one of them has nothing."""
    if not (sum(areas) and sum(comparison)):
        return None
    half, trends, correlation = len(areas) // 2, None, None
    halves = [(sum(counts[:half]), sum(counts[-half:])) for counts in (areas, comparison)] if half else []
    if halves and all(min(pair) > 0 for pair in halves):
        ours, theirs = (second / first for first, second in halves)
        trends = (ours, theirs)
    if len(areas) >= _FEWEST_MONTHS and np.std(areas) and np.std(comparison):
        correlation = float(np.corrcoef(areas, comparison)[0, 1])
    return Quality(sum(comparison) / sum(areas), trends, correlation)
