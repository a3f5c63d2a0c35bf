"""What a calendar of shifts says, which nights usually bring what a month needs, and the nights of a pattern."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from hotspot.core.calendar import LONDON, Period
from hotspot.core.clock import ClockChange, span
from hotspot.core.errors import DomainError
from patrols.models import PatrolShift

NIGHTS = 14
USUAL_WEEKS = 8
"""So many weeks back an area's usual nights are looked for."""
USUAL_NIGHTS = 3
"""On so many of the same weekday a patrol makes it a usual one."""
MISSED_DAYS = 28
"""So many nights back a usual one without a shift is missed."""
QUIET_DAYS = 14
"""After so many nights without a shift the last one is missed in an area with a target and without usual nights."""
WRITTEN_UP_BY = 12
"""London's hour until which last night may still be being written up."""


class NightState(StrEnum):
    """What became of a shift, for who looks at a calendar."""

    PLANNED = "Planned"
    MISSING = "Missing"
    LOGGED = "Logged"
    CANCELLED = "Cancelled"


def night_state(shift: PatrolShift, at: datetime) -> NightState | None:
    """How a shift stands. None for one that was voided: it should not have been recorded."""
    if shift.is_voided:
        return None
    if shift.is_completed:
        return NightState.LOGGED
    if shift.is_cancelled:
        return NightState.CANCELLED
    return NightState.MISSING if shift.is_overdue(at) else NightState.PLANNED


def due_minutes(patrol_minutes: int, days: int, month: Period) -> int:
    """What of a month's target falls on so many days on which its area is active: whole minutes, rounded half up."""
    return (2 * patrol_minutes * days + month.days) // (2 * month.days)


@dataclass(frozen=True)
class WorkedNight:
    """The patrol minutes that an area was given on one day."""

    day: date
    patrol_minutes: int


def usual_minutes(worked: Iterable[WorkedNight]) -> dict[int, int]:
    """The patrol minutes that an area is usually given on a weekday (Monday is 0), for each of its usual weekdays."""
    by_weekday: dict[int, list[int]] = defaultdict(list)
    for night in worked:
        by_weekday[night.day.weekday()].append(night.patrol_minutes)
    return {day: sum(found) // len(found) for day, found in by_weekday.items() if len(found) >= USUAL_NIGHTS}


@dataclass(frozen=True)
class NightsToCome:
    """The nights that would bring what a month still needs, as far as there are any, and what they would bring."""

    nights: Sequence[date] = ()
    patrol_minutes: int = 0


def nights_to_come(
    needed: int, *, usual: Mapping[int, int], free: Iterable[date], taken: Collection[date]
) -> NightsToCome:
    """The first usual nights in the `free` days that are not `taken` yet, until they bring the minutes needed."""
    nights, minutes = [], 0
    for day in free:
        if minutes >= needed:
            break
        if day not in taken and usual.get(day.weekday(), 0) > 0:
            nights.append(day)
            minutes += usual[day.weekday()]
    return NightsToCome(nights, minutes)


def last_night_over(at: datetime) -> date:
    """The newest night that should have been logged by now: before midday not last night's yet."""
    local = at.astimezone(LONDON)
    return local.date() - timedelta(days=1 if local.hour >= WRITTEN_UP_BY else 2)


def missed_nights(
    active: Iterable[date], *, usual: Collection[int], has_target: bool, stands: Collection[date], last: date
) -> list[date]:
    """The nights up to `last` on which an area should have had a shift and has none, newest first.

    Those are its `usual` weekdays. An area that has none, but a target, misses the last night once the nights before
    were all without. `active` are the days on which it could have had one, `stands` those on which it had, whether that
    was worked, is planned or was cancelled.
    """
    over = sorted((day for day in active if day <= last), reverse=True)
    if usual:
        return [day for day in over if day.weekday() in usual and day not in stands and (last - day).days < MISSED_DAYS]
    newest = over[:QUIET_DAYS]
    is_quiet = len(newest) == QUIET_DAYS and newest[0] == last and not any(day in stands for day in newest)
    return newest[:1] if has_target and is_quiet else []


def usual_period(day: date) -> Period:
    """The days before a day in which usual nights are looked for: whole weeks."""
    return Period(day - timedelta(weeks=USUAL_WEEKS), day - timedelta(days=1))


def nights_of(weekdays: Collection[int], days: Period) -> list[date]:
    """The days of a period that are one of these weekdays (Monday is 0), in order."""
    return [day for day in days.each_day() if day.weekday() in weekdays]


# When clocks go back, a time that comes twice is meant as early as it can be for a start, as late for a finish.
_CHANGES: tuple[tuple[ClockChange | None, ClockChange | None], ...] = (
    (None, None),
    ("before", None),
    (None, "after"),
    ("before", "after"),
)


def night_span(day: date, start: time, end: time) -> tuple[datetime, datetime]:
    """The start and finish of a shift of a series on one night, also where the clocks change then.

    Raises DomainError for a time that did not happen.
    """
    refusals = []
    for start_change, end_change in _CHANGES:
        try:
            return span(day, start, end, start_change=start_change, end_change=end_change)
        except DomainError as refusal:
            refusals.append(refusal)
    raise refusals[-1]
