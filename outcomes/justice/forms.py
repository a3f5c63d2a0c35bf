"""The filter of the worklist of arrests, and the form of one step."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from hotspot.core.conditions import all_given
from hotspot.core.models import User
from hotspot.core.pages.fields import DateField, TextField
from hotspot.core.pages.forms import Form, Look
from hotspots.models import HotspotArea
from hotspots.pages.filters import ListFilter, choice_field, offer_areas
from outcomes.justice.queries import STATES, WITHOUT, open_arrests
from outcomes.justice.rules import StageEntry
from outcomes.models import Arrest, JusticeOutcome, JusticeStage, JusticeStep


class ArrestFilter(ListFilter):
    """By what an arrest waits for, its area and its custody reference."""

    state = choice_field("Waiting for", "Any outcome (nothing entered yet)", list(STATES[1:]))
    area = forms.ModelChoiceField(HotspotArea.objects.none(), label="Area", required=False, empty_label="All areas")
    q = TextField(label="Custody reference", required=False, max_length=40)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_areas(self.fields["area"], HotspotArea.objects.visible_to(by).defer("boundary"))

    def apply(self, arrests: QuerySet[Arrest]) -> QuerySet[Arrest]:
        """The arrests that fit."""
        found = open_arrests(arrests, self.chosen("state") or WITHOUT)
        return found.filter(all_given(shift__area=self.chosen("area"), reference__icontains=self.chosen("q")))


class StageForm(Form):
    """One step of an arrest: what became of it, when, and who told us."""

    outcome = forms.ModelChoiceField(JusticeOutcome.objects.none(), label="What became of it", empty_label="Choose")
    day = DateField(label="Date of that", help_text="For example, 12 11 2024")
    sentence_kind = forms.ChoiceField(
        label="Sentence", choices=[("", "Not known, or none"), *JusticeStage.Sentence.choices], required=False
    )
    sentence = TextField(
        label="Length of the sentence",
        help_text="Of custody or a suspended sentence: 6 months, 2 years 6 months, 12 weeks or 90 days",
        max_length=60,
        required=False,
    )
    sentenced_on = DateField(label="Date of the sentence, if it was later than the conviction", required=False)
    source = TextField(
        label="Who told us (optional)",
        help_text="A system or a team, like custody records. Never the name of a person who was arrested",
        max_length=80,
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    looks = {"sentence": Look(width=20)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["outcome"]
        field.queryset = JusticeOutcome.objects.all()
        by_step = {step: [(o.pk, o.label) for o in field.queryset if o.step == step] for step in JusticeStep}
        field.choices = [("", "Choose"), *((step.label, terms) for step, terms in by_step.items() if terms)]

    @property
    def entry(self) -> StageEntry:
        """What the form says."""
        return StageEntry(**{name: value for name, value in self.cleaned_data.items() if name != "version"})
