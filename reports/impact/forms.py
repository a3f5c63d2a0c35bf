"""The forms that ask whether something changed, and what else did."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from hotspot.core.calendar import months_between
from hotspot.core.models import User
from hotspot.core.pages.fields import DateField, MonthField, TextField, WholeNumberField
from hotspot.core.pages.forms import Form, Look
from hotspots.harm.queries import tables_seen_by
from hotspots.models import District, HarmTable, HotspotArea, IncidentCategory
from hotspots.pages.fields import name_field
from hotspots.queries import areas_seen_by
from reports.models import OutsideChange
from reports.reason_form import ReasonForm

USUAL_RING = 300
REST, MATCHED, CHOSEN = "rest", "matched", "chosen"


class StudyForm(Form):
    """Which areas, which incidents, which months, and what they are compared with."""

    name = name_field(help_text="What others find it by, for example ASB, spring 2025 against spring 2024")
    areas = forms.ModelMultipleChoiceField(
        HotspotArea.objects.none(),
        label="Hotspot areas",
        help_text="All of them unless there is a reason: the best of many says nothing",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one area"},
    )
    categories = forms.ModelMultipleChoiceField(
        IncidentCategory.objects.all(),
        label="Categories",
        help_text="Those recorded because police looked are not selected: more patrols find more of them",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one category"},
    )
    before_first = MonthField(label="Before: from month")
    before_last = MonthField(label="Before: to month")
    after_first = MonthField(label="After: from month")
    after_last = MonthField(label="After: to month")
    comparison = forms.ChoiceField(
        label="Compared with",
        choices=[
            (REST, "The rest of their districts, outside every hotspot area"),
            (MATCHED, "Places elsewhere that had about as many incidents before, and the same trend"),
            (CHOSEN, "Areas that you choose"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Select what the areas are compared with"},
    )
    comparison_areas = forms.ModelMultipleChoiceField(
        HotspotArea.objects.none(),
        label="Areas to compare with",
        help_text="Only for areas that you choose",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    buffer_metres = WholeNumberField(
        label="Ring around the areas",
        help_text="Where incidents could have moved to, from 0 (none) to 2,000 metres",
        min_value=0,
        max_value=2_000,
        error_messages={"required": "Enter how wide the ring is, 0 for none"},
    )
    harm_table = forms.ModelChoiceField(
        HarmTable.objects.none(),
        label="Weigh by harm (optional)",
        help_text="What changed is also added up by these weights",
        required=False,
        empty_label="Do not weigh",
    )

    looks = {"buffer_metres": Look(width=5, suffix="metres")}

    def __init__(self, data: Any, *, by: User, months: Sequence[date], day: date) -> None:
        areas = areas_seen_by(by)
        initial = {
            "areas": HotspotArea.objects.visible_to(by).active_on(day),
            "categories": IncidentCategory.objects.filter(is_police_generated=False),
            "comparison": REST,
            "buffer_metres": USUAL_RING,
            **_usual_periods(months),
        }
        super().__init__(data, initial=initial)
        for name in ("areas", "comparison_areas"):
            self.fields[name].queryset = areas  # type: ignore[attr-defined]
        for name in ("before_first", "before_last", "after_first", "after_last"):
            period, end = name.split("_")
            missing = {"required": f"Select the {end} month {period}"}
            label = self.fields[name].label
            self.fields[name] = MonthField(label=label, first=months[0], last=months[-1], error_messages=missing)
        self.fields["harm_table"].queryset = tables_seen_by(by).newest()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The areas that are chosen belong to that choice, and to no other."""
        found = super().clean() or self.cleaned_data
        comparison, areas = found.get("comparison"), found.get("comparison_areas")
        if comparison == CHOSEN and not areas:
            self.add_error("comparison_areas", "Select at least one area to compare with")
        elif comparison != CHOSEN and areas:
            self.add_error("comparison_areas", "Select none of these, or “Areas that you choose” above")
        return found

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of `operations.begin_study`."""
        facts = {**self.cleaned_data, "is_matched": self.cleaned_data["comparison"] == MATCHED}
        del facts["comparison"]
        return facts


def _usual_periods(months: Sequence[date]) -> dict[str, date]:
    """The latest run of months that are loaded with the same months of the year before; the first and last, if none.

    At most a year, since the periods must not overlap.
    """
    known, run = set(months), list[date]()
    for month in reversed(months[-12:]):
        if month.replace(year=month.year - 1) not in known or (run and months_between(month, run[-1]) != 1):
            break
        run.append(month)
    if not run:
        return {
            "before_first": months[0],
            "before_last": months[0],
            "after_first": months[-1],
            "after_last": months[-1],
        }
    first, last = run[-1], run[0]
    return {
        "before_first": first.replace(year=first.year - 1),
        "before_last": last.replace(year=last.year - 1),
        "after_first": first,
        "after_last": last,
    }


class OutsideChangeForm(Form):
    """Something other than patrols that can change what is recorded."""

    title = TextField(label="What changed", help_text="For example, new cameras in the High Street", max_length=120)
    kind = forms.ChoiceField(
        label="Kind", choices=OutsideChange.Kind.choices, widget=forms.RadioSelect,
        error_messages={"required": "Select the kind"},
    )  # fmt: skip
    first_day = DateField(label="First day", help_text="For example, 1 7 2024")
    last_day = DateField(label="Last day (optional)", help_text="Leave empty for a change that stays", required=False)
    district = forms.ModelChoiceField(District.objects.none(), label="Where", required=False, empty_label="Everywhere")
    source = TextField(
        label="Source", help_text="Who says so, and where it can be read", max_length=300, widget=forms.Textarea
    )

    looks = {"source": Look(rows=2)}

    def __init__(self, data: Any, *, by: User) -> None:
        super().__init__(data)
        self.fields["district"].queryset = District.objects.visible_to(by)  # type: ignore[attr-defined]


class WithdrawalForm(ReasonForm):
    """Why something is withdrawn."""

    reason = TextField(label="Reason", max_length=300, widget=forms.Textarea)
