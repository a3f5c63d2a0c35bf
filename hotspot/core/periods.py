"""Time as the force counts it: London days over UTC instants.

A shift belongs whole to the London date on which it starts. Instants are aware datetimes in UTC; lengths are whole
minutes of elapsed time, so a night with a clock change has seven or nine hours between 10pm and 6am.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, Self
from zoneinfo import ZoneInfo

from hotspot.core.errors import DomainError

LONDON = ZoneInfo("Europe/London")

ClockChange = Literal["before", "after"]


@dataclass(frozen=True, order=True)
class Period:
    """A run of London days, both ends included. Raises DomainError `period_reversed` if it ends before it starts."""

    first_day: date
    last_day: date

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise DomainError("period_reversed", "The last day must be the same as or after the first day.", "last_day")

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    @property
    def days(self) -> int:
        """How many days the period has, at least one."""
        return (self.last_day - self.first_day).days + 1

    @classmethod
    def month(cls, first: date) -> Self:
        """The calendar month that the day lies in."""
        return cls(first.replace(day=1), first.replace(day=calendar.monthrange(first.year, first.month)[1]))

    @classmethod
    def financial_year(cls, day: date) -> Self:
        """The financial year, April to March, that the day lies in."""
        year = day.year if day.month >= 4 else day.year - 1
        return cls(date(year, 4, 1), date(year + 1, 3, 31))

    def each_day(self) -> Iterator[date]:
        """Every day, first to last."""
        for offset in range(self.days):
            yield self.first_day + timedelta(days=offset)

    def each_month(self) -> Iterator[Self]:
        """Every calendar month that the period touches, whole, in order."""
        month = self.month(self.first_day)
        while month.first_day <= self.last_day:
            yield month
            month = self.month(month.last_day + timedelta(days=1))

    def before(self) -> "Period":
        """As much time right before it: so many months before whole months, else so many days."""
        last = self.first_day - timedelta(days=1)
        if self.first_day.day != 1 or (self.last_day + timedelta(days=1)).day != 1:
            return Period(self.first_day - timedelta(days=self.days), last)
        months = (self.last_day.year - self.first_day.year) * 12 + self.last_day.month - self.first_day.month + 1
        years, month = divmod(self.first_day.year * 12 + self.first_day.month - 1 - months, 12)
        return Period(date(years, month + 1, 1), last)

    def a_year_before(self) -> "Period":
        """The same days of the year before. The end of a month stays one; 29 February, where it begins, is the 28th."""
        first = self.first_day
        first = first.replace(year=first.year - 1, day=28 if (first.month, first.day) == (2, 29) else first.day)
        month = Period.month(self.last_day.replace(year=self.last_day.year - 1, day=1))
        ends = self.last_day == Period.month(self.last_day).last_day
        return Period(first, month.last_day if ends else month.first_day.replace(day=self.last_day.day))

    def first_days(self, number: int) -> "Period":
        """So many of its first days, or all of them where it has no more."""
        return Period(self.first_day, min(self.last_day, self.first_day + timedelta(days=number - 1)))

    def clip(self, other: "Period") -> "Period | None":
        """The days in both periods, or None when they share none."""
        first, last = max(self.first_day, other.first_day), min(self.last_day, other.last_day)
        return Period(first, last) if first <= last else None


def today(at: datetime) -> date:
    """The London date of an instant."""
    return at.astimezone(LONDON).date()


# Nobody means other years, and the days around the ends of the calendar cannot be reckoned with.
FIRST_YEAR, LAST_YEAR = 1900, 2999


def parse_day(text: str) -> date | None:
    """The date that a URL names (2024-10-26), or None for anything else and for years that nobody means."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def minutes_between(start: datetime, end: datetime) -> int:
    """Elapsed whole minutes between two aware instants. Python would ignore the clock change were they not in UTC."""
    return int((end.astimezone(UTC) - start.astimezone(UTC)).total_seconds()) // 60


class TimeHappenedTwice(DomainError):
    """The clocks went back: this clock time came twice that night, and the caller must say which."""

    def __init__(self, field: str | None = None) -> None:
        super().__init__(
            "time_happened_twice",
            "The clocks went back that night, so this time happened twice. Was it before or after they went back?",
            field,
        )


def instant(day: date, clock: time, *, change: ClockChange | None = None, field: str | None = None) -> datetime:
    """The UTC instant at which London clocks showed `clock` on `day`.

    `change` says which of the two, on the night the clocks go back. Raises TimeHappenedTwice when it is needed and
    missing, and DomainError `time_did_not_happen` for the hour that is skipped when they go forward.
    """
    early = datetime.combine(day, clock.replace(fold=0), tzinfo=LONDON)
    late = early.replace(fold=1)
    if early.utcoffset() == late.utcoffset():
        return early.astimezone(UTC)
    if early.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != early.replace(tzinfo=None):
        raise DomainError(
            "time_did_not_happen", "This time did not happen: the clocks went forward from 1am to 2am.", field
        )
    if change is None:
        raise TimeHappenedTwice(field)
    return (early if change == "before" else late).astimezone(UTC)


# Programs write as many decimals of a second as their clocks have: .NET seven, Go nine. ISO 8601 takes a comma.
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?([Zz]|[+-][0-9]{2}:[0-9]{2})?",
    re.ASCII,
)


def parse_instant(text: str) -> datetime:
    """The UTC instant that a program wrote as RFC 3339 has it, to the minute: 2024-10-26T22:00:00.0000000+01:00.

    Seconds and any number of decimals may be there and are nought. Raises DomainError `not_instant`, `offset_required`
    or `whole_minutes`.
    """
    match = _INSTANT.fullmatch(text)
    if match is None:
        raise _not_instant()
    minute, seconds, decimals, offset = match.groups()
    if offset is None:
        message = "Say the offset from UTC, like +01:00 or Z: without it the time is ambiguous."
        raise DomainError("offset_required", message)
    try:
        found = datetime.fromisoformat(f"{minute}:{seconds or '00'}{offset}".upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _not_instant() from error
    if found.second or (decimals or "").strip("0"):
        raise DomainError("whole_minutes", "Times are whole minutes: the seconds and their decimals have to be 0.")
    return found


def _not_instant() -> DomainError:
    return DomainError("not_instant", "Enter a date and time with its offset, like 2024-10-26T22:00:00+01:00.")


_WORDS = {"midnight": time(0), "noon": time(12), "midday": time(12)}
_CLOCK = re.compile(r"([0-9]{1,2})(?:[:. ]?([0-9]{2}))? ?(am|pm|a\.m\.|p\.m\.)?", re.ASCII)


def parse_clock(text: str, field: str | None = None) -> time:
    """The clock time a person wrote: 2200, 22:00, 22.00, 10pm, 10.30pm, midnight, midday.

    Raises DomainError `time_not_understood` or, where it could be morning or evening, `time_needs_am_pm`.
    """
    words = text.strip().lower()
    if words in _WORDS:
        return _WORDS[words]
    match = _CLOCK.fullmatch(words) if len(words) <= 12 else None
    if match is None:
        raise _not_understood(field)
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").replace(".", "")
    if not half and match[2] is None and len(match[1]) == 1:
        raise DomainError("time_needs_am_pm", f"Write {hour}am or {hour}pm, or use four figures like 0600.", field)
    if (half and not 1 <= hour <= 12) or hour > 23 or minute > 59:
        raise _not_understood(field)
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute)


def _not_understood(field: str | None) -> DomainError:
    return DomainError("time_not_understood", "Enter a time, like 10pm, 22:00, 2200 or midnight.", field)


def span(
    night: date,
    start: time,
    end: time,
    *,
    start_change: ClockChange | None = None,
    end_change: ClockChange | None = None,
) -> tuple[datetime, datetime]:
    """The UTC start and end of a shift from its night and two clock times.

    A finish that is earlier than the start on the clock is on the next day. (On the night the clocks go back, 1:50am
    to 1:10am may be the same night, when the first is before and the second after the change.)
    Raises what `instant` raises, with the fields `start` and `end`.
    """
    starts_at = instant(night, start, change=start_change, field="start")
    ends_next_day = end < start and (start_change, end_change) != ("before", "after")
    end_day = night + timedelta(days=1) if ends_next_day else night
    return starts_at, instant(end_day, end, change=end_change, field="end")
