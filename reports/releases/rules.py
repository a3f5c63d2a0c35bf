"""When something may be released, and what of an announcement may change without a reason."""

from datetime import date, datetime, time, timedelta

from hotspot.core.calendar import Period, today
from hotspot.core.clock import TimeHappenedTwice, instant, parse_clock
from hotspot.core.errors import DomainError


def release_moment(day: date, clock: str, *, field: str = "release_clock") -> datetime:
    """The instant of a London day and a clock time as people write it.

    Raises DomainError `time_happened_twice` and `time_did_not_happen` on the nights on which the clocks change, for
    another time can be chosen there, and what `parse_clock` raises.
    """
    try:
        return instant(day, parse_clock(clock, field), field=field)
    except TimeHappenedTwice as twice:
        message = "The clocks go back that night, so this time comes twice. Choose another."
        raise DomainError(twice.code, message, field) from twice


def month_of(at: datetime) -> date:
    """The first day of the London month in which something is released."""
    return today(at).replace(day=1)


def missed_at(month: date, release_at: datetime | None) -> datetime:
    """When what was announced has not come: at its moment, or when the month is over in London."""
    return release_at or instant(Period.month(month).last_day + timedelta(days=1), time())


def check_is_to_come(month: date, release_at: datetime | None, at: datetime) -> None:
    """What is announced lies ahead. Raises DomainError `release_in_past`."""
    if release_at and release_at <= at:
        raise DomainError("release_in_past", "Choose a time that is still to come.", "release_clock")
    if month < month_of(at):
        raise DomainError("release_in_past", "Choose this month or a later one.", "month")


def needs_reason(old: tuple[date, datetime | None], new: tuple[date, datetime | None]) -> bool:
    """Whether a change from one (month, moment) to another has to be explained: all but a day within the month said."""
    (old_month, old_at), (new_month, _) = old, new
    return old_at is not None or old_month != new_month
