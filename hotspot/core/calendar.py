"""London days over UTC instants: days, months and financial years."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from hotspot.core.errors import DomainError

LONDON = ZoneInfo("Europe/London")


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
    def week(cls, day: date) -> Self:
        """The week, Monday to Sunday, that the day lies in."""
        monday = monday_of(day)
        return cls(monday, monday + timedelta(days=6))

    @classmethod
    def month(cls, first: date) -> Self:
        """The calendar month that the day lies in."""
        return cls(first.replace(day=1), first.replace(day=calendar.monthrange(first.year, first.month)[1]))

    @classmethod
    def quarter(cls, day: date) -> Self:
        """The quarter of the year that the day lies in: January to March, and so on."""
        first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        return cls(first, cls.month(first.replace(month=first.month + 2)).last_day)

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

    def each_week(self) -> Iterator[Self]:
        """Every week, Monday to Sunday, that the period touches, whole, in order."""
        week = self.week(self.first_day)
        while week.first_day <= self.last_day:
            yield week
            week = self.week(week.last_day + timedelta(days=1))

    @property
    def whole_months(self) -> "Period | None":
        """The months that lie in the period from their first day to their last, as one run; None without any."""
        first, last = Period.month(self.first_day), Period.month(self.last_day)
        starts_whole, ends_whole = first.first_day in self, last.last_day in self
        start = first.first_day if starts_whole else first.last_day + timedelta(days=1)
        end = last.last_day if ends_whole else last.first_day - timedelta(days=1)
        return Period(start, end) if start <= end else None

    def before(self) -> "Period":
        """As much time right before it: so many months before whole months, else so many days."""
        last = self.first_day - timedelta(days=1)
        if self.first_day.day != 1 or (self.last_day + timedelta(days=1)).day != 1:
            return Period(self.first_day - timedelta(days=self.days), last)
        months = months_between(self.first_day, self.last_day) + 1
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


def monday_of(day: date) -> date:
    """The Monday of the week that a day lies in."""
    return day - timedelta(days=day.weekday())


def months_between(first: date, second: date) -> int:
    """How many months on from that of one day the month of another is: 1 for the next, below 0 for earlier ones."""
    return 12 * (second.year - first.year) + second.month - first.month


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
