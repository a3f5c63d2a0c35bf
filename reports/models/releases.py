"""The release calendar: what will be published when, announced beforehand, and what became of it."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hotspot.core.models import User, tracked
from hotspot.core.permissions import Permission
from hotspots.models import Programme
from reports.models.statements import Statement


class AnnouncedReleaseQuerySet(models.QuerySet["AnnouncedRelease"]):
    def visible_to(self, user: User) -> Self:
        """All, for everybody who sees figures: an announcement is there to be read."""
        return self if user.may(Permission.VIEW_FIGURES) else self.none()

    def standing(self) -> Self:
        """Those that were not cancelled."""
        return self.filter(cancelled_at__isnull=True)


@tracked()
class AnnouncedRelease(models.Model):
    """An entry of the release calendar: a title, the period it is of, and the month or the moment of its release.

    `month` is the first day of the month; `release_at` None: that month is provisional. `statement` is what was
    prepared for it. A cancelled one stays, with the reason of its last change.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="announced_releases")
    title = models.CharField(max_length=120)
    period = models.CharField(max_length=60)
    month = models.DateField()
    release_at = models.DateTimeField(null=True, blank=True)
    statement = models.OneToOneField(Statement, models.PROTECT, null=True, blank=True, related_name="announced_release")
    announced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    announced_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = AnnouncedReleaseQuerySet.as_manager()

    class Meta:
        ordering = ("month", F("release_at").asc(nulls_last=True), "id")
        constraints = (
            models.CheckConstraint(condition=Q(month__day=1), name="announced_release_month_begins"),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True) | Q(statement__isnull=True), name="announced_release_cancelled"
            ),
        )

    def __str__(self) -> str:
        return f"{self.title}, {self.period}"


class ReleaseChange(models.Model):
    """One change of what was announced: when it was to be, when it is to be (neither: cancelled), and why."""

    release = models.ForeignKey(AnnouncedRelease, models.PROTECT, related_name="changes")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    old_month = models.DateField()
    old_release_at = models.DateTimeField(null=True, blank=True)
    new_month = models.DateField(null=True, blank=True)
    new_release_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500)

    class Meta:
        ordering = ("at", "id")
        triggers = (pgtrigger.Protect(name="changes_stay", operation=pgtrigger.Update | pgtrigger.Delete),)

    def __str__(self) -> str:
        return f"{self.release}: {self.reason}"
