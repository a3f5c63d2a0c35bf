"""The form of the contact."""

from hotspot.core.pages.fields import EmailField, TextField
from hotspot.core.pages.forms import Form, Look
from hotspots.pages.fields import name_field


class ContactForm(Form):
    """Who answers questions about published figures."""

    office = name_field(
        "Office", "For example, Office of the Police and Crime Commissioner for Hertfordshire. No names of people"
    )
    email = EmailField(
        label="E-mail address",
        help_text="Of the office. This or a telephone number is needed",
        required=False,
        max_length=254,
    )
    telephone = TextField(label="Telephone number", required=False, max_length=30)
    looks = {"telephone": Look(width=20)}
