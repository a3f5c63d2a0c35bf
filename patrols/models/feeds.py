"""Feeds of one's own planned shifts, for the calendar on somebody's phone."""

from typing import Self

from django.db import models
from django.db.models import Q

from hotspot.core.models import User, tracked


class ShiftFeedQuerySet(models.QuerySet["ShiftFeed"]):
    def visible_to(self, user: User) -> Self:
        """One's own."""
        return self.filter(person=user)

    def in_use(self) -> Self:
        """Those whose address works: not revoked, and of somebody who may sign in."""
        return self.filter(revoked_at__isnull=True, person__is_active=True)


@tracked(exclude=("token_hash", "last_read_at", "content_hash", "content_changed_at"))
class ShiftFeed(models.Model):
    """An address at which the planned shifts of its person can be read without signing in, until it is revoked.

    Of its token only the SHA-256 is kept. `content_hash` is what was last answered, `content_changed_at` since when.
    """

    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_read_at = models.DateTimeField(null=True, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    content_changed_at = models.DateTimeField(null=True, blank=True)

    objects = ShiftFeedQuerySet.as_manager()

    class Meta:
        ordering = ("-made_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("person",), condition=Q(revoked_at__isnull=True), name="shift_feed_one_in_use"
            ),
        )

    def __str__(self) -> str:
        return f"Shifts of {self.person}"
