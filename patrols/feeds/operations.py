"""Writes to feeds: made, made anew, revoked, and read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Q

from hotspot.core.errors import NotAllowed
from hotspot.core.models import User
from hotspot.core.secret_addresses import hash_of, new_token
from patrols.feeds import queries
from patrols.models import ShiftFeed

READ_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class IssuedFeed:
    """A feed that was just made, with the only copy of its token."""

    feed: ShiftFeed
    token: str


@transaction.atomic
def make_feed(*, by: User, at: datetime) -> IssuedFeed:
    """Give somebody an address of their planned shifts. The one they had stops working. Raises NotAllowed."""
    if not queries.are_allowed():
        raise NotAllowed("feeds_off", "Your force does not let planned shifts be read by calendars.")
    # One after the other, so that one of them is in use at the end; and an account may have ended while this waited.
    person = User.objects.select_for_update().get(pk=by.pk)
    if not queries.may_have_feed(person):
        raise NotAllowed("not_allowed", "Only who plans shifts has a feed of them.")
    revoke_feed(by=by, at=at)
    token = new_token()
    return IssuedFeed(ShiftFeed.objects.create(person=by, token_hash=hash_of(token), made_at=at), token)


@transaction.atomic
def revoke_feed(*, by: User, at: datetime) -> bool:
    """Stop one's address for good: whether there was one."""
    return ShiftFeed.objects.visible_to(by).filter(revoked_at__isnull=True).update(revoked_at=at) > 0


def end_feed_of(person: User, *, at: datetime) -> None:
    """Stop the address of somebody who may not sign in or plan shifts any more: for good, also if they may again."""
    if not queries.may_have_feed(person):
        revoke_feed(by=person, at=at)


def note_read(feed: ShiftFeed, content: bytes, *, at: datetime) -> ShiftFeed:
    """Keep when it was read, by the minute, and since when its content is what it is."""
    content_hash = sha256(content).hexdigest()
    if feed.content_hash != content_hash:
        feed.content_hash, feed.content_changed_at, feed.last_read_at = content_hash, at, at
        feed.save(update_fields=("content_hash", "content_changed_at", "last_read_at"))
        return feed
    before = Q(last_read_at__isnull=True) | Q(last_read_at__lte=at - READ_EVERY)
    ShiftFeed.objects.filter(before, pk=feed.pk).update(last_read_at=at)
    return feed
