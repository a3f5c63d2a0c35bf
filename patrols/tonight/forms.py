"""Forms of tonight: a press of a button, and when somebody left who forgot to say so."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hotspot.core import wording
from hotspot.core.clock import ClockChange, parse_clock
from hotspot.core.errors import DomainError
from hotspot.core.pages.fields import TextField
from hotspot.core.pages.forms import Form, Look
from patrols.models import MOST_HOURS, LiveVisit
from patrols.shifts.rules import instant_within
from patrols.visits.live_queries import LONGEST


class ArriveForm(Form):
    """ "I’m here": which area, and the number of the press."""

    area = forms.IntegerField()
    arrival = forms.UUIDField()


class DepartForm(Form):
    """ "I’ve left": the number of the press."""

    departure = forms.UUIDField(widget=forms.HiddenInput)


class WhenLeftForm(DepartForm):
    """When somebody left who did not say so at the time."""

    left = TextField(
        label="When you left",
        max_length=20,
        help_text="For example, 10:15pm",
        error_messages={"required": "Enter when you left"},
    )

    looks = {"left": Look(width=10)}

    def __init__(self, *args: Any, visit: LiveVisit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visit = visit

    def clean_left(self) -> Any:
        """The instant at which clocks showed that time after the arrival; where they went back, the first."""
        arrived = self.visit.arrived_at
        latest = arrived + LONGEST
        try:
            clock = parse_clock(self.cleaned_data["left"], "left")
        except DomainError as refusal:
            raise ValidationError(refusal.message, refusal.code) from refusal
        changes: tuple[ClockChange | None, ...] = (None, "before", "after")
        for change in changes:
            try:
                return instant_within(clock, (arrived, latest), change=change, field="left")
            except DomainError:
                continue
        message = f"Enter a time from {wording.clock(arrived)}, when you arrived, to {MOST_HOURS} hours after it"
        raise ValidationError(message, "left_when")


class UndoForm(Form):
    """The number of the press that is taken back."""

    number = forms.UUIDField()
