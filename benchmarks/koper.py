"""Simulated years with a best length of visit planted in them, and how often the product finds it.

Each year has 26 areas with four visits a day. A visit lasts as long as chance has it, whatever is best; while it lasts
and for half an hour after it, incidents come at a lower rate, lowest after visits of the planted length. Nothing but
fixes, at so many seconds, and the minutes of incidents reach the product's own code, which finds stays and waits.

    .venv/bin/python -m benchmarks.koper            prints the shares of 500 years, in half an hour
"""

import argparse
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from patrols.visits.stays import find_stays, tolerance_for, usual_interval
from reports.dosage.koper import KoperCurve, curve_of
from reports.dosage.waits import AreaVisits, waits_after

AREAS, DAYS, VISITS_A_DAY = 26, 365, 4
SMALL_FORCE = 4
DAY_SECONDS = 86_400.0
FOLLOW_UP_MINUTES = 30.0
LENGTHS_MINUTES = (2.0, 35.0)
INCIDENTS_A_DAY = (1.0, 3.0)
DEEPEST, WEAK = 0.7, 0.35
USUAL_MINUTES, SPREAD_MINUTES = 15.0, 6.0
PLANTED = (8.0, 12.0, 15.0, 18.0)
WITHIN_MINUTES = 2.0
SHAPES = ("bell", "ramp")
GONE_AFTER = 15.0
YEARS, SEED = 500, 20_241_210


@dataclass(frozen=True)
class Planted:
    """What a year is made with. `best` None: length makes no difference. `usual`: visits last about 15 minutes each.

    After a visit of the best length, incidents come at a rate that is lower by the share `deepest`.
    """

    best: float | None
    shape: str = "bell"
    areas: int = AREAS
    days: int = DAYS
    deepest: float = DEEPEST
    usual: bool = False


def effect(lengths: NDArray[np.float64], planted: Planted) -> NDArray[np.float64]:
    """By which share visits of some lengths lower the rate of incidents after them.

    A "bell" falls off to both sides alike, 5 minutes wide; a "ramp" rises in a straight line from nothing to the best
    length, and is gone 15 minutes beyond it.
    """
    if planted.best is None:
        return np.full(len(lengths), planted.deepest / 2)
    away = lengths - planted.best
    if planted.shape == "bell":
        shape: NDArray[np.float64] = np.exp(-((away / 5) ** 2))
    else:
        shape = np.where(away < 0, 1 + away / planted.best, np.maximum(1 - away / GONE_AFTER, 0))
    return planted.deepest * shape


def area_year(planted: Planted, dice: np.random.Generator) -> tuple[NDArray[np.float64], ...]:
    """The arrivals, departures and incidents of one area in a year, in seconds."""
    number = planted.days * VISITS_A_DAY
    # Visits come at any time from noon to 4am, and keep 45 minutes apart where they can.
    hours = np.sort(12 + 16 * dice.random((planted.days, VISITS_A_DAY)), axis=1)
    starts = (np.arange(planted.days)[:, None] * 24 + hours).ravel() * 3600
    if planted.usual:
        lengths = 60 * np.clip(dice.normal(USUAL_MINUTES, SPREAD_MINUTES, number), *LENGTHS_MINUTES)
    else:
        lengths = 60 * dice.uniform(*LENGTHS_MINUTES, number)
    starts = np.sort(starts)
    gaps = np.diff(starts) >= 45 * 60
    keep = np.concatenate([[True], gaps])
    starts, lengths = starts[keep], lengths[keep]
    rate = dice.uniform(*INCIDENTS_A_DAY) / DAY_SECONDS
    incidents = np.sort(
        dice.uniform(0, planted.days * DAY_SECONDS, dice.poisson(2 * rate * planted.days * DAY_SECONDS))
    )
    lowered = np.zeros(len(incidents))
    before = np.searchsorted(starts, incidents, "right") - 1
    ends = starts + lengths
    after_one = (before >= 0) & (incidents < ends[before] + 60 * FOLLOW_UP_MINUTES)
    lowered[after_one] = effect(lengths / 60, planted)[before[after_one]]
    # Twice as many as there are, of which half stay, fewer where patrols have been.
    stay = dice.random(len(incidents)) < (1 - lowered) / 2
    return starts, ends, incidents[stay]


def fixes_of(
    starts: NDArray[np.float64], ends: NDArray[np.float64], interval: float, dice: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """The fixes around some visits, and whether each lies in the area (0) or not (-1): one visit before, one after it.

    A unit sends every `interval` seconds, whenever the visit began.
    """
    phase = dice.uniform(0, interval, len(starts))
    first = starts - phase
    counts = np.ceil((ends - first) / interval).astype(np.int64) + 1
    place = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    seconds = np.repeat(first, counts) + place * interval
    visit = np.repeat(np.arange(len(starts)), counts)
    inside = (seconds >= starts[visit]) & (seconds < ends[visit])
    return seconds, np.where(inside, 0, -1).astype(np.int32)


def year(planted: Planted, interval: float, seed: int) -> KoperCurve:
    """One year through the product's own code, from fixes to the curve."""
    dice = np.random.default_rng(seed)
    areas = [_area(planted, interval, dice) for _ in range(planted.areas)]
    return curve_of(waits_after(areas, follow_up=FOLLOW_UP_MINUTES), follow_up=FOLLOW_UP_MINUTES, seed=seed)


def _area(planted: Planted, interval: float, dice: np.random.Generator) -> AreaVisits:
    starts, ends, incidents = area_year(planted, dice)
    seconds, areas = fixes_of(starts, ends, interval, dice)
    order = np.argsort(seconds, kind="stable")
    seconds, areas = seconds[order], areas[order]
    tracks = np.zeros(len(seconds), np.int32)
    found = find_stays(seconds, tracks, areas, tolerance_for(usual_interval(seconds, tracks)))
    return AreaVisits(
        earliest=found.earliest_arrival,
        start=found.first_seen,
        end=found.last_seen,
        latest=found.latest_departure,
        days=(found.first_seen // DAY_SECONDS).astype(np.int64),
        hours=(found.first_seen % DAY_SECONDS // 3600).astype(np.int64),
        incidents=incidents,
        until=planted.days * DAY_SECONDS,
    )


def is_recovered(found: KoperCurve, planted: Planted) -> bool:
    """Whether a year gave the length that was planted in it, within 2 minutes."""
    return found.best is not None and planted.best is not None and abs(found.best - planted.best) <= WITHIN_MINUTES


def shares(planted: Planted, interval: float, seeds: range) -> dict[str, Any]:
    """Of as many years as there are seeds: the shares recovered, told wrongly, and not told, with the reasons."""
    curves = [year(planted, interval, seed) for seed in seeds]
    number = len(curves)
    inside = [each for each in curves if each.interval and planted.best is not None]
    covered = sum(each.interval[0] <= planted.best <= each.interval[1] for each in inside)  # type: ignore[index, operator]
    return {
        "years": number,
        "recovered": sum(is_recovered(each, planted) for each in curves) / number,
        "wrong": sum(each.best is not None and not is_recovered(each, planted) for each in curves) / number,
        "cannot_tell": sum(each.best is None for each in curves) / number,
        "reasons": dict(Counter(each.reason.value for each in curves if each.reason)),
        "covered": covered / len(inside) if inside else None,
        "visits": round(float(np.mean([each.visits for each in curves]))),
        "incidents": round(float(np.mean([each.incidents for each in curves]))),
    }


def main() -> None:
    """Print the shares by shape and length, for fixes a minute and ten apart, without effect, and in harder years."""
    asked = argparse.ArgumentParser(description="Simulated years with a planted best length of visit.")
    asked.add_argument("--years", type=int, default=YEARS)
    number = asked.parse_args().years
    each = number // len(PLANTED)
    for interval in (60.0, 600.0):
        for shape in SHAPES:
            for place, best in enumerate(PLANTED):
                _print(Planted(best, shape), interval, range(SEED + place * each, SEED + (place + 1) * each))
    _print(Planted(None), 60.0, range(SEED, SEED + number))
    harder = (Planted(12.0, areas=SMALL_FORCE), Planted(12.0, deepest=WEAK), Planted(12.0, usual=True))
    for planted in harder:
        _print(planted, 60.0, range(SEED, SEED + number // 5))


def _print(planted: Planted, interval: float, seeds: range) -> None:
    started = time.perf_counter()
    found = shares(planted, interval, seeds)
    print(f"{planted} at {interval:.0f} s: {found} in {time.perf_counter() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
