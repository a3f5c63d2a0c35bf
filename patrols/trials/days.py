"""The days of a trial: which dates they are, how they make blocks, and how long they last."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from hotspot.core.calendar import LONDON
from patrols.models import DAY_BEGINS, PatrolTrial


def trial_days(first_day: date, number: int, holidays: Sequence[date]) -> list[date]:
    """So many days from the first on, without those that are left out."""
    found: list[date] = []
    day = first_day
    while len(found) < number:
        if day not in holidays:
            found.append(day)
        day += timedelta(days=1)
    return found


def days_of(trial: PatrolTrial) -> list[date]:
    """All days of a trial as it was designed, in order."""
    left_out = [date.fromisoformat(each["day"]) for each in trial.holidays]
    return trial_days(trial.first_day, trial.days, left_out)


def blocks_of(trial: PatrolTrial) -> list[list[date]]:
    """The days of a trial, block by block."""
    days = days_of(trial)
    return [days[start : start + trial.block_days] for start in range(0, len(days), trial.block_days)]


def begins_at(day: date) -> datetime:
    """The instant at which a trial day begins. It lasts 24 hours; 23 or 25 where the clocks change in it."""
    return datetime(day.year, day.month, day.day, DAY_BEGINS, tzinfo=LONDON).astimezone(UTC)
