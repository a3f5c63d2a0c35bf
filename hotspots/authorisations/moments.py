"""Moments in forms: a date and a clock time in London, and which of the two where the clocks went back."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms

from hotspot.core import wording
from hotspot.core.calendar import LONDON
from hotspot.core.clock import TimeHappenedTwice, instant, parse_clock
from hotspot.core.errors import DomainError
from hotspot.core.pages.access import add_errors
from hotspot.core.pages.fields import DateField, TextField
from hotspot.core.pages.forms import Form, Look

_CHANGES = (("before", "Before the clocks went back"), ("after", "After the clocks went back"))


def day_field(label: str, *, required: bool = True, help_text: str = "") -> DateField:
    """The date of a moment. Name it `<moment>_day`."""
    return DateField(label=label, required=required, help_text=help_text)


def time_field(label: str, *, required: bool = True) -> TextField:
    """The clock time of a moment. Name it `<moment>_time`."""
    return TextField(label=label, required=required, max_length=20, help_text="For example, 9pm or 2100")


class MomentsForm(Form):
    """A form with moments, each a field for its date and one for its time, and a question after a time that came twice.

    A valid form has each of `moments` in `cleaned_data` as an instant in UTC, or None where both were left empty;
    `initial` has them as instants, too.
    """

    moments: ClassVar[tuple[str, ...]] = ()

    def __init__(self, data: Any, *, initial: dict[str, Any] | None = None) -> None:
        values = dict(initial or {})
        for name in self.moments:
            values |= _typed(name, values.get(name))
        super().__init__(data, initial=values)
        self.looks = {**self.looks, **{f"{name}_time": Look(width=10) for name in self.moments}}
        self.error_fields = {name: f"{name}_time" for name in self.moments}
        for name in self.moments:
            self._add_change(name)

    def _add_change(self, name: str) -> None:
        """The question that only the night on which the clocks go back needs, below the time that it is about."""
        if self.is_bound or self.initial.get(f"{name}_change"):
            field = forms.ChoiceField(
                label="Was that before or after the clocks went back?", choices=_CHANGES, widget=forms.RadioSelect,
                required=False,
            )  # fmt: skip
            names = list(self.fields)
            self.fields[f"{name}_change"] = field
            place = names.index(f"{name}_time") + 1
            self.order_fields([*names[:place], f"{name}_change", *names[place:]])

    def clean(self) -> dict[str, Any]:
        """Put each date and time together."""
        for name in self.moments:
            self.cleaned_data[name] = self._moment(name)
        return self.cleaned_data

    def full_clean(self) -> None:
        """Read what was sent, and ask about clocks only where it matters."""
        super().full_clean()
        for name in self.moments if self.is_bound else ():
            if f"{name}_change" not in self.errors and not self.cleaned_data.get(f"{name}_change"):
                self.fields.pop(f"{name}_change", None)

    def _moment(self, name: str) -> datetime | None:
        data = self.cleaned_data
        day, typed = data.get(f"{name}_day"), data.get(f"{name}_time")
        if day is None or not typed:
            self._add_missing(name, day, typed)
            return None
        try:
            return instant(day, parse_clock(typed), change=data.get(f"{name}_change") or None, field=name)
        except TimeHappenedTwice as question:
            self.add_error(f"{name}_change", question.message)
        except DomainError as refusal:
            add_errors(self, DomainError(refusal.code, refusal.message, name))
        return None

    def _add_missing(self, name: str, day: Any, typed: Any) -> None:
        if day and not typed and f"{name}_time" not in self.errors:
            self.add_error(f"{name}_time", "Enter the time, too")
        if typed and not day and f"{name}_day" not in self.errors:
            self.add_error(f"{name}_day", "Enter the date, too")


def _typed(name: str, at: datetime | None) -> dict[str, Any]:
    """An instant as somebody would type it."""
    if at is None:
        return {}
    local = at.astimezone(LONDON)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    change = {f"{name}_change": "after" if local.fold else "before"} if twice else {}
    return {f"{name}_day": local.date(), f"{name}_time": wording.clock(local), **change}
