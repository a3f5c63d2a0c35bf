"""The filter of the list of entries."""

from typing import Any

from django import forms
from django.db.models import Q

from hotspot.core.conditions import all_given
from hotspot.core.models import User
from hotspot.core.pages.fields import TextField, TypedDateField
from hotspot.core.pages.forms import Look
from hotspot.core.text import parse_id
from hotspots.models import FundingStream, HotspotArea, Programme, SpendCategory, SpendEntry, SpendEntryQuerySet
from hotspots.pages.filters import ListFilter, choice_field, offer_areas


class EntryFilter(ListFilter):
    """By date, state, stream, category, area, and words of an entry."""

    q = TextField(label="Number, supplier, reference or words", required=False, max_length=120)
    since = TypedDateField(label="Date from (earliest)", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = TypedDateField(label="Date to (latest)", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    state = choice_field("State", "All states", SpendEntry.State.choices)
    stream = forms.ModelChoiceField(
        FundingStream.objects.none(), label="Paid from", required=False, empty_label="All streams"
    )
    category = forms.ModelChoiceField(
        SpendCategory.objects.none(), label="Category", required=False, empty_label="All categories"
    )
    area = forms.ModelChoiceField(HotspotArea.objects.none(), label="Area", required=False, empty_label="All areas")

    looks = {"since": Look(width=10), "until": Look(width=10)}
    position = "after"

    def __init__(self, *args: Any, programme: Programme, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        streams = FundingStream.objects.visible_to(by).filter(programme=programme)
        self.fields["stream"].queryset = streams  # type: ignore[attr-defined]
        self.fields["category"].queryset = SpendCategory.objects.all()  # type: ignore[attr-defined]
        offer_areas(self.fields["area"], HotspotArea.objects.visible_to(by).defer("boundary"))

    def apply(self, entries: SpendEntryQuerySet) -> SpendEntryQuerySet:
        """The entries that fit."""
        given = {name: self.chosen(name) for name in ("state", "stream", "category", "area")}
        entries = entries.filter(all_given(**given, day__gte=self.chosen("since"), day__lte=self.chosen("until")))
        return entries.filter(_has_words(text)) if (text := self.chosen("q")) else entries


def _has_words(text: str) -> Q:
    number = parse_id(text.upper().removeprefix("SP-"))
    found = Q(supplier__icontains=text) | Q(reference__icontains=text) | Q(description__icontains=text)
    return found if number is None else found | Q(pk=number)
