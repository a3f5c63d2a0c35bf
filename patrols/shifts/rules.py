"""What a patrol shift may be. Pure decisions on values: no queries, no clock, no request."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from hotspot.core import wording
from hotspot.core.calendar import today
from hotspot.core.clock import ClockChange, TimeHappenedTwice, instant, minutes_between
from hotspot.core.errors import DomainError, EntryWarning
from hotspot.core.text import clean_line, clean_lines
from hotspots.models import FundingStream, HotspotArea
from patrols.collar_numbers import bare_number
from patrols.models import MAXIMUM_MINUTES, CrewRole, PatrolShift

LONG_MINUTES = 12 * 60
MAXIMUM_CREW = 50
MAXIMUM_NOTE = 2000
MAXIMUM_VISITS = 100
BACKDATING_DAYS = 90
# The code of the warning whether two people logged the same patrol.
SAME_PATROL = "same_patrol"
PLANNED_TWICE, AREA_PLANNED = "planned_twice", "area_planned"
# A phone's clock may be a little ahead of ours.
CLOCK_TOLERANCE = timedelta(minutes=5)

_COLLAR_NUMBER = re.compile(r"[A-Z0-9]{1,10}", re.ASCII)


@dataclass(frozen=True)
class CrewEntry:
    """One person on the shift as a caller gives them. Times default to the shift's; the collar number is optional."""

    role: CrewRole
    collar_number: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True)
class ShiftFacts:
    """What a caller says about a shift. Instants are aware; `note` is free text without names or intelligence."""

    area: HotspotArea
    funding_stream: FundingStream
    starts_at: datetime
    ends_at: datetime
    crew: Sequence[CrewEntry]
    note: str = ""

    def __post_init__(self) -> None:
        """Whoever gives the note, it is cleaned. Raises DomainError `text_unreadable`."""
        object.__setattr__(self, "note", clean_lines(self.note))

    @property
    def day(self) -> date:
        """The London day that the shift belongs to."""
        return today(self.starts_at)

    @property
    def roles(self) -> set[CrewRole]:
        """The roles in the crew."""
        return {entry.role for entry in self.crew}


def clean_collar_number(text: str) -> str:
    """The collar number as it is stored: capitals, no spaces. Raises DomainError `collar_number_invalid`."""
    number = clean_line(text).replace(" ", "").upper()
    if number and not _COLLAR_NUMBER.fullmatch(number):
        raise DomainError("collar_number_invalid", "A collar number has up to 10 letters and figures, like PC1234.")
    return number


def clean_note(text: str) -> str:
    """The note as it is stored: plain text of several lines."""
    return clean_lines(text)


def check_shift(facts: ShiftFacts, *, at: datetime, is_new: bool) -> list[DomainError]:
    """What stops this from being a shift that somebody worked or will work. Empty: nothing does."""
    return [
        *check_length(facts.starts_at, facts.ends_at),
        *_check_programme(facts),
        *(_check_backdating(facts, at) if is_new else ()),
        *_check_crew(facts),
        *_check_note(facts.note),
    ]


def check_worked(facts: ShiftFacts, *, at: datetime) -> list[DomainError]:
    """What stops a shift from being logged as completed: it has to be over."""
    return check_is_over(facts.ends_at, at=at)


def check_is_over(ends_at: datetime, *, at: datetime) -> list[DomainError]:
    """What stops a shift that ends then from being logged as completed."""
    if ends_at > at + CLOCK_TOLERANCE:
        return [DomainError("not_over_yet", "This shift is not over yet. Plan it, or log it when it is over.", "end")]
    return []


def check_planned(facts: ShiftFacts, *, at: datetime) -> list[DomainError]:
    """What stops a shift from being planned: it has to be ahead."""
    return check_is_ahead(facts.ends_at, at=at)


def check_is_ahead(ends_at: datetime, *, at: datetime) -> list[DomainError]:
    """What stops a shift that ends then from being planned."""
    if ends_at <= at:
        return [DomainError("already_over", "This shift is over already. Log it instead.", "end")]
    return []


def check_length(starts_at: datetime, ends_at: datetime) -> list[DomainError]:
    """What stops a shift from lasting from then to then."""
    minutes = minutes_between(starts_at, ends_at)
    if minutes < 1:
        return [DomainError("ends_before_start", "Finish must be after start.", "end")]
    if minutes > MAXIMUM_MINUTES:
        message = f"A shift can be 24 hours at the most. This one has {wording.duration(minutes)}."
        return [DomainError("too_long", message, "end")]
    return []


def _check_programme(facts: ShiftFacts) -> list[DomainError]:
    programme = facts.funding_stream.programme
    if facts.day in programme.period:
        return []
    message = (
        f"{programme.name} runs from {wording.period(programme.period)}. Choose a night in it. "
        "If its dates are wrong, an administrator can change them."
    )
    return [DomainError("outside_programme", message, "night")]


def _check_backdating(facts: ShiftFacts, at: datetime) -> list[DomainError]:
    if (today(at) - facts.day).days <= BACKDATING_DAYS:
        return []
    message = (
        f"The night must be within the last {BACKDATING_DAYS} days. "
        "For an older shift ask an administrator, who can import it from a file."
    )
    return [DomainError("too_long_ago", message, "night")]


def check_crew_size(size: int) -> list[DomainError]:
    """What stops a crew from having so many people."""
    if 1 <= size <= MAXIMUM_CREW:
        return []
    return [DomainError("crew_size", f"Enter who was on the patrol: 1 to {MAXIMUM_CREW} people.", "crew")]


def _check_crew(facts: ShiftFacts) -> list[DomainError]:
    if errors := check_crew_size(len(facts.crew)):
        return errors
    errors = [
        DomainError("collar_number_twice", f"{number} is in this crew {wording.plural(count, 'time')}.", "crew")
        for number, count in _repeated(facts.crew)
    ]
    return errors + [error for entry in facts.crew for error in _check_own_times(entry, facts)]


def _repeated(crew: Sequence[CrewEntry]) -> list[tuple[str, int]]:
    """Collar numbers that are in a crew more than once, with or without a rank, each with how often."""
    numbered = [entry for entry in crew if entry.collar_number]
    people = Counter((entry.role, bare_number(entry.collar_number)) for entry in numbered)
    numbers = Counter(entry.collar_number for entry in numbered)
    found: dict[str, tuple[str, int]] = {}
    for entry in numbered:
        number, bare = entry.collar_number, bare_number(entry.collar_number)
        if (count := max(numbers[number], people[entry.role, bare])) > 1:
            found.setdefault(bare, (number, count))
    return list(found.values())


def _check_own_times(entry: CrewEntry, facts: ShiftFacts) -> list[DomainError]:
    starts_at, ends_at = entry.starts_at or facts.starts_at, entry.ends_at or facts.ends_at
    who = entry.collar_number or entry.role.label
    # Of a shift that is itself the wrong way round, the shift's times are the error.
    if ends_at <= starts_at and facts.starts_at < facts.ends_at:
        return [DomainError("crew_ends_before_start", f"{who}: finish must be after start.", "crew")]
    if starts_at < facts.starts_at or ends_at > facts.ends_at:
        message = f"{who}: own times must lie within the shift, {wording.span(facts.starts_at, facts.ends_at)}."
        return [DomainError("crew_outside_shift", message, "crew")]
    return []


def _check_note(note: str) -> list[DomainError]:
    if len(note) <= MAXIMUM_NOTE:
        return []
    return [DomainError("note_too_long", f"The note can have {MAXIMUM_NOTE:,} characters at the most.", "note")]


def warnings_about(
    facts: ShiftFacts, *, duplicates: Sequence[PatrolShift] = (), overlapping: Sequence[PatrolShift] = ()
) -> list[EntryWarning]:
    """What is unusual enough to be asked about once, given the shifts that it may repeat or overlap."""
    warnings = []
    minutes = minutes_between(facts.starts_at, facts.ends_at)
    if minutes > LONG_MINUTES:
        warnings.append(EntryWarning("long_shift", f"The shift is longer than 12 hours: {wording.duration(minutes)}."))
    if not facts.area.is_active_on(facts.day):
        message = (
            f"{facts.area.name} was not an active hotspot area on {wording.day(facts.day)}. "
            "If its dates are wrong, an administrator can change them."
        )
        warnings.append(EntryWarning("area_not_active", message))
    if duplicates:
        warnings.append(
            EntryWarning("duplicate", f"It looks like {_described(duplicates[0])}, which is recorded already.")
        )
    elif overlapping:
        warnings.append(EntryWarning("overlap", f"It overlaps {_described(overlapping[0])}, which you logged too."))
    return warnings


def _described(shift: PatrolShift) -> str:
    return f"{shift.reference} ({shift.area.name}, {wording.span(shift.starts_at, shift.ends_at)})"


def may_be_same_patrol(facts: ShiftFacts, other: PatrolShift, *, numbers: Sequence[str]) -> bool:
    """Whether a shift that somebody else logged in the same area may be the same patrol, logged twice.

    It may if the two overlap by at least half of the shorter one. `numbers` are the collar numbers of the other crew,
    empty where unknown: two crews whose members are all known and all different are on a joint patrol.
    """
    own = {bare_number(entry.collar_number) for entry in facts.crew}
    if "" not in own and numbers and "" not in numbers and own.isdisjoint(map(bare_number, numbers)):
        return False
    together = minutes_between(max(facts.starts_at, other.starts_at), min(facts.ends_at, other.ends_at))
    shorter = min(minutes_between(facts.starts_at, facts.ends_at), minutes_between(other.starts_at, other.ends_at))
    return together > 0 and 2 * together >= shorter


def same_patrol(other: PatrolShift | None, *, name: str = "") -> EntryWarning:
    """The question whether somebody else has logged the same patrol.

    `other` is None for a reader who may not see that shift, `name` empty for one who may not see who logged it.
    """
    if other is None:
        return EntryWarning(
            SAME_PATROL, "Another shift is recorded in this area at that time. Is this the same patrol?"
        )
    who = "Another supervisor" if other.logged_by.has_own_districts else "Somebody else"
    named = f"{who}, {name}," if name else who
    return EntryWarning(SAME_PATROL, f"{named} logged {_described(other)}. Is this the same patrol?")


def officer_elsewhere(number: str, shift: PatrolShift | None) -> DomainError:
    """That somebody of the crew, by collar number, was on another shift at the same time.

    `shift` is None for a caller who may not know which shift that was.
    """
    where = f"was on {shift.reference} in {shift.area.name}" if shift else "is already on another shift"
    return DomainError("officer_elsewhere", f"{number} {where} at that time.", "crew")


def planned_elsewhere(number: str, shift: PatrolShift | None) -> EntryWarning:
    """That somebody of a crew, by collar number, is planned or was on duty elsewhere at the same time.

    `shift` is None for a caller who may not know which shift that is.
    """
    where = (
        f"{_named_state(shift)} in {shift.area.name} ({shift.reference})" if shift else "planned or on duty elsewhere"
    )
    return EntryWarning(PLANNED_TWICE, f"{number} is {where} at that time.")


def planned_beside(shift: PatrolShift) -> EntryWarning:
    """That a shift is planned or recorded already in the same area at an overlapping time."""
    return EntryWarning(AREA_PLANNED, f"{_described(shift)} is {_named_state(shift)} already.")


def _named_state(shift: PatrolShift) -> str:
    return "planned" if shift.is_planned else "logged"


def usual_stream(running: Iterable[FundingStream]) -> FundingStream | None:
    """Which of the streams of the programmes that run on a day pays for a shift unless another is chosen.

    The default stream of the default programme, or else of the one that was made first. None without any streams.
    """
    return min(running, key=_precedence, default=None)


def _precedence(stream: FundingStream) -> tuple[Any, ...]:
    return not stream.programme.is_default, stream.programme_id, not stream.is_default, stream.name, stream.pk


def check_reason(reason: str, field: str = "reason") -> None:
    """Raise DomainError unless a reason was given that people can see."""
    if not clean_line(reason):
        raise DomainError("reason_missing", "Say why, in a few words.", field)


def instant_within(
    clock: time,
    shift: tuple[datetime, datetime],
    *,
    change: ClockChange | None = None,
    latest: bool = False,
    field: str | None = None,
) -> datetime:
    """The instant within a shift, from start to finish, at which London clocks showed `clock`: the first, or with
    `latest` the last one.

    Raises TimeHappenedTwice when the clocks went back, both lie within the shift and `change` does not say which;
    DomainError `outside_shift` or `time_did_not_happen`.
    """
    changes: list[ClockChange | None] = [change] if change else ["before", "after"]
    starts_at, ends_at = shift
    days = sorted({today(starts_at), today(ends_at)}, reverse=latest)
    refusals = []
    for day in days:
        try:
            found = {instant(day, clock, change=each, field=field) for each in changes}
        except DomainError as refusal:
            refusals.append(refusal)
            continue
        within = [at for at in found if starts_at <= at <= ends_at]
        if len(within) > 1:
            raise TimeHappenedTwice(field)
        if within:
            return within[0]
    if refusals:
        raise refusals[0]
    message = f"The time must lie within the shift, {wording.span(starts_at, ends_at)}."
    raise DomainError("outside_shift", message, field)


def check_visits(visits: Sequence[tuple[datetime, datetime]], shift: PatrolShift | ShiftFacts) -> list[DomainError]:
    """What stops a crew from having been in the area at these times, arrived and left. Empty: nothing does."""
    errors = []
    for starts_at, ends_at in visits:
        words = f"{wording.clock(starts_at)} to {wording.clock(ends_at)}"
        if ends_at <= starts_at:
            errors.append(DomainError("visit_ends_before_start", f"{words}: the crew must leave after it arrives."))
        elif starts_at < shift.starts_at or ends_at > shift.ends_at:
            span = wording.span(shift.starts_at, shift.ends_at)
            errors.append(DomainError("visit_outside_shift", f"{words}: a visit must lie within the shift, {span}."))
    if len(visits) > MAXIMUM_VISITS:
        errors.append(DomainError("too_many_visits", f"A shift can have {MAXIMUM_VISITS} visits at the most."))
    ordered = sorted(visits)
    for (starts_at, ends_at), (next_start, next_end) in pairwise(ordered):
        if next_start < ends_at:
            first = f"{wording.clock(starts_at)} to {wording.clock(ends_at)}"
            second = f"{wording.clock(next_start)} to {wording.clock(next_end)}"
            errors.append(DomainError("visits_overlap", f"The visits {first} and {second} overlap."))
    return errors
