"""How long crews were in the areas of a trial, by area and trial day."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hotspot.core.calendar import Period
from hotspot.core.clock import minutes_between
from patrols.models import trial_day
from patrols.visits.queries import presence_in
from patrols.visits.spells import Span, merged

ONE_DAY = timedelta(days=1)


class Doses(NamedTuple):
    """Minutes with at least one crew there, and how many separate visits these were: by area (a row each) and day."""

    minutes: NDArray[np.int64]
    visits: NDArray[np.int64]


def doses(areas: Sequence[int], days: Sequence[date]) -> Doses:
    """The patrols of some areas, by their ids, on some days, in order. Whoever paid for them: presence is presence.

    A spell belongs whole to the trial day in which it starts. A shift whose visits were recorded or seen was there
    during these, as long as is proved; any other during all of it.
    """
    found = Doses(np.zeros((len(areas), len(days)), np.int64), np.zeros((len(areas), len(days)), np.int64))
    rows, columns = ({key: place for place, key in enumerate(keys)} for keys in (areas, days))
    for (area, day), there in _spans(areas, days).items():
        if day in columns:
            spells = merged(there)
            place = rows[area], columns[day]
            found.minutes[place] = sum(minutes_between(start, end) for start, end in spells)
            found.visits[place] = len(spells)
    return found


def _spans(areas: Sequence[int], days: Sequence[date]) -> dict[tuple[int, date], list[Span]]:
    """The time that somebody was there by area and trial day, which is not the London day of the shift at its ends."""
    spans: dict[tuple[int, date], list[Span]] = defaultdict(list)
    presence = presence_in(areas, Period(days[0] - ONE_DAY, days[-1] + ONE_DAY))
    for (area, _), part in presence.items():
        for span in (*(stay.least for stay in part.stays), *part.unvisited):
            spans[area, trial_day(span[0])].append(span)
    return spans
