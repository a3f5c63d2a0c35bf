"""What the forms of the management pages share."""

from django import forms

from hotspot.core.forms import MoneyField

MOST_MONEY = 10_000_000_000


def name_field(label: str = "Name", help_text: str = "", longest: int = 120) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, max_length=longest)


def money_field(label: str, help_text: str) -> MoneyField:
    return MoneyField(label=label, help_text=help_text, required=False, min_value=0, max_value=MOST_MONEY)
