"""The form of a table of residents."""

from django import forms

from hotspot.core.pages.fields import TextField, UploadField, WholeNumberField
from hotspot.core.pages.forms import Form, Look
from hotspots.pages.fields import name_field

MOST_BYTES = 500_000


class ResidentsForm(Form):
    """A file of residents, of which place and census, and under which licence."""

    place = name_field(
        "Place", help_text="Whose residents they are: the force’s area, as the file names it", longest=120
    )
    census_year = WholeNumberField(label="Year of the census", min_value=1991, max_value=2100)
    licence = TextField(label="Licence", help_text="For example Open Government Licence v3.0", max_length=200)
    source = TextField(label="Source", help_text="The publisher, the table and an address", max_length=300)
    file = UploadField(
        label="File",
        help_text="CSV: the columns Group and Residents, or the ONS’s table of ethnic groups by police force area",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        most_bytes=MOST_BYTES,
        too_large="The selected file must be smaller than 500 kB.",
    )

    looks = {"census_year": Look(width=4)}
