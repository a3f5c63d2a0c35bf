"""Entries of spend, decisions about them, income, caps and categories."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from hotspot.core import wording
from hotspot.core.models import User
from hotspot.core.pages.fields import DateField, TextField, UploadField
from hotspot.core.pages.forms import Form, Look
from hotspots.documents import PRINTED
from hotspots.ledger.operations import Document, SpendFacts
from hotspots.ledger.rules import MOST_DOCUMENT_BYTES
from hotspots.models import FundingStream, HotspotArea, IncomeLine, Programme, SpendCategory
from hotspots.pages.fields import MoneyField, name_field
from hotspots.pages.filters import offer_areas

MONEY = Look(prefix="£", width=10)
RECOVERED, PAID = "yes", "no"


def _streams(programme: Programme, by: User) -> Any:
    return FundingStream.objects.visible_to(by).in_headline().filter(programme=programme)


class EntryForm(Form):
    """What was spent, on what, and from whose money."""

    day = DateField(label="Date", help_text="The day of the invoice, or on which it was paid")
    description = TextField(label="What it was for", help_text="No names of people", max_length=500)
    stream = forms.ModelChoiceField(FundingStream.objects.none(), label="Paid from", empty_label="Select what pays")
    category = forms.ModelChoiceField(SpendCategory.objects.none(), label="Category", empty_label="Select a category")
    area = forms.ModelChoiceField(
        HotspotArea.objects.none(), label="Area (optional)", empty_label="The whole force", required=False
    )
    net_pence = MoneyField(label="Amount without VAT")
    vat_pence = MoneyField(label="VAT", help_text="0 where there is none")
    vat_recoverable = forms.ChoiceField(
        label="Is the VAT recovered?",
        choices=[(RECOVERED, "Yes"), (PAID, "No")],
        widget=forms.RadioSelect,
    )
    supplier = TextField(
        label="Supplier reference (optional)",
        help_text="Its number or name in the finance system",
        required=False,
        max_length=80,
    )
    reference = TextField(label="Invoice or journal reference (optional)", required=False, max_length=80)
    document = UploadField(
        label="Document (optional)",
        help_text="An invoice or quote as PDF, PNG or JPEG, smaller than 5 MB",
        widget=forms.FileInput(attrs={"accept": ",".join(PRINTED)}),
        most_bytes=MOST_DOCUMENT_BYTES,
        too_large="The document must be smaller than 5 MB.",
        required=False,
    )

    looks = {
        "net_pence": MONEY,
        "vat_pence": MONEY,
        "vat_recoverable": Look(
            inline=False,
            option_hints={
                RECOVERED: "It costs the programme the amount without VAT",
                PAID: "It costs the programme the amount with VAT",
            },
        ),
        "supplier": Look(width=20),
        "reference": Look(width=20),
    }

    def __init__(self, *args: Any, programme: Programme, by: User, has_document: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stream"].queryset = _streams(programme, by)  # type: ignore[attr-defined]
        self.fields["category"].queryset = SpendCategory.objects.filter(is_offered=True)  # type: ignore[attr-defined]
        offer_areas(self.fields["area"], HotspotArea.objects.visible_to(by).defer("boundary"))
        if has_document:
            self.fields["document"].label = "Another document (optional)"

    @property
    def facts(self) -> SpendFacts:
        """What the entry says."""
        found = {name: value for name, value in self.cleaned_data.items() if name != "document"}
        return SpendFacts(**(found | {"vat_recoverable": found["vat_recoverable"] == RECOVERED}))

    @property
    def file(self) -> Document | None:
        """The file that was chosen, if any."""
        sent = self.cleaned_data["document"]
        return Document(sent.name, sent.read()) if sent else None


class RefusalForm(Form):
    """Why an entry is refused."""

    reason = TextField(
        label="Why is it refused?",
        help_text="Whoever entered it reads this",
        max_length=500,
        widget=forms.Textarea,
    )
    looks = {"reason": Look(rows=3)}


class ReverseForm(Form):
    """Why and when something is taken back."""

    day = DateField(label="Date of the reversal", help_text="In a month that is open")
    reason = TextField(label="Why is it reversed?", max_length=500, widget=forms.Textarea)
    looks = {"reason": Look(rows=3)}


class IncomeForm(Form):
    """An income line and what is expected of it each month."""

    stream = forms.ModelChoiceField(FundingStream.objects.none(), label="Comes from", empty_label="Select a stream")
    name = name_field(help_text="For example, Grant agreement 2024/25")
    amount_pence = MoneyField(label="Amount", more_than_nothing=True)

    def __init__(
        self,
        *args: Any,
        programme: Programme,
        by: User,
        closed: Sequence[date],
        line: IncomeLine | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stream"].queryset = _streams(programme, by)  # type: ignore[attr-defined]
        if line is not None:
            del self.fields["stream"]
        self.looks = {"amount_pence": MONEY}
        known = {row.month: row.pence for row in line.months.all()} if line else {}
        in_programme = {month.first_day for month in programme.period.each_month()}
        shown = in_programme - set(closed) | set(known)
        self.months = {f"month_{month:%Y_%m}": month for month in sorted(shown)}
        self._open = [month for month in self.months.values() if month not in closed]
        for name, month in self.months.items():
            self._add(name, month, known.get(month), is_closed=month in closed)

    def _add(self, name: str, month: date, pence: int | None, *, is_closed: bool) -> None:
        self.fields[name] = MoneyField(label=wording.month(month), required=False)
        self.looks = {**self.looks, name: MONEY}
        self.initial[name] = pence
        if is_closed:
            self.fields[name].disabled, self.fields[name].help_text = True, "Closed"

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of `save_income`. Where no month was filled in, the open ones share the amount evenly."""
        found = {month: self.cleaned_data[name] or 0 for name, month in self.months.items()}
        amount = self.cleaned_data["amount_pence"]
        if not any(found.values()) and self._open:
            found = shared(amount, self._open)
        facts = {name: self.cleaned_data[name] for name in ("stream", "name") if name in self.cleaned_data}
        return facts | {"amount_pence": amount, "months": found}


def shared(amount: int, months: Sequence[date]) -> dict[date, int]:
    """An amount over some months, as evenly as whole pence go: the first ones have a penny more."""
    each, rest = divmod(amount, len(months))
    return {month: each + (place < rest) for place, month in enumerate(months)}


class ReceiptForm(Form):
    """Money that came in."""

    day = DateField(label="Received on")
    amount_pence = MoneyField(label="Amount", more_than_nothing=True)
    reference = TextField(label="Reference (optional)", required=False, max_length=80)

    looks = {"amount_pence": MONEY, "reference": Look(width=20)}


class CapForm(Form):
    """The most that may be spent on some categories."""

    name = name_field(help_text="For example, Non-patrol spend")
    stream = forms.ModelChoiceField(
        FundingStream.objects.none(), label="Of (optional)", empty_label="The whole programme", required=False
    )
    categories = forms.ModelMultipleChoiceField(
        SpendCategory.objects.none(), label="On spend of", widget=forms.CheckboxSelectMultiple
    )
    share = forms.DecimalField(
        label="Share of the income (optional)",
        min_value=0,
        max_value=100,
        decimal_places=2,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"invalid": "Enter a number, like 10 or 12.5"},
    )
    amount_pence = MoneyField(label="Or an amount (optional)", required=False)

    looks = {"share": Look(suffix="%", width=5), "amount_pence": MONEY}

    def __init__(self, *args: Any, programme: Programme, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stream"].queryset = _streams(programme, by)  # type: ignore[attr-defined]
        self.fields["categories"].queryset = SpendCategory.objects.all()  # type: ignore[attr-defined]

    def clean_share(self) -> int | None:
        """Hundredths of a per cent."""
        share: Decimal | None = self.cleaned_data["share"]
        return None if share is None else int(share * 100)


class SpendCategoryForm(Form):
    """What money is spent on."""

    name = name_field(longest=80)
    is_patrol = forms.BooleanField(
        label="This is spend on patrols", help_text="Grants usually cap what is not", required=False
    )
    is_offered = forms.BooleanField(label="Offer it for new entries", required=False, initial=True)
