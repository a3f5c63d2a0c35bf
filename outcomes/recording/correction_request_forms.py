"""Asking an administrator to correct a shift, and answering."""

from django import forms

from hotspot.core.pages.fields import TextField
from hotspot.core.pages.forms import Form, Look


class AskForm(Form):
    """What is wrong with the shift."""

    reason = TextField(
        label="What is wrong, and what is right",
        max_length=500,
        widget=forms.Textarea,
        help_text="Do not include names or intelligence.",
        error_messages={"required": "Say what is wrong, in a few words"},
    )

    looks = {"reason": Look(rows=3)}


class AnswerForm(Form):
    """What became of the request."""

    outcome = forms.ChoiceField(
        label="What became of it",
        choices=[("done", "The shift is right now"), ("declined", "The shift stays as it is")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select what became of the request"},
    )
    answer = TextField(
        label="Answer",
        max_length=500,
        required=False,
        widget=forms.Textarea,
        help_text="The supervisor reads this on the shift’s page. Needed if the shift stays as it is.",
    )

    looks = {"answer": Look(rows=3)}
