"""Forms of trials."""

import re
from datetime import date, time
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from hotspot.core.models import User
from hotspot.core.pages.fields import DateField, TextField, WholeNumberField, month_number
from hotspot.core.pages.forms import Form, Look
from hotspot.core.wording import clock
from hotspots.models import AreaSet, IncidentCategory
from hotspots.pages.fields import name_field
from patrols.models import PatrolTrial

_HOLIDAY = re.compile(r"([0-9]{1,2}) ([A-Za-z]+) ([0-9]{4}),? ?(.*)")


class HolidaysField(TextField):
    """Days with their reasons, one a line: 25 December 2026, Christmas Day."""

    default_error_messages: ClassVar = {"invalid": "Write each day on a line like: 25 December 2026, Christmas Day"}

    def to_python(self, value: Any) -> Any:
        """A list of days and reasons, in order."""
        return sorted(map(self._holiday, super().to_python(value).splitlines()), key=lambda each: each["day"])

    def _holiday(self, line: str) -> dict[str, str]:
        match = _HOLIDAY.fullmatch(line)
        if match is None or not match[4]:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            day = date(int(match[3]), month_number(match[2]), int(match[1]))
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        return {"day": day.isoformat(), "reason": match[4]}

    def prepare_value(self, value: Any) -> Any:
        """The lines again."""
        if isinstance(value, str) or value is None:
            return value
        days = ((date.fromisoformat(each["day"]), each["reason"]) for each in value)
        return "\n".join(f"{day.day} {day:%B %Y}, {reason}" for day, reason in days)


def _hours(label: str, help_text: str = "") -> forms.TypedChoiceField:
    choices = [(hour, clock(time(hour))) for hour in range(24)]
    return forms.TypedChoiceField(label=label, help_text=help_text, choices=choices, coerce=int)


def _number(label: str, lowest: int, highest: int, help_text: str = "") -> WholeNumberField:
    return WholeNumberField(label=label, help_text=help_text, min_value=lowest, max_value=highest)


def _decimal(label: str, lowest: str, help_text: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=Decimal(lowest),
        max_value=1_000,
        max_digits=9,
        decimal_places=5,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"invalid": "Enter a number, like 0.4"},
    )


class TrialForm(Form):
    """The design of a trial."""

    name = name_field(help_text="For example, Town centres, spring 2027")
    area_set = forms.ModelChoiceField(
        AreaSet.objects.none(),
        label="Set of areas",
        empty_label="Select a set",
        help_text="An approved set. Its areas must be active on all days of the trial",
    )
    first_day = DateField(label="First day", help_text="A day is from 6am to 6am. For example, 27 3 2027")
    days = _number("Trial days", 2, 730, "Whole blocks, not counting days that are left out")
    block_days = _number("Days of a block", 2, 28, "Seven: every area is treated as often in every week")
    treated_days = _number("Treated days of a block", 1, 27, "On so many days of each block an area is to be patrolled")
    strata = forms.ChoiceField(
        label="Strata",
        help_text="Each night, as equal a number as can be of the areas of each stratum is treated",
        choices=PatrolTrial.Strata.choices,
        widget=forms.RadioSelect,
    )
    washout_days = _number(
        "Washout days",
        0,
        6,
        "Days without treatment that come so soon after a treated one are not analysed; 0 for none",
    )
    holidays = HolidaysField(
        label="Days left out (optional)",
        help_text="One a line with the reason, like: 25 December 2026, Christmas Day",
        required=False,
        max_length=4_000,
        widget=forms.Textarea,
    )
    categories = forms.ModelMultipleChoiceField(
        IncidentCategory.objects.filter(is_police_generated=False),
        label="Incidents counted",
        help_text="What is recorded because police looked is not offered: more patrols find more of it",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one category"},
    )
    from_hour = _hours("Counted from")
    to_hour = _hours(
        "Counted until", "The same hour twice is the whole day. Hours before 6am belong to the night before"
    )
    dose_minutes = _number(
        "Minutes that count as patrolled", 1, 720, "An area is patrolled on a day with so many minutes"
    )
    dose_visits = _number("Visits that count as patrolled", 1, 20)
    ring_metres = _number("Ring around the areas", 0, 1_000, "Where incidents could move to; 0 for none")
    notice_hour = forms.TypedChoiceField(
        label="Show crews the next day from",
        help_text="On the day before. Crews see no later day",
        choices=[(hour, clock(time(hour))) for hour in range(7, 24)],
        coerce=int,
    )
    target_fall = _number("Fall to be told", 1, 99, "The smallest fall on treated days that would matter to you")
    expected = _decimal(
        "Incidents in an area on a day (optional)",
        "0.0001",
        "Leave empty to take it from your own extract before the trial",
    )
    dispersion = _decimal(
        "How much days vary (optional)",
        "1",
        "1: as by chance alone. Leave empty to take it from your own extract before the trial",
    )

    looks = {
        **{name: Look(width=5) for name in ("days", "block_days", "treated_days", "washout_days", "dose_visits")},
        "dose_minutes": Look(width=5, suffix="minutes"),
        "ring_metres": Look(width=5, suffix="metres"),
        "target_fall": Look(width=5, suffix="%"),
        "expected": Look(width=10),
        "dispersion": Look(width=10),
        "holidays": Look(rows=4),
    }

    def __init__(self, data: Any, *, by: User, initial: dict[str, Any] | None = None) -> None:
        usual = {
            "days": 91, "block_days": 7, "treated_days": 3, "strata": "none", "washout_days": 0, "from_hour": 6,
            "to_hour": 6, "dose_minutes": 10, "dose_visits": 1, "ring_metres": 150, "notice_hour": 18,
            "target_fall": 20,
            "categories": IncidentCategory.objects.filter(is_police_generated=False),
        }  # fmt: skip
        super().__init__(data, initial=initial or usual)
        sets = AreaSet.objects.visible_to(by).filter(state=AreaSet.State.APPROVED)
        self.fields["area_set"].queryset = sets  # type: ignore[attr-defined]

    @property
    def design(self) -> dict[str, Any]:
        """The arguments of `save_trial`."""
        numbers = {name: self.cleaned_data[name] for name in ("expected", "dispersion")}
        return self.cleaned_data | {name: None if each is None else float(each) for name, each in numbers.items()}


class StopForm(Form):
    """Why a trial ends before its time."""

    reason = TextField(
        label="Why it is stopped",
        help_text="The published analysis says it",
        max_length=500,
        widget=forms.Textarea,
        error_messages={"required": "Say why the trial is stopped"},
    )

    looks = {"reason": Look(rows=3)}
