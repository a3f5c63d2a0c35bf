"""How long crews were in the areas of a trial, by area and trial day."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hotspot.core.calendar import Period
from hotspot.core.clock import minutes_between
from patrols.visits.nights import spans_by_night
from patrols.visits.spells import merged


class Doses(NamedTuple):
    """Minutes with at least one crew there, and how many separate visits these were: by area (a row each) and day."""

    minutes: NDArray[np.int64]
    visits: NDArray[np.int64]


def doses(areas: Sequence[int], days: Sequence[date]) -> Doses:
    """The patrols of some areas, by their ids, on some days, in order. Whoever paid for them: presence is presence.

    A spell belongs whole to the trial day in which it starts (see `spans_by_night`).
    """
    found = Doses(np.zeros((len(areas), len(days)), np.int64), np.zeros((len(areas), len(days)), np.int64))
    rows, columns = ({key: place for place, key in enumerate(keys)} for keys in (areas, days))
    for (area, day), there in spans_by_night(areas, Period(days[0], days[-1])).items():
        if day in columns:
            spells = merged(there)
            place = rows[area], columns[day]
            found.minutes[place] = sum(minutes_between(start, end) for start, end in spells)
            found.visits[place] = len(spells)
    return found
