"""The form that keeps a view of the dashboard."""

from django import forms

from hotspot.core.forms import Form


class ViewForm(Form):
    """A name for the question that the dashboard shows."""

    name = forms.CharField(
        label="Name of this view",
        max_length=80,
        error_messages={"required": "Enter a name for this view"},
    )
