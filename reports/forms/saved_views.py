"""The form that keeps a view of the dashboard."""

from hotspot.core.forms import Form, TextField


class ViewForm(Form):
    """A name for the question that the dashboard shows."""

    name = TextField(
        label="Name of this view",
        max_length=80,
        error_messages={"required": "Enter a name for this view"},
    )
