"""The form of a wallboard."""

from typing import Any

from django import forms

from hotspot.core.models import User
from hotspot.core.pages.fields import DateField
from hotspot.core.pages.forms import Form
from hotspots.models import District, Programme
from hotspots.pages.fields import name_field
from hotspots.pages.views import this_day
from hotspots.programmes.rules import usual_programme
from hotspots.queries import districts_seen_by
from reports.models import Wallboard
from reports.wallboards.panels import BOARD_CARDS, MOST_PANELS


class WallboardForm(Form):
    """What a screen shows, and how long."""

    name = name_field("Name", "Where it hangs, for example Hitchin station, briefing room. It stands on the screen", 80)
    programme = forms.ModelChoiceField(Programme.objects.none(), label="Programme", empty_label="Select a programme")
    districts = forms.ModelMultipleChoiceField(
        District.objects.none(),
        label="Districts (optional)",
        help_text="Without any it shows all of them",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    span = forms.ChoiceField(
        label="Period", choices=Wallboard.Span.choices, initial=Wallboard.Span.MONTH, widget=forms.RadioSelect
    )
    cards = forms.MultipleChoiceField(
        label="Cards",
        help_text=f"The six figures, and {MOST_PANELS} others at most",
        choices=[(code, card.name) for code, card in BOARD_CARDS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    last_day = DateField(
        label="Last day (optional)", help_text="Its address stops working after this day", required=False
    )

    def __init__(self, data: Any, *, by: User, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        programmes = Programme.objects.visible_to(by)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]
        self.initial.setdefault("programme", usual_programme(list(programmes), this_day()))
        self.fields["districts"].queryset = districts_seen_by(by)  # type: ignore[attr-defined]
