"""Stays in areas from positions, with bounds on their length: a fix says where a unit was, not since when."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hotspots.assignment import NOWHERE

Seconds = NDArray[np.float64]
TOLERANCE_SECONDS = 180
"""How long a unit may be out of an area, or out of sight, without its visit ending, unless fixes are further apart."""
INTERVALS = 2
"""So many usual intervals between fixes are never taken as an absence."""


@dataclass(frozen=True)
class Stays:
    """Stays, one a place: area, track, and four instants in seconds, NaN where no fix near in time gives a bound.

    A stay of one fix proves no length, and is not among them; `too_short` says how many there were.
    """

    areas: NDArray[np.int32]
    tracks: NDArray[np.int32]
    earliest_arrival: Seconds
    first_seen: Seconds
    last_seen: Seconds
    latest_departure: Seconds
    too_short: int


def usual_interval(seconds: Seconds, tracks: NDArray[np.int32]) -> float:
    """The median time between a fix and the next of the same track; 0 where no track has two."""
    gaps = np.diff(seconds)[np.diff(tracks) == 0]
    return float(np.median(gaps)) if len(gaps) else 0.0


def tolerance_for(interval: float) -> float:
    """The absence in seconds that does not end a visit, where fixes usually lie so many seconds apart."""
    return max(TOLERANCE_SECONDS, INTERVALS * interval)


def find_stays(seconds: Seconds, tracks: NDArray[np.int32], areas: NDArray[np.int32], tolerance: float) -> Stays:
    """The stays of each track in each area.

    Fixes are in order of their tracks, and of time within each; `areas` says in which area a fix lies (NOWHERE: none).
    An absence of at most `tolerance` seconds does not end a stay. The unit arrived after the fix before its first one
    in the area and had gone by the fix after its last, where these are at most `tolerance` away.
    """
    # By area: fixes in others that lie between belong to an absence, however short.
    inside = np.flatnonzero(areas != NOWHERE)
    inside = inside[np.argsort(areas[inside], kind="stable")]
    begins = np.ones(len(inside), np.bool_)
    if len(inside):
        same = (np.diff(areas[inside]) == 0) & (np.diff(tracks[inside]) == 0)
        begins[1:] = ~(same & (np.diff(seconds[inside]) <= tolerance))
    starts = np.flatnonzero(begins)
    ends = np.append(starts[1:], len(inside)) - 1 if len(starts) else starts
    first, last = inside[starts], inside[ends]
    long = seconds[last] > seconds[first]
    first, last = first[long], last[long]
    return Stays(
        areas=areas[first],
        tracks=tracks[first],
        earliest_arrival=_neighbour(seconds, tracks, first, -1, tolerance),
        first_seen=seconds[first],
        last_seen=seconds[last],
        latest_departure=_neighbour(seconds, tracks, last, 1, tolerance),
        too_short=int((~long).sum()),
    )


def _neighbour(
    seconds: Seconds, tracks: NDArray[np.int32], fixes: NDArray[np.intp], step: int, tolerance: float
) -> Seconds:
    """The time of the fix before (-1) or after (1) some fixes, NaN where there is none near in the same track."""
    beside = np.clip(fixes + step, 0, len(seconds) - 1)
    is_near = (beside != fixes) & (tracks[beside] == tracks[fixes])
    is_near &= np.abs(seconds[beside] - seconds[fixes]) <= tolerance
    found: Seconds = np.where(is_near, seconds[beside], np.nan)
    return found
