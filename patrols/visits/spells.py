"""Spells of presence: runs of time with at least one person in an area, however many there were."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

Span = tuple[datetime, datetime]


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time as spans that neither overlap nor touch, in order."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def seconds_of(spans: Iterable[Span]) -> int:
    """How long there was at least one person: the union of the spans, in whole seconds."""
    return int(sum((end - start).total_seconds() for start, end in merged(spans)))


@dataclass(frozen=True)
class Stay:
    """One crew's stay in an area: `least` is proved, `most` possible. None: not known how much earlier or later."""

    least: Span
    earliest: datetime | None
    latest: datetime | None

    @property
    def most(self) -> Span:
        """The longest that is known to be possible: an end that is not known counts as seen."""
        return self.earliest or self.least[0], self.latest or self.least[1]

    @classmethod
    def recorded(cls, start: datetime, end: datetime) -> "Stay":
        """A stay with both times entered by hand, taken as they are."""
        return cls((start, end), start, end)


@dataclass(frozen=True)
class Spell:
    """A visit as an area sees it: somebody was there from `start` to `end`, and no longer than the bounds allow."""

    start: datetime
    end: datetime
    earliest: datetime | None
    latest: datetime | None

    @property
    def least_seconds(self) -> int:
        """Its length as far as it is proved."""
        return int((self.end - self.start).total_seconds())

    @property
    def most_seconds(self) -> int | None:
        """Its length at most; None where an end is not known."""
        if self.earliest is None or self.latest is None:
            return None
        return int((self.latest - self.earliest).total_seconds())

    def lasted(self, first: int, last: int) -> bool | None:
        """Whether it lasted from `first` to `last` minutes, both included; None where the bounds do not say."""
        least, most = self.least_seconds, self.most_seconds
        if least > 60 * last or (most is not None and most < 60 * first):
            return False
        if least >= 60 * first and most is not None and most <= 60 * last:
            return True
        return None


def spells_of(stays: Iterable[Stay]) -> list[Spell]:
    """The visits of an area: stays that overlap or touch are one, for somebody was there all the time."""
    groups: list[list[Stay]] = []
    end: datetime | None = None
    for stay in sorted(stays, key=lambda each: each.least):
        if end is not None and stay.least[0] <= end:
            groups[-1].append(stay)
            end = max(end, stay.least[1])
        else:
            groups.append([stay])
            end = stay.least[1]
    return [_spell(group) for group in groups]


def _spell(stays: Sequence[Stay]) -> Spell:
    start, end = min(stay.least[0] for stay in stays), max(stay.least[1] for stay in stays)
    earliest, latest = [stay.earliest for stay in stays], [stay.latest for stay in stays]
    return Spell(start, end, _bound(earliest, min), _bound(latest, max))


def _bound(ends: Sequence[datetime | None], furthest: Callable[[Iterable[datetime]], datetime]) -> datetime | None:
    """How far a spell may reach at one end. Where one of its stays leaves it open it is not known, whatever the others
    say: whoever was out of sight first may have been the last to go.
    """
    known = [end for end in ends if end is not None]
    return furthest(known) if len(known) == len(ends) else None


def minutes(seconds: int) -> int:
    """Whole minutes, rounded half up: seconds are kept and added up, and rounded once where they are shown."""
    return (seconds + 30) // 60
