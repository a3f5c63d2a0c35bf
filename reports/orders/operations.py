"""Writes to what orders come to: sign-off, invoices and credit notes, and what settles them."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from hotspot.core.advisory_locks import LockName, lock
from hotspot.core.calendar import today
from hotspot.core.errors import ChangedMeanwhile, Conflict, DomainError, NotAllowed, NotInThisState
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspot.core.text import clean_line
from hotspots.ledger import income_operations
from hotspots.models import IncomeLine, InvoiceSender, PatrolOrder, SpendEntry
from hotspots.orders import rules as order_rules
from hotspots.saving import locked_row, save_row
from reports.models import DeliveryStatement, InvoicePayment, OrderInvoice, StatementPayment
from reports.orders import documents, queries
from reports.orders.queries import QuarterAccount


@transaction.atomic
def sign_off(
    *, by: User, at: datetime, order_id: int, quarter: date, seen: str, behalf_reason: str = ""
) -> DeliveryStatement:
    """Freeze what a quarter of an order comes to. By the organisation's own person, or recorded for it with a reason.

    `seen` are the figures that the person had in front of them (`documents.digest`). Raises DomainError
    `behalf_reason_missing`, NotInThisState `quarter_not_ready`, Conflict `figures_changed`, and NotAllowed.
    """
    if not by.may(Permission.SIGN_ORDERS):
        raise NotAllowed("not_allowed", "You may not sign off quarters of orders.")
    order = _locked_order(by, order_id)
    reason = "" if by.has_own_orders else clean_line(behalf_reason)
    if not by.has_own_orders and not reason:
        message = "Enter how the organisation agreed, because somebody of theirs would otherwise sign off."
        raise DomainError("behalf_reason_missing", message, "behalf_reason")
    account = _quarter(order, quarter, by=by, at=at)
    if not account.can_be_signed:
        message = "A quarter can be signed off once, when it is over and every quarter before it was signed off."
        raise NotInThisState("quarter_not_ready", message)
    figures = account.figures
    if documents.digest(figures) != seen:
        message = "The figures have changed since you opened this page. Check them, and sign off again."
        raise Conflict("figures_changed", message)
    return DeliveryStatement.objects.create(
        order=order,
        quarter=quarter,
        ordered_minutes=figures.ordered,
        delivered_minutes=figures.delivered,
        payable_minutes=figures.payable,
        net_pence=figures.net,
        carried_pence=figures.carried_pence,
        vat_pence=figures.vat,
        body=documents.statement_body(order, figures),
        signed_by=by,
        signed_at=at,
        behalf_reason=reason,
    )


def _locked_order(by: User, order_id: int) -> PatrolOrder:
    """The order, while nobody else signs off a quarter of it or changes what was agreed."""
    if not PatrolOrder.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=order_id).exists():
        raise ChangedMeanwhile
    return queries.orders_seen_by(by).get(pk=order_id)


def _quarter(order: PatrolOrder, quarter: date, *, by: User, at: datetime) -> QuarterAccount:
    day = today(at)
    account = queries.account_of(order, until=queries.last_day_counted(by, day), today=day).quarter(quarter)
    if account is None:
        raise NotInThisState("quarter_unknown", "The order has no such quarter.")
    return account


@transaction.atomic
def withdraw_order(*, by: User, order_id: int, reason: str) -> PatrolOrder:
    """Take back an order that was made by mistake: it counts nothing any more, and its days are free for others.

    Raises Conflict `order_signed` once a quarter was signed off, and ChangedMeanwhile.
    """
    order_rules.check_keeps(by)
    order = locked_row(PatrolOrder, order_id)
    order_rules.check_stands(order)
    if DeliveryStatement.objects.filter(order=order).exists():
        message = "A quarter of this order was signed off. Give the order an earlier last day instead."
        raise Conflict("order_signed", message)
    order.withdrawal = clean_line(reason)
    order.save(update_fields=("withdrawal",))
    return order


@transaction.atomic
def issue_invoice(*, by: User, at: datetime, statement_id: int) -> OrderInvoice:
    """Issue the invoice for a statement that was signed off, or a credit note where it comes to less than nothing.

    Raises Conflict `invoice_stands`, and NotInThisState for a statement that nothing is due for, of hours that are
    paid to the organisation, or before anybody said who issues invoices and, where VAT is due, their VAT number.
    """
    order_rules.check_keeps(by)
    lock(LockName.INVOICES)
    statement = DeliveryStatement.objects.select_related("order__organisation", "order__stream").get(pk=statement_id)
    sender = InvoiceSender.objects.first()
    if not statement.order.is_for_partner:
        raise NotInThisState("paid_to_partner", "These hours are payable to the organisation, which invoices you.")
    if not statement.total_net_pence:
        raise NotInThisState("nothing_due", "Nothing is due for this quarter, so there is nothing to invoice.")
    if sender is None:
        raise NotInThisState("sender_missing", "Say first who issues invoices, and how they are paid.")
    if statement.vat_pence and not sender.vat_number:
        message = "VAT is due, so an invoice needs a VAT registration number. Say first which one yours is."
        raise NotInThisState("vat_number_missing", message)
    if queries.standing_invoice(statement):
        raise Conflict("invoice_stands", "This quarter is invoiced already. Cancel that invoice first.")
    return _issue(
        by=by,
        at=at,
        statement=statement,
        net_pence=statement.total_net_pence,
        vat_pence=statement.vat_pence,
        body=documents.invoice_body(statement, sender),
    )


@transaction.atomic
def cancel_invoice(*, by: User, at: datetime, invoice_id: int, reason: str) -> OrderInvoice:
    """Cancel an invoice by a credit note with its amounts negated; the statement can then be invoiced again.

    Raises Conflict `cancelled_already` or `invoice_paid`, and NotInThisState for what is itself a cancellation.
    """
    order_rules.check_keeps(by)
    lock(LockName.INVOICES)
    invoice = OrderInvoice.objects.select_related("statement").get(pk=invoice_id)
    if invoice.cancels_id is not None:
        raise NotInThisState("is_cancellation", "This cancels another one. Issue the invoice again instead.")
    if OrderInvoice.objects.filter(cancels=invoice).exists():
        raise Conflict("cancelled_already", f"{invoice} is cancelled already.")
    if queries.received_for([invoice]).get(invoice.pk):
        message = "Money came in for this invoice. Reverse the receipt in the ledger first."
        raise Conflict("invoice_paid", message)
    return _issue(
        by=by,
        at=at,
        statement=invoice.statement,
        net_pence=-invoice.net_pence,
        vat_pence=-invoice.vat_pence,
        body=documents.cancelling_body(invoice),
        cancels=invoice,
        reason=clean_line(reason),
    )


def _issue(*, by: User, at: datetime, statement: DeliveryStatement, **facts: Any) -> OrderInvoice:
    number = (OrderInvoice.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    return OrderInvoice.objects.create(
        number=number, statement=statement, issued_on=today(at), issued_by=by, issued_at=at, **facts
    )


@transaction.atomic
def receive_payment(
    *, by: User, at: datetime, invoice_id: int, line: IncomeLine, day: date, reference: str = ""
) -> InvoicePayment:
    """Enter in the ledger that an invoice was paid: its amount without VAT, as a receipt of an income line.

    Raises Conflict `invoice_paid`, NotInThisState for what cannot be paid, DomainError for another stream's line and
    the day, and Conflict `month_closed`.
    """
    order_rules.check_keeps(by)
    lock(LockName.INVOICES)
    invoice = OrderInvoice.objects.select_related("statement__order").get(pk=invoice_id)
    if invoice.is_credit_note or OrderInvoice.objects.filter(cancels=invoice).exists() or invoice.cancels_id:
        raise NotInThisState("invoice_not_payable", "This is a credit note or was cancelled, so nobody pays it.")
    if queries.received_for([invoice]).get(invoice.pk):
        raise Conflict("invoice_paid", "This invoice is paid already.")
    if line.stream_id != invoice.statement.order.stream_id:
        raise DomainError("line_of_another_stream", "Select an income line of the order's funding stream.", "line")
    receipt = income_operations.receive(
        by=by, at=at, line_id=line.pk, day=day, amount_pence=invoice.net_pence, reference=reference or str(invoice)
    )
    return InvoicePayment.objects.create(invoice=invoice, receipt=receipt)


@transaction.atomic
def link_payment(*, by: User, statement_id: int, number: str) -> StatementPayment:
    """Say that an approved entry of spend, by its number in the ledger, pays for hours that were signed off.

    Raises DomainError on `number`, and NotInThisState for hours that the organisation pays for.
    """
    order_rules.check_keeps(by)
    statement = DeliveryStatement.objects.select_for_update(of=("self",)).select_related("order").get(pk=statement_id)
    if statement.order.is_for_partner:
        raise NotInThisState("paid_by_partner", "The organisation pays for these hours, by an invoice.")
    typed = clean_line(number).upper().removeprefix("SP-")
    is_number = typed.isascii() and typed.isdecimal() and len(typed) < 16
    entries = SpendEntry.objects.visible_to(by).approved()
    entry = entries.filter(pk=int(typed), reverses=None).first() if is_number else None
    if entry is None:
        message = "There is no approved entry of this number. It stands in the ledger, like SP-1457."
        raise DomainError("entry_unknown", message, "number")
    if entry.stream_id != statement.order.stream_id:
        message = "This entry is paid from another funding stream than the order."
        raise DomainError("entry_of_another_stream", message, "number")
    if SpendEntry.objects.approved().filter(reverses=entry).exists():
        raise DomainError("entry_reversed", "This entry was reversed, so it paid for nothing.", "number")
    if StatementPayment.objects.filter(entry=entry).exists():
        raise DomainError("entry_linked_already", "This entry pays for a quarter of an order already.", "number")
    link = StatementPayment(statement=statement, entry=entry)
    save_row(link)
    return link


@transaction.atomic
def unlink_payment(*, by: User, payment_id: int) -> DeliveryStatement:
    """Say that an entry did not pay for a statement after all; gives the statement. Raises ChangedMeanwhile."""
    order_rules.check_keeps(by)
    link = locked_row(StatementPayment, payment_id)
    statement = link.statement
    link.delete()
    return statement
