"""The form that asks of which arrests, and what was known by when."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from hotspot.core.calendar import Period
from hotspot.core.pages.forms import Look
from hotspots.models import Programme
from reports.days_form import DaysForm, day_field


class JusticeForm(DaysForm):
    """A programme, the days of the arrests, and the day by which their outcomes are known."""

    known_by = day_field("Outcomes known by")

    looks = {**DaysForm.looks, "known_by": Look(width=10)}

    def __init__(self, data: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if "since" in self.fields:
            self.fields["since"].label, self.fields["until"].label = "Arrests from", "Arrests to"

    def clean(self) -> dict[str, Any]:
        """Nothing is known of days to come."""
        super().clean()
        if (known_by := self.cleaned_data.get("known_by")) and known_by > self.day:
            self.add_error("known_by", ValidationError("This must be today or in the past.", "future"))
        return self.cleaned_data

    def asked(self) -> tuple[Programme, Period, date]:
        """What is asked for: without sense or an answer, since launch, as known today."""
        programme, period = self.programme_and_period()
        known_by = self.said.get("known_by") or self.day
        self.initial = {**self.initial, "known_by": known_by}
        return programme, period, known_by
