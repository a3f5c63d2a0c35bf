"""The form that freezes a pack for a meeting."""

from typing import Any

from django import forms

from hotspot.core.models import User
from hotspot.core.pages.fields import DateField, TextField
from hotspot.core.pages.forms import Form
from hotspots.models import Programme


class FreezePackForm(Form):
    """For which meeting a pack of which programme is frozen."""

    programme = forms.ModelChoiceField(Programme.objects.none(), label="Programme", empty_label="Select a programme")
    meeting = TextField(
        label="Meeting",
        help_text="For example, Stop and Search Community Scrutiny Panel. Name nobody",
        max_length=120,
    )
    meets_on = DateField(label="Date of the meeting", help_text="For example, 12 11 2024")

    def __init__(self, data: Any, *, by: User, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["programme"].queryset = Programme.objects.visible_to(by)  # type: ignore[attr-defined]
