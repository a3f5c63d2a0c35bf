"""The forms of the release calendar."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import forms

from hotspot.core import wording
from hotspot.core.calendar import today
from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspot.core.pages.fields import DateField, MonthField, TextField, month_choices
from hotspot.core.pages.forms import Form, Look
from hotspots.models import Programme
from hotspots.pages.fields import name_field
from reports.models import AnnouncedRelease
from reports.releases.rules import month_of, release_moment

_MONTHS_AHEAD = 760


def _day() -> DateField:
    return DateField(
        label="Day", help_text="Leave it empty while only the month is known. For example, 12 12 2026", required=False
    )


def _clock() -> TextField:
    return TextField(label="Time", help_text="By London’s clock, like 9:30am", required=False, max_length=20)


class MomentForm(Form):
    """When something is to be released: a month, or a day and a time."""

    def choose_months(self, at: datetime) -> None:
        """Offer this month and those of the next two years, the next first."""
        first = month_of(at)
        months = month_choices(first, first + timedelta(days=_MONTHS_AHEAD))
        self.fields["month"].choices = [("", "Select a month"), *reversed(months)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """`release_at` and its `month`. Without a day the month is needed; with one, a time."""
        found = super().clean() or self.cleaned_data
        day, clock = found.get("release_day"), found.get("release_clock", "")
        if day and not clock:
            self.add_error("release_clock", "Enter the time")
        elif clock and not day and "release_day" not in self.errors:
            self.add_error("release_day", "Enter the day")
        elif not day and not found.get("month") and not self.errors:
            self.add_error("month", "Select a month, or enter the day and time")
        return found | self._moment(day, clock) if day and clock else found | {"release_at": None}

    def _moment(self, day: date, clock: str) -> dict[str, Any]:
        try:
            release_at = release_moment(day, clock)
        except DomainError as refusal:
            self.add_error("release_clock", refusal.message)
            return {"release_at": None}
        return {"release_at": release_at, "month": month_of(release_at)}

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of the operation."""
        left_out = ("release_day", "release_clock")
        return {name: value for name, value in self.cleaned_data.items() if name not in left_out}


class AnnounceForm(MomentForm):
    """A new entry of the calendar."""

    programme = forms.ModelChoiceField(label="Programme", queryset=Programme.objects.none(), empty_label=None)
    title = name_field("Title", "For example, Quarterly figures")
    period = TextField(
        label="Period", help_text="That the figures are of, like October to December 2026", max_length=60
    )
    month = MonthField(label="Month", help_text="Provisional, until there is a day", required=False)
    release_day = _day()
    release_clock = _clock()
    looks = {"release_clock": Look(width=10)}

    def __init__(self, *args: Any, by: User, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programmes = Programme.objects.visible_to(by).order_by("-first_day", "pk")
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]
        self.choose_months(at)


class RescheduleForm(MomentForm):
    """Another time for an entry."""

    month = MonthField(label="Month", required=False)
    release_day = _day()
    release_clock = _clock()
    reason = TextField(
        label="Why it changes",
        help_text="Everybody reads this. Not needed to name a day within the month that was announced",
        required=False,
        max_length=500,
        widget=forms.Textarea,
    )
    looks = {"release_clock": Look(width=10), "reason": Look(rows=3)}

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose_months(at)


def initial_of(release: AnnouncedRelease) -> Mapping[str, Any]:
    """An entry as the form that changes it begins."""
    at = release.release_at
    moment = {"release_day": today(at), "release_clock": wording.clock(at)} if at else {"release_clock": ""}
    return {"month": release.month, **moment}
