"""What an area still needs tonight, and in which order areas come. Without Django, so that anybody can try it.

Everything is in minutes with at least one person there (patrol minutes of a weekly target) unless it says otherwise.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

VISIT_MINUTES = 15
"""As long a visit is advised where nothing else says so: visits of 10 to 20 minutes help most."""
MOST_MINUTES = 240
"""A night asks for no more in an area, however much a month still needs: nobody stays there all night."""
USUAL_CREW = 2
"""So many people turn the hours of a month into minutes there, where no crew is planned."""


class Reason(StrEnum):
    """What asks for a patrol tonight."""

    TRIAL = "trial"
    WEEK = "week"
    MONTH = "month"
    AREA_SET = "area_set"


@dataclass(frozen=True)
class TrialDose:
    """What a trial counts as patrolled, on a night that was drawn for the area."""

    minutes: int
    visits: int


@dataclass(frozen=True)
class WeeklyDose:
    """A week's target, what was given of it before tonight, and on how many nights the rest can be given, with this."""

    minutes: int
    visits: int
    minutes_before: int
    visits_before: int
    nights: int


@dataclass(frozen=True)
class MonthlyHours:
    """What a month's target still lacks in minutes of everybody together, without what is logged before tonight or
    planned for later, and the nights on which it can be given, with this: those that have no plan yet.

    `crew` is how many people patrol together.
    """

    needed: int
    nights: int
    crew: int = USUAL_CREW


@dataclass(frozen=True)
class NightGiven:
    """What an area was given tonight."""

    minutes: int = 0
    visits: int = 0


@dataclass(frozen=True)
class NightAsk:
    """What one reason asks for tonight. `visits` is 0 where it only counts minutes."""

    reason: Reason
    minutes: int
    visits: int = 0


@dataclass(frozen=True)
class NightNeed:
    """What an area is to be given tonight in all, why (the first reason is the one that asks for most), and what is
    left of it.
    """

    asks: Sequence[NightAsk]
    given: NightGiven

    @property
    def minutes(self) -> int:
        """Minutes wanted tonight, whatever was given: those of whoever asks for most."""
        return max((ask.minutes for ask in self.asks), default=0)

    @property
    def visits(self) -> int:
        """Visits wanted tonight, whatever was given."""
        return max((ask.visits for ask in self.asks), default=0)

    @property
    def minutes_left(self) -> int:
        """Minutes still wanted."""
        return max(self.minutes - self.given.minutes, 0)

    @property
    def visits_left(self) -> int:
        """Visits still wanted by who asks for a number of them."""
        return max(self.visits - self.given.visits, 0)

    @property
    def visits_advised(self) -> int:
        """In how many visits the rest is best given: as many as are wanted, or of 15 minutes each."""
        return max(self.visits_left, _up(self.minutes_left, VISIT_MINUTES))

    @property
    def is_asked(self) -> bool:
        """Whether anything asks for a patrol tonight."""
        return bool(self.asks)

    @property
    def is_done(self) -> bool:
        """Whether the area had its full dose."""
        return self.is_asked and not self.minutes_left and not self.visits_left

    @property
    def reason(self) -> Reason | None:
        """Why, in the first place."""
        return self.asks[0].reason if self.asks else None

    @property
    def order(self) -> tuple[bool, int, int]:
        """Where the area comes: those of a trial first, which needs tonight, then the most minutes, then visits."""
        return self.reason is not Reason.TRIAL, -self.minutes_left, -self.visits_left


def need(
    given: NightGiven,
    *,
    trial: TrialDose | None = None,
    week: WeeklyDose | None = None,
    month: MonthlyHours | None = None,
    is_in_set: bool = False,
) -> NightNeed:
    """What an area needs tonight.

    Reasons are not added up: a minute there counts for each of them. An area of a set that nothing else asks for gets
    one visit, as long as no target was set for it (`week` and `month` are None).
    """
    asks = [*_asks(trial, week, month)]
    if is_in_set and trial is None and week is None and month is None:
        asks.append(NightAsk(Reason.AREA_SET, VISIT_MINUTES, 1))
    # Sorted by what they ask for; of a trial, nobody may do less or something else.
    asks.sort(key=lambda ask: (ask.reason is not Reason.TRIAL, -ask.minutes, -ask.visits))
    return NightNeed(asks, given)


def _asks(trial: TrialDose | None, week: WeeklyDose | None, month: MonthlyHours | None) -> Iterator[NightAsk]:
    if trial is not None:
        yield NightAsk(Reason.TRIAL, trial.minutes, trial.visits)
    if week is not None:
        minutes = _share(week.minutes - week.minutes_before, week.nights)
        visits = _share(week.visits - week.visits_before, week.nights)
        if minutes or visits:
            yield NightAsk(Reason.WEEK, min(minutes, MOST_MINUTES), visits)
    if month is not None and (minutes := _share(month.needed, month.nights * max(month.crew, 1))):
        yield NightAsk(Reason.MONTH, min(minutes, MOST_MINUTES))


def _share(rest: int, nights: int) -> int:
    """What of a rest falls on one of so many nights: nothing of nothing, else rounded up, so that it is given."""
    return _up(max(rest, 0), max(nights, 1))


def _up(number: int, by: int) -> int:
    return -(-number // by)


def given(spans: Sequence[tuple[datetime, datetime]]) -> NightGiven:
    """What separate spans of presence, neither overlapping nor touching, gave: whole minutes and visits."""
    seconds = sum((end - start).total_seconds() for start, end in spans)
    return NightGiven(int(seconds) // 60, len(spans))
