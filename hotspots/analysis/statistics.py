"""Which cells stand out, how far that can be relied on, and what the same choice would have done before.

Values are one per cell: incidents, or their weights. Neighbours are the arrays of a compressed sparse row, as
`hotspots.analysis.cells.neighbours` gives them. Where a figure cannot be had, such as a share of nothing, it is None.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.integer | np.floating]
Reals = NDArray[np.float64]
Indexes = NDArray[np.intp]
Mask = NDArray[np.bool_]


def gi_star(values: Numbers, indptr: Indexes, indices: Indexes) -> Reals:
    """The z score of each cell and its neighbours, itself among them, each of weight 1: Getis and Ord's Gi*.

    Source: Ord and Getis (1995), Local spatial autocorrelation statistics, Geographical Analysis 27(4).
    0 for a cell that neighbours all cells, and for every cell where all values are equal: nothing stands out there.
    """
    number, sizes = len(values), np.diff(indptr)
    if not number or np.ptp(values) == 0:
        return np.zeros(number)
    # What differs from the mean adds up more exactly than what is then taken from a multiple of the mean.
    differences = values - np.mean(values, dtype=np.float64)
    sums = np.bincount(np.repeat(np.arange(number), sizes), differences[indices], number)
    spread = np.sqrt(np.mean(differences**2) * sizes * (number - sizes) / (number - 1))
    z: Reals = np.divide(sums, spread, out=np.zeros(number), where=spread > 0)
    return z


def two_sided_p(z: Reals) -> Reals:
    """The chance of a z score at least so far from 0 in either direction: 2Φ(−|z|)."""
    return np.fromiter((math.erfc(each) for each in (np.abs(z) / math.sqrt(2)).tolist()), np.float64)


def false_discovery(p: Reals, rate: float) -> Mask:
    """Which of the tests are significant when at most a share `rate` of those that are said to be may be so by chance.

    Source: Benjamini and Hochberg (1995), Controlling the false discovery rate, J. R. Statist. Soc. B 57(1).
    """
    ordered = np.sort(p)
    kept = ordered[ordered <= rate * np.arange(1, len(p) + 1) / len(p)] if len(p) else ordered
    highest: float = kept.max(initial=-math.inf)
    return p <= highest


def prediction_accuracy(inside: float, total: float, area_inside: float, area_total: float) -> float | None:
    """The prediction accuracy index: how many times as dense incidents are inside as everywhere.

    1 where everything is chosen. None where there are no incidents at all, or no land inside or at all.
    Source: Chainey, Tompson and Uhlig (2008), The utility of hotspot mapping, Security Journal 21.
    """
    if not (total and area_inside and area_total):
        return None
    return (inside / total) / (area_inside / area_total)


def prediction_efficiency(values: Numbers, areas: Reals, chosen: Indexes | Mask) -> float | None:
    """The prediction efficiency index: the accuracy of the chosen cells over the best that as much land could have.

    Of the last cell of the best land, as much is taken as is needed, so that the index is never above 1. None where
    there are no incidents, or nothing is chosen. Source: Hunt (2016), Do crime hot spots move?, American University.
    """
    curve, share = concentration(values, areas), held(values, chosen)
    land = areas[chosen].sum()
    if curve is None or share is None or not land:
        return None
    return share / curve.incidents_on(land / areas.sum())


@dataclass(frozen=True)
class Concentration:
    """How incidents gather on land: points of a curve from (0, 0) to (1, 1), the densest land first."""

    land: Reals
    incidents: Reals

    def incidents_on(self, share: float) -> float:
        """The share of incidents on this share of land, where it is densest."""
        return float(np.interp(share, self.land, self.incidents))

    def land_with(self, share: float) -> float:
        """The least share of land that holds this share of incidents, for shares below 1."""
        return float(np.interp(share, self.incidents, self.land))

    @property
    def land_with_quarter(self) -> float:
        """The share of land that holds 25 % of incidents."""
        return self.land_with(0.25)

    @property
    def land_with_half(self) -> float:
        """The share of land that holds 50 % of incidents."""
        return self.land_with(0.5)


def concentration(values: Numbers, areas: Reals) -> Concentration | None:
    """The curve of cells by density; `areas` are above 0, in any unit. None where there are no incidents."""
    if not values.sum():
        return None
    order = np.argsort(-(values / areas), kind="stable")
    return Concentration(_cumulative_shares(areas[order]), _cumulative_shares(values[order]))


def _cumulative_shares(values: Numbers) -> Reals:
    sums = np.cumsum(values, dtype=np.float64)
    return np.concatenate([[0.0], sums / sums[-1]])


def kernel_density(
    x: Reals, y: Reals, grid_x: Reals, grid_y: Reals, bandwidth: float, *, weights: Numbers | None = None
) -> Reals:
    """Points a square metre around the places of a grid, by the quartic kernel K(u) = 3/π (1 − u²)². All in metres.

    A point counts as often as its weight says, or once.
    It has a row for each `grid_y` and a column for each `grid_x`, which are evenly spaced and ascending, at least two
    each. Raises ValueError where they are not, and for a bandwidth below their steps, which would pass over points.
    """
    step_x, step_y = _step(grid_x), _step(grid_y)
    if bandwidth < max(step_x, step_y):
        raise ValueError(f"The bandwidth of {bandwidth} m is smaller than the steps of the grid.")
    density = np.zeros((len(grid_y), len(grid_x)))
    for columns, east in _within_reach(x, grid_x, step_x, bandwidth):
        for rows, north in _within_reach(y, grid_y, step_y, bandwidth):
            left = 1 - (east**2 + north**2) / bandwidth**2
            is_near = left > 0
            each = left[is_near] ** 2 if weights is None else left[is_near] ** 2 * weights[is_near]
            np.add.at(density, (rows[is_near], columns[is_near]), each)
    scaled: Reals = density * 3 / (math.pi * bandwidth**2)
    return scaled


def _step(grid: Reals) -> float:
    steps = np.diff(grid)
    if not len(steps) or steps[0] <= 0 or not np.allclose(steps, steps[0]):
        raise ValueError("The grid must be evenly spaced and ascending, of at least two places.")
    return float(steps[0])


def _within_reach(at: Reals, grid: Reals, step: float, bandwidth: float) -> Iterator[tuple[Indexes, Reals]]:
    """Of each point one place of the grid and how far it is, in turns until all within the bandwidth have been.

    Places beside the grid are infinitely far.
    """
    nearest = np.rint((at - grid[0]) / step).astype(np.intp)
    reach = int(bandwidth // step) + 1
    for offset in range(-reach, reach + 1):
        places = nearest + offset
        is_on_grid = (places >= 0) & (places < len(grid))
        places = np.where(is_on_grid, places, 0)
        yield places, np.where(is_on_grid, at - grid[places], math.inf)


def top(values: Numbers, number: int) -> Indexes:
    """The rule "rank": the indexes of the cells with the highest values, the highest first.

    Of equal cells the first comes first, so that a run is repeatable. Cells without any incidents are never chosen.
    """
    backwards = np.argsort(values[::-1], kind="stable")
    highest = (len(values) - 1 - backwards)[::-1][:number]
    return highest[values[highest] > 0]


def overlap(first: Indexes, second: Indexes) -> float | None:
    """How much two choices of cells agree: those in both over those in either (Jaccard). None where both are empty."""
    either = np.union1d(first, second)
    return len(np.intersect1d(first, second)) / len(either) if len(either) else None


def held(values_later: Numbers, chosen: Indexes | Mask) -> float | None:
    """The share of later incidents that are in the chosen cells. None where there are no later incidents."""
    total = values_later.sum()
    return float(values_later[chosen].sum() / total) if total else None


@dataclass(frozen=True)
class PlaceboPair:
    """Incidents in a period and in the one after it: in the cells chosen in the first, and in all cells.

    The periods are numbered from 0. Counts are whole numbers where those given are.
    """

    period: int
    chosen_before: float
    chosen_after: float
    all_before: float
    all_after: float

    @property
    def chosen_change(self) -> float | None:
        """The relative change of the chosen cells: −0.2 for a fifth less. None where there was nothing before."""
        return _change(self.chosen_before, self.chosen_after)

    @property
    def all_change(self) -> float | None:
        """The relative change of all cells. None where there was nothing before."""
        return _change(self.all_before, self.all_after)


def placebo(counts: Numbers, choose: Callable[[Numbers], Indexes]) -> list[PlaceboPair]:
    """What choosing cells in each period, by a rule, would have seemed to do in the next, with nothing done.

    `choose` gives the places of the cells that the rule takes. `counts` has a row for each cell and a column for each
    period, in order of time and before any programme. Cells that were chosen for being bad get better by themselves
    (regression to the mean): by so much here.
    """
    pairs = []
    for period, (before, after) in enumerate(pairwise(counts.T)):
        chosen = choose(before)
        sums = (before[chosen].sum(), after[chosen].sum(), before.sum(), after.sum())
        pairs.append(PlaceboPair(period, *(each.item() for each in sums)))
    return pairs


def _change(before: float, after: float) -> float | None:
    return (after - before) / before if before else None
