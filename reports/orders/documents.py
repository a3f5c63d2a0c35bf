"""What statements and invoices say: frozen copies of all that they are made of. No shift and no person is in them."""

from datetime import date
from typing import Any

from hotspot.core import wording
from hotspot.core.calendar import Period
from hotspots.models import InvoiceSender, PatrolOrder
from reports.costs.presenters import hours, money
from reports.digests import fingerprint
from reports.models import DeliveryStatement, OrderInvoice
from reports.orders import queries
from reports.orders.rules import QuarterFigures, quarter_of


def digest(figures: QuarterFigures) -> str:
    """By what a page says which figures it showed: the SHA-256 of all of them."""
    return fingerprint(figures.as_body())


def quarter_name(quarter: Period) -> str:
    """October to December 2024."""
    return f"{quarter.first_day:%B} to {wording.month(quarter.last_day)}"


def corrections_to(quarter: date) -> str:
    """What is carried from the quarter that begins on this day, in words."""
    return f"Corrections to {quarter_name(quarter_of(quarter))}"


def where(order: PatrolOrder) -> str:
    """The areas of an order, in words."""
    names = [place.area.name for place in order.places.all()]
    return "all areas" if order.is_force_wide else wording.listing(names)


def agreed(order: PatrolOrder) -> list[dict[str, str]]:
    """What was agreed in an order, in words. A statement that is signed off keeps a copy."""
    ordered = sum(month.minutes for month in order.months.all())
    rates = [money(order.hour_pence)]
    rates += [f"{money(rate.hour_pence)} from {wording.day(rate.first_day)}" for rate in order.rates.all()]
    over = "Due as well" if order.charges_over else "Not due: at most the hours ordered for a quarter are"
    rows = [
        ("Organisation", order.organisation.name),
        ("Who patrols", order.get_direction_display()),
        ("Area", capitalised(where(order))),
        ("Days", wording.period(order.days)),
        ("Hours ordered", hours(ordered)),
        ("Rate an hour, without VAT", "\n".join(rates)),
        ("Hours beyond those ordered", over),
        ("VAT", vat_words(order.vat_hundredths)),
        ("Funding stream", f"{order.stream.name}, {order.stream.programme.name}"),
        ("Their reference", order.reference),
        ("Withdrawn", order.withdrawal),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]


def vat_words(hundredths: int) -> str:
    """20%, 17.5%, or that there is none."""
    return f"{hundredths / 100:g}%" if hundredths else "None: outside the scope of VAT"


def capitalised(text: str) -> str:
    """A text for the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def statement_body(order: PatrolOrder, figures: QuarterFigures) -> dict[str, Any]:
    """What a statement says once it is signed off, as JSON: its figures, and what was agreed then."""
    return {**figures.as_body(), "agreed": agreed(order), "where": where(order)}


def invoice_body(statement: DeliveryStatement, sender: InvoiceSender) -> dict[str, Any]:
    """What an invoice for a statement says, as JSON. `lines` are what is due, minutes, pence an hour, and pence.

    What is carried from an earlier quarter has no one rate: its pence an hour are None.
    """
    order, figures = statement.order, QuarterFigures.of_body(statement.body)
    period = quarter_name(figures.quarter)
    # Areas may have changed since; statements of the first release did not say them on their own.
    areas = statement.body.get("where") or where(order)
    lines: list[list[Any]] = [
        [f"Patrols in {areas}, {period}", line.minutes, line.hour_pence, line.pence] for line in figures.lines
    ]
    lines += [
        [_corrections(order, each.quarter), each.payable, None, each.pence] for each in figures.carried if each.pence
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


def _corrections(order: PatrolOrder, quarter: date) -> str:
    """What is carried from a quarter, with the invoice that it corrects: a credit note has to name it."""
    invoice = queries.standing_invoice(order.statements.get(quarter=quarter))
    words = corrections_to(quarter)
    return f"{words}, {invoice.reference} of {wording.day(invoice.issued_on)}" if invoice else words


def cancelling_body(invoice: OrderInvoice) -> dict[str, Any]:
    """What the cancellation of an invoice says: the same, negated."""
    lines = [[words, -minutes, rate, -pence] for words, minutes, rate, pence in invoice.body["lines"]]
    return {**invoice.body, "lines": lines, "cancels": invoice.reference}
