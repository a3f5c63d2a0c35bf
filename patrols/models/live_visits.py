"""Visits that somebody records while they go on, with two buttons: "I’m here" and "I’ve left"."""

from datetime import timedelta
from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from hotspot.core.models import User, tracked
from hotspot.core.permissions import Permission
from hotspots.models import HotspotArea
from patrols.functions import InstantRange, LondonDay
from patrols.models.shifts import PatrolShift

MOST_HOURS = 4
"""How long a visit can last: after that, whoever forgot to say that they left is asked when it was."""

_STANDING = Q(withdrawn_at__isnull=True)


class LiveVisitQuerySet(models.QuerySet["LiveVisit"]):
    def visible_to(self, user: User) -> Self:
        """One's own, for who logs shifts: others learn how long somebody was there, never who."""
        return self.filter(by=user) if user.may(Permission.LOG_SHIFT) else self.none()

    def standing(self) -> Self:
        """Those that were not taken back."""
        return self.filter(_STANDING)

    def open(self) -> Self:
        """Those that nobody said the end of."""
        return self.standing().filter(left_at__isnull=True)

    def over(self) -> Self:
        """Those with an arrival and a departure, apart from those of less than a minute, which prove nothing."""
        return self.standing().filter(left_at__gt=F("arrived_at"))

    def without_shift(self) -> Self:
        """Those that no shift says, so that one may take them. A shift that was voided says nothing."""
        return self.filter(Q(shift__isnull=True) | Q(shift__state=PatrolShift.State.VOIDED))

    def counted_alone(self) -> Self:
        """Those that count by themselves: no shift says the same. A shift that was voided says nothing."""
        on_shift = Q(shift__state=PatrolShift.State.COMPLETED)
        return self.over().exclude(on_shift)


@tracked(exclude=("day",))
class LiveVisit(models.Model):
    """A stay in an area as two presses said it, in whole minutes. While `left_at` is empty it counts nowhere.

    `arrival` and `departure` are the numbers of the two presses, so that one that is sent twice is one; they were made
    at `here_pressed_at` and `gone_pressed_at`, and can be taken back for a while. Once its shift is logged or completed
    the stay is a `Visit` of that shift (`shift`), and counts as that and nowhere else.
    """

    area = models.ForeignKey(HotspotArea, models.PROTECT, related_name="live_visits")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="live_visits")
    arrival = models.UUIDField(unique=True)
    departure = models.UUIDField(null=True, blank=True)
    arrived_at = models.DateTimeField("arrived")
    left_at = models.DateTimeField("left", null=True, blank=True)
    here_pressed_at = models.DateTimeField()
    gone_pressed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField("taken back", null=True, blank=True)
    shift = models.ForeignKey(PatrolShift, models.PROTECT, null=True, blank=True, related_name="live_visits")
    day = models.GeneratedField(expression=LondonDay("arrived_at"), output_field=models.DateField(), db_persist=True)

    objects = LiveVisitQuerySet.as_manager()

    class Meta:
        ordering = ("arrived_at", "id")
        indexes = (
            models.Index(fields=("area", "day"), name="live_visit_by_area_day"),
            models.Index(fields=("by", "arrived_at"), name="live_visit_by_person"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(left_at__isnull=True)
                | Q(left_at__gte=F("arrived_at"), left_at__lte=F("arrived_at") + timedelta(hours=MOST_HOURS)),
                name="live_visit_length",
                violation_error_message=f"A visit lasts {MOST_HOURS} hours at the most.",
            ),
            models.CheckConstraint(
                condition=Q(arrived_at__second=0) & (Q(left_at__isnull=True) | Q(left_at__second=0)),
                name="live_visit_whole_minutes",
                violation_error_message="Times are whole minutes.",
            ),
            models.CheckConstraint(
                condition=Q(shift__isnull=True) | Q(left_at__isnull=False) & _STANDING,
                name="live_visit_logged_when_over",
            ),
            models.UniqueConstraint(
                fields=("by",), condition=_STANDING & Q(left_at__isnull=True), name="live_visit_one_open"
            ),
            ExclusionConstraint(
                name="live_visit_one_place_at_a_time",
                expressions=[
                    ("by", RangeOperators.EQUAL),
                    (InstantRange("arrived_at", "left_at"), RangeOperators.OVERLAPS),
                ],
                condition=_STANDING & Q(left_at__isnull=False),
                violation_error_message="You were in another area at that time.",
            ),
        )
        triggers = (pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),)

    def __str__(self) -> str:
        return f"Visit to {self.area}"

    @property
    def is_open(self) -> bool:
        """Whether somebody is still there, as far as they said."""
        return self.left_at is None and self.withdrawn_at is None
