"""Hours of the day and days of the week, on London clocks, and how much of a span of time lies in them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from hotspot.core.calendar import LONDON

Reals = NDArray[np.float64]
DAY_BEGINS = 6
"""The hour at which a patrol day begins: those before it belong to the night of the day before."""
EVERY_DAY = tuple(range(7))


@dataclass(frozen=True)
class Hours:
    """From one hour to another on clocks in London, on some days of the week (0 is Monday).

    A day is a patrol day, from 6am to 6am on the next, and hours belong to the day in which they begin: those from 10pm
    to 3am on Fridays end on Saturday, and so do those from midnight to 3am. The same hour twice is 24 hours.
    """

    from_hour: int = DAY_BEGINS
    to_hour: int = DAY_BEGINS
    days: Collection[int] = EVERY_DAY

    @property
    def length(self) -> int:
        """Hours on the clock, 1 to 24."""
        return (self.to_hour - self.from_hour) % 24 or 24

    def windows(self, first: datetime, last: datetime) -> NDArray[np.int64]:
        """Their starts and ends from one instant to another, and a little beyond: in order, in seconds since 1970."""
        day, until = first.astimezone(LONDON).date() - timedelta(days=2), last.astimezone(LONDON).date()
        found = []
        while day <= until:
            if day.weekday() in self.days:
                found.append(self.window(day))
            day += timedelta(days=1)
        windows = np.array(found, np.int64).reshape(-1, 2)
        # An hour that clocks skip has nothing in it.
        return windows[windows[:, 0] < windows[:, 1]]

    def window(self, day: date) -> tuple[int, int]:
        """Its start and end on a patrol day, in seconds since 1970."""
        start_day = day if self.from_hour >= DAY_BEGINS else day + timedelta(days=1)
        start = datetime.combine(start_day, time(self.from_hour))
        return _seconds(start), _seconds(start + timedelta(hours=self.length))


def _seconds(clock: datetime) -> int:
    # Of an hour that clocks skip, this is the moment of the change; of one that they show twice, the first.
    return int(clock.replace(tzinfo=LONDON).astimezone(UTC).timestamp())


def aoristic_weights(starts: NDArray[np.int64], ends: NDArray[np.int64], windows: NDArray[np.int64]) -> Reals:
    """Which share of each span lies in some windows: 1 for all of it, 0 for none.

    Spans and windows are in seconds since 1970; windows are in order and do not overlap, and begin with their start and
    stop before their end. A span without a length is a moment. Of an incident that happened at some moment of its span,
    any moment as likely as any other, this is the chance that it was in a window.
    Source: Ratcliffe (2000), Aoristic analysis: the spatial interpretation of unspecific temporal events, International
    Journal of Geographical Information Science 14(7).
    """
    if not len(windows):
        return np.zeros(len(starts))
    lengths = ends - starts
    shares = np.divide(
        _time_before(ends, windows) - _time_before(starts, windows),
        lengths,
        out=np.zeros(len(starts)),
        where=lengths > 0,
    )
    window = np.searchsorted(windows[:, 0], starts, side="right") - 1
    is_inside = (window >= 0) & (starts < windows[np.maximum(window, 0), 1])
    weights: Reals = np.where(lengths > 0, shares, is_inside)
    return weights


def _time_before(moments: NDArray[np.int64], windows: NDArray[np.int64]) -> Reals:
    """How much of all windows lies before each moment, in seconds."""
    before = np.concatenate([[0], np.cumsum(windows[:, 1] - windows[:, 0])])
    place = np.searchsorted(windows[:, 0], moments, side="right")
    ends = windows[np.maximum(place - 1, 0), 1]
    # Of the window that the moment is in, or after, what is still to come does not count.
    rest = np.where(place > 0, np.maximum(ends - moments, 0), 0)
    found: Reals = (before[place] - rest).astype(np.float64)
    return found
