"""The form of a table of harm weights."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hotspot.core.pages.fields import TextField
from hotspot.core.pages.forms import Form
from hotspots.pages.fields import name_field

MOST_BYTES = 500_000


class WeightsForm(Form):
    """A file of weights, and where they come from."""

    name = name_field(
        help_text="For example Cambridge Crime Harm Index. A table of the same name becomes its next version",
        longest=80,
    )
    source = TextField(
        label="Source", help_text="Where the weights come from: the edition, its date and an address", max_length=300
    )
    file = forms.FileField(
        label="Table of weights",
        help_text="A CSV file with the columns Category, Weight and Valid from (a month like 2024-01)",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"required": "Select a file", "empty": "The selected file is empty."},
    )

    def clean_file(self) -> Any:
        """Refuse by its size what need not be read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError("The selected file must be smaller than 500 kB.", "file_too_large")
        return file
