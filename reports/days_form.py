"""The form that asks for days of a programme, for pages about what was done and found on them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hotspot.core.calendar import Period
from hotspot.core.pages.fields import TypedDateField
from hotspot.core.pages.forms import Form, Look
from hotspots.models import Programme
from hotspots.programmes.rules import usual_programme


def day_field(label: str) -> TypedDateField:
    """A date in one input, that may be left out."""
    return TypedDateField(
        label=label, required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


class DaysForm(Form):
    """A programme, and a first and a last day, both included. `day` is today.

    Who does not choose days (`chooses_days`) chooses the programme alone.
    """

    programme = forms.TypedChoiceField(label="Programme", coerce=int, required=False)
    since = day_field("First day")
    until = day_field("Last day")

    looks = {"since": Look(width=10), "until": Look(width=10)}

    def __init__(self, data: Any, *, programmes: Sequence[Programme], day: date, chooses_days: bool = True) -> None:
        super().__init__(data)
        if not chooses_days:
            self.fields = {"programme": self.fields["programme"]}
        self._all, self._programmes, self.day = programmes, {each.pk: each for each in programmes}, day
        self.fields["programme"].choices = [(each.pk, each.name) for each in programmes]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The days come in their order."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", ValidationError("This must be the same as or after the first day.", "reversed"))
        return self.cleaned_data

    @property
    def asks(self) -> str:
        """What can be chosen, in words; empty where there is one programme and nothing else."""
        if len(self.fields) > 1:
            return "Choose days"
        return "Choose a programme" if len(self._all) > 1 else ""

    @property
    def said(self) -> dict[str, Any]:
        """What was sent, as far as it makes sense."""
        return self.cleaned_data if self.is_bound and self.is_valid() else {}

    def programme_and_period(self) -> tuple[Programme, Period]:
        """The programme and the days that are asked for: the usual one since its launch, where nothing was sent."""
        chosen = self._programmes.get(self.said.get("programme") or 0)
        programme = chosen or usual_programme(self._all, self.day) or self._all[0]
        whole = programme.period
        first = self.said.get("since") or whole.first_day
        last = self.said.get("until") or min(whole.last_day, self.day)
        period = Period(first, max(first, last)).clip(whole) or Period(whole.first_day, whole.first_day)
        self.initial = {"programme": programme.pk, "since": period.first_day, "until": period.last_day}
        return programme, period
