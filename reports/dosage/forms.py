"""The forms that ask which weeks or months."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError

from hotspot.core.calendar import Period, months_between
from hotspot.core.pages.fields import MonthField
from hotspot.core.pages.forms import Form
from hotspots.pages.fields import WeekField

USUAL_WEEKS, MOST_WEEKS = 4, 53
MOST_MONTHS = 12


class WeeksForm(Form):
    """From one week to another."""

    first = WeekField(label="From the week of Monday", required=False)
    last = WeekField(label="To the week of Monday", required=False)

    def __init__(self, data: Any, *, weeks: tuple[date, date]) -> None:
        super().__init__(data)
        for name in ("first", "last"):
            label = self.fields[name].label
            self.fields[name] = WeekField(label=label, required=False, first=weeks[0], last=weeks[1])
        self._last_week = weeks[1]

    def clean(self) -> dict[str, Any]:
        """The last week is not before the first, and they are at most a year."""
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and last < first:
            self.add_error("last", ValidationError("The last week must be the same as or after the first.", "reversed"))
        elif first and last and (last - first).days // 7 + 1 > MOST_WEEKS:
            self.add_error("last", ValidationError(f"Select at most {MOST_WEEKS} weeks.", "too_many"))
        return self.cleaned_data

    def period(self) -> Period:
        """The whole weeks that are asked for: the last four that are over, where nothing or no sense was sent."""
        asked = self.cleaned_data if self.is_bound and self.is_valid() else {}
        last = asked.get("last") or self._last_week - timedelta(weeks=1)
        first = asked.get("first") or last - timedelta(weeks=USUAL_WEEKS - 1)
        if not asked.get("last") and first > last:
            last = first
        first = max(first, last - timedelta(weeks=MOST_WEEKS - 1))
        self.initial = {"first": first, "last": last}
        return Period(first, last + timedelta(days=6))


class MonthsForm(Form):
    """From one month that is over to another."""

    first = MonthField(label="From month", required=False)
    last = MonthField(label="To month", required=False)

    def __init__(self, data: Any, *, months: tuple[date, date]) -> None:
        super().__init__(data)
        for name in ("first", "last"):
            label = self.fields[name].label
            self.fields[name] = MonthField(label=label, required=False, first=months[0], last=months[1])
        self._months = months

    def clean(self) -> dict[str, Any]:
        """The last month is not before the first, and they are at most a year."""
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and not 0 <= months_between(first, last) < MOST_MONTHS:
            message = f"The last month must be the same as or after the first, with at most {MOST_MONTHS} months."
            self.add_error("last", ValidationError(message, "months"))
        return self.cleaned_data

    def period(self) -> Period:
        """The whole months that are asked for: the last that is over, where nothing or no sense was sent."""
        asked = self.cleaned_data if self.is_bound and self.is_valid() else {}
        last = asked.get("last") or asked.get("first") or self._months[1]
        first = asked.get("first") or last
        self.initial = {"first": first, "last": last}
        return Period(first, Period.month(last).last_day)
