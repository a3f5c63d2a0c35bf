"""That somebody has nothing more to log for a month."""

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import GreaterThanOrEqual

from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.models import DistrictAccess
from patrols.functions import LondonDay
from patrols.models import PatrolShift


class MonthConfirmationQuerySet(models.QuerySet["MonthConfirmation"]):
    def visible_to(self, user: User) -> Self:
        """All of them for who reads all records; else one's own, and a supervisor's of who has shifts in theirs."""
        if not user.may(Permission.VIEW_SHIFTS):
            return self.none()
        if user.may(Permission.VIEW_ALL_SHIFTS):
            return self
        districts = DistrictAccess.objects.filter(user=user).values("district")
        there = PatrolShift.objects.filter(area__district__in=districts).values("logged_by")
        return self.filter(Q(person=user) | Q(person__in=there))

    def standing(self) -> Self:
        """Those that were not taken back."""
        return self.filter(taken_back_at=None)


class NextMonth(models.Func):
    """The first day of the month after the one that begins on a day."""

    template = "((%(expressions)s + interval '1 month')::date)"
    output_field = models.DateField()


class MonthConfirmation(models.Model):
    """That a person had nothing more to log for a month, from a moment on, and when that was taken back.

    `month` is its first day. `shifts` holds what was confirmed: each shift of the person that starts in the month and
    was not void, by its number, with its version and a digest of what a confirmation is about. Every row is kept; a
    month that is confirmed once more has another.
    """

    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    month = models.DateField()
    shifts = models.JSONField()
    confirmed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()
    taken_back_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = MonthConfirmationQuerySet.as_manager()

    class Meta:
        ordering = ("-month", "person__name", "-confirmed_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("month", "person"), condition=Q(taken_back_at=None), name="month_confirmed_once"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="month_confirmed_from_its_first_day"),
            models.CheckConstraint(
                condition=GreaterThanOrEqual(LondonDay("confirmed_at"), NextMonth(F("month"))),
                name="month_confirmed_when_over",
                violation_error_message="A month can be confirmed when it is over.",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at=None, taken_back_by=None)
                | Q(taken_back_at__gte=F("confirmed_at"), taken_back_by__isnull=False),
                name="month_taken_back_by_somebody",
            ),
        )
        triggers = (
            pgtrigger.ReadOnly(
                name="month_confirmation_fixed",
                fields=["person", "month", "shifts", "confirmed_by", "confirmed_at"],
            ),
            pgtrigger.Protect(
                name="month_taken_back_for_good",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__taken_back_at__isnull=False),
            ),
            pgtrigger.Protect(name="month_confirmation_kept", operation=pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"{self.month:%B %Y}: {self.person}"
