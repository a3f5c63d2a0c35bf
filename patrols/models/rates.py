"""What an hour of patrol costs: hourly rates, which of them time is paid at, and bank holidays, each from a day on."""

import pgtrigger
from django.db import models
from django.db.models import Q

from hotspot.core.models import tracked
from hotspots.models import FundingStream
from patrols.models.shifts import CrewRole

MOST_PENCE = 100_000
"""£1,000 an hour: no rate is above that, and a sum of them stays within what the database counts in."""


class RateType(models.TextChoices):
    """What kind of time an hourly rate is for."""

    PLAIN_TIME = "plain_time", "Plain time"
    OVERTIME = "overtime", "Overtime"
    REST_DAY = "rest_day", "Rest day"
    BANK_HOLIDAY = "bank_holiday", "Bank holiday"
    COUNCIL = "council", "Council"


@tracked()
class HourlyRate(models.Model):
    """What an hour of one type costs, for one role and funding stream, from a day until a later rate replaces it.

    `hour_pence` are whole pence; None says that there is no rate from then on. `source` says where the rate comes
    from, and `reason` why it was entered for days that had another one.
    """

    funding_stream = models.ForeignKey(FundingStream, models.PROTECT, related_name="hourly_rates")
    role = models.CharField(max_length=30, choices=CrewRole)
    rate_type = models.CharField("type of time", max_length=20, choices=RateType)
    first_day = models.DateField("from")
    hour_pence = models.PositiveIntegerField("rate an hour, in pence", null=True, blank=True)
    source = models.CharField(max_length=200)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("funding_stream", "role", "rate_type", "-first_day")
        constraints = (
            models.UniqueConstraint(
                fields=("funding_stream", "role", "rate_type", "first_day"),
                name="hourly_rate_unique",
                violation_error_message="There is a rate from this day already.",
            ),
            models.CheckConstraint(condition=Q(role__in=CrewRole.values), name="hourly_rate_role_known"),
            models.CheckConstraint(condition=Q(rate_type__in=RateType.values), name="hourly_rate_type_known"),
            models.CheckConstraint(
                condition=Q(hour_pence__isnull=True) | Q(hour_pence__range=(1, MOST_PENCE)),
                name="hourly_rate_in_bounds",
                violation_error_message="An hourly rate must be from 1p to £1,000.",
            ),
        )
        triggers = (pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),)

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.get_rate_type_display().lower()}, from {self.first_day:%d %B %Y}"


@tracked()
class PayRule(models.Model):
    """Which type of time a stream pays a role for, from a day until a later rule replaces it.

    `ordinary` is the type of all days but bank holidays, `bank_holiday` that of bank holidays.
    """

    funding_stream = models.ForeignKey(FundingStream, models.PROTECT, related_name="pay_rules")
    role = models.CharField(max_length=30, choices=CrewRole)
    first_day = models.DateField("from")
    ordinary = models.CharField("on ordinary days", max_length=20, choices=RateType)
    bank_holiday = models.CharField("on bank holidays", max_length=20, choices=RateType)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("funding_stream", "role", "-first_day")
        constraints = (
            models.UniqueConstraint(
                fields=("funding_stream", "role", "first_day"),
                name="pay_rule_unique",
                violation_error_message="There is a rule from this day already.",
            ),
            models.CheckConstraint(condition=Q(role__in=CrewRole.values), name="pay_rule_role_known"),
            models.CheckConstraint(
                condition=Q(ordinary__in=RateType.values, bank_holiday__in=RateType.values),
                name="pay_rule_types_known",
            ),
        )
        triggers = (pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),)

    def __str__(self) -> str:
        return f"{self.get_role_display()} from {self.first_day:%d %B %Y}"


@tracked()
class BankHoliday(models.Model):
    """A bank holiday in England and Wales. The administrator keeps the list."""

    day = models.DateField(unique=True, error_messages={"unique": "This day is in the list already."})
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ("-day",)

    def __str__(self) -> str:
        return f"{self.name}, {self.day:%d %B %Y}"
