"""What the forms of the management pages share."""

from hotspot.core.pages.fields import MoneyField, TextField

MOST_MONEY = 10_000_000_000


def name_field(label: str = "Name", help_text: str = "", longest: int = 120) -> TextField:
    return TextField(label=label, help_text=help_text, max_length=longest)


def money_field(label: str, help_text: str) -> MoneyField:
    return MoneyField(label=label, help_text=help_text, required=False, min_value=0, max_value=MOST_MONEY)
