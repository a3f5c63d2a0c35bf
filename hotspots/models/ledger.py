"""The ledger of a programme: its income by month, caps, entries of spend, and the months that are closed."""

from datetime import date
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q

from hotspot.core.calendar import Period
from hotspot.core.models import StoredFile, User, tracked
from hotspot.core.permissions import Permission
from hotspots import triggers
from hotspots.models.reference import DistrictAccess, FundingStream, HotspotArea, Programme

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
    """Money that a funding stream is to bring: a grant agreement, a council's contribution. Its months add up to it."""

    stream = models.ForeignKey(FundingStream, models.PROTECT, related_name="income")
    name = models.CharField(max_length=120)
    amount_pence = models.BigIntegerField("amount, in pence")

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


@tracked()
class SpendCategory(models.Model):
    """What money is spent on. Spend that is not patrol spend is what grants usually cap."""

    name = models.CharField(max_length=80, unique=True)
    is_patrol = models.BooleanField("patrol spend", default=False)
    is_offered = models.BooleanField("offered for new entries", default=True)
    position = models.PositiveSmallIntegerField("place in lists", default=100)

    class Meta:
        ordering = ("position", "name", "id")
        verbose_name_plural = "spend categories"

    def __str__(self) -> str:
        return self.name


@tracked()
class SpendCap(models.Model):
    """The most that may be spent on some categories: an amount, or a share of the income in hundredths of a per cent.

    Of one funding stream, or of the whole programme where `stream` is empty.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="caps")
    stream = models.ForeignKey(FundingStream, models.PROTECT, null=True, blank=True, related_name="caps")
    name = models.CharField(max_length=120)
    categories = models.ManyToManyField(SpendCategory, through="CapCategory", related_name="+")
    share = models.PositiveSmallIntegerField("share of the income, in hundredths of a per cent", null=True, blank=True)
    amount_pence = models.BigIntegerField("amount, in pence", null=True, blank=True)

    class Meta:
        ordering = ("programme", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("programme", "name"),
                name="spend_cap_name_unique",
                violation_error_message="The programme already has a cap of this name.",
            ),
            models.CheckConstraint(
                condition=Q(share=None, amount_pence__gte=0) | Q(share__lte=10_000, amount_pence=None),
                name="spend_cap_share_or_amount",
                violation_error_message="Enter either a share or an amount.",
            ),
        )

    def __str__(self) -> str:
        return self.name


@tracked()
class CapCategory(models.Model):
    """That a cap is on spend of a category."""

    cap = models.ForeignKey(SpendCap, models.CASCADE, related_name="parts")
    category = models.ForeignKey(SpendCategory, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("cap", "category")
        verbose_name_plural = "cap categories"
        constraints = (models.UniqueConstraint(fields=("cap", "category"), name="cap_category_once"),)

    def __str__(self) -> str:
        return f"{self.category} under {self.cap}"


class SpendEntryQuerySet(models.QuerySet["SpendEntry"]):
    def visible_to(self, user: User) -> Self:
        """Single entries: a supervisor's those of their districts' areas, for the PCC's office none."""
        if not user.may(Permission.VIEW_SPEND):
            return self.none()
        return self._of_districts(user)

    def counted_for(self, user: User) -> Self:
        """The entries whose sums somebody may see: all for the PCC's office, and otherwise those that they may see."""
        return self._of_districts(user) if user.may(Permission.VIEW_LEDGER) else self.none()

    def _of_districts(self, user: User) -> Self:
        if not user.has_own_districts:
            return self
        return self.filter(area__district__in=DistrictAccess.objects.filter(user=user).values("district"))

    def of_programme(self, programme: Programme) -> Self:
        """The entries of all its funding streams."""
        return self.filter(stream__programme=programme)

    def approved(self) -> Self:
        """The entries that count, reversals among them."""
        return self.filter(state=SpendEntry.State.APPROVED)

    def waiting(self) -> Self:
        """The entries that wait for approval."""
        return self.filter(state=SpendEntry.State.SUBMITTED)

    def undecided(self) -> Self:
        """The entries that keep their month from being closed."""
        return self.filter(state__in=(SpendEntry.State.DRAFT, SpendEntry.State.SUBMITTED))

    def with_facts(self) -> Self:
        """The entries, each with what a list says of it."""
        related = ("stream__programme", "category", "area__district", "entered_by", "decided_by")
        return self.select_related(*related).defer("area__boundary", "area__district__outline")


@tracked(exclude=("cost_pence",))
class SpendEntry(models.Model):
    """Money that was spent, in pence without VAT, and the VAT on it. Approved by another person than entered it.

    `cost_pence` is what it costs the programme: with the VAT, unless that is recovered. `supplier` and `reference` are
    those of the finance system. An approved entry is not changed or deleted; an entry that `reverses` it has its
    amounts negated and a `reason`, and is approved like others. `entered_by` is who wrote its facts last.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Waiting for approval"
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Refused"

    stream = models.ForeignKey(FundingStream, models.PROTECT, related_name="spend")
    day = models.DateField("date")
    category = models.ForeignKey(SpendCategory, models.PROTECT, related_name="spend")
    area = models.ForeignKey(HotspotArea, models.PROTECT, null=True, blank=True, related_name="spend")
    supplier = models.CharField("supplier reference", max_length=80, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    description = models.CharField(max_length=500)
    net_pence = models.BigIntegerField("net amount, in pence")
    vat_pence = models.BigIntegerField("VAT, in pence")
    vat_recoverable = models.BooleanField("VAT is recovered")
    cost_pence = models.GeneratedField(
        expression=models.Case(
            models.When(vat_recoverable=True, then=F("net_pence")), default=F("net_pence") + F("vat_pence")
        ),
        output_field=models.BigIntegerField("cost, in pence"),
        db_persist=True,
    )
    document = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField("why it was refused", max_length=500, blank=True)
    reverses = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reversals")
    reason = models.CharField("why it reverses", max_length=500, blank=True)

    objects = SpendEntryQuerySet.as_manager()

    class Meta:
        ordering = ("-day", "-id")
        verbose_name_plural = "spend entries"
        indexes = (
            models.Index(fields=("-day", "-id"), name="spend_newest"),
            models.Index(
                fields=("stream", "category", "day"),
                include=("cost_pence", "area"),
                condition=Q(state="approved"),
                name="spend_sums",
            ),
            models.Index(fields=("day", "id"), condition=Q(state="submitted"), name="spend_waiting"),
            models.Index(fields=("reference", "day"), condition=~Q(reference=""), name="spend_by_reference"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted", "approved", "refused"]), name="spend_entry_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(net_pence=0, vat_pence=0)
                & (
                    Q(reverses=None, net_pence__gte=0, vat_pence__gte=0)
                    | Q(reverses__isnull=False, net_pence__lte=0, vat_pence__lte=0)
                ),
                name="spend_entry_amounts",
                violation_error_message="The amount must be more than £0.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted"], decided_by=None, decided_at=None)
                | Q(state__in=["approved", "refused"], decided_by__isnull=False, decided_at__isnull=False),
                name="spend_entry_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=F("entered_by")),
                name="spend_entry_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(submitted_at__isnull=False), name="spend_entry_submitted"
            ),
            models.CheckConstraint(
                condition=Q(state="refused") ^ Q(refusal=""), name="spend_entry_refused_with_reason"
            ),
            models.CheckConstraint(condition=Q(reverses=None) ^ ~Q(reason=""), name="spend_entry_reversed_with_reason"),
            models.UniqueConstraint(
                fields=("reverses",), condition=~Q(state="refused"), name="spend_entry_reversed_once"
            ),
        )
        triggers = (
            triggers.open_month("{row}.stream_id", "{row}.day"),
            triggers.approved_is_fixed,
            triggers.approved_is_kept,
            triggers.reverses_its_like,
        )

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number people quote, like SP-1457."""
        return f"SP-{self.pk}"

    @property
    def is_reversal(self) -> bool:
        """Whether it takes another entry back."""
        return self.reverses_id is not None

    @property
    def can_be_changed(self) -> bool:
        """Whether its facts can still be written: as a draft, or after it was refused. Never those of a reversal."""
        return self.state in (self.State.DRAFT, self.State.REFUSED) and not self.is_reversal
