"""How long each visit was and how long it took until the next incident, from bounds and minutes of incidents."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.dosage.koper import Floats, Waits

BLOCK_HOURS = 6
"""Incidents come at other rates at night than by day, so visits are held against those of the same quarter of a day."""
BLOCKS = 24 // BLOCK_HOURS


@dataclass(frozen=True)
class AreaVisits:
    """The visits of one area in order, and when incidents were there; all in seconds of the same clock, UTC.

    Each was there from `start` to `end` for certain, not before `earliest` and not after `latest` (NaN: not known).
    `days` and `hours` are those of London's clock at its start. Incidents are in order; none is known of after `until`.
    """

    earliest: Floats
    start: Floats
    end: Floats
    latest: Floats
    days: NDArray[np.int64]
    hours: NDArray[np.int64]
    incidents: Floats
    until: float


def waits_after(areas: Sequence[AreaVisits], *, follow_up: float) -> Waits:
    """What came after every visit whose bounds are known, watched for at most `follow_up` minutes.

    A visit began and ended in the middle of its bounds. Visits without bounds cut the wait of those before them off.
    """
    parts = [_of_area(area, number, follow_up) for number, area in enumerate(areas)]
    if not parts:
        nothing, no_numbers = np.zeros(0), np.zeros(0, np.int64)
        return Waits(nothing, nothing, nothing, np.zeros(0, np.bool_), no_numbers, no_numbers)
    # Days of one area are never taken for those of another.
    most_days = 1 + max((int(area.days.max()) for area in areas if len(area.days)), default=0)
    clusters = [number * most_days + part.clusters for number, part in enumerate(parts)]
    return Waits(
        lengths=np.concatenate([part.lengths for part in parts]),
        open_minutes=np.concatenate([part.open_minutes for part in parts]),
        waits=np.concatenate([part.waits for part in parts]),
        ended=np.concatenate([part.ended for part in parts]),
        strata=np.concatenate([part.strata for part in parts]),
        clusters=np.concatenate(clusters),
    )


def _of_area(area: AreaVisits, number: int, follow_up: float) -> Waits:
    arrived = np.where(np.isnan(area.earliest), area.start, (area.earliest + area.start) / 2)
    left = np.where(np.isnan(area.latest), area.end, (area.end + area.latest) / 2)
    is_known = ~(np.isnan(area.earliest) | np.isnan(area.latest))
    next_arrival = np.append(arrived[1:], np.inf)
    cut_off = np.minimum(np.minimum(left + 60 * follow_up, next_arrival), area.until)
    following = np.append(area.incidents, np.inf)[np.searchsorted(area.incidents, left, "right")]
    ended = following <= cut_off
    waits = (np.minimum(following, cut_off) - left) / 60
    return Waits(
        lengths=((left - arrived) / 60)[is_known],
        open_minutes=(((area.latest - area.earliest) - (area.end - area.start)) / 60)[is_known],
        waits=waits[is_known],
        ended=ended[is_known],
        strata=(number * BLOCKS + area.hours // BLOCK_HOURS)[is_known],
        clusters=area.days[is_known],
    )
