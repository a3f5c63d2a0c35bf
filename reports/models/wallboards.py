"""Wallboards: figures on a screen in a room, at an address that needs no signing in."""

from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from hotspot.core.models import User, tracked
from hotspot.core.permissions import Permission
from hotspots.models import District, Programme


class WallboardQuerySet(models.QuerySet["Wallboard"]):
    def visible_to(self, user: User) -> Self:
        """All of them for who keeps them."""
        return self if user.may(Permission.KEEP_WALLBOARDS) else self.none()

    def in_use(self, day: date) -> Self:
        """Those whose address works on a day."""
        return self.filter(Q(last_day__isnull=True) | Q(last_day__gte=day), revoked_at__isnull=True)


@tracked(exclude=("token_hash", "last_read_at"))
class Wallboard(models.Model):
    """What a screen shows: cards of a programme and some districts (none: all), by their codes, in order.

    Its address holds a token, of which only the SHA-256 is kept. It works to the end of `last_day` (None: until it is
    revoked). `last_read_at` is kept by the minute.
    """

    class Span(models.TextChoices):
        MONTH = "month", "This month"
        LAUNCH = "launch", "Since the programme began"

    name = models.CharField(max_length=80)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    districts = models.ManyToManyField(District, through="WallboardDistrict", related_name="+")
    span = models.CharField("period", max_length=6, choices=Span, default=Span.MONTH)
    cards = ArrayField(models.CharField(max_length=30))
    token_hash = models.CharField(max_length=64, unique=True)
    last_day = models.DateField("works until", null=True, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_read_at = models.DateTimeField(null=True, blank=True)

    objects = WallboardQuerySet.as_manager()

    class Meta:
        ordering = (Lower("name"), "id")
        constraints = (
            models.UniqueConstraint(
                Lower("name"),
                condition=Q(revoked_at__isnull=True),
                name="wallboard_name_once",
                violation_error_message="There is a wallboard of this name. Revoke it first, or choose another name.",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def is_in_use_on(self, day: date) -> bool:
        """Whether its address works on a day."""
        return self.revoked_at is None and (self.last_day is None or day <= self.last_day)


@tracked()
class WallboardDistrict(models.Model):
    """A district that a wallboard is about."""

    wallboard = models.ForeignKey(Wallboard, models.CASCADE, related_name="+")
    district = models.ForeignKey(District, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "wallboard"
        ordering = ("wallboard", "id")
        constraints = (models.UniqueConstraint(fields=("wallboard", "district"), name="wallboard_district_once"),)

    def __str__(self) -> str:
        return str(self.district)
