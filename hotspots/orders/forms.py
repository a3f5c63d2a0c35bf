"""Partner organisations, orders, rates, and who issues invoices."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from hotspot.core import wording
from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspot.core.pages.fields import DateField, TextField
from hotspot.core.pages.forms import Form, Look
from hotspots.models import MOST_HOUR_PENCE, FundingStream, HotspotArea, PartnerOrganisation, PatrolOrder, Programme
from hotspots.orders.operations import OrderFacts
from hotspots.pages.fields import MoneyField, name_field
from hotspots.queries import areas_seen_by
from hotspots.units import minutes_from_hours

FORCE, AREAS = "force", "areas"
YES, NO = "yes", "no"
MONEY = Look(prefix="£", width=10)
VAT_CHOICES = [("0", "No VAT: outside its scope"), ("2000", "20%")]


class OrganisationForm(Form):
    """A partner organisation."""

    name = name_field(help_text="For example, Stevenage Borough Council")
    kind = forms.ChoiceField(label="Kind", choices=PartnerOrganisation.Kind.choices, widget=forms.RadioSelect)
    address = TextField(
        label="Address for invoices",
        help_text="Of the organisation. No names of people",
        max_length=500,
        widget=forms.Textarea,
    )
    looks = {"address": Look(rows=4)}


class SenderForm(Form):
    """Who issues invoices."""

    name = name_field(help_text="As it stands at the head of an invoice")
    address = TextField(label="Address", max_length=500, widget=forms.Textarea)
    vat_number = TextField(
        label="VAT registration number (optional)",
        help_text="For example, GB 123 4567 89",
        required=False,
        max_length=20,
    )
    payment = TextField(
        label="How to pay",
        help_text="The account, and within how many days. Every invoice says this",
        max_length=500,
        widget=forms.Textarea,
    )
    looks = {"address": Look(rows=4), "payment": Look(rows=4), "vat_number": Look(width=20)}


def _rate(label: str) -> MoneyField:
    return MoneyField(label=label, help_text="Without VAT, up to £1,000", more_than_nothing=True)


class HourRate:
    """Mixin for forms with `hour_pence`: no rate is above £1,000 an hour."""

    cleaned_data: dict[str, Any]

    def clean_hour_pence(self) -> int:
        """The rate in pence. Raises ValidationError for one that is too high."""
        pence: int = self.cleaned_data["hour_pence"]
        if pence > MOST_HOUR_PENCE:
            raise forms.ValidationError("Enter a rate of £1,000 an hour or less", code="rate_too_high")
        return pence


class OrderForm(HourRate, Form):
    """An order. `order` is the one that is changed: its parties and its funding stream stay."""

    organisation = forms.ModelChoiceField(
        PartnerOrganisation.objects.none(), label="Organisation", empty_label="Select an organisation"
    )
    direction = forms.ChoiceField(
        label="Who patrols, and who pays?", choices=PatrolOrder.Direction.choices, widget=forms.RadioSelect
    )
    stream = forms.ModelChoiceField(
        FundingStream.objects.none(),
        label="Funding stream",
        help_text="Only patrols paid from this stream are counted for the order",
        empty_label="Select a stream",
    )
    reference = TextField(label="Their reference (optional)", required=False, max_length=80)
    where = forms.ChoiceField(
        label="Where?", choices=[(FORCE, "All areas"), (AREAS, "Some areas")], widget=forms.RadioSelect
    )
    areas = forms.ModelMultipleChoiceField(
        HotspotArea.objects.none(), label="Areas", required=False, widget=forms.CheckboxSelectMultiple
    )
    first_day = DateField(label="First day", help_text="For example, 1 10 2024")
    last_day = DateField(label="Last day", help_text="This day is included")
    hour_pence = _rate("Rate an hour")
    vat = forms.ChoiceField(label="VAT", choices=VAT_CHOICES, widget=forms.RadioSelect)
    over = forms.ChoiceField(
        label="Are hours beyond those ordered for a quarter due as well?",
        choices=[(NO, "No"), (YES, "Yes")],
        widget=forms.RadioSelect,
    )

    def __init__(
        self, *args: Any, programme: Programme, by: User, order: PatrolOrder | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.looks = {
            "direction": Look(inline=False),
            "reference": Look(width=20),
            "where": Look(inline=False, reveals={AREAS: "areas"}),
            "hour_pence": MONEY,
        }
        self.fields["areas"].queryset = areas_seen_by(by)  # type: ignore[attr-defined]
        if order is None:
            streams = FundingStream.objects.visible_to(by).in_headline().filter(programme=programme)
            self.fields["stream"].queryset = streams  # type: ignore[attr-defined]
            organisations = PartnerOrganisation.objects.visible_to(by)
            self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        else:
            for name in ("organisation", "direction", "stream"):
                del self.fields[name]
        known = {row.month: row.minutes for row in order.months.all()} if order else {}
        self.months = {f"month_{month.first_day:%Y_%m}": month.first_day for month in programme.period.each_month()}
        for name, month in self.months.items():
            self._add(name, month, known.get(month))
        self.error_fields = {"months": next(iter(self.months))}

    def _add(self, name: str, month: date, minutes: int | None) -> None:
        self.fields[name] = forms.DecimalField(
            label=f"Hours ordered for {wording.month(month)}",
            required=False,
            min_value=0,
            max_digits=8,
            decimal_places=2,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            error_messages={"invalid": "Enter a number of hours, like 40 or 37.5"},
        )
        self.looks = {**self.looks, name: Look(width=5, suffix="hours")}
        if minutes:
            self.initial[name] = (Decimal(minutes) / 60).quantize(Decimal("0.01")).normalize()

    def clean(self) -> dict[str, Any]:
        """Hours as whole minutes."""
        for name in self.months:
            if (hours := self.cleaned_data.get(name)) is not None:
                try:
                    self.cleaned_data[name] = minutes_from_hours(hours)
                except DomainError as refusal:
                    self.add_error(name, refusal.message)
        return self.cleaned_data

    @property
    def facts(self) -> OrderFacts:
        """What the order says."""
        found = self.cleaned_data
        is_force_wide = found["where"] == FORCE
        return OrderFacts(
            reference=found["reference"],
            is_force_wide=is_force_wide,
            areas=[] if is_force_wide else list(found["areas"]),
            first_day=found["first_day"],
            last_day=found["last_day"],
            hour_pence=found["hour_pence"],
            vat_hundredths=int(found["vat"]),
            charges_over=found["over"] == YES,
            months={month: found[name] for name, month in self.months.items() if found.get(name)},
        )

    @property
    def parties(self) -> dict[str, Any]:
        """Who it is with, which way, and from which stream it is paid."""
        return {name: self.cleaned_data[name] for name in ("organisation", "direction", "stream")}


class OrderRateForm(HourRate, Form):
    """Another rate from a day on."""

    first_day = DateField(label="From", help_text="A day of the order after its first")
    hour_pence = _rate("Rate an hour")
    reason = TextField(label="Why does it change?", max_length=500, widget=forms.Textarea)

    looks = {"hour_pence": MONEY, "reason": Look(rows=3)}
