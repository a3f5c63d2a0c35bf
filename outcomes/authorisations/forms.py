"""The answer to a question about an authorisation, and the filter of the worklist."""

from typing import Any

from django import forms

from hotspot.core.models import User
from hotspot.core.pages.fields import TextField
from hotspot.core.pages.forms import Form
from hotspots.models import HotspotArea
from hotspots.pages.filters import ListFilter, offer_areas
from outcomes.models import AuthorisationAnswer


class AnswerQuestionForm(Form):
    """How it was, and why."""

    cause = forms.ChoiceField(label="How was it?", choices=AuthorisationAnswer.Cause.choices, widget=forms.RadioSelect)
    reason = TextField(
        label="In a few words",
        help_text="For example, the number of the authorisation where it is kept. Never the name of anybody",
        max_length=300,
    )


class QuestionFilter(ListFilter):
    """By area."""

    area = forms.ModelChoiceField(HotspotArea.objects.none(), label="Area", required=False, empty_label="All areas")

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_areas(self.fields["area"], HotspotArea.objects.visible_to(by).defer("boundary"))
