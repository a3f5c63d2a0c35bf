"""Requests of supervisors for a correction of a shift."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from hotspot.core.models import User, tracked
from hotspot.core.permissions import Permission
from patrols.models.shifts import PatrolShift


class CorrectionRequestQuerySet(models.QuerySet["CorrectionRequest"]):
    def visible_to(self, user: User) -> Self:
        """All of them for who corrects any shift; else one's own."""
        if user.may(Permission.CORRECT_ANY_SHIFT):
            return self
        return self.filter(asked_by=user) if user.may(Permission.CORRECT_SHIFT) else self.none()


@tracked()
class CorrectionRequest(models.Model):
    """That a supervisor asked the administrators to correct or void a shift, and what became of it."""

    class State(models.TextChoices):
        OPEN = "open", "Waiting"
        DONE = "done", "Done"
        DECLINED = "declined", "Declined"

    shift = models.ForeignKey(PatrolShift, models.PROTECT, related_name="correction_requests")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reason = models.CharField("what is wrong", max_length=500)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    answer = models.CharField(max_length=500, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = CorrectionRequestQuerySet.as_manager()

    class Meta:
        ordering = ("-asked_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("shift", "asked_by"),
                condition=Q(state="open"),
                name="correction_asked_once",
                violation_error_message="You have asked for a correction of this shift already.",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_by__isnull=True, closed_at__isnull=True)
                | Q(state__in=["done", "declined"], closed_by__isnull=False, closed_at__isnull=False),
                name="correction_closed_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"{self.shift}: {self.reason}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN
