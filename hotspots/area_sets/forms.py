"""A set of areas, and what is put into it."""

from typing import Any

from django import forms

from hotspot.core.models import User
from hotspot.core.pages.fields import DateField, TextField
from hotspot.core.pages.forms import Form, Look
from hotspots.analysis.area_presenters import MOST_GROUPS
from hotspots.analysis.groups import UnitGroup, groups_of
from hotspots.analysis.presenters import amount, counted
from hotspots.area_sets import queries
from hotspots.areas.forms import MOST_REASON, AreaFactsForm, BoundaryForm
from hotspots.models import AreaSet, HotspotAnalysis, HotspotArea
from hotspots.pages.fields import name_field


class AreaSetForm(Form):
    """The name and dates of a set, what it replaces, and how its areas were chosen."""

    name = name_field(help_text="For example, Areas from July 2026 to March 2027")
    first_day = DateField(
        label="In force from",
        help_text="For example, 1 7 2026",
        error_messages={"required": "Enter the day from which it is in force"},
    )
    last_day = DateField(
        label="In force until (optional)",
        help_text="Leave empty if it holds until a later set replaces it",
        required=False,
    )
    replaces = forms.ModelChoiceField(
        AreaSet.objects.none(),
        label="Set that it replaces (optional)",
        help_text="Areas of that set end on the day before, unless they are in this one too",
        empty_label="None",
        required=False,
    )
    reason = TextField(
        label="How its areas were chosen (optional)",
        help_text="Everybody who signs in can read it once the set is approved",
        required=False,
        max_length=MOST_REASON,
        widget=forms.Textarea,
    )

    looks = {"reason": Look(rows=4)}

    def __init__(self, *args: Any, of: AreaSet | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["replaces"].queryset = queries.replaceable_by(of)  # type: ignore[attr-defined]


class ContinueForm(Form):
    """Which areas of before continue in a set."""

    areas = forms.ModelMultipleChoiceField(
        HotspotArea.objects.none(),
        label="Areas that continue",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one area"},
    )

    def __init__(self, data: Any, *, area_set: AreaSet, by: User) -> None:
        found = queries.areas_to_continue(area_set, by)
        replaced = found.filter(memberships__area_set=area_set.replaces_id) if area_set.replaces_id else found.none()
        super().__init__(data, initial={"areas": replaced})
        self.fields["areas"].queryset = found  # type: ignore[attr-defined]
        self.looks = {"areas": Look(option_hints={str(area.pk): str(area.district) for area in found})}


class GroupsForm(Form):
    """Which groups of cells or other units of an analysis become new areas of a set."""

    groups = forms.TypedMultipleChoiceField(
        label="Land to add",
        help_text="What lies side by side, that with most incidents or harm first",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one"},
    )

    def __init__(self, data: Any, *, analysis: HotspotAnalysis) -> None:
        super().__init__(data)
        self._groups = groups_of(analysis)[:MOST_GROUPS]
        self.fields["groups"].choices = [  # type: ignore[attr-defined]
            (group.number, group.name or "Land without a named street") for group in self._groups
        ]
        what = counted(analysis.result)
        self.looks = {"groups": Look(option_hints={str(group.number): _hint(group, what) for group in self._groups})}

    @property
    def chosen(self) -> list[UnitGroup]:
        """The groups that were selected, in their order."""
        return [group for group in self._groups if group.number in self.cleaned_data["groups"]]


def _hint(group: UnitGroup, what: str) -> str:
    return f"{group.district}: {amount(group.count)} {what} on {group.words.size(group.area)} {group.words.measure}"


class CandidateFactsForm(AreaFactsForm):
    """What is said about a new area of a set. Its dates are those of the set."""

    analysis = forms.ModelChoiceField(
        HotspotAnalysis.objects.none(),
        label="Analysis that it was chosen by (optional)",
        empty_label="None",
        required=False,
    )
    origins = forms.ModelMultipleChoiceField(
        HotspotArea.objects.none(),
        label="Areas that it is made from (optional)",
        help_text="Those of before that it redraws, is split from, or merges",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, area_set: AreaSet, by: User, **kwargs: Any) -> None:
        super().__init__(*args, by=by, **kwargs)
        analyses = HotspotAnalysis.objects.visible_to(by).defer("result")
        self.fields["analysis"].queryset = analyses  # type: ignore[attr-defined]
        origins = queries.possible_origins(area_set, by).defer("boundary")
        self.fields["origins"].queryset = origins  # type: ignore[attr-defined]
        if not origins.exists():
            del self.fields["origins"]


class CandidateForm(BoundaryForm, CandidateFactsForm):
    """Everything about a new area of a set."""

    field_order = (*CandidateFactsForm.base_fields, *BoundaryForm.base_fields)
    looks = AreaFactsForm.looks | BoundaryForm.looks

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of `add_candidate` besides the boundary."""
        facts = {name: self.cleaned_data[name] for name in ("name", "town", "district", "kind", "reason", "analysis")}
        return facts | {"origins": list(self.cleaned_data.get("origins", ()))}


class ReturnForm(Form):
    """What has to be changed before a set can be approved."""

    comment = TextField(
        label="What has to be changed",
        max_length=MOST_REASON,
        widget=forms.Textarea,
        error_messages={"required": "Say what has to be changed"},
    )

    looks = {"comment": Look(rows=4)}
