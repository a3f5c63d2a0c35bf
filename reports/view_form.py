"""The forms that save a question under a name, for every page that can be asked one, and remove it."""

from django import forms

from hotspot.core.pages.fields import TextField
from hotspot.core.pages.forms import Form


class ViewForm(Form):
    """A name for the question that a page shows, and whether others see it too."""

    name = TextField(
        label="Name of this view",
        max_length=80,
        error_messages={"required": "Enter a name for this view"},
    )
    shared = forms.BooleanField(
        label="Share it with everybody who may see the dashboard",
        required=False,
    )


class RemoveViewForm(Form):
    """That a view which is shared shall go all the same, and what the page showed."""

    sure = TextField(widget=forms.HiddenInput)
    page = TextField(widget=forms.HiddenInput)
    query = TextField(widget=forms.HiddenInput)
