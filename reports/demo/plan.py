"""Deals out patrols: who walked where, when and for how long, and how many outcomes each brought.

A `Stratum` says what its patrols are to add up to; `deal` makes patrols that do, to the minute.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle
from random import Random
from typing import TypeVar

from hotspot.core.calendar import LONDON
from hotspot.core.definitions.v1 import V1
from hotspots.models import HotspotArea
from patrols.models import CrewRole

PO, SC, PCSO, CEO = (
    CrewRole.POLICE_OFFICER,
    CrewRole.SPECIAL_CONSTABLE,
    CrewRole.PCSO,
    CrewRole.COMMUNITY_ENFORCEMENT_OFFICER,
)
CREWS = {
    (PO, PO): 30,
    (PO, PCSO): 22,
    (PO, SC): 8,
    (PCSO, PCSO): 6,
    (PO, PO, PCSO): 10,
    (PO, SC, PCSO): 5,
    (PO, PO, PCSO, PCSO): 4,
    (PO, PO, PO, SC): 3,
}
WITH_COUNCIL = CREWS | {(CEO, CEO): 8, (PO, CEO): 6, (PO, PCSO, CEO): 5}
LENGTHS = {150: 10, 180: 30, 195: 5, 210: 20, 225: 5, 240: 25, 270: 5}
LATE_FINISH = 0.25
SHORTEST, LONGEST = 90, 420
# Monday to Sunday; Friday and Saturday are the nights that people fear.
WEEKDAYS = (6, 6, 7, 9, 16, 18, 8)
EVENING = {"14:00": 2, "15:30": 4, "16:00": 4, "17:00": 6, "18:00": 8, "19:00": 5, "20:00": 3}
NIGHT = {"16:00": 2, "18:00": 4, "19:00": 6, "20:00": 8, "21:00": 8, "22:00": 6, "22:30": 2}
EARLY = {"13:00": 1, "14:00": 2, "15:00": 2}
UNCOUNTED = "uncounted"
# The first programme was counted by v1, in whose order the numbers of this package are.
OUTCOMES = (*(column for column, _ in V1.outcome_tables), UNCOUNTED)
"""What numbers of outcomes are of, in their order. The last are powers that the headline leaves out."""
POWERS = OUTCOMES[-2:]


def outcomes_of(*numbers: int) -> Counter[str]:
    """Numbers of outcomes in the order of `OUTCOMES`; what is left out at the end is 0."""
    return Counter(dict(zip(OUTCOMES, numbers, strict=False)))


MOST = outcomes_of(4, 6, 2, 10, 10)
"""No patrol has more."""

T = TypeVar("T")


@dataclass(frozen=True)
class Beat:
    """A hotspot area as the dealer knows it: how many patrols it draws, and whether council officers walk there."""

    area: HotspotArea
    busyness: int
    has_council_team: bool


@dataclass(slots=True)
class Patrol:
    """One patrol before it becomes rows.

    `day` is its London day; `left_early` minutes come off the last member's time; `outcomes` says how many there were
    by the names of `OUTCOMES`. An anonymous one has no collar numbers.
    """

    beat: Beat
    day: date
    starts_at: datetime
    minutes: int
    crew: tuple[CrewRole, ...]
    is_fixed: bool = False
    left_early: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    is_business_as_usual: bool = False
    is_anonymous: bool = False
    warnings: tuple[str, ...] = ()
    doubts_reason: str = ""
    void_reason: str = ""
    cancel_reason: str = ""

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def person_minutes(self) -> int:
        return self.minutes * len(self.crew) - self.left_early

    @property
    def has_constable(self) -> bool:
        return PO in self.crew or SC in self.crew

    @property
    def is_council(self) -> bool:
        """Whether only council officers walked."""
        return set(self.crew) == {CEO}

    @property
    def has_nothing(self) -> bool:
        return not self.outcomes.total()

    @property
    def is_weekend_night(self) -> bool:
        return self.day.weekday() in (4, 5)


@dataclass(frozen=True, kw_only=True)
class Stratum:
    """What a set of patrols on these beats and days adds up to. `minutes` are person-minutes; None: as they fall."""

    beats: Sequence[Beat]
    days: Sequence[date]
    patrols: int
    minutes: int | None = None
    outcomes: Counter[str] = field(default_factory=Counter)
    given: Sequence[Patrol] = field(default_factory=tuple)


def usual_stratum(beats: Sequence[Beat], days: Sequence[date], patrols: int) -> Stratum:
    """So many patrols with about as many outcomes each as the first programme's had."""
    return Stratum(
        beats=beats,
        days=days,
        patrols=patrols,
        outcomes=outcomes_of(*(round(rate * patrols) for rate in (0.11, 0.2, 0.016, 0.48, 0.35))),
    )


def deal(stratum: Stratum, random: Random) -> list[Patrol]:
    """The patrols of a stratum, the given ones among them, by start."""
    patrols = [*stratum.given, *_draw(stratum, stratum.patrols - len(stratum.given), random)]
    if stratum.minutes is not None:
        _fit(patrols, stratum.minutes, random)
    _spread(stratum, patrols, random)
    return sorted(patrols, key=lambda patrol: patrol.starts_at)


def _draw(stratum: Stratum, number: int, random: Random) -> Iterable[Patrol]:
    first, last = min(stratum.days), max(stratum.days)
    growth = max(1, (last - first).days)
    weights = [WEEKDAYS[day.weekday()] * (1 + 0.4 * (day - first).days / growth) for day in stratum.days]
    beats = random.choices(stratum.beats, [beat.busyness for beat in stratum.beats], k=number)
    days = random.choices(stratum.days, weights, k=number)
    return [draw_patrol(beat, day, random) for beat, day in zip(beats, days, strict=True)]


def draw_patrol(beat: Beat, day: date, random: Random, *, ends_by_midnight: bool = False) -> Patrol:
    """One plausible patrol on that London day."""
    crews = WITH_COUNCIL if beat.has_council_team else CREWS
    starts = EARLY if ends_by_midnight else NIGHT if day.weekday() in (4, 5) else EVENING
    minutes = pick(LENGTHS, random)
    if random.random() < LATE_FINISH:
        minutes += 5 * random.randint(1, 8)
    return Patrol(beat, day, london(day, pick(starts, random)), minutes, pick(crews, random), is_fixed=ends_by_midnight)


def london(day: date, clock: str) -> datetime:
    """The UTC instant of a London clock time that the day had once, like 22:00."""
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=LONDON).astimezone(UTC)


def pick(weighted: Mapping[T, int], random: Random) -> T:
    """One of the keys, by weight."""
    return random.choices(list(weighted), list(weighted.values()))[0]


def _fit(patrols: Sequence[Patrol], minutes: int, random: Random) -> None:
    """Move finishes by five minutes, here one and there one, until person-minutes come to exactly `minutes`."""
    movable = [patrol for patrol in patrols if not patrol.is_fixed]
    random.shuffle(movable)
    people = sum(len(patrol.crew) for patrol in movable)
    missing = minutes - sum(patrol.person_minutes for patrol in patrols)
    settled = minutes - missing - sum(patrol.person_minutes for patrol in movable)
    if not SHORTEST * people + 60 <= minutes - settled <= LONGEST * people - 60:
        raise ValueError(f"{len(patrols)} patrols cannot have {minutes} person-minutes")
    turns = cycle(movable)
    while missing > 0:
        missing -= _move(next(turns), 5)
    while missing <= -60:
        missing -= _move(next(turns), -5)
    # What is left is less than anybody's time on a patrol: one person went home early.
    max(movable, key=lambda patrol: patrol.minutes).left_early = -missing


def _move(patrol: Patrol, by: int) -> int:
    """The person-minutes that moving the finish adds; 0 where the patrol would become too short or too long."""
    if not SHORTEST <= patrol.minutes + by <= LONGEST:
        return 0
    patrol.minutes += by
    return by * len(patrol.crew)


def _spread(stratum: Stratum, patrols: Sequence[Patrol], random: Random) -> None:
    def night(patrol: Patrol) -> float:
        return 2.5 if patrol.is_weekend_night else 1.0

    def with_constable(patrol: Patrol) -> float:
        return night(patrol) if patrol.has_constable else 0

    # A few nights bring most of the powers: a dispersal zone, a fair, the first hot Saturday.
    bursts = {id(patrol): random.paretovariate(1.3) for patrol in patrols}

    def in_bursts(patrol: Patrol) -> float:
        return bursts[id(patrol)] * night(patrol)

    for what, most in MOST.items():
        weight = in_bursts if what in POWERS else with_constable
        _share(patrols, what, stratum.outcomes[what], weight, most=most, random=random)


def _share(
    patrols: Sequence[Patrol], what: str, number: int, weight: Callable[[Patrol], float], *, most: int, random: Random
) -> None:
    """Hand out exactly `number` outcomes by weight, no patrol more than `most`."""
    weights = [weight(patrol) for patrol in patrols]
    if number > most * sum(1 for each in weights if each):
        raise ValueError(f"{number} {what} do not fit on {len(patrols)} patrols")
    while number:
        for patrol in random.choices(patrols, weights, k=number):
            if patrol.outcomes[what] < most:
                patrol.outcomes[what] += 1
                number -= 1
