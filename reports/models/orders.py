"""What was signed off of orders for patrols, the invoices issued for it, and the money that settles it."""

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q

from hotspot.core.models import User, tracked
from hotspots.models import IncomeReceipt, PatrolOrder, SpendEntry

_FIXED = pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update | pgtrigger.Delete)


class DeliveryStatementQuerySet(models.QuerySet["DeliveryStatement"]):
    def visible_to(self, user: User) -> Self:
        """Those of orders that somebody may see."""
        return self.filter(order__in=PatrolOrder.objects.visible_to(user))


class DeliveryStatement(models.Model):
    """What was delivered of an order in a quarter, as it was signed off. Never changed.

    Minutes and `net_pence` are those of the quarter itself, `carried_pence` what earlier quarters differed by since
    they were signed off. `body` has all of it: hours by month, lines of one rate, and the differences. It says nothing
    about a shift or a person. `behalf_reason` says why somebody of ours recorded the sign-off of the other side.
    """

    order = models.ForeignKey(PatrolOrder, models.PROTECT, related_name="statements")
    quarter = models.DateField("first day of the quarter")
    ordered_minutes = models.PositiveIntegerField()
    delivered_minutes = models.PositiveIntegerField()
    payable_minutes = models.PositiveIntegerField()
    net_pence = models.BigIntegerField("due for the quarter, in pence")
    carried_pence = models.BigIntegerField("carried from earlier quarters, in pence")
    vat_pence = models.BigIntegerField("VAT, in pence")
    body = models.JSONField()
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    behalf_reason = models.CharField("why it was recorded for them", max_length=500, blank=True)

    objects = DeliveryStatementQuerySet.as_manager()

    class Meta:
        ordering = ("order", "quarter")
        constraints = (
            models.UniqueConstraint(fields=("order", "quarter"), name="delivery_statement_once"),
            models.CheckConstraint(
                condition=Q(quarter__day=1, quarter__month__in=(1, 4, 7, 10)), name="delivery_statement_of_quarter"
            ),
            models.CheckConstraint(
                condition=Q(payable_minutes__lte=models.F("delivered_minutes")), name="delivery_statement_payable"
            ),
        )
        triggers = (_FIXED,)

    def __str__(self) -> str:
        return f"{self.order} {self.quarter:%B %Y}"

    @property
    def total_net_pence(self) -> int:
        """What is due without VAT: for the quarter and what is carried."""
        return self.net_pence + self.carried_pence

    @property
    def gross_pence(self) -> int:
        """What is due with VAT; below 0 where the organisation gets money back."""
        return self.total_net_pence + self.vat_pence


class OrderInvoiceQuerySet(models.QuerySet["OrderInvoice"]):
    def visible_to(self, user: User) -> Self:
        """Those of orders that somebody may see."""
        return self.filter(statement__order__in=PatrolOrder.objects.visible_to(user))


class OrderInvoice(models.Model):
    """An invoice, or a credit note where its amount is below 0, for a statement that was signed off. Never changed.

    `number` counts both from 1 without a gap. A credit note that `cancels` an invoice negates it, and says why;
    the statement can then be invoiced again. `body` is what the document says, a copy of all it was made of.
    """

    number = models.PositiveIntegerField(unique=True)
    statement = models.ForeignKey(DeliveryStatement, models.PROTECT, related_name="invoices")
    issued_on = models.DateField()
    net_pence = models.BigIntegerField("amount without VAT, in pence")
    vat_pence = models.BigIntegerField("VAT, in pence")
    body = models.JSONField()
    cancels = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="cancelled_by")
    reason = models.CharField("why it cancels", max_length=500, blank=True)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()

    objects = OrderInvoiceQuerySet.as_manager()

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.CheckConstraint(condition=Q(cancels=None) ^ ~Q(reason=""), name="order_invoice_cancels_with_reason"),
            models.CheckConstraint(condition=~Q(net_pence=0), name="order_invoice_of_something"),
        )
        triggers = (
            pgtrigger.Trigger(
                name="numbered_and_matching",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="PERFORM reports_check_invoice(NEW); RETURN NEW;",
            ),
            _FIXED,
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def is_credit_note(self) -> bool:
        """Whether it gives money back."""
        return self.net_pence < 0

    @property
    def reference(self) -> str:
        """The number people quote, like INV-00012, or CN-00013 for a credit note."""
        return f"{'CN' if self.is_credit_note else 'INV'}-{self.number:05d}"

    @property
    def kind_name(self) -> str:
        """What it is called."""
        return "Credit note" if self.is_credit_note else "Invoice"

    @property
    def gross_pence(self) -> int:
        """The amount with VAT."""
        return self.net_pence + self.vat_pence


class InvoicePayment(models.Model):
    """That a receipt of the ledger is the payment of an invoice, without its VAT. Never changed.

    Where the receipt is reversed in the ledger, the invoice is unpaid again.
    """

    invoice = models.ForeignKey(OrderInvoice, models.PROTECT, related_name="payments")
    receipt = models.OneToOneField(IncomeReceipt, models.PROTECT, related_name="invoice_payment")

    class Meta:
        ordering = ("invoice", "receipt")
        triggers = (_FIXED,)

    def __str__(self) -> str:
        return f"{self.invoice} by {self.receipt}"


@tracked()
class StatementPayment(models.Model):
    """That an approved entry of spend pays an organisation for hours that were signed off."""

    statement = models.ForeignKey(DeliveryStatement, models.PROTECT, related_name="payments")
    entry = models.OneToOneField(SpendEntry, models.PROTECT, related_name="statement_payment")

    class Meta:
        ordering = ("statement", "entry")

    def __str__(self) -> str:
        return f"{self.entry} for {self.statement}"
