"""The times of a force's own extract: London clock times unless an offset is written, and days."""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from hotspot.core.calendar import today
from hotspot.core.clock import TimeHappenedTwice, instant
from hotspot.core.errors import DomainError

_MOST_SHOWN = 40
_TIME = re.compile(
    r"(?:(\d{4})-(\d\d)-(\d\d)|(\d\d?)/(\d\d?)/(\d{4}))"
    r"(?:[T ]+(\d\d?):(\d\d)(?::\d\d(?:[.,]\d+)?)? ?(Z|[+-]\d\d:?\d\d)?)?",
    re.ASCII | re.IGNORECASE,
)
_MIDNIGHT = time(0)
FIRST_YEAR, LAST_YEAR = 2000, 2099


class ExtractTime(NamedTuple):
    """A time that a cell gives: from `first` to `last`, in UTC, and whether the clocks showed it twice."""

    first: datetime
    last: datetime
    month: date
    is_ambiguous: bool = False


@lru_cache(maxsize=100_000)
def read_time(text: str) -> ExtractTime:
    """What a cell says of a time: 2024-10-26 22:00, 26/10/2024 22:00, or with an offset; a day alone is all of it.

    London time, unless an offset is written; seconds are dropped. Of a time that the clocks showed twice, `first` is
    the one before they went back and `last` the one after. Raises DomainError `time_not_understood` or
    `time_did_not_happen`.
    """
    match = _TIME.fullmatch(text)
    if match is None:
        raise _not_understood(text)
    year, month, day, day_first, second, year_last, hour, minute, offset = match.groups()
    try:
        on = date(int(year or year_last), int(month or second), int(day or day_first))
        clock = time(int(hour), int(minute)) if hour else None
        if not FIRST_YEAR <= on.year <= LAST_YEAR:
            raise _not_understood(text)
        if clock and offset:
            at = datetime.fromisoformat(f"{on}T{clock}{offset}".upper()).astimezone(UTC)
            return ExtractTime(at, at, today(at).replace(day=1))
    except ValueError as error:
        raise _not_understood(text) from error
    first, last = _day(on) if clock is None else _clock_time(on, clock)
    return ExtractTime(first, last, on.replace(day=1), is_ambiguous=clock is not None and first != last)


def _day(on: date) -> tuple[datetime, datetime]:
    """A London day, from midnight to midnight."""
    return instant(on, _MIDNIGHT), instant(on + timedelta(days=1), _MIDNIGHT)


@lru_cache(maxsize=10_000)
def _ahead_all(on: date) -> timedelta | None:
    """How far clocks in London are ahead of UTC on a day; None for one on which they change."""
    first, last = _day(on)
    return datetime.combine(on, _MIDNIGHT, UTC) - first if last - first == timedelta(days=1) else None


def _clock_time(on: date, clock: time) -> tuple[datetime, datetime]:
    # Most times are of days on which clocks do not change, and a million of them take seconds to place otherwise.
    if (ahead := _ahead_all(on)) is not None:
        at = datetime.combine(on, clock, UTC) - ahead
        return at, at
    try:
        at = instant(on, clock)
    except TimeHappenedTwice:
        return instant(on, clock, change="before"), instant(on, clock, change="after")
    return at, at


def _not_understood(text: str) -> DomainError:
    message = f"‘{text[:_MOST_SHOWN]}’ is not a date and time like 2024-10-26 22:00 or 26/10/2024 22:00."
    return DomainError("time_not_understood", message)
