"""The form by which somebody says why: for statements and returns."""

from typing import Any

from django import forms

from hotspot.core.pages.fields import TextField
from hotspot.core.pages.forms import Form, Look


class ReasonForm(Form):
    """Why."""

    reason = TextField(label="Reason", max_length=500, widget=forms.Textarea)

    looks = {"reason": Look(rows=3)}

    def __init__(self, *args: Any, label: str = "Reason", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label
        self.fields["reason"].error_messages["required"] = "Enter the reason"
