"""A hotspot analysis of a county's year on street segments: from places to those that stand out, with its memory.

The streets are a grid that is bent a little, with as many segments as a county has; the places lie along them. Runs in
a program of its own, whose memory can be measured.
"""

import json
import statistics
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.measure import Result, measured_apart, most_memory
from hotspots.analysis.shapes import lengths_of, meeting, nearest
from hotspots.analysis.statistics import concentration, false_discovery, gi_star, prediction_accuracy, two_sided_p

INCIDENTS, CROSSINGS, RATE = 110_000, 173, 0.05
"""So many crossings to the north and to the east make 60,000 segments."""
WEST, EAST, SOUTH, NORTH = -0.75, 0.2, 51.6, 52.08
BENT_DEGREES, MOVED_DEGREES = 0.0003, 0.0001
PIECES = 5
AT_MOST_MILLISECONDS, AT_MOST_MEGABYTES = 3000, 500
SEED = 4711
RUNS = 3


def results() -> Iterator[Result]:
    """The analysis against finding the nearest segments alone; the memory of each run is a limit."""
    runs = [measured_apart(__spec__.name, at_most_megabytes=AT_MOST_MEGABYTES) for _ in range(RUNS)]
    took, alone = (statistics.median(run[name] for run in runs) for name in ("milliseconds", "nearest_alone"))
    name = f"analysis of {INCIDENTS:,} incidents on {runs[0]['segments']:,} street segments"
    yield Result(name, took, "the nearest segments alone", alone, None, AT_MOST_MILLISECONDS)


def _streets(random: np.random.Generator) -> NDArray[np.object_]:
    grid = np.meshgrid(np.linspace(WEST, EAST, CROSSINGS), np.linspace(SOUTH, NORTH, CROSSINGS))
    crossings = np.stack(grid, axis=-1) + random.normal(0, BENT_DEGREES, (CROSSINGS, CROSSINGS, 2))
    ends = [(crossings[:, :-1], crossings[:, 1:]), (crossings[:-1], crossings[1:])]
    first, last = (np.concatenate([pair[end].reshape(-1, 2) for pair in ends]) for end in (0, 1))
    steps = np.linspace(0, 1, PIECES + 1)[:, None]
    streets: NDArray[np.object_] = shapely.linestrings(first[:, None] * (1 - steps) + last[:, None] * steps)
    return streets


def _places(streets: NDArray[np.object_], random: np.random.Generator) -> NDArray[np.float64]:
    """Most incidents are on few streets."""
    chosen = (len(streets) * random.random(INCIDENTS) ** 4).astype(int)
    along = shapely.line_interpolate_point(streets[chosen], random.random(INCIDENTS), normalized=True)
    places: NDArray[np.float64] = shapely.get_coordinates(along)
    return places + random.normal(0, MOVED_DEGREES, places.shape)


def _analysed(kept: NDArray[np.object_], places: NDArray[np.float64]) -> dict[str, Any]:
    """Everything that a run counts; gives what is worth a look."""
    started = time.perf_counter()
    streets = shapely.from_wkb(kept)
    found = nearest(places[:, 0], places[:, 1], streets)
    nearest_alone = time.perf_counter() - started
    counts, lengths = np.bincount(found[found >= 0], minlength=len(streets)), lengths_of(streets)
    z = gi_star(counts, *meeting(streets))
    hot = false_discovery(two_sided_p(z), RATE) & (z > 0)
    accuracy = prediction_accuracy(counts[hot].sum(), counts.sum(), lengths[hot].sum(), lengths.sum())
    curve = concentration(counts, lengths)
    took = time.perf_counter() - started
    return {
        "milliseconds": 1000 * took,
        "nearest_alone": 1000 * nearest_alone,
        "segments": len(streets),
        "unplaced": int((found < 0).sum()),
        "hot": int(hot.sum()),
        "accuracy": accuracy,
        "half": curve and curve.land_with_half,
    }


if __name__ == "__main__":
    dice = np.random.default_rng(SEED)
    streets = _streets(dice)
    print(json.dumps(_analysed(shapely.to_wkb(streets), _places(streets, dice)) | {"megabytes": most_memory()}))
