"""What statements and invoices say: frozen copies of all that they are made of. No shift and no person is in them."""

from typing import Any

from hotspot.core import wording
from hotspots.models import InvoiceSender, PatrolOrder
from reports.digests import fingerprint
from reports.models import DeliveryStatement, OrderInvoice
from reports.orders.rules import QuarterFigures


def digest(figures: QuarterFigures) -> str:
    """By what a page says which figures it showed: the SHA-256 of all of them."""
    return fingerprint(figures.as_body())


def where(order: PatrolOrder) -> str:
    """The areas of an order, in words."""
    names = [place.area.name for place in order.places.all()]
    return "all areas" if order.is_force_wide else wording.listing(names)


def invoice_body(statement: DeliveryStatement, sender: InvoiceSender) -> dict[str, Any]:
    """What an invoice for a statement says, as JSON. `lines` are what is due, minutes, pence an hour, and pence.

    What is carried from an earlier quarter has no one rate: its pence an hour are None.
    """
    order, figures = statement.order, QuarterFigures.of_body(statement.body)
    period = wording.period(figures.quarter)
    lines: list[list[Any]] = [
        [f"Patrols in {where(order)}, {period}", line.minutes, line.hour_pence, line.pence] for line in figures.lines
    ]
    lines += [
        [f"Corrections to the quarter from {wording.day(each.quarter)}", each.payable, None, each.pence]
        for each in figures.carried
        if each.pence
    ]
    return {
        "sender": {name: getattr(sender, name) for name in ("name", "address", "vat_number", "payment")},
        "payer": {"name": order.organisation.name, "address": order.organisation.address},
        "order": order.number,
        "their_reference": order.reference,
        "period": period,
        "lines": lines,
        "vat_hundredths": figures.vat_hundredths,
        "cancels": "",
    }


def cancelling_body(invoice: OrderInvoice) -> dict[str, Any]:
    """What the cancellation of an invoice says: the same, negated."""
    lines = [[words, -minutes, rate, -pence] for words, minutes, rate, pence in invoice.body["lines"]]
    return {**invoice.body, "lines": lines, "cancels": invoice.reference}
