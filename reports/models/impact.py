"""Studies of impact: what changed in areas, beside what changed elsewhere, as it was asked and answered."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from hotspot.core.models import Job, User
from hotspot.core.permissions import Permission
from hotspots.models import Dataset, HotspotArea, IncidentCategory


class ImpactStudyQuerySet(models.QuerySet["ImpactStudy"]):
    def visible_to(self, user: User) -> Self:
        """All of them, for who may see police data."""
        return self if user.may(Permission.VIEW_INCIDENTS) else self.none()

    def quotable_by(self, user: User) -> Self:
        """Those with an answer, for who may publish what came of all their areas together."""
        return self.exclude(result={}) if user.may(Permission.PREPARE_STATEMENT) else self.none()


class ImpactStudy(models.Model):
    """A question about what changed in hotspot areas, and its answer: kept as it was asked, and never changed.

    Incidents of the `categories` are counted in two periods of whole months (given by their first days, both ends
    included): in the `areas`, in a ring of `buffer_metres` around them (0: none), and in the comparison. That is the
    `comparison_areas`, or without any the rest of the districts of the areas, outside every hotspot area.
    """

    name = models.CharField(max_length=120)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    dataset = models.CharField(max_length=10, choices=Dataset, default=Dataset.STREET)
    areas = models.ManyToManyField(HotspotArea, related_name="impact_studies")
    comparison_areas = models.ManyToManyField(HotspotArea, related_name="+", blank=True)
    categories = models.ManyToManyField(IncidentCategory, related_name="+")
    before_first = models.DateField()
    before_last = models.DateField()
    after_first = models.DateField()
    after_last = models.DateField()
    buffer_metres = models.PositiveSmallIntegerField(default=0)
    job = models.ForeignKey(Job, models.PROTECT, null=True, blank=True, related_name="+")
    result = models.JSONField(default=dict, blank=True)

    objects = ImpactStudyQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name_plural = "impact studies"
        constraints = (
            models.CheckConstraint(
                condition=Q(before_first__lte=F("before_last"))
                & Q(before_last__lt=F("after_first"))
                & Q(after_first__lte=F("after_last")),
                name="impact_periods_in_order",
            ),
            models.CheckConstraint(condition=Q(buffer_metres__lte=2_000), name="impact_buffer_in_bounds"),
        )

    def __str__(self) -> str:
        return self.name
