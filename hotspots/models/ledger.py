"""The ledger of a programme: its income by month, what came in, and the months that are closed."""

from datetime import date
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q

from hotspot.core.calendar import Period
from hotspot.core.models import User, tracked
from hotspot.core.permissions import Permission
from hotspots import triggers
from hotspots.models.reference import FundingStream, Programme

_STREAM_OF_LINE = "(SELECT stream_id FROM hotspots_incomeline WHERE id = {row}.line_id)"


class MonthClosing(models.Model):
    """What preparing and closing a month share: how many entries it had, and what they and its receipts add up to."""

    month = models.DateField()
    entries = models.PositiveIntegerField("approved entries")
    spend_pence = models.BigIntegerField("spend, in pence")
    received_pence = models.BigIntegerField("received, in pence")
    prepared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.month:%B %Y}"

    @property
    def period(self) -> Period:
        """First to last day of the month."""
        return Period.month(self.month)


class ClosedMonthQuerySet(models.QuerySet["ClosedMonth"]):
    def visible_to(self, user: User) -> Self:
        """All of them, for who may see the ledger."""
        return self if user.may(Permission.VIEW_LEDGER) else self.none()

    def has(self, programme: Programme, day: date) -> bool:
        """Whether the month of this day is closed."""
        return self.filter(programme=programme, month=day.replace(day=1)).exists()


class ClosedMonth(MonthClosing):
    """A month of a programme whose money stays as it is: prepared by one person, closed by another, for good.

    Nothing of it is added, changed or deleted after that (`hotspots.triggers`); a mistake is reversed in a later month.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="closed_months")
    closed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField()

    objects = ClosedMonthQuerySet.as_manager()

    class Meta:
        ordering = ("programme", "-month")
        constraints = (
            models.UniqueConstraint(fields=("programme", "month"), name="closed_month_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="closed_month_on_first"),
            models.CheckConstraint(condition=~Q(closed_by=F("prepared_by")), name="closed_month_by_another"),
        )
        triggers = (
            triggers.nothing_waits,
            pgtrigger.Protect(name="never_reopened", operation=pgtrigger.Update | pgtrigger.Delete),
        )


@tracked()
class PreparedMonth(MonthClosing):
    """That somebody has gone through a month, which waits for a second person to close it."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="prepared_months")

    class Meta:
        ordering = ("programme", "-month")
        constraints = (
            models.UniqueConstraint(fields=("programme", "month"), name="prepared_month_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="prepared_month_on_first"),
        )


class IncomeLineQuerySet(models.QuerySet["IncomeLine"]):
    def visible_to(self, user: User) -> Self:
        """All of them, for who may see the ledger of more than their own districts."""
        return self if user.may(Permission.VIEW_LEDGER) and not user.has_own_districts else self.none()


@tracked()
class IncomeLine(models.Model):
    """Money that a funding stream is to bring: a grant agreement, a council's contribution. Its months add up to it.

    `profiles` counts how often its months were shared out, so that a change of those is one of the line as well.
    """

    stream = models.ForeignKey(FundingStream, models.PROTECT, related_name="income")
    name = models.CharField(max_length=120)
    amount_pence = models.BigIntegerField("amount, in pence")
    profiles = models.PositiveIntegerField("times that its months were set", default=0)

    objects = IncomeLineQuerySet.as_manager()

    class Meta:
        ordering = ("stream", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("stream", "name"),
                name="income_line_name_unique",
                violation_error_message="The funding stream already has an income line of this name.",
            ),
            models.CheckConstraint(
                condition=Q(amount_pence__gt=0),
                name="income_line_positive",
                violation_error_message="The amount must be more than £0.",
            ),
        )
        triggers = (
            triggers.adds_up("line_adds_up", "{row}.id"),
            pgtrigger.ReadOnly(name="line_stream_fixed", fields=["stream"]),
        )

    def __str__(self) -> str:
        return self.name


@tracked()
class IncomeMonth(models.Model):
    """What of an income line is expected in a month. Months without a row expect nothing."""

    line = models.ForeignKey(IncomeLine, models.PROTECT, related_name="months")
    month = models.DateField()
    pence = models.BigIntegerField("expected, in pence")

    class Meta:
        ordering = ("line", "month")
        constraints = (
            models.UniqueConstraint(fields=("line", "month"), name="income_month_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="income_month_on_first"),
            models.CheckConstraint(condition=Q(pence__gt=0), name="income_month_positive"),
        )
        triggers = (
            triggers.open_month(_STREAM_OF_LINE, "{row}.month"),
            triggers.adds_up("months_add_up", "{row}.line_id"),
        )

    def __str__(self) -> str:
        return f"{self.line} {self.month:%B %Y}"


class IncomeReceipt(models.Model):
    """Money of an income line that came in. Never changed: a mistake is reversed, once."""

    line = models.ForeignKey(IncomeLine, models.PROTECT, related_name="receipts")
    day = models.DateField("received on")
    pence = models.BigIntegerField("amount, in pence")
    reference = models.CharField(max_length=80, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversal")
    reason = models.CharField(max_length=500, blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ("-day", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(reverses=None, pence__gt=0, reason="")
                | Q(reverses__isnull=False, pence__lt=0) & ~Q(reason=""),
                name="income_receipt_amount",
            ),
        )
        triggers = (
            triggers.open_month(_STREAM_OF_LINE, "{row}.day", before=False),
            triggers.receipt_reverses_its_like,
            pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update | pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"{self.line} {self.day}"
