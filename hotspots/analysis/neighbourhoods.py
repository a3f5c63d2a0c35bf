"""Which units of an analysis are neighbours, as the arrays of a compressed sparse row, and which hang together.

`(indptr, indices)`: the neighbours of the unit at i, itself among them, are `indices[indptr[i]:indptr[i + 1]]`,
ascending.
"""

import numpy as np
from numpy.typing import NDArray

Indexes = NDArray[np.intp]


def of_pairs(first: Indexes, second: Indexes, number: int) -> tuple[Indexes, Indexes]:
    """The neighbours of so many units, by pairs of them in any order and with any repeats."""
    itself = np.arange(number)
    one, other = np.concatenate([first, second, itself]), np.concatenate([second, first, itself])
    pairs = np.unique(one * number + other)
    return np.searchsorted(pairs, np.arange(number + 1) * number), pairs % max(number, 1)


def among(indptr: Indexes, indices: Indexes, chosen: Indexes) -> tuple[Indexes, Indexes]:
    """The neighbours of some units among themselves, as places in `chosen`, which is ascending."""
    place = np.full(len(indptr) - 1, -1, np.intp)
    place[chosen] = np.arange(len(chosen))
    one, other = place[np.repeat(np.arange(len(place)), np.diff(indptr))], place[indices]
    is_among = (one >= 0) & (other >= 0)
    return of_pairs(one[is_among], other[is_among], len(chosen))


def groups_of(indptr: Indexes, indices: Indexes) -> list[Indexes]:
    """The groups of units that hang together: the largest first, of as large ones that with the lowest unit.

    The units of a group are ascending.
    """
    groups = np.arange(len(indptr) - 1)
    while len(groups):
        # Each unit takes the lowest number beside it, then the number of that unit: so numbers spread in leaps.
        lowest = np.minimum.reduceat(groups[indices], indptr[:-1])
        lowest = lowest[lowest]
        if (lowest == groups).all():
            break
        groups = lowest
    order = np.argsort(groups, kind="stable")
    found = np.split(order, 1 + np.flatnonzero(np.diff(groups[order])))
    return sorted(filter(len, found), key=len, reverse=True)
