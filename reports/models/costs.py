"""What patrols cost in months that are closed, as it was when they were. The database freezes it with the closing."""

import pgtrigger
from django.db import models

from hotspots.models import ClosedMonth, FundingStream, HotspotArea
from patrols.models import CrewRole, RateType

_KEPT = pgtrigger.Protect(name="frozen", operation=pgtrigger.Update | pgtrigger.Delete)


class FrozenMonth(models.Model):
    """How far the history of what costs are made of had come when a month was closed: the last event of each kind.

    Events that came after it are what was changed since, whatever clock the closing went by.
    """

    closed_month = models.OneToOneField(ClosedMonth, models.PROTECT, related_name="frozen")
    shift_event = models.BigIntegerField()
    crew_event = models.BigIntegerField()
    rate_event = models.BigIntegerField()
    rule_event = models.BigIntegerField()
    holiday_event = models.BigIntegerField()

    class Meta:
        ordering = ("closed_month",)
        triggers = (_KEPT,)

    def __str__(self) -> str:
        return str(self.closed_month)


class FrozenCost(models.Model):
    """The time of one role, paid by one stream at one rate, in an area's closed month, and what it cost.

    `number` is how many places in crews it was. Without a rate, `hour_pence` and `pence` are None; without a rule,
    `rate_type` is empty. Nothing in Python writes these rows: a trigger does, as the month is closed.
    """

    closed_month = models.ForeignKey(ClosedMonth, models.PROTECT, related_name="costs")
    area = models.ForeignKey(HotspotArea, models.PROTECT, related_name="+")
    funding_stream = models.ForeignKey(FundingStream, models.PROTECT, related_name="+")
    role = models.CharField(max_length=30, choices=CrewRole)
    rate_type = models.CharField(max_length=20, choices=RateType, blank=True)
    hour_pence = models.PositiveIntegerField(null=True)
    number = models.PositiveIntegerField()
    minutes = models.PositiveIntegerField()
    pence = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("closed_month", "area", "funding_stream", "role", "rate_type", "hour_pence")
        constraints = (
            models.UniqueConstraint(
                fields=("closed_month", "area", "funding_stream", "role", "rate_type", "hour_pence"),
                name="frozen_cost_once",
                nulls_distinct=False,
            ),
        )
        triggers = (_KEPT,)

    def __str__(self) -> str:
        return f"{self.closed_month}: {self.minutes} minutes of {self.get_role_display()}"


class FrozenPatrols(models.Model):
    """How many patrols an area had in a closed month, when it was closed."""

    closed_month = models.ForeignKey(ClosedMonth, models.PROTECT, related_name="patrols")
    area = models.ForeignKey(HotspotArea, models.PROTECT, related_name="+")
    patrols = models.PositiveIntegerField()

    class Meta:
        ordering = ("closed_month", "area")
        verbose_name_plural = "frozen patrols"
        constraints = (models.UniqueConstraint(fields=("closed_month", "area"), name="frozen_patrols_once"),)
        triggers = (_KEPT,)

    def __str__(self) -> str:
        return f"{self.closed_month}: {self.patrols}"
