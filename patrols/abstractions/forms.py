"""The form that asks what was taken away from a shift."""

import uuid
from typing import Any

from django import forms

from hotspot.core.pages.fields import Stepper, WholeNumberField
from hotspot.core.pages.forms import Form, Look
from patrols.models import MOST_PEOPLE, AbstractionReason


class TakenAwayForm(Form):
    """For what, how many people, how long each, and whether others patrolled in their place."""

    submission_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    reason = forms.ChoiceField(
        label="What were they needed for?",
        choices=AbstractionReason.choices,
        widget=forms.RadioSelect,
        help_text="Sickness, leave and rest days are not taken away: change the crew instead",
        error_messages={"required": "Select what they were needed for"},
    )
    people = WholeNumberField(
        label="How many people were taken away",
        min_value=1,
        max_value=MOST_PEOPLE,
        widget=Stepper(lowest=1, highest=MOST_PEOPLE),
        error_messages={"required": "Enter how many people were taken away"},
    )
    hours = WholeNumberField(
        label="Hours each was away", required=False, min_value=0, max_value=24, widget=Stepper(highest=24)
    )
    minutes = WholeNumberField(label="and minutes (optional)", required=False, min_value=0, max_value=59)
    backfilled = forms.TypedChoiceField(
        label="Did others patrol in their place?",
        choices=[("yes", "Yes, for all of that time"), ("no", "No")],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether others patrolled in their place"},
    )

    looks = {"minutes": Look(width=3), "backfilled": Look(inline=False)}

    def clean(self) -> dict[str, Any]:
        """Ask for a time."""
        super().clean()
        if not self.errors and not self.minutes_each:
            self.add_error("hours", "Enter how long each was away")
        return self.cleaned_data

    @property
    def minutes_each(self) -> int:
        """The minutes of each."""
        return 60 * (self.cleaned_data.get("hours") or 0) + (self.cleaned_data.get("minutes") or 0)

    @property
    def facts(self) -> dict[str, Any]:
        """What a valid form says, as the operation takes it."""
        said = {name: self.cleaned_data[name] for name in ("submission_id", "reason", "people", "backfilled")}
        return said | {"minutes": self.minutes_each}
