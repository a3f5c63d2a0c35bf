"""The form by which a month is confirmed."""

from django import forms

from hotspot.core.pages.fields import TextField
from hotspot.core.pages.forms import Form


class ConfirmMonthForm(Form):
    """Nothing to enter: `seen` is the fingerprint of what its person looked at."""

    seen = TextField(max_length=64, required=False, widget=forms.HiddenInput)
