"""The form of a table of harm weights."""

from django import forms

from hotspot.core.pages.fields import TextField, UploadField
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
    file = UploadField(
        label="Table of weights",
        help_text="A CSV file with the columns Category, Weight and Valid from (a month like 2024-01)",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        most_bytes=MOST_BYTES,
        too_large="The selected file must be smaller than 500 kB.",
    )
