"""Time to the next incident after a visit, by the visit's length: a force's own Koper curve, or that it cannot tell.

Koper (1995), Just enough police presence, Justice Quarterly 12(4), found that disorder stays away longest after visits
of 10 to 16 minutes. The rules here know nothing of that: they ask only whether lengths are known well enough, whether
there is enough to count, whether length makes any difference, and whether a best length can be told.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Point = tuple[float, float, float, float]
"""A length in minutes, the ratio there, and its interval."""

BAND_MINUTES = 5
LONGEST_MINUTES = 40
"""Visits are told apart up to here; longer ones only end the wait after those before them."""
WIDEST_BOUNDS = float(BAND_MINUTES)
"""Lengths known no better than a band is wide cannot be put into one."""
LEAST_VISITS, LEAST_BANDS, LEAST_INCIDENTS = 100, 4, 100
"""A band needs so many visits, a curve so many bands beside each other, with so many incidents after their visits."""
WIDEST_INTERVAL = 10.0
"""A best length whose interval is wider is none."""
SIGNIFICANT = 0.05
SHUFFLES, RESAMPLES = 199, 200
BANDWIDTH = float(BAND_MINUTES)
"""Minutes of length that a point of the curve looks at to each side."""
STEP = 0.25
TRIMMED = 0.05
"""The share of visits at either end of all lengths where no best length is looked for: the curve ends there."""
SEED = 4711


class CannotTell(StrEnum):
    """Why there is no best length."""

    TIMES = "times"
    POSITIONS = "positions"
    ROUNDED = "rounded"
    VISITS = "visits"
    INCIDENTS = "incidents"
    FLAT = "flat"
    EDGE = "edge"
    WIDE = "wide"


@dataclass(frozen=True)
class Waits:
    """A visit a place: how long it lasted and what came after it, in minutes.

    `lengths` are the middles of the bounds on each visit's length, `open_minutes` what these leave open. `waits` end
    with an incident (`ended`), or are cut off by the next visit, the end of the follow-up or that of the data. Visits
    of the same `strata` (an area at a time of the day) would have the same risk but for their length; those of the same
    `clusters` (an area on a day) may share what else happened.
    """

    lengths: Floats
    open_minutes: Floats
    waits: Floats
    ended: NDArray[np.bool_]
    strata: Integers
    clusters: Integers


@dataclass(frozen=True)
class Band:
    """Visits of one band of lengths, from `first` to under `last` minutes.

    `ratio` is the rate of incidents after them by what would be expected of their strata; `quiet` the share after which
    none came within the follow-up (Kaplan and Meier). Intervals are of 95 %, by the resampling of clusters; None
    where there were no visits.
    """

    first: int
    last: int
    visits: int
    incidents: int
    expected: float
    ratio: float | None
    ratio_interval: tuple[float, float] | None
    quiet: float | None
    quiet_interval: tuple[float, float] | None


@dataclass(frozen=True)
class KoperCurve:
    """What came of it: `best` minutes with their interval, or why it cannot be told (`reason`).

    `points` are lengths with the smoothed ratio and its interval, where there were visits enough to draw it.
    """

    bands: list[Band]
    points: list[Point]
    visits: int
    incidents: int
    open_minutes: float
    p_value: float | None
    best: float | None
    interval: tuple[float, float] | None
    reason: CannotTell | None


def curve_of(found: Waits, *, follow_up: float, rounded: bool = False, seed: int = SEED) -> KoperCurve:
    """The curve of some visits, watched for `follow_up` minutes each. `rounded`: times were entered in round numbers.

    The rules are checked in order, and the first that is not met is the reason: nothing after it is worth knowing.
    """
    used = (found.lengths < LONGEST_MINUTES) & (found.waits > 0)
    if not used.any():
        return KoperCurve([], [], 0, 0, 0.0, None, None, None, CannotTell.VISITS)
    found = Waits(*(getattr(found, name)[used] for name in found.__dataclass_fields__))
    open_minutes = float(np.median(found.open_minutes))
    table = _Table(found, follow_up, np.random.default_rng(seed))
    bands, reason = table.bands(), _too_little(table, open_minutes, rounded=rounded)
    p_value: float | None = None
    best: float | None = None
    interval: tuple[float, float] | None = None
    points: list[Point] = []
    if reason is None:
        p_value = table.p_value()
        points, best, interval, reason = table.smooth()
        if p_value > SIGNIFICANT:
            reason = CannotTell.FLAT
    if reason is not None:
        best = interval = None
    return KoperCurve(
        bands, points, len(found.waits), int(found.ended.sum()), open_minutes, p_value, best, interval, reason
    )


def _too_little(table: "_Table", open_minutes: float, *, rounded: bool) -> CannotTell | None:
    if open_minutes > WIDEST_BOUNDS:
        return CannotTell.POSITIONS
    if rounded:
        return CannotTell.ROUNDED
    if table.last_band - table.first_band < LEAST_BANDS:
        return CannotTell.VISITS
    return CannotTell.INCIDENTS if table.incidents < LEAST_INCIDENTS else None


def expected(waits: Floats, ended: NDArray[np.bool_], strata: Integers) -> Floats:
    """How many incidents would follow each visit at the rate of its stratum, however long it lasted.

    Indirect standardisation: without it, areas with many incidents and long visits would make long visits look bad.
    """
    number = int(strata.max()) + 1
    watched = np.bincount(strata, waits, number)
    rates = np.bincount(strata, ended, number) / np.where(watched > 0, watched, 1)
    result: Floats = waits * rates[strata]
    return result


class _Table:
    """Visits counted by length: incidents after them and how many were expected, by cluster too."""

    def __init__(self, found: Waits, follow_up: float, random: np.random.Generator) -> None:
        self._found, self._follow_up, self._random = found, follow_up, random
        self._clusters = np.unique(found.clusters, return_inverse=True)[1]
        self._expected = expected(found.waits, found.ended, found.strata)
        self._bands = (found.lengths // BAND_MINUTES).astype(np.int64)
        self._count = LONGEST_MINUTES // BAND_MINUTES
        self.first_band, self.last_band = self._longest_run()
        in_run = (self._bands >= self.first_band) & (self._bands < self.last_band)
        self.incidents = int(found.ended[in_run].sum())

    def _longest_run(self) -> tuple[int, int]:
        """The longest run of bands that all have visits enough: the first, and the one after the last."""
        enough = np.bincount(self._bands, minlength=self._count) >= LEAST_VISITS
        best = start = 0, 0
        for band, is_enough in enumerate(enough):
            start = (start[0], band + 1) if is_enough else (band + 1, band + 1)
            best = max(best, start, key=lambda run: run[1] - run[0])
        return best

    def p_value(self) -> float:
        """How often length would seem to matter as much as this if it did not: visits keep their stratum, not their
        length.
        """
        order = np.argsort(self._found.strata, kind="stable")
        edges = np.concatenate([[0], np.flatnonzero(np.diff(self._found.strata[order])) + 1, [len(order)]])
        bands, ended = self._bands[order], self._found.ended[order].astype(np.float64)
        due = self._expected[order]
        seen, as_much = self._spread(bands, ended, due), 1
        for _ in range(SHUFFLES):
            shuffled = [self._random.permutation(bands[first:last]) for first, last in pairwise(edges)]
            as_much += self._spread(np.concatenate(shuffled), ended, due) >= seen
        return as_much / (SHUFFLES + 1)

    def _spread(self, bands: Integers, ended: Floats, due: Floats) -> float:
        """Pearson's χ² of the incidents in the bands of the run."""
        run = slice(self.first_band, self.last_band)
        observed, expected_there = (np.bincount(bands, each, self._count)[run] for each in (ended, due))
        return float(((observed - expected_there) ** 2 / np.maximum(expected_there, 1e-9)).sum())

    # --- by band

    def bands(self) -> list[Band]:
        """Every band, with intervals by resampling clusters."""
        drawn, clusters = self._drawn, self._clusters
        observed = _by_cluster(clusters, self._bands, self._found.ended, self._count)
        due = _by_cluster(clusters, self._bands, self._expected, self._count)
        ratios = _ratio(drawn @ observed, drawn @ due)
        return [self._band(band, ratios[:, band]) for band in range(self._count)]

    def _band(self, band: int, ratios: Floats) -> Band:
        here = self._bands == band
        visits, incidents = int(here.sum()), int(self._found.ended[here].sum())
        due = float(self._expected[here].sum())
        quiet, error = kaplan_meier(self._found.waits[here], self._found.ended[here], self._follow_up)
        return Band(
            first=band * BAND_MINUTES,
            last=(band + 1) * BAND_MINUTES,
            visits=visits,
            incidents=incidents,
            expected=due,
            ratio=incidents / due if due else None,
            ratio_interval=_interval(ratios) if due else None,
            quiet=quiet if visits else None,
            quiet_interval=(max(quiet - 1.96 * error, 0.0), min(quiet + 1.96 * error, 1.0)) if visits else None,
        )

    @cached_property
    def _drawn(self) -> Floats:
        """How often each cluster is in each resample: Poisson with mean 1, which comes to the same as drawing as many
        with replacement. Source: Chamandy et al. (2012), Estimating uncertainty for massive data streams.
        """
        return self._random.poisson(1.0, (RESAMPLES, int(self._clusters.max()) + 1)).astype(np.float64)

    # --- as a curve

    def _searched(self) -> tuple[float, float]:
        """The lengths between which a best one is looked for."""
        lengths = self._found.lengths
        inside = (lengths >= self.first_band * BAND_MINUTES) & (lengths < self.last_band * BAND_MINUTES)
        first, last = np.quantile(lengths[inside], [TRIMMED, 1 - TRIMMED])
        return float(np.ceil(first / STEP) * STEP), float(last)

    def smooth(self) -> tuple[list[Point], float, tuple[float, float], CannotTell | None]:
        """Points of the curve, the length at its lowest with its interval, and why that is none."""
        clusters = self._clusters
        minute = np.rint(self._found.lengths).astype(np.int64)
        number = LONGEST_MINUTES + 1
        observed = _by_cluster(clusters, minute, self._found.ended, number)
        due = _by_cluster(clusters, minute, self._expected, number)
        visits = np.bincount(minute, minlength=number)
        middles = np.bincount(minute, self._found.lengths, number) / np.maximum(visits, 1)
        drawn = np.vstack([np.ones((1, len(observed))), self._drawn])
        first, last = self._searched()
        at = np.arange(first, last + STEP / 2, STEP)
        curves = local_linear(drawn @ observed, drawn @ due, middles, at)
        lows = at[curves.argmin(axis=1)]
        best, interval = float(lows[0]), _interval(lows[1:])
        spread = np.quantile(curves[1:], [0.025, 0.975], axis=0)
        points = [
            (float(length), float(value), float(low), float(high))
            for length, value, low, high in zip(at[::4], curves[0, ::4], spread[0, ::4], spread[1, ::4], strict=True)
        ]
        reason = None
        if best - first < 1 or last - best < 1:
            reason = CannotTell.EDGE
        elif interval[1] - interval[0] > WIDEST_INTERVAL:
            reason = CannotTell.WIDE
        return points, best, interval, reason


def local_linear(observed: Floats, due: Floats, middles: Floats, at: Floats) -> Floats:
    """The ratio of observed to expected incidents at some lengths, smoothed over minutes of length.

    `observed` and `due` have a row for each resample and a column for each whole minute of length, whose visits lasted
    `middles` on average. Around each point the ratios are fitted by a straight line, weighted by what was expected and
    by Epanechnikov's kernel: an average would pull the lowest point to where visits are most. Source: Fan and Gijbels
    (1996), Local polynomial modelling and its applications.
    """
    result = np.empty((len(observed), len(at)))
    for place, length in enumerate(at):
        away = middles - length
        kernel = np.maximum(1 - (away / BANDWIDTH) ** 2, 0)
        weight, tilt, bend = (due @ (kernel * away**power) for power in range(3))
        # Weight × ratio is what was observed, so minutes without any visit need no care.
        level, slope = observed @ kernel, observed @ (kernel * away)
        result[:, place] = (bend * level - tilt * slope) / np.maximum(weight * bend - tilt**2, 1e-9)
    return result


def kaplan_meier(waits: Floats, ended: NDArray[np.bool_], at: float) -> tuple[float, float]:
    """The share of waits that go on beyond a time, where some are cut off, and its standard error.

    Sources: Kaplan and Meier (1958), Nonparametric estimation from incomplete observations; Greenwood's formula.
    """
    moments = np.unique(waits[ended & (waits <= at)])
    at_risk = len(waits) - np.searchsorted(np.sort(waits), moments, "left")
    ended_then = np.searchsorted(np.sort(waits[ended]), moments, "right") - np.searchsorted(
        np.sort(waits[ended]), moments, "left"
    )
    share = float(np.prod(1 - ended_then / at_risk)) if len(moments) else 1.0
    left = at_risk - ended_then
    terms = np.where(left > 0, ended_then / (at_risk * np.maximum(left, 1)), 0.0)
    return share, share * float(np.sqrt(terms.sum()))


def _by_cluster(clusters: NDArray[np.intp], columns: Integers, values: NDArray[np.generic], number: int) -> Floats:
    table = np.zeros((int(clusters.max()) + 1, number))
    np.add.at(table, (clusters, columns), values)
    return table


def _ratio(observed: Floats, due: Floats) -> Floats:
    result: Floats = observed / np.maximum(due, 1e-9)
    return result


def _interval(values: Floats) -> tuple[float, float]:
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)
