"""Scrutiny packs that were frozen for a meeting."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models

from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.models import Programme


class FrozenPackQuerySet(models.QuerySet["FrozenPack"]):
    def visible_to(self, user: User) -> Self:
        """All of them for who sees packs: they have what everybody is told, and no small number."""
        return self if user.may(Permission.VIEW_SCRUTINY) else self.none()


class FrozenPack(models.Model):
    """A pack as a community panel gets it: what it says never changes, whatever is corrected later.

    `body` has the words and tables that are shown, and `counted` and `told`: what they were made from and which groups
    are told. `sha256` is that of its canonical JSON. `last_day` is that of its figures.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="frozen_packs")
    meeting = models.CharField(max_length=120)
    meets_on = models.DateField("date of the meeting")
    last_day = models.DateField()
    body = models.JSONField()
    sha256 = models.CharField("SHA-256", max_length=64)
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField()

    objects = FrozenPackQuerySet.as_manager()

    class Meta:
        ordering = ("-meets_on", "-id")
        constraints = (
            models.UniqueConstraint(fields=("programme", "meeting", "meets_on"), name="pack_of_a_meeting_once"),
        )
        triggers = (pgtrigger.Protect(name="pack_never_changed", operation=pgtrigger.Update | pgtrigger.Delete),)

    def __str__(self) -> str:
        return f"{self.meeting}, {self.meets_on}"
