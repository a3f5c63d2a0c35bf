"""How long crews were in the areas of a trial, by area and trial day."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hotspot.core.clock import minutes_between
from patrols.models import PatrolShift, Visit, trial_day
from patrols.trials.days import begins_at


class Spell(NamedTuple):
    """A time during which somebody was in an area."""

    area: int
    starts_at: datetime
    ends_at: datetime


class Doses(NamedTuple):
    """Minutes with at least one crew there, and how many separate visits these were: by area (a row each) and day."""

    minutes: NDArray[np.int64]
    visits: NDArray[np.int64]


def doses(areas: Sequence[int], days: Sequence[date]) -> Doses:
    """The patrols of some areas, by their ids, on some days, in order. Whoever paid for them: presence is presence.

    A spell belongs whole to the trial day in which it starts. A shift whose visits were recorded was there during
    these, any other during all of it.
    """
    found = Doses(np.zeros((len(areas), len(days)), np.int64), np.zeros((len(areas), len(days)), np.int64))
    rows, columns = ({key: place for place, key in enumerate(keys)} for keys in (areas, days))
    spells: dict[tuple[int, date], list[Spell]] = defaultdict(list)
    for spell in _spells(areas, begins_at(days[0]), begins_at(days[-1] + timedelta(days=1))):
        spells[spell.area, trial_day(spell.starts_at)].append(spell)
    for (area, day), there in spells.items():
        if day in columns:
            merged = list(_merged(there))
            place = rows[area], columns[day]
            found.minutes[place] = sum(minutes_between(start, end) for start, end in merged)
            found.visits[place] = len(merged)
    return found


def _spells(areas: Sequence[int], first: datetime, last: datetime) -> Iterator[Spell]:
    shifts = PatrolShift.objects.filter(state=PatrolShift.State.COMPLETED, area__in=areas)
    visits = Visit.objects.filter(shift__in=shifts, starts_at__gte=first, starts_at__lt=last)
    yield from map(Spell._make, visits.values_list("shift__area_id", "starts_at", "ends_at"))
    whole = shifts.filter(visits__isnull=True, starts_at__gte=first, starts_at__lt=last)
    yield from map(Spell._make, whole.values_list("area_id", "starts_at", "ends_at"))


def _merged(spells: Iterable[Spell]) -> Iterator[tuple[datetime, datetime]]:
    """The times covered by any of the spells, those that meet or overlap as one."""
    start = end = None
    for spell in sorted(spells, key=lambda spell: spell.starts_at):
        if start is None or end is None or spell.starts_at > end:
            if start is not None and end is not None:
                yield start, end
            start, end = spell.starts_at, spell.ends_at
        else:
            end = max(end, spell.ends_at)
    if start is not None and end is not None:
        yield start, end
