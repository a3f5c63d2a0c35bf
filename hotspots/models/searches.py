"""Published stop and searches, month by month. What files say about the person is not kept: nothing here needs it."""

from typing import Self

from django.db import models
from django.db.models import Q

from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.models.incidents import IncidentFile
from hotspots.models.reference import District


class SearchMonthQuerySet(models.QuerySet["SearchMonth"]):
    def visible_to(self, user: User) -> Self:
        """Everything, for who may see police data."""
        return self if user.may(Permission.VIEW_INCIDENTS) else self.none()

    def current(self) -> Self:
        """The months as they were released last."""
        return self.filter(replaced_at__isnull=True)


class SearchMonth(models.Model):
    """A month of stop and searches as one file has it. A later release replaces it: then its searches are gone.

    `rows` counts all searches, `located` those with a place, `elsewhere` those of them outside the districts.
    """

    month = models.DateField()
    source = models.ForeignKey(IncidentFile, models.PROTECT, related_name="search_months")
    member = models.CharField("name of the file", max_length=200)
    loaded_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)
    rows = models.PositiveIntegerField()
    located = models.PositiveIntegerField()
    elsewhere = models.PositiveIntegerField()
    differences = models.JSONField(null=True, blank=True)

    objects = SearchMonthQuerySet.as_manager()

    class Meta:
        ordering = ("-month",)
        constraints = (
            models.UniqueConstraint(
                fields=("month",), condition=Q(replaced_at__isnull=True), name="search_month_current_once"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="search_month_on_first"),
        )

    def __str__(self) -> str:
        return f"{self.month:%B %Y}"


class PublishedSearch(models.Model):
    """One stop and search. Its place is an anonymous map point near it, or unknown; two can be the same."""

    month = models.ForeignKey(SearchMonth, models.PROTECT, related_name="searches")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    district = models.ForeignKey(District, models.PROTECT, null=True, related_name="+", db_index=False)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    legislation = models.CharField(max_length=120)
    sought = models.CharField("object of search", max_length=120)
    outcome = models.CharField(max_length=120)
    is_linked = models.BooleanField("outcome linked to object", null=True)

    class Meta:
        verbose_name_plural = "published searches"
        constraints = (
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(longitude__range=(-9, 2), latitude__range=(49, 61)),
                name="search_in_britain_or_nowhere",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind}, {self.sought}"
