"""The forms of initiatives, their documents and their kinds."""

from typing import Any

from django import forms

from hotspot.core.models import User
from hotspot.core.pages.fields import DateField, TextField, UploadField, WholeNumberField
from hotspot.core.pages.forms import Form, Look
from hotspots.documents import ENDINGS
from hotspots.initiatives.queries import in_areas, kinds, possible_owners
from hotspots.initiatives.rules import MOST_BYTES
from hotspots.models import HotspotArea, Initiative, InitiativeKind, Programme
from hotspots.pages.fields import money_field, name_field
from hotspots.pages.filters import ListFilter, choice_field, offer_areas
from hotspots.queries import areas_seen_by

FORCE, AREAS = "force", "areas"
NO_PEOPLE = "Do not name victims, suspects or other members of the public, or say anything by which one could be told"
MOST_QUANTITY = 1_000_000


class InitiativeForm(Form):
    """What is bought or done, where, when, whose it is, and what it is to cost."""

    programme = forms.ModelChoiceField(
        Programme.objects.none(), label="Programme", help_text="What it is paid from", empty_label="Select a programme"
    )
    kind = forms.ModelChoiceField(InitiativeKind.objects.none(), label="Kind", empty_label="Select a kind")
    name = name_field(help_text="For example, Twelve cameras in the High Street")
    purpose = TextField(
        label="What it is for (optional)", help_text=NO_PEOPLE, required=False, max_length=2_000, widget=forms.Textarea
    )
    where = forms.ChoiceField(
        label="Where",
        choices=[(FORCE, "In the whole force"), (AREAS, "In hotspot areas")],
        widget=forms.RadioSelect,
    )
    areas = forms.ModelMultipleChoiceField(
        HotspotArea.objects.none(), label="Hotspot areas", widget=forms.CheckboxSelectMultiple, required=False
    )
    status = forms.ChoiceField(label="Status", choices=Initiative.Status.choices, widget=forms.RadioSelect)
    stop_reason = TextField(label="Why it was stopped", required=False, max_length=300)
    first_day = DateField(
        label="First day (optional while planned)", help_text="When work on it begins or began", required=False
    )
    last_day = DateField(
        label="Last day (optional)", help_text="When it was finished or stopped, for example 1 7 2024", required=False
    )
    in_place_from = DateField(
        label="In place from (optional)",
        help_text="Charts of its areas show it from this day on: for example, when cameras were switched on",
        required=False,
    )
    in_place_until = DateField(
        label="In place until (optional)", help_text="Leave empty for what stays", required=False
    )
    quantity = WholeNumberField(
        label="Quantity (optional)",
        help_text="How many, in the unit of its kind",
        min_value=0,
        max_value=MOST_QUANTITY,
        required=False,
    )
    owner = forms.ModelChoiceField(
        User.objects.none(), label="Owner (optional)", help_text="Who answers for it", required=False,
        empty_label="Nobody who uses this service",
    )  # fmt: skip
    team = TextField(
        label="Team (optional)",
        help_text="If its owner does not use this service, the name of a team, for example Community Safety Unit",
        required=False,
        max_length=120,
    )
    planned_pence = money_field("Planned cost (optional)", "In pounds")
    is_publishable = forms.BooleanField(
        label="This may be published",
        help_text="Everybody who signs in reads its name, kind, place, status and quantity, in the publishable list",
        required=False,
    )

    looks = {
        "purpose": Look(rows=3),
        "where": Look(reveals={AREAS: "areas"}),
        "status": Look(reveals={Initiative.Status.STOPPED: "stop_reason"}),
        "quantity": Look(width=5),
        "planned_pence": Look(prefix="£", width=10),
    }

    def __init__(self, data: Any, *, by: User, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        choices = {
            "programme": Programme.objects.visible_to(by),
            "kind": kinds(),
            "areas": areas_seen_by(by),
            "owner": possible_owners(),
        }
        for name, queryset in choices.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of `operations.save_initiative`."""
        facts = dict(self.cleaned_data)
        is_force_wide = facts.pop("where") == FORCE
        areas = [] if is_force_wide else list(facts.pop("areas"))
        return facts | {
            "is_force_wide": is_force_wide,
            "areas": areas,
        }


class InitiativeFilter(ListFilter):
    """By area, kind, status and programme."""

    area = forms.ModelChoiceField(
        HotspotArea.objects.none(), label="Hotspot area", required=False, empty_label="All areas"
    )
    kind = forms.ModelChoiceField(InitiativeKind.objects.none(), label="Kind", required=False, empty_label="All kinds")
    status = choice_field("Status", "All statuses", Initiative.Status.choices)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_areas(self.fields["area"], HotspotArea.objects.visible_to(by))
        self.fields["kind"].queryset = kinds()  # type: ignore[attr-defined]

    def apply(self, initiatives: Any) -> Any:
        """The initiatives that fit; those of the whole force are in every area."""
        if area := self.chosen("area"):
            initiatives = initiatives.filter(in_areas([area.pk]))
        if kind := self.chosen("kind"):
            initiatives = initiatives.filter(kind=kind)
        if status := self.chosen("status"):
            initiatives = initiatives.filter(status=status)
        return initiatives


class DocumentForm(Form):
    """A document of an initiative."""

    file = UploadField(
        label="Document",
        help_text="PDF, PNG, JPEG, Word or Excel, up to 10 MB. No pictures, names or other details of members of the "
        "public, and no intelligence",
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
        most_bytes=MOST_BYTES,
        too_large="The selected file must be smaller than 10 MB.",
    )


class WithdrawInitiativeForm(Form):
    """Why an initiative or a document is withdrawn."""

    reason = TextField(label="Why it is withdrawn", max_length=300, widget=forms.Textarea)

    looks = {"reason": Look(rows=2)}


class InitiativeSpendForm(Form):
    """Which entry of spend was for an initiative."""

    number = TextField(label="Entry of spend", help_text="Its number in the ledger, for example SP-1457", max_length=20)

    looks = {"number": Look(width=10)}


class InitiativeKindForm(Form):
    """A kind of initiative."""

    name = name_field(help_text="For example, Street lighting", longest=80)
    unit = TextField(label="What is counted: one", help_text="For example, lamp", max_length=40)
    units = TextField(label="What is counted: several", help_text="For example, lamps", max_length=40)
    position = WholeNumberField(
        label="Place in lists", help_text="Kinds with a lower number come first", min_value=0, max_value=32_000,
        initial=100,
    )  # fmt: skip

    looks = {"unit": Look(width=20), "units": Look(width=20), "position": Look(width=5)}
