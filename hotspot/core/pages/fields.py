"""Fields and widgets that Django lacks, and text fields that clean what they are given."""

import calendar
import datetime as dt
import re
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from hotspot.core.calendar import FIRST_YEAR, LAST_YEAR, months_between
from hotspot.core.errors import DomainError
from hotspot.core.text import clean_line, clean_lines, is_far_too_long

PLAIN_NUMBER = re.compile(r"-?[0-9]{1,9}")


class CleanText:
    """Mixin for text fields: `hotspot.core.text` cleans what was typed before it is counted, checked or called empty.

    A textarea takes several lines, every other input one.
    """

    widget: forms.Widget
    max_length: int | None

    def to_python(self, value: Any) -> str:
        """The text as it is stored. Raises ValidationError `text_unreadable`."""
        if value in forms.CharField.empty_values or is_far_too_long(str(value), self.max_length):
            text: str = super().to_python(value)  # type: ignore[misc]
            return text
        clean = clean_lines if isinstance(self.widget, forms.Textarea) else clean_line
        try:
            cleaned: str = super().to_python(clean(str(value)))  # type: ignore[misc]
            return cleaned
        except DomainError as refusal:
            raise ValidationError(refusal.message, code=refusal.code) from refusal


class UploadField(forms.FileField):
    """A file that is refused by its size before anything of it is read.

    `most_bytes` is the largest there may be; `too_large` says so in words.
    """

    default_error_messages: ClassVar = {"required": "Select a file", "empty": "The selected file is empty."}

    def __init__(self, *, most_bytes: int, too_large: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most_bytes, self.too_large = most_bytes, too_large

    def to_python(self, data: Any) -> Any:
        """The file as it was sent. Raises ValidationError `file_too_large`."""
        file = super().to_python(data)
        if file and file.size > self.most_bytes:
            raise ValidationError(self.too_large, code="file_too_large")
        return file


class TextField(CleanText, forms.CharField):
    """Text. Every text field of every form is one of these, or an `EmailField`."""


class EmailField(CleanText, forms.EmailField):
    """An e-mail address."""


class WholeNumberInput(forms.TextInput):
    """A text input for digits. A number input loses what it cannot read and changes when a finger scrolls over it."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "numeric", **(attrs or {})})


class Stepper(WholeNumberInput):
    """A whole number with buttons for one fewer and one more; without JavaScript, the input alone."""

    template_name = "django/forms/widgets/stepper.html"

    def __init__(self, attrs: dict[str, Any] | None = None, *, lowest: int = 0, highest: int = 999) -> None:
        super().__init__({"data-lowest": lowest, "data-highest": highest, **(attrs or {})})


class WholeNumberField(forms.IntegerField):
    """A whole number typed as text: "1,200" and " 1200 " are read as 1200, and nothing but the figures 0 to 9 is.

    Python's `int` would also take "1_000" and the digits of every script, which the API refuses.
    """

    widget = WholeNumberInput
    default_error_messages: ClassVar = {"invalid": "Enter a whole number, like 12"}

    def to_python(self, value: Any) -> int | None:
        """Drop the separators people type, and refuse what is no plain number before Python reads it."""
        text = "" if value is None else str(value).replace(",", "").strip()
        if text and not PLAIN_NUMBER.fullmatch(text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text)


class DateInput(forms.MultiWidget):
    """Day, month and year as three inputs."""

    PARTS = ("day", "month", "year")
    template_name = "django/forms/widgets/date_parts.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({part: WholeNumberInput() for part in self.PARTS}, attrs)

    def decompress(self, value: dt.date | None) -> list[str]:
        """Split a date into the text of its parts."""
        return [str(value.day), str(value.month), str(value.year)] if value else ["", "", ""]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Give each part its label, its width and whether it is in error."""
        attrs = dict(attrs or {})
        in_error = attrs.pop("error_parts", ())
        context = super().get_context(name, value, attrs)
        for part, widget in zip(self.PARTS, context["widget"]["subwidgets"], strict=True):
            widget |= {"label": part.capitalize(), "width": 4 if part == "year" else 2, "in_error": part in in_error}
        return context


class DateField(forms.MultiValueField):
    """A date typed as day, month and year. The month may be a name, and an error says which part to mend."""

    widget = DateInput

    def __init__(self, **kwargs: Any) -> None:
        parts = [TextField(required=False) for _ in DateInput.PARTS]
        super().__init__(fields=parts, require_all_fields=False, **kwargs)

    def clean(self, value: Any) -> dt.date | None:
        """Return the date, or None when all three parts are empty and the field may be."""
        if self.disabled and not isinstance(value, list):
            kept: dt.date | None = value
            return kept
        parts = [str(part or "").strip() for part in value or ["", "", ""]]
        if not any(parts):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        self._refuse_missing(parts)
        date = self._read(parts)
        self.run_validators(date)
        return date

    def _refuse_missing(self, parts: list[str]) -> None:
        missing = tuple(name for name, part in zip(DateInput.PARTS, parts, strict=True) if not part)
        if missing:
            message = f"{self._subject()} must include a {' and '.join(missing)}"
            raise ValidationError(message, code="missing", params={"parts": missing})

    def _read(self, parts: list[str]) -> dt.date:
        day, month, year = parts
        if year.isdecimal() and len(year) != 4:
            message = f"{self._subject()} must have a year with 4 numbers, like 2024"
            raise ValidationError(message, code="year", params={"parts": ("year",)})
        try:
            date = dt.date(int(year), month_number(month), int(day))
        except (ValueError, OverflowError) as error:
            raise ValidationError(f"{self._subject()} must be a real date", code="invalid") from error
        if not FIRST_YEAR <= date.year <= LAST_YEAR:
            message = f"{self._subject()} must have a year from {FIRST_YEAR} to {LAST_YEAR}"
            raise ValidationError(message, code="year", params={"parts": ("year",)})
        return date

    def _subject(self) -> str:
        return str(self.label or "Date")


class TypedDateField(forms.DateField):
    """A date in one input, of a year that people mean: days near the ends of the calendar cannot be reckoned with."""

    def to_python(self, value: Any) -> dt.date | None:
        """The date, or None for an empty input."""
        date = super().to_python(value)
        if date is not None and not FIRST_YEAR <= date.year <= LAST_YEAR:
            raise ValidationError(f"Enter a date with a year from {FIRST_YEAR} to {LAST_YEAR}", code="year")
        return date


def month_number(text: str) -> int:
    """Read a month given as a number or as an English name of three letters or more; 0 when it is neither."""
    if text.isdecimal():
        return int(text)
    names = (name.lower() for name in calendar.month_name)
    return next((number for number, name in enumerate(names) if len(text) >= 3 and name.startswith(text.lower())), 0)


class MonthField(forms.TypedChoiceField):
    """A choice of calendar month; its value is the first day of the month."""

    def __init__(self, *, first: dt.date | None = None, last: dt.date | None = None, **kwargs: Any) -> None:
        choices = month_choices(first, last) if first and last else []
        super().__init__(choices=choices, coerce=dt.date.fromisoformat, empty_value=None, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Match an initial date to its choice."""
        return value.replace(day=1).isoformat() if isinstance(value, dt.date) else value


def month_choices(first: dt.date, last: dt.date) -> list[tuple[str, str]]:
    """List the months from `first` to `last`, newest first, as ("2024-05-01", "May 2024")."""
    count = months_between(first, last) + 1
    serials = (first.year * 12 + first.month - 1 + offset for offset in reversed(range(count)))
    months = (dt.date(serial // 12, serial % 12 + 1, 1) for serial in serials)
    return [(month.isoformat(), f"{calendar.month_name[month.month]} {month.year}") for month in months]
