"""The rows of one shift: its crew and its visits."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from hotspot.core.errors import DomainError
from hotspot.core.pages.fields import TextField
from hotspot.core.pages.forms import Form, Look
from hotspot.core.pages.formsets import row_formset
from outcomes.recording.crew_fields import check_ranks
from outcomes.recording.detail_forms import WithinShift, clock_field, which_field
from patrols.models import CrewRole, PatrolShift
from patrols.shifts.crew_text import parse_collar_numbers
from patrols.shifts.rules import MAXIMUM_CREW, MAXIMUM_VISITS, CrewEntry


class ChangeForm(Form):
    """What goes with a change of the crew: the version, and a reason once the shift has been logged."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = TextField(
        label="Why it changes",
        max_length=500,
        help_text="Everybody who can see the shift can read this.",
        error_messages={"required": "Say why, in a few words"},
    )

    def __init__(self, data: Mapping[str, Any] | None, *, shift: PatrolShift, asks_why: bool) -> None:
        super().__init__(data, initial={"version": shift.version})
        if not asks_why:
            del self.fields["reason"]


class CrewRowForm(WithinShift):
    """One person on the shift. Empty times mean the whole shift."""

    role = forms.ChoiceField(label="Role", choices=[("", "Select a role"), *CrewRole.choices])
    collar_number = TextField(label="Collar number", required=False, max_length=20)
    starts_at = clock_field("Own start")
    starts_at_change = which_field("Was the start before or after the clocks went back?")
    ends_at = clock_field("Own finish")
    ends_at_change = which_field("Was the finish before or after the clocks went back?")

    clock_fields: ClassVar = {"starts_at": False, "ends_at": True}
    looks = {
        "collar_number": Look(width=10),
        "starts_at": Look(width=5),
        "ends_at": Look(width=5),
    }

    def clean_collar_number(self) -> str:
        """The number as it is stored, of one person of this role."""
        role = self.cleaned_data.get("role")
        try:
            people = parse_collar_numbers(self.cleaned_data["collar_number"], column=CrewRole(role) if role else None)
            if role:
                check_ranks(people, CrewRole(role))
        except DomainError as error:
            raise ValidationError(error.message, error.code) from error
        if len(people) > 1:
            raise ValidationError("Enter one collar number. Add another person for each of the others.")
        return people[0][1] if people else ""

    def entry(self) -> CrewEntry:
        """The person as the operation takes them."""
        data = self.cleaned_data
        return CrewEntry(CrewRole(data["role"]), data["collar_number"], data["starts_at"], data["ends_at"])


class VisitRowForm(WithinShift):
    """One spell of presence in the area."""

    starts_at = clock_field("Arrived")
    starts_at_change = which_field("Was the arrival before or after the clocks went back?")
    ends_at = clock_field("Left")
    ends_at_change = which_field("Was the leaving before or after the clocks went back?")

    clock_fields: ClassVar = {"starts_at": False, "ends_at": True}
    looks = {"starts_at": Look(width=5), "ends_at": Look(width=5)}

    def clean(self) -> dict[str, Any]:
        """Ask for the other time where only one was entered."""
        cleaned = super().clean()
        for name, words in (("starts_at", "Enter when the crew arrived"), ("ends_at", "Enter when the crew left")):
            if name not in self.errors and f"{name}_change" not in self.errors and not cleaned.get(name):
                self.add_error(name, words)
        return cleaned


CrewFormSet = row_formset(CrewRowForm, most=MAXIMUM_CREW)
VisitFormSet = row_formset(VisitRowForm, most=MAXIMUM_VISITS)
