"""The form that asks whether something changed."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from hotspot.core.calendar import months_between
from hotspot.core.models import User
from hotspot.core.pages.fields import MonthField, WholeNumberField
from hotspot.core.pages.forms import Form, Look
from hotspots.models import HotspotArea, IncidentCategory
from hotspots.pages.fields import name_field
from hotspots.queries import areas_seen_by

USUAL_RING = 300


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
    comparison_areas = forms.ModelMultipleChoiceField(
        HotspotArea.objects.none(),
        label="Areas to compare with (optional)",
        help_text="Without any: the rest of their districts, outside every hotspot area",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    buffer_metres = WholeNumberField(
        label="Ring around the areas",
        help_text="Where incidents could have moved to, from 0 (none) to 2,000 metres",
        min_value=0,
        max_value=2_000,
    )

    looks = {"buffer_metres": Look(width=5, suffix="metres")}

    def __init__(self, data: Any, *, by: User, months: Sequence[date], day: date) -> None:
        areas = areas_seen_by(by)
        initial = {
            "areas": HotspotArea.objects.visible_to(by).active_on(day),
            "categories": IncidentCategory.objects.filter(is_police_generated=False),
            "buffer_metres": USUAL_RING,
            **_usual_periods(months),
        }
        super().__init__(data, initial=initial)
        for name in ("areas", "comparison_areas"):
            self.fields[name].queryset = areas  # type: ignore[attr-defined]
        for name in ("before_first", "before_last", "after_first", "after_last"):
            label = self.fields[name].label
            self.fields[name] = MonthField(label=label, first=months[0], last=months[-1])


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
