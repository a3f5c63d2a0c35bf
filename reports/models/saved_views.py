"""Questions that people come back to."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse

from hotspot.core.models import User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and those that others share."""
        return self.filter(Q(user=user) | Q(is_shared=True))

    def own(self, user: User) -> Self:
        """Those that the person saved."""
        return self.filter(user=user)


class SavedView(models.Model):
    """A question that somebody comes back to. `query` is that of its address on the `page` that it is asked of.

    What it shows is what whoever opens it may see.
    """

    class Page(models.TextChoices):
        DASHBOARD = "dashboard", "Dashboard"
        EXPLORE = "explore", "Explore"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="saved_views")
    name = models.CharField(max_length=80)
    page = models.CharField(max_length=10, choices=Page, default=Page.DASHBOARD)
    query = models.CharField(max_length=4000)
    is_shared = models.BooleanField("shared with others", default=False)
    created_at = models.DateTimeField()

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = (Lower("name"), "id")
        constraints = (models.UniqueConstraint("user", Lower("name"), name="saved_view_key"),)

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        """Where it is shown."""
        return f"{reverse(f'reports:{self.page}')}{self.query}"
