"""People, their roles and districts."""

from typing import Any

from django import forms

from hotspot.core.models import User
from hotspot.core.pages.fields import EmailField
from hotspot.core.pages.forms import Form, Look
from hotspot.core.permissions import PERSON_ROLES, Role
from hotspots.models import District, PartnerOrganisation
from hotspots.pages.fields import name_field

ROLE_HINTS = {
    Role.SUPERVISOR: "Logs and corrects shifts in the districts they are given",
    Role.ANALYST: "Sees all shifts and figures, and changes nothing",
    Role.PCC: "Sees summary figures only, never a single shift",
    Role.ADMINISTRATOR: "Changes everything here, and decides who may use the service",
    Role.AUDITOR: "Sees everything and its history, and changes nothing",
    Role.FINANCE: "Keeps the ledger and sees figures, never a shift or an officer",
    Role.PARTNER: "Sees the paid-for patrols of their own organisation, and nothing else",
}


def _role() -> forms.ChoiceField:
    return forms.ChoiceField(label="Role", choices=PERSON_ROLES, widget=forms.RadioSelect)


class PersonForm(Form):
    """A person's name and address."""

    name = name_field()
    email = EmailField(label="E-mail address", help_text="They sign in with it", max_length=254)

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


class OrganisationChoiceForm(Form):
    """Which organisation a partner belongs to."""

    organisation = forms.ModelChoiceField(
        PartnerOrganisation.objects.none(),
        label="Organisation",
        help_text="They see its orders, statements and invoices. Without one they see nothing",
        empty_label="Select an organisation",
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisations = PartnerOrganisation.objects.visible_to(by)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]


class LinkForm(Form):
    """How a one-time link reaches its person."""

    delivery = forms.ChoiceField(
        label="How will they get the link?",
        choices=[("email", "By e-mail from this service"), ("copy", "I will copy it and pass it on myself")],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, can_email: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not can_email:
            delivery: Any = self.fields["delivery"]
            delivery.choices = [choice for choice in delivery.choices if choice[0] != "email"]
            delivery.help_text = "This service has no mail server, so it cannot send the link itself."
            delivery.initial = "copy"
