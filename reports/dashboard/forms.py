"""The form that keeps a view of the dashboard."""

from hotspot.core.pages.fields import TextField
from hotspot.core.pages.forms import Form


class ViewForm(Form):
    """A name for the question that the dashboard shows."""

    name = TextField(
        label="Name of this view",
        max_length=80,
        error_messages={"required": "Enter a name for this view"},
    )
