"""The forms of files of positions: a file, and why one is withdrawn."""

from django import forms

from hotspot.core.pages.fields import TextField, UploadField
from hotspot.core.pages.forms import Form, Look
from patrols.models import PositionFile
from patrols.visits.position_files import MOST_BYTES


class PositionFileForm(Form):
    """A file of positions, and which clock its times follow."""

    file = UploadField(
        label="File of positions",
        help_text="GPX or CSV, up to 10 MB. A CSV file needs headings: time, latitude and longitude; and may have "
        "accuracy (metres), shift (like HS-1457) and unit. It must not name people",
        widget=forms.FileInput(attrs={"accept": ".gpx,.csv,application/gpx+xml,text/csv"}),
        most_bytes=MOST_BYTES,
        too_large="The selected file must be smaller than 10 MB. Split it by day.",
    )
    zone = forms.ChoiceField(
        label="Times without a time zone follow",
        choices=PositionFile.Zone.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say which clock times without a zone follow"},
    )

    looks = {"zone": Look(option_hints={PositionFile.Zone.OWN: "A file with times without a zone is refused"})}


class WithdrawFileForm(Form):
    """Why a file of positions is not to count any more."""

    reason = TextField(
        label="Reason",
        max_length=500,
        widget=forms.Textarea,
        error_messages={"required": "Enter the reason"},
    )

    looks = {"reason": Look(rows=3)}
