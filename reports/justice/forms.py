"""The form that asks of which arrests, and what was known by when."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hotspot.core.calendar import Period
from hotspot.core.pages.fields import TypedDateField
from hotspot.core.pages.forms import Form, Look
from hotspots.models import Programme


def _day(label: str) -> TypedDateField:
    return TypedDateField(label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}))


class JusticeForm(Form):
    """A programme, the days of the arrests, and the day by which their outcomes are known."""

    programme = forms.TypedChoiceField(label="Programme", coerce=int, required=False)
    since = _day("Arrests from")
    until = _day("Arrests to")
    known_by = _day("Outcomes known by")

    looks = {"since": Look(width=10), "until": Look(width=10), "known_by": Look(width=10)}

    def __init__(self, data: Any, *, programmes: Sequence[Programme], day: date) -> None:
        super().__init__(data)
        self._programmes, self._day = {each.pk: each for each in programmes}, day
        self.fields["programme"].choices = [(each.pk, each.name) for each in programmes]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The days come in their order."""
        since, until, known_by = (self.cleaned_data.get(name) for name in ("since", "until", "known_by"))
        if since and until and until < since:
            self.add_error("until", ValidationError("This must be the same as or after the first day.", "reversed"))
        if known_by and known_by > self._day:
            self.add_error("known_by", ValidationError("This must be today or in the past.", "future"))
        return self.cleaned_data

    def asked(self) -> tuple[Programme, Period, date]:
        """What is asked for: without sense or an answer, since launch, as known today."""
        said = self.cleaned_data if self.is_bound and self.is_valid() else {}
        usual = next((each for each in self._programmes.values() if each.is_default), None)
        programme = self._programmes.get(said.get("programme") or 0) or usual or next(iter(self._programmes.values()))
        known_by = said.get("known_by") or self._day
        whole = programme.period
        first, last = said.get("since") or whole.first_day, said.get("until") or min(whole.last_day, known_by)
        asked = Period(first, max(first, last)).clip(whole) or Period(whole.first_day, whole.first_day)
        self.initial = {
            "programme": programme.pk,
            "since": asked.first_day,
            "until": asked.last_day,
            "known_by": known_by,
        }
        return programme, asked, known_by
