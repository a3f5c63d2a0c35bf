"""Where incidents were recorded, as arrays: what studies count from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hotspots.assignment import NOWHERE, assign

Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Points:
    """How many incidents (`numbers`) each place had of each category in each month: an item of every array for each.

    `months` and `categories` are places in the months that were asked for and in `all_categories` (ids); a district of
    0 is none. Membership are in degrees.
    """

    months: NDArray[np.intp]
    categories: NDArray[np.intp]
    districts: NDArray[np.int64]
    longitudes: NDArray[np.float64]
    latitudes: NDArray[np.float64]
    numbers: Counts
    all_categories: Sequence[int]
    month_count: int

    def are_in(self, shapes: Sequence[BaseGeometry]) -> Mask:
        """Which of them lie in one of these shapes, in degrees."""
        if not shapes:
            return np.zeros(len(self.numbers), np.bool_)
        found: Mask = assign(self.longitudes, self.latitudes, shapes) != NOWHERE
        return found


@dataclass(frozen=True)
class Membership:
    """Where points lie to the areas of a study: in which of them, in their ring, or in other hotspot areas."""

    inside: NDArray[np.int32]
    in_ring: Mask
    in_others: Mask

    @property
    def outside(self) -> Mask:
        """In none of the areas and not in their ring."""
        found: Mask = (self.inside == NOWHERE) & ~self.in_ring
        return found
