"""What the money of a programme is spent on: categories, caps, and entries that another person approves."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from hotspot.core.models import StoredFile, User, tracked
from hotspot.core.permissions import Permission
from hotspots import triggers
from hotspots.models.reference import DistrictAccess, FundingStream, HotspotArea, Programme


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
        triggers = (triggers.category_kind_fixed,)

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
    imported_from = models.ForeignKey(
        "hotspots.SpendImport", models.PROTECT, null=True, blank=True, related_name="entries"
    )

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
