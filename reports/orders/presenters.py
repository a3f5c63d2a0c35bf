"""Orders, statements and invoices in words and table rows. Nothing here knows a shift or a person."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspot.core.calendar import today
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.models import PatrolOrder
from reports.costs.presenters import NOTHING, hours, money, signed
from reports.models import DeliveryStatement, OrderInvoice, StatementPayment
from reports.orders import documents
from reports.orders.queries import OrderAccount, QuarterAccount
from reports.orders.rules import QuarterFigures


def _numbers(*labels: str) -> list[dict[str, Any]]:
    return [{"label": label, "numeric": True} for label in labels]


ORDER_COLUMNS = [
    {"label": "Order"},
    {"label": "Organisation"},
    {"label": "Who pays"},
    {"label": "Area"},
    {"label": "Days"},
    *_numbers("Hours ordered", "Hours delivered", "Due so far"),
]
QUARTER_COLUMNS = [
    {"label": "Quarter"},
    {"label": "State"},
    *_numbers("Hours ordered", "Hours delivered", "Over or under", "Due without VAT"),
]
MONTH_COLUMNS = [{"label": "Month"}, *_numbers("Hours ordered", "Hours delivered", "Over or under")]
LINE_COLUMNS = [{"label": "For"}, *_numbers("Hours", "Rate an hour", "Amount")]
INVOICE_COLUMNS = [
    {"label": "Number"},
    {"label": "Issued"},
    {"label": "To"},
    {"label": "For"},
    *_numbers("Without VAT", "VAT", "Total"),
    {"label": "State"},
]
PAYABLE_COLUMNS = [
    {"label": "Organisation"},
    {"label": "Order"},
    *_numbers("Hours delivered", "Hours payable", "Amount"),
    {"label": "State"},
    *_numbers("Paid", "Left to pay"),
]
PAYMENT_COLUMNS = [{"label": "Entry"}, {"label": "Date"}, *_numbers("Amount")]


def difference(minutes: int) -> str:
    """+12.50 or −3.00 hours; a dash for none."""
    return NOTHING if not minutes else f"+{hours(minutes)}" if minutes > 0 else hours(minutes)


def exact_hours(minutes: int, *, is_change: bool = False) -> str:
    """8h 50m: to the minute, so that whoever pays can work out an amount from it. A change has its sign, or a dash."""
    if is_change and not minutes:
        return NOTHING
    whole, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else "+" if is_change else ""
    return f"{sign}{whole:,}h {rest}m"


def quarter_code(first: date) -> str:
    """How addresses name a quarter: 2024-10, by its first month."""
    return f"{first:%Y-%m}"


def order_url(order: PatrolOrder) -> str:
    """The page of an order."""
    return reverse("reports:order", args=(order.pk,))


def statement_url(order: PatrolOrder, quarter: date) -> str:
    """The page of a quarter of an order."""
    return reverse("reports:order_statement", args=(order.pk, quarter_code(quarter)))


def order_rows(accounts: Iterable[OrderAccount]) -> list[list[Any]]:
    """Orders in their order, with what was delivered."""
    return [
        [
            {"url": order_url(account.order), "text": account.order.number},
            account.order.organisation.name,
            "The organisation" if account.order.is_for_partner else "The programme",
            documents.capitalised(documents.where(account.order)),
            wording.period(account.order.days),
            hours(account.ordered),
            "Withdrawn" if account.order.withdrawal else hours(account.delivered),
            money(account.net),
        ]
        for account in accounts
    ]


def state_of(account: QuarterAccount, *, today: date) -> dict[str, str]:
    """Where a quarter has got to, as a tag."""
    if account.statement:
        return {"text": "Signed off", "colour": "green"}
    if account.is_over:
        return {"text": "Ready to sign off" if account.is_next else "Waits for the one before", "colour": "yellow"}
    running = account.figures.quarter.first_day <= today
    return {"text": "Running" if running else "To come", "colour": "blue" if running else "grey"}


def quarter_rows(account: OrderAccount, *, today: date) -> list[list[Any]]:
    """The quarters of an order."""
    return [
        [
            {"url": statement_url(account.order, each.first_day), "text": documents.quarter_name(each.figures.quarter)},
            state_of(each, today=today),
            hours(each.figures.ordered),
            hours(each.figures.delivered),
            difference(each.figures.delivered - each.figures.ordered),
            money(each.figures.total_net),
        ]
        for each in account.quarters
    ]


def month_rows(figures: QuarterFigures) -> list[list[str]]:
    """The months of a quarter."""
    return [
        [
            wording.month(each.month),
            hours(each.ordered),
            hours(each.delivered),
            difference(each.delivered - each.ordered),
        ]
        for each in figures.months
    ]


def month_foot(figures: QuarterFigures) -> list[str]:
    """The sum of a quarter."""
    over = difference(figures.delivered - figures.ordered)
    return ["All of the quarter", hours(figures.ordered), hours(figures.delivered), over]


def line_rows(figures: QuarterFigures) -> list[list[str]]:
    """What is due: the quarter at each rate, then what is carried from earlier quarters."""
    rows = [
        ["Hours of this quarter", exact_hours(line.minutes), money(line.hour_pence), money(line.pence)]
        for line in figures.lines
    ]
    return rows + [
        [
            documents.corrections_to(each.quarter),
            exact_hours(each.payable, is_change=True),
            NOTHING,
            signed(each.pence),
        ]
        for each in figures.carried
    ]


def sums(figures: QuarterFigures) -> list[dict[str, str]]:
    """What a quarter comes to."""
    rows = [("Due without VAT", money(figures.total_net))]
    rows += (
        [(f"VAT at {documents.vat_words(figures.vat_hundredths)}", money(figures.vat))]
        if figures.vat_hundredths
        else []
    )
    rows += [("Due with VAT" if figures.vat_hundredths else "Due", money(figures.gross))]
    return [{"key": key, "value": value} for key, value in rows]


def sentences(account: OrderAccount, quarter: QuarterAccount) -> list[str]:
    """What has to be known to read a statement."""
    order, figures = account.order, quarter.figures
    said = []
    if quarter.statement is None and not quarter.is_over:
        said.append(f"Patrols up to {wording.day(account.until)} are counted.")
    left_out = figures.delivered - figures.payable
    if left_out:
        said.append(
            f"{hours(left_out)} of the hours delivered are beyond those ordered for the quarter, and are not due."
        )
    who = (
        "Everybody in a crew but Community Enforcement Officers is"
        if order.is_for_partner
        else ("Community Enforcement Officers are")
    )
    said.append(
        f"{who} counted for their own minutes on completed shifts that begin on a day of the order in its areas, paid "
        "from its funding stream. Minutes at one rate are added up and rounded once to whole pence, half a penny up."
    )
    return said


def before_sign_off(figures: QuarterFigures) -> str:
    """What somebody is about to sign off."""
    return (
        f"{hours(figures.delivered)} hours delivered of {hours(figures.ordered)} ordered, {money(figures.gross)} due. "
        "Once signed off, these figures stay. Corrections go to the next statement."
    )


def before_issuing(statement: DeliveryStatement) -> str:
    """What an invoice for a statement will be."""
    return (
        f"{money(statement.gross_pence)} to {statement.order.organisation}. It gets the next number and today’s date, "
        "and cannot be changed after that: only cancelled, by a credit note."
    )


def before_receiving(invoice: OrderInvoice) -> str:
    """What the ledger gets for an invoice."""
    return f"The ledger gets {money(invoice.net_pence)}: the invoice without VAT, which is no income of the programme."


def since_words(quarter: QuarterAccount) -> str:
    """What a quarter that was signed off differs by now."""
    since = quarter.since
    if since is None or quarter.statement is None:
        return ""
    made = [f"{difference(since.delivered)} hours delivered"] if since.delivered else []
    made += [signed(since.pence)] if since.pence else []
    made = made or [f"{difference(since.payable)} hours payable"]
    said = wording.listing(made)
    return f"Since the quarter was signed off, corrections make {said}. The next statement carries that."


def signature(statement: DeliveryStatement, *, sees_names: bool) -> list[dict[str, str]]:
    """Who signed a quarter off, and when. Names are those of people who use the service, for our own."""
    day = wording.day(today(statement.signed_at))
    if statement.behalf_reason:
        by = f"Recorded for the organisation{f' by {statement.signed_by}' if sees_names else ''}"
    else:
        by = str(statement.signed_by)
    rows = [("Signed off", f"{by}, {day}"), ("How they agreed", statement.behalf_reason)]
    return [{"key": key, "value": value} for key, value in rows if value]


def invoice_state(invoice: OrderInvoice, received: Mapping[int, int]) -> dict[str, str]:
    """What became of an invoice or a credit note, as a tag."""
    if invoice.cancels_id is not None:
        return {"text": "Cancels another", "colour": "grey"}
    if hasattr(invoice, "cancelled_by"):
        return {"text": "Cancelled", "colour": "grey"}
    if invoice.is_credit_note:
        return {"text": "Issued", "colour": "blue"}
    return {"text": "Paid", "colour": "green"} if received.get(invoice.pk) else {"text": "Not paid", "colour": "yellow"}


def invoice_rows(invoices: Iterable[OrderInvoice], received: Mapping[int, int]) -> list[list[Any]]:
    """Invoices and credit notes, the newest first."""
    return [
        [
            {"url": reverse("reports:order_invoice", args=(invoice.pk,)), "text": invoice.reference},
            wording.day(invoice.issued_on),
            invoice.body["payer"]["name"],
            f"{invoice.body['order']}, {invoice.body['period']}",
            money(invoice.net_pence),
            money(invoice.vat_pence),
            money(invoice.gross_pence),
            invoice_state(invoice, received),
        ]
        for invoice in invoices
    ]


def invoice_facts(invoice: OrderInvoice) -> list[dict[str, str]]:
    """What an invoice says above its lines."""
    body = invoice.body
    rows = [
        ("From", f"{body['sender']['name']}\n{body['sender']['address']}"),
        ("VAT registration number", body["sender"]["vat_number"]),
        ("To", f"{body['payer']['name']}\n{body['payer']['address']}"),
        ("Date of issue and tax point" if invoice.vat_pence else "Date of issue", wording.day(invoice.issued_on)),
        ("Order", body["order"]),
        ("Your reference", body["their_reference"]),
        ("For", body["period"]),
        ("Cancels", body["cancels"]),
        ("Why", invoice.reason),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]


def invoice_lines(invoice: OrderInvoice) -> list[list[str]]:
    """The lines of an invoice."""
    return [
        [words, exact_hours(minutes, is_change=rate is None), NOTHING if rate is None else money(rate), money(pence)]
        for words, minutes, rate, pence in invoice.body["lines"]
    ]


def invoice_sums(invoice: OrderInvoice) -> list[dict[str, str]]:
    """What an invoice comes to, and how it is paid."""
    hundredths = invoice.body["vat_hundredths"]
    rows = [
        ("Total without VAT", money(invoice.net_pence)),
        (f"VAT at {documents.vat_words(hundredths)}" if hundredths else "VAT", money(invoice.vat_pence)),
        ("Total", money(invoice.gross_pence)),
        ("How to pay", "" if invoice.is_credit_note else invoice.body["sender"]["payment"]),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]


def payment_rows(payments: Iterable[StatementPayment], user: User) -> list[list[Any]]:
    """What pays for a statement, for who may see single entries of the ledger."""
    keeps = user.may(Permission.KEEP_ORDERS)
    rows: list[list[Any]] = []
    for payment in payments:
        entry = payment.entry
        number = {"url": reverse("ledger:entry", args=(entry.pk,)), "text": entry.number}
        row: list[Any] = [number, wording.day(entry.day), money(entry.net_pence)]
        if keeps:
            row.append({"url": reverse("reports:unlink_payment", args=(payment.pk,)), "text": "Remove"})
        rows.append(row)
    return rows


def payment_columns(user: User) -> list[dict[str, Any]]:
    """The columns of `payment_rows`."""
    return [*PAYMENT_COLUMNS, {"label": "Link"}] if user.may(Permission.KEEP_ORDERS) else PAYMENT_COLUMNS


def left_to_pay(statement: DeliveryStatement, paid: int) -> str:
    """What is paid for a statement, and what is left, in a sentence."""
    left = statement.total_net_pence - paid
    return f"{money(paid)} is paid without VAT, and {money(left)} is left to pay."


def payable_rows(
    found: Sequence[tuple[OrderAccount, QuarterAccount]], paid: Mapping[int, int], *, today: date
) -> list[list[Any]]:
    """The hours of a quarter that are payable to organisations, by name."""
    rows = []
    for account, quarter in found:
        figures, statement = quarter.figures, quarter.statement
        amount = paid.get(statement.pk, 0) if statement else 0
        rows.append(
            [
                account.order.organisation.name,
                {"url": statement_url(account.order, quarter.first_day), "text": account.order.number},
                hours(figures.delivered),
                hours(figures.payable),
                money(figures.total_net),
                state_of(quarter, today=today),
                money(amount) if statement else NOTHING,
                money(figures.total_net - amount) if statement else NOTHING,
            ]
        )
    return rows


def payable_foot(found: Sequence[tuple[OrderAccount, QuarterAccount]], paid: Mapping[int, int]) -> list[str]:
    """The sum of a quarter."""
    figures = [quarter.figures for _, quarter in found]
    signed_off = [quarter for _, quarter in found if quarter.statement]
    total = sum(paid.values())
    return [
        "All organisations",
        "",
        hours(sum(each.delivered for each in figures)),
        hours(sum(each.payable for each in figures)),
        money(sum(each.total_net for each in figures)),
        "",
        money(total),
        money(sum(each.figures.total_net for each in signed_off) - total),
    ]
