"""Paid-for patrols: the organisations that pay for them or are paid, and what was agreed with each."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hotspot.core.calendar import Period
from hotspot.core.models import User, tracked
from hotspot.core.permissions import Permission
from hotspots import triggers
from hotspots.models.reference import FundingStream, HotspotArea, Programme

MOST_HOUR_PENCE = 100_000
"""£1,000 an hour, as for hourly rates: no order is above that."""


class PartnerOrganisationQuerySet(models.QuerySet["PartnerOrganisation"]):
    def visible_to(self, user: User) -> Self:
        """All of them, or for somebody of a partner organisation their own."""
        if user.may(Permission.VIEW_ALL_ORDERS):
            return self
        if not user.may(Permission.VIEW_ORDERS):
            return self.none()
        return self.filter(pk__in=PartnerPerson.objects.filter(user=user).values("organisation"))


@tracked()
class PartnerOrganisation(models.Model):
    """A council, a Business Improvement District, a parish or another body. Its address is that of its invoices."""

    class Kind(models.TextChoices):
        COUNCIL = "council", "Council"
        BID = "bid", "Business Improvement District"
        PARISH = "parish", "Parish or town council"
        OTHER = "other", "Other"

    name = models.CharField(
        max_length=120, unique=True, error_messages={"unique": "There is an organisation of this name already."}
    )
    kind = models.CharField(max_length=20, choices=Kind)
    address = models.TextField("address for invoices", max_length=500)

    objects = PartnerOrganisationQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


@tracked()
class PartnerPerson(models.Model):
    """That somebody belongs to a partner organisation: they see its orders and no others."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="partner_person")
    organisation = models.ForeignKey(PartnerOrganisation, models.PROTECT, related_name="people")

    class Meta:
        ordering = ("organisation", "user")
        verbose_name_plural = "partner people"

    def __str__(self) -> str:
        return f"{self.user} of {self.organisation}"


class PatrolOrderQuerySet(models.QuerySet["PatrolOrder"]):
    def visible_to(self, user: User) -> Self:
        """All orders, or for somebody of a partner organisation those of their own that were not withdrawn."""
        found = self.filter(organisation__in=PartnerOrganisation.objects.visible_to(user))
        return found.standing() if user.has_own_orders else found

    def standing(self) -> Self:
        """Those that were not withdrawn."""
        return self.filter(withdrawal="")


@tracked()
class PatrolOrder(models.Model):
    """Hours of patrol that were agreed with an organisation, from its first to its last day, in areas or everywhere.

    Where the force patrols for it, the organisation owes; where its officers patrol for the programme, the programme
    owes. `hour_pence` is the rate of an hour until a later one (`OrderRate`) replaces it; `vat_hundredths` is the rate
    of VAT in hundredths of a per cent; with `charges_over` hours beyond those ordered for a quarter are due as well.
    `reference` is the organisation's own number. `withdrawal` says why an order that was made by mistake counts
    nothing; one that ends early is given another last day.
    """

    class Direction(models.TextChoices):
        FOR_PARTNER = "for_partner", "The force patrols, and the organisation pays"
        BY_PARTNER = "by_partner", "The organisation’s officers patrol, and the programme pays"

    organisation = models.ForeignKey(PartnerOrganisation, models.PROTECT, related_name="orders")
    stream = models.ForeignKey(FundingStream, models.PROTECT, related_name="orders")
    direction = models.CharField(max_length=20, choices=Direction)
    reference = models.CharField("their reference", max_length=80, blank=True)
    is_force_wide = models.BooleanField("in all areas", default=False)
    first_day = models.DateField()
    last_day = models.DateField()
    hour_pence = models.PositiveIntegerField("rate an hour, in pence")
    vat_hundredths = models.PositiveSmallIntegerField("VAT, in hundredths of a per cent", default=0)
    charges_over = models.BooleanField("hours beyond those ordered are due", default=False)
    withdrawal = models.CharField("why it was withdrawn", max_length=500, blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = PatrolOrderQuerySet.as_manager()

    class Meta:
        ordering = ("organisation__name", "-first_day", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="patrol_order_ends_after_start",
                violation_error_message="The last day must be the same as or after the first day.",
            ),
            models.CheckConstraint(
                condition=Q(direction__in=["for_partner", "by_partner"]), name="patrol_order_direction_known"
            ),
            models.CheckConstraint(
                condition=Q(hour_pence__range=(1, MOST_HOUR_PENCE)),
                name="patrol_order_rate_in_bounds",
                violation_error_message="A rate an hour must be from 1p to £1,000.",
            ),
            models.CheckConstraint(condition=Q(vat_hundredths__lte=10_000), name="patrol_order_vat_in_bounds"),
        )
        triggers = (
            pgtrigger.ReadOnly(name="order_parties_fixed", fields=["organisation", "stream", "direction"]),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            triggers.one_order_a_minute("one_order_a_minute", "NEW.id"),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number people quote, like PO-14."""
        return f"PO-{self.pk}"

    @property
    def days(self) -> Period:
        """First to last day."""
        return Period(self.first_day, self.last_day)

    @property
    def programme(self) -> Programme:
        """The programme whose patrols it is about."""
        return self.stream.programme

    @property
    def is_for_partner(self) -> bool:
        """Whether the force patrols and the organisation pays."""
        return self.direction == self.Direction.FOR_PARTNER


@tracked()
class OrderArea(models.Model):
    """That an order is for patrols in a hotspot area."""

    order = models.ForeignKey(PatrolOrder, models.PROTECT, related_name="places")
    area = models.ForeignKey(HotspotArea, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("order", "area")
        constraints = (models.UniqueConstraint(fields=("order", "area"), name="order_area_once"),)
        triggers = (triggers.one_order_a_minute("one_order_a_minute", "NEW.order_id"),)

    def __str__(self) -> str:
        return f"{self.order} in {self.area}"


@tracked()
class OrderMonth(models.Model):
    """A block of hours: what was ordered for a month, in minutes. Months without a row have none."""

    order = models.ForeignKey(PatrolOrder, models.PROTECT, related_name="months")
    month = models.DateField()
    minutes = models.PositiveIntegerField("ordered, in minutes")

    class Meta:
        ordering = ("order", "month")
        constraints = (
            models.UniqueConstraint(fields=("order", "month"), name="order_month_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="order_month_on_first"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="order_month_positive"),
        )

    def __str__(self) -> str:
        return f"{self.order} {self.month:%B %Y}"


@tracked()
class OrderRate(models.Model):
    """Another rate of an hour, from a day of the order until a later one replaces it."""

    order = models.ForeignKey(PatrolOrder, models.PROTECT, related_name="rates")
    first_day = models.DateField("from")
    hour_pence = models.PositiveIntegerField("rate an hour, in pence")
    reason = models.CharField("why it changes", max_length=500)

    class Meta:
        ordering = ("order", "first_day")
        constraints = (
            models.UniqueConstraint(
                fields=("order", "first_day"),
                name="order_rate_once",
                violation_error_message="There is a rate from this day already.",
            ),
            models.CheckConstraint(
                condition=Q(hour_pence__range=(1, MOST_HOUR_PENCE)),
                name="order_rate_in_bounds",
                violation_error_message="A rate an hour must be from 1p to £1,000.",
            ),
        )
        triggers = (pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),)

    def __str__(self) -> str:
        return f"{self.order} from {self.first_day:%d %B %Y}"


@tracked()
class InvoiceSender(models.Model):
    """Who issues invoices: one row, of which every invoice keeps a copy. `payment` says how to pay it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=120)
    address = models.TextField(max_length=500)
    vat_number = models.CharField("VAT registration number", max_length=20, blank=True)
    payment = models.TextField("how to pay", max_length=500)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="invoice_sender_one"),)

    def __str__(self) -> str:
        return self.name
