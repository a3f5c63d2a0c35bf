"""Planned time that was taken away from patrols."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hotspot.core.models import User, tracked
from patrols.models.shifts import MAXIMUM_MINUTES, PatrolShift

MOST_PEOPLE = 50


class AbstractionReason(models.TextChoices):
    """For what planned time was taken away. Sickness, leave and rest days are no other duty, and not among them."""

    INCIDENT = "incident", "Sent to an incident or emergency"
    RESPONSE = "response", "Moved to a response or other team"
    CUSTODY = "custody", "Prisoner, custody or hospital watch"
    SCENE = "scene", "Scene guard or search for a missing person"
    PUBLIC_ORDER = "public_order", "Public order, protest or event"
    COURT = "court", "Court"
    TRAINING = "training", "Training or meeting"
    OTHER = "other", "Another duty"


class AbstractionQuerySet(models.QuerySet["Abstraction"]):
    def visible_to(self, user: User) -> Self:
        """Those of shifts that this person sees."""
        return self.filter(shift__in=PatrolShift.objects.visible_to(user))

    def standing(self) -> Self:
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


@tracked(exclude=("patrol_minutes",))
class Abstraction(models.Model):
    """That people of a planned shift were taken away for another duty, for so many minutes each.

    `is_backfilled`: others patrolled in their place, and are in the shift's crew or on a shift of their own.
    """

    submission_id = models.UUIDField(unique=True, editable=False)
    shift = models.ForeignKey(PatrolShift, models.PROTECT, related_name="abstractions")
    reason = models.CharField(max_length=20, choices=AbstractionReason)
    people = models.PositiveIntegerField()
    minutes = models.PositiveIntegerField("minutes of each")
    patrol_minutes = models.GeneratedField(
        expression=F("people") * F("minutes"), output_field=models.IntegerField(), db_persist=True
    )
    is_backfilled = models.BooleanField("backfilled")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = AbstractionQuerySet.as_manager()

    class Meta:
        ordering = ("recorded_at", "id")
        indexes = (models.Index(fields=["shift"], name="abstraction_standing", condition=Q(withdrawn_at__isnull=True)),)
        constraints = (
            models.CheckConstraint(condition=Q(reason__in=AbstractionReason.values), name="abstraction_reason_known"),
            models.CheckConstraint(condition=Q(people__range=(1, MOST_PEOPLE)), name="abstraction_people"),
            models.CheckConstraint(condition=Q(minutes__range=(1, MAXIMUM_MINUTES)), name="abstraction_minutes"),
        )
        triggers = (pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),)

    def __str__(self) -> str:
        return f"{self.get_reason_display()} on {self.shift}"
