"""The two periods that a study compares."""

from collections.abc import Iterable

import numpy as np

from hotspot.core.calendar import Period
from reports.impact.counting import MonthlyCounts
from reports.impact.points import Counts
from reports.impact.statistics import Counted


class Periods:
    """The two periods of a study, as places in its months, and their lengths in days."""

    def __init__(self, counted: MonthlyCounts, before: Period, after: Period) -> None:
        self.before = np.array([month in before for month in counted.months], np.bool_)
        self._after = np.array([month in after for month in counted.months], np.bool_)
        self.days = Counted(before.days, after.days)

    def of(self, counts: Counts) -> Counted:
        """The incidents of one place in the two periods, from its monthly counts."""
        return Counted(int(counts[self.before].sum()), int(counts[self._after].sum()))

    def split(self, counts: Counts) -> list[list[int]]:
        """The monthly counts of one place, a series for each period."""
        return [counts[period].tolist() for period in (self.before, self._after)]

    def series(self, counted: MonthlyCounts) -> Iterable[list[int]]:
        """The monthly counts of every area and of the comparison, a series for each period."""
        columns = [*counted.areas.T, counted.comparison]
        return [part for column in columns for part in self.split(column)]
