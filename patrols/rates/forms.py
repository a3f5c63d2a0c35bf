"""Forms of rates, rules and bank holidays."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hotspot.core.pages.fields import DateField, TextField
from hotspot.core.pages.forms import Form, Look
from hotspots.pages.fields import MoneyField, name_field
from patrols.models import CrewRole, RateType


def _reason() -> TextField:
    return TextField(
        label="Reason (optional)",
        help_text="Needed where days before today had another rate or rule: what their patrols cost changes",
        required=False,
        max_length=500,
    )


def _type_of_time(label: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=RateType.choices, widget=forms.RadioSelect)


class RateForm(Form):
    """What an hour costs from a day on."""

    role = forms.ChoiceField(label="Role", choices=CrewRole.choices, widget=forms.RadioSelect)
    rate_type = _type_of_time("Type of time")
    first_day = DateField(label="From", help_text="The rate holds until a later one replaces it. For example, 1 4 2026")
    rate = MoneyField(
        label="Rate an hour",
        help_text="In pounds and pence, with everything that an hour costs the programme. For example, 32.50",
        required=False,
        more_than_nothing=True,
    )
    is_end = forms.BooleanField(label="There is no rate from this day on", required=False)
    source = TextField(
        label="Source", help_text="Where the rate comes from: the agreement or circular, and its date", max_length=200
    )
    reason = _reason()

    looks = {"rate": Look(prefix="£", width=5)}
    error_fields = {"hour_pence": "rate"}

    def clean(self) -> dict[str, Any]:
        """A rate, or that there is none: one of the two."""
        rate, is_end = self.cleaned_data.get("rate"), self.cleaned_data.get("is_end")
        if "rate" not in self.errors and (rate is None) != bool(is_end):
            message = (
                "Enter the rate an hour" if not is_end else "Enter a rate, or say that there is none, but not both"
            )
            self.add_error("rate", ValidationError(message, "rate"))
        return self.cleaned_data

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of `set_rate`."""
        facts = {name: self.cleaned_data[name] for name in ("role", "rate_type", "first_day", "source", "reason")}
        return facts | {"hour_pence": self.cleaned_data["rate"]}


class RuleForm(Form):
    """Which type of time a role is paid for from a day on."""

    role = forms.ChoiceField(label="Role", choices=CrewRole.choices, widget=forms.RadioSelect)
    first_day = DateField(label="From", help_text="For example, 1 4 2026")
    ordinary = _type_of_time("On ordinary days")
    bank_holiday = _type_of_time("On bank holidays")
    reason = _reason()


class HolidayForm(Form):
    """A bank holiday."""

    day = DateField(label="Day", help_text="For example, 25 12 2026")
    name = name_field(help_text="For example, Christmas Day", longest=80)
