"""The form of a team: its name, whose it is, and a field of collar numbers for each role."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspot.core.pages.fields import TextField
from hotspot.core.pages.forms import Form
from hotspots.models import District
from hotspots.pages.fields import name_field
from hotspots.queries import districts_seen_by
from patrols.models import CrewRole, CrewTeam
from patrols.teams.rules import LONGEST_NAME, Member, members_in

_OWN = "Only me"


class TeamForm(Form):
    """Who is in a team. Only a new one of who may keep it for a district (`for_district`) asks whose it is."""

    name = name_field("Name of the team", "Like Night crew or Team 3. Do not use people’s names", LONGEST_NAME)
    district = forms.ModelChoiceField(District.objects.none(), label="Who can use it", required=False, empty_label=_OWN)

    def __init__(self, data: Any, *, by: User, for_district: bool = False, team: CrewTeam | None = None) -> None:
        super().__init__(data, initial=_values(team) if team else None)
        if for_district:
            field: Any = self.fields["district"]
            field.queryset = districts_seen_by(by)
            field.label_from_instance = lambda district: f"Everybody in {district.name}"
        else:
            del self.fields["district"]
        for role in CrewRole:
            label = f"Collar numbers: {role.label}s"
            self.fields[role] = TextField(label=label, required=False, max_length=400)
        self.fields[CrewRole.POLICE_OFFICER].help_text = "Put a comma between two of them, like PC 1234, PC 5678"
        self.members: list[Member] = []

    def clean(self) -> dict[str, Any]:
        """Read who is in the team."""
        super().clean()
        for role in CrewRole:
            try:
                self.members += members_in(self.cleaned_data.get(role) or "", role)
            except DomainError as error:
                self.add_error(role, ValidationError(error.message, error.code))
        return self.cleaned_data

    @property
    def facts(self) -> dict[str, Any]:
        """What a valid form says, as the operations take it."""
        return {"name": self.cleaned_data["name"], "members": self.members}


def _values(team: CrewTeam) -> dict[str, str]:
    members = list(team.members.all())
    numbers = {role.value: [row.collar_number for row in members if row.role == role] for role in CrewRole}
    return {"name": team.name} | {role: ", ".join(found) for role, found in numbers.items()}
