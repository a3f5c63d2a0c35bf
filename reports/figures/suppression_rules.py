"""Which running counts are shown, so that no small number of an area follows from what is."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

MonthEnd = int
"""A boundary between months: 0 is before the first month, 1 after it, and so on."""


@dataclass(frozen=True)
class PublishedRun:
    """A count of one area that was published: of the months from place `first` to place `end`, as it was then."""

    area: int
    first: MonthEnd
    end: MonthEnd
    count: int


def shown_month_ends(
    counts: Mapping[tuple[int, date], int],
    areas: Sequence[int],
    months: Sequence[date],
    *,
    small: range,
    published: Iterable[PublishedRun] = (),
) -> dict[int, set[MonthEnd]]:
    """The places up to which each area's running count is told, given the counts by area and month in order.

    A range of whole months is the difference of two running counts. Its count is shown for an area if both its ends
    are told, and withheld otherwise. So all ranges agree with each other, and with every total of all areas:

    * Between two told places lies no count of `small`, in which somebody could be recognised.
    * At every place no area is untold alone, so the total of all areas leaves the untold running counts open. They
      can be moved against each other at each place by itself, whence no withheld count follows from all that is shown.
    * A place is decided by what was counted up to it. What is told stays told when the next month is over, so
      figures that were read month after month tell no more than the newest.

    A place is untold also where it would differ by a small number from a `published` count of the same area: that is
    a correction. Where only one area exists, its count is the total of all and cannot be withheld.
    """
    ledgers = {area: _Ledger(small) for area in areas}
    for run in published:
        if run.area in ledgers:
            ledgers[run.area].published.append(run)
    for place, month in enumerate(months, start=1):
        for area, ledger in ledgers.items():
            ledger.move(place, counts.get((area, month), 0))
        untold = {area for area, ledger in ledgers.items() if ledger.is_close()}
        untold |= _covers({area: ledger.since_told for area, ledger in ledgers.items()}, untold)
        for area, ledger in ledgers.items():
            ledger.settle(place, is_told=area not in untold)
    return {area: ledger.told for area, ledger in ledgers.items()}


@dataclass
class _Ledger:
    """What readers know of one area's running count, place by place."""

    small: range
    published: list[PublishedRun] = field(default_factory=list)
    told: set[MonthEnd] = field(default_factory=lambda: {0})
    running: int = 0
    last_told: int = 0
    is_waiting: bool = False
    known_at: dict[MonthEnd, set[int]] = field(default_factory=lambda: {0: {0}})
    known: list[int] = field(default_factory=lambda: [0])

    @property
    def since_told(self) -> int:
        """What was counted since the last told place."""
        return self.running - self.last_told

    def move(self, place: MonthEnd, count: int) -> None:
        """Go on to the next place."""
        self.running += count
        for run in self.published:
            if run.end == place:
                for value in self.known_at.get(run.first, ()):
                    self._know(place, value + run.count)

    def is_close(self) -> bool:
        """Whether a small number would follow if the running count were told here.

        One that only hides another's stays untold until it moves: it would turn out to be nothing.
        """
        if self.is_waiting and not self.since_told:
            return True
        most = len(self.small)
        near = self.known[bisect_left(self.known, self.running - most) : bisect_right(self.known, self.running + most)]
        return any(abs(self.running - value) in self.small for value in near)

    def settle(self, place: MonthEnd, *, is_told: bool) -> None:
        """Tell the running count here, or not."""
        self.is_waiting = not is_told
        if not is_told:
            return
        self.told.add(place)
        self.last_told = self.running
        self._know(place, self.running)
        for run in self.published:
            if run.end == place:
                self._know(run.first, self.running - run.count)

    def _know(self, place: MonthEnd, value: int) -> None:
        self.known_at.setdefault(place, set()).add(value)
        insort(self.known, value)


def _covers(since_told: Mapping[int, int], untold: set[int]) -> set[int]:
    """The areas that must be untold too, so that the total of all areas does not give a running count away.

    It would if one area were untold alone, or if the untold ones must all have moved by 1, or not at all.
    """
    covers: set[int] = set()
    while untold and _gives_away([since_told[area] for area in untold | covers]):
        others = since_told.keys() - untold - covers
        if not others:
            break
        # The smallest costs least; one that has not moved hides least.
        covers.add(min(others, key=lambda area: (since_told[area] == 0, since_told[area], area)))
    return covers


def _gives_away(moves: Sequence[int]) -> bool:
    return len(moves) == 1 or all(move == 1 for move in moves) or not any(moves)
