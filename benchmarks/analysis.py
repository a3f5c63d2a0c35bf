"""A hotspot analysis of a county's year: from places to the cells that stand out and what they hold, with its memory.

The places are those of the published files of the demonstration, dealt until there are enough, each moved a little: as
published they lie on a tenth as many map points. The land is the smallest convex shape around nearly all of them. Runs
in a program of its own, whose memory can be measured.
"""

import csv
import gzip
import json
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.measure import Result, measured_apart, most_memory
from hotspots.analysis import cells as h3_cells
from hotspots.analysis.statistics import concentration, false_discovery, gi_star, prediction_accuracy, two_sided_p

FILES = Path(__file__).resolve().parent.parent / "reports" / "demo" / "police_data"
INCIDENTS, RESOLUTION, RATE = 110_000, 10, 0.05
AT_MOST_MILLISECONDS, AT_MOST_MEGABYTES = 3000, 500
MOVED_DEGREES = 0.0005
SEED = 4711
RUNS = 3


def results() -> Iterator[Result]:
    """The analysis against finding the cells of its points alone; the memory of each run is a limit."""
    runs = [_child() for _ in range(RUNS)]
    took, alone = (statistics.median(run[name] for run in runs) for name in ("milliseconds", "cells_alone"))
    name = f"analysis of {INCIDENTS:,} incidents in {runs[0]['cells']:,} cells"
    yield Result(name, took, "the cells of the points", alone, None, AT_MOST_MILLISECONDS)


def _child() -> dict[str, Any]:
    measured = measured_apart(__spec__.name, at_most_megabytes=AT_MOST_MEGABYTES)
    print(
        f"{measured['hot']:,} of {measured['cells']:,} cells stand out, PAI {measured['accuracy']:.1f}, "
        f"half of incidents on {measured['half']:.1%} of land"
    )
    return measured


def _places() -> NDArray[np.float64]:
    """Longitude and latitude of as many incidents as a county has in a year."""
    published = []
    for path in sorted(FILES.glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            published += [(float(row["Longitude"]), float(row["Latitude"])) for row in rows if row["Longitude"]]
    random = np.random.default_rng(SEED)
    dealt = np.resize(np.array(published), (INCIDENTS, 2))
    return dealt + random.normal(0, MOVED_DEGREES, dealt.shape)


def _land(places: NDArray[np.float64]) -> shapely.Geometry:
    """A few of a force's incidents are recorded far away."""
    west_south, east_north = np.quantile(places, [0.01, 0.99], axis=0)
    return shapely.convex_hull(shapely.MultiPoint(places)).intersection(shapely.box(*west_south, *east_north))


def _analysed(places: NDArray[np.float64], land: shapely.Geometry) -> dict[str, Any]:
    """Everything that a run counts; gives what is worth a look."""
    started = time.perf_counter()
    found = h3_cells.cells_at(places[:, 0], places[:, 1], RESOLUTION)
    cells_alone = time.perf_counter() - started
    cells = np.union1d(h3_cells.cells_covering([land], RESOLUTION), found)
    counts, areas = np.bincount(np.searchsorted(cells, found), minlength=len(cells)), h3_cells.areas_of(cells)
    z = gi_star(counts, *h3_cells.neighbours(cells))
    hot = false_discovery(two_sided_p(z), RATE) & (z > 0)
    accuracy = prediction_accuracy(counts[hot].sum(), counts.sum(), areas[hot].sum(), areas.sum())
    curve = concentration(counts, areas)
    took = time.perf_counter() - started
    return {
        "milliseconds": 1000 * took,
        "cells_alone": 1000 * cells_alone,
        "cells": len(cells),
        "hot": int(hot.sum()),
        "accuracy": accuracy,
        "half": curve and curve.land_with_half,
    }


if __name__ == "__main__":
    places = _places()
    print(json.dumps(_analysed(places, _land(places)) | {"megabytes": most_memory()}))
