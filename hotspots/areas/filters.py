"""The filter of the list of areas."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from hotspot.core.conditions import all_given
from hotspot.core.models import User
from hotspot.core.pages.fields import TextField
from hotspots.models import District, HotspotArea
from hotspots.pages.filters import ListFilter, choice_field


class AreaFilter(ListFilter):
    """By name or town, district, kind and state."""

    q = TextField(label="Name or town", required=False, max_length=120)
    district = forms.ModelChoiceField(
        District.objects.none(), label="District", required=False, empty_label="All districts"
    )
    kind = choice_field("Hotspot for", "Everything", HotspotArea.Kind.choices)
    state = choice_field(
        "State", "All states", [("active", "Active"), ("retired", "Retired"), ("coming", "Not yet active")]
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["district"].queryset = District.objects.visible_to(by)  # type: ignore[attr-defined]

    def apply(self, areas: QuerySet[HotspotArea], *, day: date) -> QuerySet[HotspotArea]:
        """The areas that fit on this day."""
        if text := self.chosen("q"):
            areas = areas.filter(Q(name__icontains=text) | Q(town__icontains=text))
        areas = areas.filter(all_given(district=self.chosen("district"), kind=self.chosen("kind")))
        states = {
            "active": Q(first_day__lte=day) & (Q(last_day__isnull=True) | Q(last_day__gte=day)),
            "retired": Q(last_day__lt=day),
            "coming": Q(first_day__gt=day),
        }
        return areas.filter(states.get(self.chosen("state"), Q()))
