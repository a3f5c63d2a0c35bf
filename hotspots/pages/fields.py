"""What the forms of the management pages share."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from hotspot.core import wording
from hotspot.core.errors import DomainError
from hotspot.core.pages.fields import TextField
from hotspots.amounts import pence_typed, pounds_typed


def name_field(label: str = "Name", help_text: str = "", longest: int = 120) -> TextField:
    return TextField(label=label, help_text=help_text, max_length=longest)


class MoneyField(forms.Field):
    """Pounds as people type them, read by `hotspots.amounts` to whole pence. Give it `Look(prefix="£", width=10)`.

    An initial value is pence, too. `more_than_nothing` refuses £0.
    """

    widget = forms.TextInput(attrs={"inputmode": "decimal"})
    default_error_messages: ClassVar = {"nothing": "Enter an amount of more than £0"}

    def __init__(self, *, more_than_nothing: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.more_than_nothing = more_than_nothing

    def to_python(self, value: Any) -> int | None:
        """Pence, or None for an empty input. Raises ValidationError."""
        if isinstance(value, int):
            return value
        try:
            pence = pence_typed(str(value)) if str(value or "").strip() else None
        except DomainError as refusal:
            raise ValidationError(refusal.message, code=refusal.code) from refusal
        if pence == 0 and self.more_than_nothing:
            raise ValidationError(self.error_messages["nothing"], code="nothing")
        return pence

    def prepare_value(self, value: Any) -> Any:
        """An initial amount as somebody would type it."""
        return pounds_typed(value) if isinstance(value, int) else value


def money_field(label: str, help_text: str) -> MoneyField:
    return MoneyField(label=label, help_text=help_text, required=False)


class WeekField(forms.TypedChoiceField):
    """A choice of week, from Monday to Sunday; its value is the Monday. `first` and `last` are Mondays."""

    def __init__(self, *, first: dt.date | None = None, last: dt.date | None = None, **kwargs: Any) -> None:
        choices = week_choices(first, last) if first and last else []
        super().__init__(choices=choices, coerce=dt.date.fromisoformat, empty_value=None, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Match an initial date to its choice."""
        return value.isoformat() if isinstance(value, dt.date) else value


def week_choices(first: dt.date, last: dt.date) -> list[tuple[str, str]]:
    """The Mondays from `first` to `last`, newest first, as ("2024-10-07", "7 October 2024")."""
    count = (last - first).days // 7 + 1
    mondays = (first + dt.timedelta(weeks=number) for number in reversed(range(count)))
    return [(monday.isoformat(), wording.day(monday)) for monday in mondays]
