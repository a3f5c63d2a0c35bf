"""The forms of the management pages: they parse and label; `operations` decide."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile

from hotspot.core.errors import DomainError
from hotspot.core.forms import (
    DateField,
    Form,
    Look,
    MoneyField,
    MonthField,
    WholeNumberField,
    month_choices,
    uncapitalised,
)
from hotspot.core.models import User
from hotspot.core.permissions import PERSON_ROLES, Role, Scope
from hotspots.models import District, FundingStream, HotspotArea
from hotspots.operations import Aim
from hotspots.presenters.amounts import exact_hours
from hotspots.queries import TargetRow
from hotspots.rules import MAXIMUM_BOUNDARY_BYTES, Boundary, minutes_from_hours, pence_from_pounds, read_boundary

MOST_MONEY = 10_000_000_000


def _name(label: str = "Name", help_text: str = "", longest: int = 120) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, max_length=longest)


def _money(label: str, help_text: str) -> MoneyField:
    return MoneyField(label=label, help_text=help_text, required=False, min_value=0, max_value=MOST_MONEY)


class ProgrammeForm(Form):
    """A funded operation and its dates."""

    name = _name(help_text="As it is published, for example Operation Hotspot 2024/25")
    first_day = DateField(label="First day", help_text="For example, 1 5 2024")
    last_day = DateField(label="Last day", help_text="Shifts on this day still count")
    grant = _money("Grant (optional)", "What the government pays for the whole programme, in pounds")

    looks = {"grant": Look(prefix="£", width=10)}
    error_fields: ClassVar = {"grant_pence": "grant"}

    def clean_grant(self) -> int | None:
        """Pence."""
        return pence_from_pounds(self.cleaned_data["grant"])

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of `save_programme`."""
        facts = dict(self.cleaned_data)
        return facts | {"grant_pence": facts.pop("grant")}


class StreamForm(Form):
    """What pays for shifts. The kind can be chosen only once."""

    name = _name(help_text="For example, Home Office grant")
    kind = forms.ChoiceField(label="Kind", choices=FundingStream.Kind.choices, widget=forms.RadioSelect)
    budget = _money("Budget (optional)", "In pounds")
    is_default = forms.BooleanField(label="Use for new shifts unless another is chosen", required=False)

    looks = {
        "budget": Look(prefix="£", width=10),
        "kind": Look(
            option_hints={
                FundingStream.Kind.BUSINESS_AS_USUAL: "Recorded apart, and never in the headline figures",
            }
        ),
    }
    error_fields: ClassVar = {"budget_pence": "budget"}

    def __init__(self, *args: Any, kind_is_fixed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        if kind_is_fixed:
            kind.disabled, kind.help_text = True, "Shifts are counted under it, so it cannot change"
        else:
            kind.help_text = "This cannot be changed later"

    def clean_budget(self) -> int | None:
        """Pence."""
        return pence_from_pounds(self.cleaned_data["budget"])

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of `save_stream`."""
        facts = dict(self.cleaned_data)
        return facts | {"budget_pence": facts.pop("budget")}


class DistrictForm(Form):
    """A local authority district."""

    name = _name(longest=80)
    code = forms.CharField(label="ONS code", help_text="E or W and eight numbers, for example E07000099", max_length=9)

    looks = {"code": Look(width=10)}


class AreaForm(Form):
    """What is said about a hotspot area, besides its boundary."""

    name = _name(help_text="What supervisors look for, for example Hitchin town centre")
    town = _name("Town", "The name under which published text lists it, for example Hitchin", 80)
    district = forms.ModelChoiceField(District.objects.none(), label="District", empty_label="Select a district")
    kind = forms.ChoiceField(
        label="What it is a hotspot for", choices=HotspotArea.Kind.choices, widget=forms.RadioSelect
    )
    first_day = DateField(label="Active from", help_text="For example, 1 5 2024")
    position = WholeNumberField(
        label="Place in lists",
        help_text="Areas with a lower number come first, then by name",
        min_value=0,
        max_value=32_000,
        initial=100,
    )

    looks = {"position": Look(width=5)}

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["district"].queryset = District.objects.visible_to(by)  # type: ignore[attr-defined]


class BoundaryForm(Form):
    """A boundary, uploaded or pasted. `boundary` holds it, checked, once the form is valid."""

    boundary: Boundary | None = None

    file = forms.FileField(
        label="Boundary file",
        help_text="GeoJSON with one area, in longitude and latitude (WGS 84), up to 2.5 MB and 10,000 points",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".geojson,.json,application/geo+json,application/json"}),
    )
    text = forms.CharField(
        label="Or paste GeoJSON",
        help_text="Up to 200,000 characters. A file wins over what is pasted.",
        required=False,
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
        return sent.read(MAXIMUM_BOUNDARY_BYTES + 1)

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

    field_order = ("name", "town", "district", "kind", "first_day", "position", "file", "text")
    looks = AreaForm.looks | BoundaryForm.looks

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of `add_area` besides the boundary."""
        return {name: value for name, value in self.cleaned_data.items() if name in AreaForm.base_fields}


class AreasForm(Form):
    """A file with many areas."""

    file = forms.FileField(
        label="File",
        help_text="A GeoJSON FeatureCollection in longitude and latitude (WGS 84), up to 5 MB and 500 areas. Each "
        "feature has the properties name and district (its name or ONS code), and may have town, kind and first_day.",
        widget=forms.FileInput(attrs={"accept": ".geojson,.json,application/geo+json,application/json"}),
        error_messages={"required": "Select a file", "empty": "The selected file is empty."},
    )
    first_day = DateField(label="Active from, unless the file says", help_text="For example, 1 5 2024")


class ConfirmAreasForm(Form):
    """The file that was looked at, for the last step."""

    kept = forms.IntegerField(widget=forms.HiddenInput)
    first_day = forms.DateField(widget=forms.HiddenInput, input_formats=["%Y-%m-%d"])


class RetireForm(Form):
    """The last day of an area."""

    last_day = DateField(label="Last active day", help_text="For example, 31 3 2025. Patrols on this day still fit.")


class TargetsForm(Form):
    """Two numbers for each area: what it is to be given a month."""

    def __init__(self, *args: Any, rows: Sequence[TargetRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        self.looks: dict[str, Look] = {}
        for row in rows:
            self._add(row)

    def _add(self, row: TargetRow) -> None:
        name, standing = row.area.name, row.standing
        self._add_field(
            f"hours_{row.area.pk}",
            forms.DecimalField(
                label=f"Patrol hours a month in {name}",
                initial=exact_hours(standing.patrol_minutes).replace(",", "") if standing else "0",
                min_value=0,
                max_value=20_000,
                max_digits=7,
                decimal_places=2,
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
                error_messages={"invalid": f"Enter the hours for {name} as a number, like 37.5"},
            ),
        )
        self._add_field(
            f"patrols_{row.area.pk}",
            WholeNumberField(
                label=f"Patrols a month in {name}",
                initial=standing.patrols if standing else 0,
                min_value=0,
                max_value=10_000,
                error_messages={"invalid": f"Enter the patrols for {name} as a whole number, like 12"},
            ),
        )

    def _add_field(self, name: str, field: forms.Field) -> None:
        field.error_messages["required"] = f"Enter {uncapitalised(str(field.label))}, or 0"
        self.fields[name] = field
        self.looks[name] = Look(width=5, hide_label=True)

    def clean(self) -> dict[str, Any]:
        """Hours as whole minutes."""
        for row in self.rows:
            name = f"hours_{row.area.pk}"
            if name in self.cleaned_data:
                self._read(name)
        return self.cleaned_data

    def _read(self, name: str) -> None:
        try:
            self.cleaned_data[name] = minutes_from_hours(self.cleaned_data[name])
        except DomainError as refusal:
            self.add_error(name, refusal.message)

    @property
    def aims(self) -> dict[int, Aim]:
        """What each area is to be given."""
        return {
            row.area.pk: Aim(self.cleaned_data[f"hours_{row.area.pk}"], self.cleaned_data[f"patrols_{row.area.pk}"])
            for row in self.rows
        }

    @property
    def lines(self) -> list[tuple[TargetRow, forms.BoundField, forms.BoundField]]:
        """Each area with its two inputs."""
        return [(row, self[f"hours_{row.area.pk}"], self[f"patrols_{row.area.pk}"]) for row in self.rows]


ROLE_HINTS = {
    Role.SUPERVISOR: "Logs and corrects shifts in the districts they are given",
    Role.ANALYST: "Sees all shifts and figures, and changes nothing",
    Role.PCC: "Sees summary figures only, never a single shift",
    Role.ADMINISTRATOR: "Changes everything here, and decides who may use the service",
    Role.AUDITOR: "Sees everything and its history, and changes nothing",
}


def _role() -> forms.ChoiceField:
    return forms.ChoiceField(label="Role", choices=PERSON_ROLES, widget=forms.RadioSelect)


class PersonForm(Form):
    """A person's name and address."""

    name = _name()
    email = forms.EmailField(label="E-mail address", help_text="They sign in with it", max_length=254)

    looks = {"email": Look(width="two-thirds")}


class InviteForm(PersonForm):
    """A new person."""

    role = _role()

    looks = PersonForm.looks | {"role": Look(option_hints=ROLE_HINTS)}


class RoleForm(Form):
    """Another role for somebody."""

    role = _role()

    looks = {"role": Look(option_hints=ROLE_HINTS)}


class DistrictsForm(Form):
    """Where a supervisor works."""

    districts = forms.ModelMultipleChoiceField(
        District.objects.none(),
        label="Districts",
        help_text="They see and log shifts in these districts. Without any they can log nothing.",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    looks = {"districts": Look(label_size="m")}

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["districts"].queryset = District.objects.visible_to(by)  # type: ignore[attr-defined]


class LinkForm(Form):
    """How a one-time link reaches its person."""

    delivery = forms.ChoiceField(
        label="How will they get the link?",
        choices=[("email", "By e-mail from this service"), ("copy", "I will copy it and pass it on myself")],
        widget=forms.RadioSelect,
    )


SCOPE_HINTS = {
    Scope.WRITE_SHIFTS: "For a rota or a records system that sends shifts",
    Scope.VOID_SHIFTS: "For a system that withdraws what it sent by mistake",
    Scope.READ_SHIFTS: "For a BI tool or a records system that keeps a copy of all shifts",
    Scope.READ_FIGURES: "For a website or a report that shows what the PCC’s office may publish",
}


class SystemForm(Form):
    """Another computer that calls the API: its name, what it may do, and until when."""

    name = _name(help_text="What colleagues call it, for example Duty rota")
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        help_text="Select only what it needs. Every system can read areas and programmes.",
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select what the system may do"},
    )
    last_day = DateField(
        label="Last day (optional)",
        help_text="It works until the end of this day, for example 31 3 2025. Leave it empty for no end.",
        required=False,
    )

    looks = {"scopes": Look(label_size="m", option_hints=SCOPE_HINTS), "last_day": Look(label_size="m")}


class ConnectForm(SystemForm):
    """A new connected system. The hidden number tells a form that is sent twice from another system."""

    submission_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class MonthForm(Form):
    """Which month a page is about."""

    month = MonthField(label="Month", required=False)

    def __init__(self, *args: Any, months: tuple[date, date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["month"].choices = month_choices(*months)  # type: ignore[attr-defined]

    def chosen(self, default: date) -> date:
        """The first day of the month asked for; the default where none is, or one that is not offered."""
        month = self.cleaned_data.get("month") if self.is_bound and self.is_valid() else None
        self.initial["month"] = month or default
        return month or default
