"""What the forms of the management pages share."""

import datetime as dt
from typing import Any

from django import forms

from hotspot.core import wording
from hotspot.core.pages.fields import MoneyField, TextField

MOST_MONEY = 10_000_000_000


def name_field(label: str = "Name", help_text: str = "", longest: int = 120) -> TextField:
    return TextField(label=label, help_text=help_text, max_length=longest)


def money_field(label: str, help_text: str) -> MoneyField:
    return MoneyField(label=label, help_text=help_text, required=False, min_value=0, max_value=MOST_MONEY)


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
