"""Sign-off, invoices and payments of orders, and which quarter or programme a page is about."""

from collections.abc import Sequence
from typing import Any

from django import forms

from hotspot.core.calendar import Period
from hotspot.core.models import User
from hotspot.core.pages.fields import DateField, TextField
from hotspot.core.pages.forms import Form, Look
from hotspots.models import IncomeLine, PatrolOrder
from hotspots.pages.filters import ListFilter, choice_field
from reports.orders.documents import quarter_name
from reports.orders.presenters import quarter_code


class SignOffForm(Form):
    """The sign-off of a quarter. Somebody of ours says how the organisation agreed."""

    behalf_reason = TextField(
        label="How did the organisation agree?",
        help_text="For example, E-mail of its finance team of 7 January 2025. The organisation reads this",
        max_length=500,
        widget=forms.Textarea,
    )
    # Which figures the page showed.
    seen = TextField(widget=forms.HiddenInput, max_length=64)
    looks = {"behalf_reason": Look(rows=3)}

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if by.has_own_orders:
            del self.fields["behalf_reason"]

    def say_seen(self, digest: str) -> None:
        """Have the form send these figures next time: those that the page with what was refused shows."""
        if self.is_bound:
            self.data = {**self.data.dict(), "seen": digest}  # type: ignore[attr-defined]


class InvoicePaymentForm(Form):
    """That an invoice was paid."""

    line = forms.ModelChoiceField(
        IncomeLine.objects.none(),
        label="Income line of the ledger",
        help_text="Of the order’s funding stream",
        empty_label="Select an income line",
    )
    day = DateField(label="Received on")
    reference = TextField(
        label="Reference (optional)", help_text="The invoice’s number, if left empty", required=False, max_length=80
    )
    looks = {"reference": Look(width=20)}

    def __init__(self, *args: Any, by: User, order: PatrolOrder, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = IncomeLine.objects.visible_to(by).filter(stream=order.stream_id)
        self.fields["line"].queryset = lines  # type: ignore[attr-defined]


class StatementPaymentForm(Form):
    """Which entry of spend paid for a quarter."""

    number = TextField(
        label="Number of the entry in the ledger",
        help_text="An approved entry of the order’s funding stream, like SP-1457",
        max_length=20,
    )
    looks = {"number": Look(width=10)}


class QuarterForm(Form):
    """Which quarter a page is about."""

    quarter = forms.ChoiceField(label="Quarter", required=False)

    def __init__(self, data: Any, *, quarters: Sequence[Period]) -> None:
        super().__init__(data)
        self._quarters = {quarter_code(quarter.first_day): quarter for quarter in quarters}
        choices = [(code, quarter_name(quarter)) for code, quarter in self._quarters.items()]
        self.fields["quarter"].choices = choices  # type: ignore[attr-defined]

    def chosen(self, default: Period) -> Period:
        """The one asked for; else the default."""
        code = self.cleaned_data.get("quarter") if self.is_bound and self.is_valid() else ""
        found = self._quarters.get(code or "", default)
        self.initial["quarter"] = quarter_code(found.first_day)
        return found


class OrderFilter(ListFilter):
    """Which orders a list shows."""

    direction = choice_field(
        "Who pays", "Either", [("for_partner", "The organisation"), ("by_partner", "The programme")]
    )

    def apply(self, orders: Any) -> Any:
        """The orders of this direction."""
        direction = self.chosen("direction")
        return orders.filter(direction=direction) if direction else orders
