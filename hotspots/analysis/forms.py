"""The form that asks for an analysis."""

from datetime import date
from typing import Any

from django import forms

from hotspot.core.models import User
from hotspot.core.pages.fields import MonthField, WholeNumberField
from hotspot.core.pages.forms import Form, Look
from hotspots.analysis.cells import RESOLUTIONS
from hotspots.models import District, HotspotAnalysis, IncidentCategory
from hotspots.pages.fields import name_field

_SIZES = {
    8: "About 70 hectares, 900 metres across",
    9: "About 10 hectares, 350 metres across",
    10: "About 1.3 hectares, 130 metres across",
    11: "About 0.2 hectares, 50 metres across",
}
USUAL_RESOLUTION, USUAL_NUMBER = 9, 50


class AnalysisForm(Form):
    """What to look for, where, and by which rule."""

    name = name_field(help_text="What others find it by, for example ASB hotspots, January to April 2024")
    first_month = MonthField(label="From month")
    last_month = MonthField(label="To month")
    district = forms.ModelChoiceField(
        District.objects.none(), label="District", empty_label="All districts", required=False
    )
    categories = forms.ModelMultipleChoiceField(
        IncidentCategory.objects.all(),
        label="Categories",
        help_text="Those recorded because police looked are not selected: they say where the police were",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one category"},
    )
    resolution = forms.TypedChoiceField(
        label="Size of the cells",
        help_text="Places are map points that stand for eight addresses or more: cells below 500 metres are finer than "
        "the data",
        choices=[(each, _SIZES[each]) for each in RESOLUTIONS],
        coerce=int,
        widget=forms.RadioSelect,
    )
    method = forms.ChoiceField(
        label="Which cells are hotspots", choices=HotspotAnalysis.Method.choices, widget=forms.RadioSelect
    )
    number = WholeNumberField(
        label="How many cells",
        help_text="For the cells with most incidents; Gi* takes those that stand out, at most 500",
        min_value=1,
        max_value=500,
    )

    looks = {"number": Look(width=4)}

    def __init__(self, data: Any, *, by: User, months: tuple[date, date]) -> None:
        initial = {
            "first_month": months[0],
            "last_month": months[1],
            "categories": IncidentCategory.objects.filter(is_police_generated=False),
            "resolution": USUAL_RESOLUTION,
            "method": HotspotAnalysis.Method.RANK,
            "number": USUAL_NUMBER,
        }
        super().__init__(data, initial=initial)
        self.fields["first_month"] = MonthField(label="From month", first=months[0], last=months[1])
        self.fields["last_month"] = MonthField(label="To month", first=months[0], last=months[1])
        self.fields["district"].queryset = District.objects.visible_to(by)  # type: ignore[attr-defined]
