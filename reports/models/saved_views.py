"""Questions that people come back to."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from hotspot.core.models import User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User) -> Self:
        """One's own."""
        return self.filter(user=user)


class SavedView(models.Model):
    """A question to the dashboard that somebody comes back to. `query` is that of its address."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="saved_views")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=4000)
    created_at = models.DateTimeField()

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = (Lower("name"), "id")
        constraints = (models.UniqueConstraint("user", Lower("name"), name="saved_view_key"),)

    def __str__(self) -> str:
        return self.name
