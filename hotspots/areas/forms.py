"""Districts and hotspot areas."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from hotspot.core.errors import DomainError, DomainErrors
from hotspot.core.models import User
from hotspot.core.pages.fields import DateField, TextField, TypedDateField, WholeNumberField
from hotspot.core.pages.forms import Form, Look
from hotspots.areas import boundary_sources
from hotspots.areas.boundaries import MAXIMUM_BOUNDARY_BYTES, Boundary, check_boundary, read_boundary
from hotspots.basemap.files import Basemap, current_basemap
from hotspots.gis_files.contents import FORMATS
from hotspots.models import District, HotspotAnalysis, HotspotArea
from hotspots.pages.fields import name_field

MOST_REASON = 2_000
MOST_PASTED = 250_000
"""Characters: more than the largest boundary that is accepted has once it is rounded."""
MOST_LISTED = 50_000
"""Characters: two thousand corners, which nobody types."""


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


GIS_FILE = {
    "accept": ".geojson,.json,.kml,.kmz,.zip,.shz,.gpkg,application/geo+json,application/json,"
    "application/vnd.google-earth.kml+xml,application/vnd.google-earth.kmz,application/zip,application/geopackage+sqlite3"
}


class OutlinesForm(Form):
    """A file with the outlines of districts."""

    file = forms.FileField(
        label="Boundary file",
        help_text=f"Local authority districts from the ONS: {FORMATS}, in longitude and latitude (WGS 84) or "
        "British National Grid, up to 10 MB. Each district is found by its ONS code, in a property like LAD24CD.",
        widget=forms.FileInput(attrs=GIS_FILE),
        error_messages={"required": "Select a file", "empty": "The selected file is empty."},
    )


class PlacesForm(OutlinesForm):
    """A file with the outlines of places."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = (
            f"Built-up areas, wards or parishes from the ONS: {FORMATS}, in longitude and latitude (WGS 84) or "
            "British National Grid, up to 10 MB and 2,000 places. Each has its name in a property like name or BUA24NM."
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


class BoundaryText(forms.Textarea):
    """GeoJSON as text; with JavaScript, a map to draw it on.

    `surroundings` is the address of what lies around, `basemap` what lies beneath, if the force supplies it.
    """

    template_name = "django/forms/widgets/boundary.html"
    surroundings = ""
    basemap: Basemap | None = None

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Give the template what the map needs."""
        map_context = {
            "surroundings": self.surroundings,
            "basemap": self.basemap,
            "attribution": settings.BASEMAP_ATTRIBUTION,
        }
        return super().get_context(name, value, attrs) | map_context


class BoundaryForm(Form):
    """A boundary, given in one of four ways. `boundary` holds it, checked, once the form is valid; `refusal` why it is
    not.

    Where no way is selected, the first of file, coordinates, circle and text that was given counts.
    """

    boundary: Boundary | None = None
    refusal: DomainError | None = None

    way = forms.ChoiceField(
        label="How do you give the boundary?",
        choices=[
            ("text", "Paste GeoJSON"),
            ("file", "Select a file"),
            ("coordinates", "List its corners"),
            ("circle", "A circle around a point"),
        ],
        initial="text",
        required=False,
        widget=forms.RadioSelect,
    )
    text = TextField(
        label="GeoJSON",
        help_text=f"One area in longitude and latitude (WGS 84), up to {MOST_PASTED:,} characters",
        required=False,
        max_length=MOST_PASTED,
        error_messages={"max_length": f"Paste at most {MOST_PASTED:,} characters, or select the boundary as a file"},
        widget=BoundaryText(attrs={"spellcheck": "false"}),
    )
    file = forms.FileField(
        label="Boundary file",
        help_text=f"One area as {FORMATS}, in longitude and latitude (WGS 84) or British National Grid, up to 2.5 MB "
        "and 10,000 points",
        required=False,
        widget=forms.FileInput(attrs=GIS_FILE),
    )
    coordinates = TextField(
        label="Corners",
        help_text="One on each line, in order around the area: latitude and longitude (51.9486, -0.2771), easting and "
        "northing (518500 229100) or a grid reference (TL 18500 29100)",
        required=False,
        max_length=MOST_LISTED,
        widget=forms.Textarea(attrs={"spellcheck": "false"}),
    )
    centre = TextField(
        label="Centre",
        help_text="For example a street corner: latitude and longitude (51.9486, -0.2771), easting and northing "
        "(518500 229100) or a grid reference (TL 18500 29100)",
        required=False,
        max_length=80,
    )
    radius = WholeNumberField(label="Radius", help_text="From 10 to 2,000 metres", required=False)

    looks = {
        "way": Look(
            reveals={"text": "text", "file": "file", "coordinates": "coordinates", "circle": ("centre", "radius")}
        ),
        "text": Look(rows=4),
        "coordinates": Look(rows=6),
        "centre": Look(width=20),
        "radius": Look(width=5, suffix="metres"),
    }
    error_fields: ClassVar = {"boundary": "file"}

    def show_on_map(self, surroundings: str) -> None:
        """Let the map on which the boundary can be drawn ask this address for what lies around it."""
        widget = self.fields["text"].widget
        widget.surroundings, widget.basemap = surroundings, current_basemap()

    def source(self) -> str | bytes | None:
        """What was sent, if anything was."""
        sent: UploadedFile | None = self.cleaned_data.get("file")
        if sent is None:
            return self.cleaned_data.get("text") or None
        # One byte more than allowed is enough to be refused.
        content: str | bytes = sent.read(MAXIMUM_BOUNDARY_BYTES + 1)
        return content

    def clean(self) -> dict[str, Any]:
        """Read and check what was given in the way that was selected. The other ways count for nothing."""
        way = self._settle_way()
        if way is None:
            self.add_error("way", "Select how you give the boundary")
        elif not self.errors.keys() & set(self.looks["way"].revealed_by(way)):
            self.boundary = self._read_typed(way) if way in ("coordinates", "circle") else self._read_source(way)
        if self.boundary and self.errors and way == "file":
            # A browser does not send a file again by itself, so what it held goes into the text.
            self.data = {**self.data, **self.carried}
        return self.cleaned_data

    def _settle_way(self) -> str | None:
        """The way that was selected, or else the first in which something was given; mistakes in others are dropped.

        Without a script all ways are open, and somebody can give a file while another way is still selected.
        """
        selected: str | None = self.cleaned_data.get("way")
        order = (*([selected] if selected else []), "file", "coordinates", "circle", "text")
        given = (each for each in order if any(self._is_given(name) for name in self.looks["way"].revealed_by(each)))
        way = next(given, None) or selected or None
        if way is None:
            return None
        self.data = {**self.data.dict(), "way": way}  # type: ignore[attr-defined]
        for name in self.revealed - set(self.looks["way"].revealed_by(way)):
            self.errors.pop(name, None)
            self.cleaned_data[name] = None
        return way

    def _is_given(self, name: str) -> bool:
        return name in self.errors or bool(self.cleaned_data.get(name))

    def _read_source(self, way: str) -> Boundary | None:
        source = self.source()
        if source is None:
            self.add_error(way, "Select a boundary file" if way == "file" else "Draw the boundary, or paste GeoJSON")
            return None
        return self._read(source)

    def _read(self, source: str | bytes) -> Boundary | None:
        try:
            return read_boundary(source)
        except DomainError as refusal:
            self.refusal = refusal
            self.add_error("text" if isinstance(source, str) else "file", refusal.message)
            return None

    def _read_typed(self, way: str) -> Boundary | None:
        """The boundary from a list of corners or a circle."""
        words = {"coordinates": "List the corners", "centre": "Enter the centre", "radius": "Enter the radius"}
        missing = [name for name in self.looks["way"].revealed_by(way) if not self._is_given(name)]
        for name in missing:
            self.add_error(name, words[name])
        if missing:
            return None
        given = self.cleaned_data
        try:
            if way == "circle":
                return check_boundary(boundary_sources.circle(given["centre"], given["radius"]))
            return check_boundary(boundary_sources.read_list(given["coordinates"]))
        except (DomainError, DomainErrors) as refusal:
            self.refusal = refusal if isinstance(refusal, DomainError) else None
            asked = self.looks["way"].revealed_by(way)
            for each in refusal.errors if isinstance(refusal, DomainErrors) else [refusal]:
                self.add_error(each.field if each.field in asked else asked[0], each.message)
            return None

    @property
    def carried(self) -> dict[str, str]:
        """What the next step sends in place of what this one did: a browser does not send a file again by itself."""
        way: str = self.data["way"]
        if self.boundary is None or way in ("coordinates", "circle"):
            return {"way": way}
        return {"way": "text", "text": self.boundary.as_text}


class NewAreaForm(BoundaryForm, AreaForm):
    """Everything about a new hotspot area."""

    analysis = forms.ModelChoiceField(HotspotAnalysis.objects.none(), required=False, widget=forms.HiddenInput)

    field_order = (*AreaForm.base_fields, *BoundaryForm.base_fields, "analysis")
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
        help_text=f"{FORMATS}, in longitude and latitude (WGS 84) or British National Grid, up to 5 MB and 500 areas. "
        "Each area has a name and a district (its name or ONS code), and may have town, kind and first_day.",
        widget=forms.FileInput(attrs=GIS_FILE),
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
