"""The forms of police data: a file, what has to be confirmed before it is loaded, and what a category is."""

from collections.abc import Mapping
from typing import Any

from django import forms

from hotspot.core.pages.fields import UploadField
from hotspot.core.pages.forms import Form
from hotspots.incidents.loading import NEW_FORCE, SHORT

MOST_BYTES = 25_000_000


class FileForm(Form):
    """A file of data.police.uk, or a force's own extract."""

    file = UploadField(
        label="File of police data",
        help_text="A file of data.police.uk or your own extract, as CSV (also packed by gzip) or several in a ZIP "
        "archive, up to 25 MB",
        widget=forms.FileInput(attrs={"accept": ".csv,.gz,.zip,text/csv,application/zip,application/gzip"}),
        most_bytes=MOST_BYTES,
        too_large="The selected file must be smaller than 25 MB. Choose fewer months, or have it loaded by command.",
    )


class ConfirmLoadForm(Form):
    """The last word before a file is loaded: what its check asks, and nothing else."""

    short = forms.BooleanField(
        label="The months with few rows are whole: load them as they are",
        error_messages={"required": "Confirm that these months are whole, or get the file again"},
    )
    new_force = forms.BooleanField(
        error_messages={"required": "Confirm that this is your force"},
    )

    def __init__(self, *args: Any, result: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_force"].label = f"{result['force']} is our force: other forces’ files are refused from now on"
        for name in {SHORT, NEW_FORCE} - set(result["questions"]):
            del self.fields[name]

    @property
    def confirmed(self) -> list[str]:
        """The questions that were answered with yes."""
        return [name for name in self.fields if self.cleaned_data.get(name)]


class CategoryForm(Form):
    """What records of a category say."""

    is_police_generated = forms.BooleanField(
        label="These records exist because police looked, so they are left out of what chooses hotspot areas",
        required=False,
    )
