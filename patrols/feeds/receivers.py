"""What becomes of a feed when the account of its person changes."""

from collections.abc import Collection
from typing import Any

from django.db.models.signals import post_save
from django.utils import timezone

from hotspot.core.models import User
from patrols.feeds import operations

_ENDED_BY = {"is_active", "role"}


def register() -> None:
    """End the feed of whoever is kept out or given a role that does not plan shifts, in the same transaction."""
    post_save.connect(_account_saved, sender=User, dispatch_uid="feeds_end_with_the_account")


def _account_saved(
    instance: User, *, created: bool = False, update_fields: Collection[str] | None = None, **_: Any
) -> None:
    if not created and (update_fields is None or _ENDED_BY & set(update_fields)):
        operations.end_feed_of(instance, at=timezone.now())
