"""Curves of what followed visits of each length, as they were asked for and answered."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from hotspot.core.models import Job, User
from hotspot.core.permissions import Permission
from hotspots.models import HotspotArea, IncidentCategory


class KoperStudyQuerySet(models.QuerySet["KoperStudy"]):
    def visible_to(self, user: User) -> Self:
        """All of them, for who may see police data."""
        return self if user.may(Permission.VIEW_INCIDENTS) else self.none()


class KoperStudy(models.Model):
    """A question about the length of visits, and its answer: kept as it was asked, and never changed.

    Of visits to the `areas` from `first_day` to `last_day` (both included), it asks how long it took until the next
    incident of the `categories` there, watched for `follow_up` minutes each. Incidents are those of the force's own
    extract, which has times.
    """

    name = models.CharField(max_length=120)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    areas = models.ManyToManyField(HotspotArea, related_name="koper_studies")
    categories = models.ManyToManyField(IncidentCategory, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    follow_up = models.PositiveSmallIntegerField("minutes watched after a visit", default=30)
    job = models.ForeignKey(Job, models.PROTECT, null=True, blank=True, related_name="+")
    result = models.JSONField(default=dict, blank=True)

    objects = KoperStudyQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name_plural = "Koper studies"
        constraints = (
            models.CheckConstraint(condition=Q(first_day__lte=F("last_day")), name="koper_days_in_order"),
            models.CheckConstraint(condition=Q(follow_up__range=(10, 240)), name="koper_follow_up_in_bounds"),
        )

    def __str__(self) -> str:
        return self.name
