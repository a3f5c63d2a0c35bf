"""Visits to areas that files of positions show. The positions themselves are never kept."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from hotspot.core.models import User, tracked
from hotspot.core.permissions import Permission
from hotspots.models import HotspotArea
from patrols.functions import LondonDay
from patrols.models.shifts import PatrolShift


class PositionFileQuerySet(models.QuerySet["PositionFile"]):
    def visible_to(self, user: User) -> Self:
        """All of them, for who loads such files."""
        return self if user.may(Permission.LOAD_POSITIONS) else self.none()

    def counted(self) -> Self:
        """Those whose visits count."""
        return self.filter(state=PositionFile.State.KEPT)


@tracked()
class PositionFile(models.Model):
    """A file of positions that was read: what it held in numbers, and whether its visits count.

    `digest` is the SHA-256 of its content. Times without a zone were read by the clock that `zone` names. Between two
    fixes lie `interval_seconds` (the median); an absence of up to `tolerance_seconds` does not end a visit. Of its
    `fixes`, `repeated` had the time of another one of the same track and `outside` lay in no area; `too_short` stays
    were one fix long, which proves no length. `findings` are rows that could not be read, with their places in the
    file.
    """

    class State(models.TextChoices):
        CHECKED = "checked", "Not counted yet"
        KEPT = "kept", "Counted"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Zone(models.TextChoices):
        OWN = "own", "Only as the file says"
        UTC = "utc", "UTC"
        LONDON = "london", "London clock time"

    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.CHECKED)
    format = models.CharField(max_length=10)
    zone = models.CharField(max_length=10, choices=Zone, default=Zone.OWN)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    interval_seconds = models.PositiveIntegerField()
    tolerance_seconds = models.PositiveIntegerField()
    tracks = models.PositiveIntegerField()
    fixes = models.PositiveIntegerField()
    repeated = models.PositiveIntegerField()
    outside = models.PositiveIntegerField()
    too_short = models.PositiveIntegerField()
    findings = models.JSONField(default=list, blank=True)
    void_reason = models.CharField(max_length=500, blank=True)
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    voided_at = models.DateTimeField(null=True, blank=True)

    objects = PositionFileQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("digest",),
                condition=Q(state="kept"),
                name="position_file_counted_once",
                violation_error_message="This file is counted already.",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn") ^ Q(void_reason=""), name="position_file_withdrawn_with_reason"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_checked(self) -> bool:
        return self.state == self.State.CHECKED

    @property
    def is_kept(self) -> bool:
        return self.state == self.State.KEPT


class PositionVisit(models.Model):
    """A stay in an area that positions show: never whose it was, only when, and between which bounds.

    The unit was there at least from `first_seen` to `last_seen`. It came after `earliest_arrival`, its last fix
    elsewhere, and had gone by `latest_departure`, the next one; None where no fix near in time says so.
    """

    file = models.ForeignKey(PositionFile, models.PROTECT, related_name="visits")
    area = models.ForeignKey(HotspotArea, models.PROTECT, related_name="position_visits")
    shift = models.ForeignKey(PatrolShift, models.PROTECT, null=True, blank=True, related_name="position_visits")
    earliest_arrival = models.DateTimeField(null=True)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    latest_departure = models.DateTimeField(null=True)
    day = models.GeneratedField(expression=LondonDay("first_seen"), output_field=models.DateField(), db_persist=True)

    class Meta:
        ordering = ("first_seen", "id")
        indexes = (models.Index(fields=("area", "day"), name="position_visit_by_area_day"),)
        constraints = (
            models.CheckConstraint(condition=Q(last_seen__gt=F("first_seen")), name="position_visit_has_length"),
            models.CheckConstraint(
                condition=(Q(earliest_arrival__isnull=True) | Q(earliest_arrival__lte=F("first_seen")))
                & (Q(latest_departure__isnull=True) | Q(latest_departure__gte=F("last_seen"))),
                name="position_visit_bounds_order",
            ),
        )

    def __str__(self) -> str:
        return f"Visit to {self.area}"
