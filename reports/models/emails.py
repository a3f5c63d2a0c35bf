"""What people get by e-mail without asking each time: saved views once a week, alerts when figures cross a line, and
reminders of what they have still to log."""

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from hotspot.core.models import User
from hotspot.core.permissions import Role
from hotspots.models import HotspotArea
from reports.models.saved_views import SavedView


class WeeklyEmailQuerySet(models.QuerySet["WeeklyEmail"]):
    def own(self, user: User) -> Self:
        """Those that the person gets."""
        return self.filter(user=user)


class WeeklyEmail(models.Model):
    """That somebody gets the figures of a saved view each week. `role` is theirs when they asked for it.

    `sent_for` is the Monday of the newest week that they need not be told of any more: it was sent, or was over before
    they asked.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="+")
    role = models.CharField(max_length=20, choices=Role)
    sent_for = models.DateField()
    created_at = models.DateTimeField()

    objects = WeeklyEmailQuerySet.as_manager()

    class Meta:
        verbose_name = "weekly e-mail"
        ordering = ("view__name", "id")
        constraints = (models.UniqueConstraint(fields=("user", "view"), name="weekly_email_once"),)

    def __str__(self) -> str:
        return str(self.view)


class AlertQuerySet(models.QuerySet["Alert"]):
    def own(self, user: User) -> Self:
        """Those that the person set."""
        return self.filter(user=user)


class Alert(models.Model):
    """A line that somebody wants to be told of when an area crosses it. `area` None: each that they see.

    `threshold` is days without a patrol, or per cent of the patrol hours due so far in the month.
    """

    class Kind(models.TextChoices):
        WAIT = "wait", "No patrol for a number of days"
        HOURS = "hours", "Patrol hours of the month below a share of what is due so far"

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=5, choices=Kind)
    area = models.ForeignKey(HotspotArea, models.PROTECT, null=True, blank=True, related_name="+")
    threshold = models.PositiveSmallIntegerField(validators=(MinValueValidator(1), MaxValueValidator(365)))
    role = models.CharField(max_length=20, choices=Role)
    created_at = models.DateTimeField()

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ("kind", "area__name", "id")
        constraints = (
            models.UniqueConstraint(fields=("user", "kind", "area"), nulls_distinct=False, name="alert_once"),
            models.CheckConstraint(
                condition=Q(kind="wait", threshold__range=(1, 365)) | Q(kind="hours", threshold__range=(1, 100)),
                name="alert_threshold_possible",
                violation_error_message="Enter from 1 to 365 days, or from 1 to 100 per cent.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.area or 'each area'}"


class AlertEpisode(models.Model):
    """That an area was across an alert's line, from one day to another: told when it began, and when it was over."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="episodes")
    area = models.ForeignKey(HotspotArea, models.CASCADE, related_name="+")
    began_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    is_begin_told = models.BooleanField(default=False)
    is_end_told = models.BooleanField(default=False)

    class Meta:
        ordering = ("-began_on", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("alert", "area"), condition=Q(ended_on__isnull=True), name="alert_episode_open_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.area}: {self.alert.get_kind_display()}"


class AlertEmail(models.Model):
    """That somebody was sent alerts on a London day: one message a day. It is kept for that day."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    day = models.DateField()
    sent_at = models.DateTimeField()

    class Meta:
        verbose_name = "e-mail of alerts"
        verbose_name_plural = "e-mails of alerts"
        ordering = ("-day", "id")
        constraints = (models.UniqueConstraint(fields=("user", "day"), name="alert_email_once_a_day"),)

    def __str__(self) -> str:
        return f"{self.user}, {self.day}"


class ShiftReminderQuerySet(models.QuerySet["ShiftReminder"]):
    def own(self, user: User) -> Self:
        """Those that the person chose."""
        return self.filter(user=user)


class ShiftReminder(models.Model):
    """That somebody wants to be reminded of one kind of thing that they have still to do. `role` as they chose it."""

    class Kind(models.TextChoices):
        COMPLETE = "complete", "A planned shift is over and not completed"
        NIGHT = "night", "A usual night of an area has no shift"
        DETAIL = "detail", "The detail of an outcome is missing for a week"
        MONTH = "month", "A month is not confirmed by the 5th"

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    role = models.CharField(max_length=20, choices=Role)
    created_at = models.DateTimeField()

    objects = ShiftReminderQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("user", "kind"), name="shift_reminder_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["complete", "night", "detail", "month"]), name="shift_reminder_kind_known"
            ),
        )

    def __str__(self) -> str:
        return self.get_kind_display()


class ShiftReminderEmail(models.Model):
    """The newest message of reminders to somebody: the London day on which it was sent, and what it told.

    `told` names each thing by a code of its own, so that it is not told once more for the same thing alone.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="+")
    day = models.DateField()
    told = models.JSONField()
    sent_at = models.DateTimeField()

    class Meta:
        verbose_name = "e-mail of reminders"
        verbose_name_plural = "e-mails of reminders"
        ordering = ("-day", "id")

    def __str__(self) -> str:
        return f"{self.user}, {self.day}"
