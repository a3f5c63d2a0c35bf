"""Connected systems."""

import uuid

from django import forms

from hotspot.core.pages.fields import DateField
from hotspot.core.pages.forms import Form, Look
from hotspot.core.permissions import Scope
from hotspots.pages.fields import name_field

SCOPE_HINTS = {
    Scope.WRITE_SHIFTS: "For a rota or a records system that sends shifts",
    Scope.VOID_SHIFTS: "For a system that withdraws what it sent by mistake",
    Scope.READ_SHIFTS: "For a BI tool or a records system that keeps a copy of all shifts",
    Scope.READ_FIGURES: "For a website or a report that shows what the PCC’s office may publish",
    Scope.READ_RETURNS: "For a system of the funder’s or of finance that keeps what was submitted",
}


class SystemForm(Form):
    """Another computer that calls the API: its name, what it may do, and until when."""

    name = name_field(help_text="What colleagues call it, for example Duty rota")
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
