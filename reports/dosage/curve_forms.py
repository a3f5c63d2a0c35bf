"""The form that asks for a curve."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from hotspot.core.calendar import Period
from hotspot.core.models import User
from hotspot.core.pages.fields import MonthField
from hotspot.core.pages.forms import Form
from hotspots.models import HotspotArea, IncidentCategory
from hotspots.pages.fields import name_field
from hotspots.queries import areas_seen_by

FOLLOW_UPS = (30, 60, 120)


class CurveForm(Form):
    """Which areas, which incidents, which months, and how long each visit is watched."""

    name = name_field(help_text="What others find it by, for example Visits and ASB, 2025")
    areas = forms.ModelMultipleChoiceField(
        HotspotArea.objects.none(),
        label="Hotspot areas",
        help_text="All of them unless there is a reason: few visits tell nothing",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one area"},
    )
    categories = forms.ModelMultipleChoiceField(
        IncidentCategory.objects.all(),
        label="Categories",
        help_text="Those recorded because police looked are not selected: patrols find more of them",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one category"},
    )
    first_month = MonthField(label="From month")
    last_month = MonthField(label="To month")
    follow_up = forms.TypedChoiceField(
        label="Watch each visit for",
        help_text="Koper watched for 30 minutes",
        choices=[(minutes, f"{minutes} minutes") for minutes in FOLLOW_UPS],
        coerce=int,
        initial=FOLLOW_UPS[0],
    )

    def __init__(self, data: Any, *, by: User, months: Sequence[date], day: date) -> None:
        initial = {
            "areas": HotspotArea.objects.visible_to(by).active_on(day),
            "categories": IncidentCategory.objects.filter(is_police_generated=False),
            "first_month": months[max(len(months) - 12, 0)],
            "last_month": months[-1],
        }
        super().__init__(data, initial=initial)
        self.fields["areas"].queryset = areas_seen_by(by)  # type: ignore[attr-defined]
        for name in ("first_month", "last_month"):
            label = self.fields[name].label
            self.fields[name] = MonthField(label=label, first=months[0], last=months[-1])

    @property
    def asked(self) -> dict[str, Any]:
        """What the operation takes: months become days."""
        given = dict(self.cleaned_data)
        first, last = given.pop("first_month"), given.pop("last_month")
        return given | {"first_day": first, "last_day": Period.month(last).last_day}
