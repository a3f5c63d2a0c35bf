"""Districts and hotspot areas."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile

from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspot.core.pages.fields import DateField, TextField, TypedDateField, WholeNumberField
from hotspot.core.pages.forms import Form, Look
from hotspots.areas.boundaries import MAXIMUM_BOUNDARY_BYTES, Boundary, read_boundary
from hotspots.models import District, HotspotAnalysis, HotspotArea
from hotspots.pages.fields import name_field

MOST_REASON = 2_000
MOST_PASTED = 250_000
"""Characters: more than the largest boundary that is accepted has once it is rounded."""


class DistrictForm(Form):
    """A local authority district."""

    name = name_field(longest=80)
    code = TextField(label="ONS code", help_text="E or W and eight numbers, for example E07000099", max_length=9)
    name_in_police_data = TextField(
        label="Name in police data (optional)",
        help_text="If LSOAs there have another one, for example North Hertfordshire",
        max_length=80,
        required=False,
    )

    looks = {"code": Look(width=10)}


class OutlinesForm(Form):
    """A file with the outlines of districts."""

    file = forms.FileField(
        label="Boundary file",
        help_text="Local authority districts from the ONS as GeoJSON, in longitude and latitude (WGS 84), up to 10 MB. "
        "Each district is found by its ONS code, in a property like LAD24CD.",
        widget=forms.FileInput(attrs={"accept": ".geojson,.json,application/geo+json,application/json"}),
        error_messages={"required": "Select a file", "empty": "The selected file is empty."},
    )


class ConfirmOutlinesForm(Form):
    """The file of outlines that was looked at, for the last step."""

    kept = forms.IntegerField(widget=forms.HiddenInput)


class AreaFactsForm(Form):
    """What a hotspot area is, besides its boundary and its dates."""

    name = name_field(help_text="What supervisors look for, for example Hitchin town centre")
    town = name_field("Town", "The name under which published text lists it, for example Hitchin", 80)
    district = forms.ModelChoiceField(District.objects.none(), label="District", empty_label="Select a district")
    kind = forms.ChoiceField(
        label="What it is a hotspot for", choices=HotspotArea.Kind.choices, widget=forms.RadioSelect
    )
    reason = TextField(
        label="Why it was chosen (optional)",
        help_text="Everybody who signs in can read it",
        required=False,
        max_length=MOST_REASON,
        widget=forms.Textarea,
    )

    looks = {"reason": Look(rows=3)}

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["district"].queryset = District.objects.visible_to(by)  # type: ignore[attr-defined]


class AreaForm(AreaFactsForm):
    """What is said about a hotspot area, besides its boundary."""

    first_day = DateField(
        label="Active from",
        help_text="For example, 1 5 2024",
        error_messages={"required": "Enter the day from which it is active"},
    )
    position = WholeNumberField(
        label="Place in lists",
        help_text="Areas with a lower number come first, then by name",
        min_value=0,
        max_value=32_000,
        initial=100,
    )

    field_order: Sequence[str] = ("name", "town", "district", "kind", "first_day", "position", "reason")
    looks = AreaFactsForm.looks | {"position": Look(width=5)}


class BoundaryForm(Form):
    """A boundary, uploaded or pasted. `boundary` holds it, checked, once the form is valid."""

    boundary: Boundary | None = None

    file = forms.FileField(
        label="Boundary file",
        help_text="GeoJSON with one area, in longitude and latitude (WGS 84), up to 2.5 MB and 10,000 points",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".geojson,.json,application/geo+json,application/json"}),
    )
    text = TextField(
        label="Or paste GeoJSON",
        help_text=f"Up to {MOST_PASTED:,} characters. A file wins over what is pasted.",
        required=False,
        max_length=MOST_PASTED,
        error_messages={"max_length": f"Paste at most {MOST_PASTED:,} characters, or select the boundary as a file"},
        widget=forms.Textarea(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )

    looks = {"text": Look(rows=4)}
    error_fields: ClassVar = {"boundary": "file"}

    def source(self) -> str | bytes | None:
        """What was sent, if anything was."""
        sent: UploadedFile | None = self.cleaned_data.get("file")
        if sent is None:
            return self.cleaned_data.get("text") or None
        # One byte more than allowed is enough to be refused.
        content: str | bytes = sent.read(MAXIMUM_BOUNDARY_BYTES + 1)
        return content

    def clean(self) -> dict[str, Any]:
        """Read and check whichever was given."""
        if self.errors.keys() & {"file", "text"}:
            return self.cleaned_data
        source = self.source()
        if source is None:
            self.add_error("file", "Select a boundary file, or paste GeoJSON")
        else:
            self.boundary = self._read(source)
        if self.boundary and self.errors:
            # A browser does not send a file again by itself, so what it held goes into the text.
            self.data = {**self.data.dict(), "text": self.boundary.as_text}  # type: ignore[attr-defined]
        return self.cleaned_data

    def _read(self, source: str | bytes) -> Boundary | None:
        try:
            return read_boundary(source)
        except DomainError as refusal:
            self.add_error("text" if isinstance(source, str) else "file", refusal.message)
            return None


class NewAreaForm(BoundaryForm, AreaForm):
    """Everything about a new hotspot area."""

    analysis = forms.ModelChoiceField(HotspotAnalysis.objects.none(), required=False, widget=forms.HiddenInput)

    field_order = ("name", "town", "district", "kind", "first_day", "position", "reason", "file", "text", "analysis")
    looks = AreaForm.looks | BoundaryForm.looks

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, by=by, **kwargs)
        self.fields["analysis"].queryset = HotspotAnalysis.objects.visible_to(by)  # type: ignore[attr-defined]

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of `add_area` besides the boundary."""
        names = {*AreaForm.base_fields, "analysis"}
        return {name: value for name, value in self.cleaned_data.items() if name in names}


class AreasForm(Form):
    """A file with many areas."""

    file = forms.FileField(
        label="File",
        help_text="A GeoJSON FeatureCollection in longitude and latitude (WGS 84), up to 5 MB and 500 areas. Each "
        "feature has the properties name and district (its name or ONS code), and may have town, kind and first_day.",
        widget=forms.FileInput(attrs={"accept": ".geojson,.json,application/geo+json,application/json"}),
        error_messages={"required": "Select a file", "empty": "The selected file is empty."},
    )
    first_day = DateField(
        label="Active from, unless the file says",
        help_text="For example, 1 5 2024",
        error_messages={"required": "Enter the day from which they are active"},
    )


class ConfirmAreasForm(Form):
    """The file that was looked at, for the last step."""

    kept = forms.IntegerField(widget=forms.HiddenInput)
    first_day = TypedDateField(widget=forms.HiddenInput, input_formats=["%Y-%m-%d"])


class RetireForm(Form):
    """The last day of an area."""

    last_day = DateField(label="Last active day", help_text="For example, 31 3 2025. Patrols on this day still fit.")
