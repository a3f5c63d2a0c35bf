"""Shifts that a phone kept without a connection and that could not be logged as they came."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from hotspot.core.models import User
from hotspot.core.permissions import Permission, roles_granted
from hotspots.models import HotspotArea
from patrols.models import PatrolShift


def _is_logged() -> Exists:
    return Exists(PatrolShift.objects.filter(submission_id=OuterRef("submission_id")))


class UnfinishedShiftQuerySet(models.QuerySet["UnfinishedShift"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and those of people who cannot finish them any more, for who logs shifts in their area.

        While their person can, nobody else sees what is not a shift yet. One without an area that there is, is for
        administrators.
        """
        if not user.may(Permission.LOG_SHIFT):
            return self.filter(person=user)
        left = Q(person__is_active=False) | ~Q(person__role__in=roles_granted(Permission.LOG_SHIFT))
        if user.may(Permission.CORRECT_ANY_SHIFT):
            return self.filter(Q(person=user) | left)
        seen = HotspotArea.objects.visible_to(user).order_by().annotate(text=Cast("pk", TextField())).values("text")
        return self.alias(said_area=KeyTextTransform("area", "fields")).filter(
            Q(person=user) | (left & Q(said_area__in=seen))
        )

    def open(self) -> Self:
        """Those that were neither discarded nor logged, by whatever way."""
        return self.filter(~_is_logged(), discarded_at=None)

    def logged(self) -> Self:
        """Those that are shifts by now."""
        return self.filter(_is_logged())


class UnfinishedShift(models.Model):
    """What a phone sent that breaks a rule or needs a reason: its person corrects it and logs it. It counts nowhere.

    `fields` are those of the form, counts, codes and times only; `reasons` what has to be corrected. One that was
    discarded keeps its submission, so that it does not come back from a phone that never heard the answer.
    """

    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    submission_id = models.UUIDField(unique=True, editable=False)
    fields = models.JSONField()
    reasons = models.JSONField()
    received_at = models.DateTimeField()
    discarded_at = models.DateTimeField(null=True, blank=True)

    objects = UnfinishedShiftQuerySet.as_manager()

    class Meta:
        ordering = ("received_at", "id")
        indexes = (models.Index(fields=["person"], name="unfinished_open", condition=models.Q(discarded_at=None)),)

    def __str__(self) -> str:
        return f"Unsaved shift {self.pk}"
