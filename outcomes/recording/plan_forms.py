"""What is asked when a planned shift is cancelled or handed over."""

from typing import Any

from django import forms

from hotspot.core import wording
from hotspot.core.models import User
from hotspot.core.pages.fields import TextField
from hotspot.core.pages.forms import Form, Look
from patrols.models import PatrolShift
from patrols.planning.queries import may_take_over

ONE, REST = "one", "rest"


class CancelForm(Form):
    """Why a shift does not take place, if there is anything to say."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = TextField(
        label="Why (optional)",
        required=False,
        max_length=500,
        widget=forms.Textarea,
        help_text="Everybody who can see the shift can read this. Do not include names or intelligence.",
    )

    rest = forms.ChoiceField(label="How many", choices=[], widget=forms.RadioSelect, initial=ONE)

    looks = {"reason": Look(rows=2)}

    def __init__(self, *args: Any, later: int = 0, **kwargs: Any) -> None:
        """`later` shifts of its series in its area are still planned, and can be cancelled with it."""
        super().__init__(*args, **kwargs)
        if not later:
            del self.fields["rest"]
            return
        shifts = wording.plural(later, "later shift")
        choices = [(ONE, "Only this shift"), (REST, f"This shift and the {shifts} of its series in this area")]
        self.fields["rest"].choices = choices  # type: ignore[attr-defined]

    @property
    def is_rest(self) -> bool:
        """Whether the later shifts of the series are cancelled too."""
        return self.cleaned_data.get("rest") == REST


class PlanAgainForm(Form):
    """Why a cancelled shift is planned again all the same."""

    doubts_reason = TextField(
        label="Why it is right",
        max_length=500,
        help_text="A few words, like “Covered for the late crew”",
        error_messages={"required": "Say why it is right, in a few words"},
    )


class HandOverForm(Form):
    """Whose shift it becomes."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    to = forms.ModelChoiceField(
        User.objects.none(),
        label="Who takes it over",
        empty_label="Select a person",
        error_messages={"required": "Select who takes it over", "invalid_choice": "Select who takes it over"},
    )

    def __init__(self, *args: Any, shift: PatrolShift, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = may_take_over(shift)  # type: ignore[attr-defined]
