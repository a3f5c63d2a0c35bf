"""The entries of the release calendar, and the next moment at which something is released."""

from datetime import datetime

from django.db.models import Min, Prefetch, Q, QuerySet

from hotspot.core.models import User
from reports.models import AnnouncedRelease, ReleaseChange, Statement

MOST_SHOWN = 200
"""Entries on a page: many years of them. The newest are kept."""


def entries(found: QuerySet[AnnouncedRelease]) -> list[AnnouncedRelease]:
    """These entries by when they are or were to be released, each with its statement and changes."""
    changes = Prefetch("changes", ReleaseChange.objects.order_by("-at", "-id"))
    related = found.select_related("statement", "programme").defer("statement__body", "statement__counted")
    newest = related.prefetch_related(changes).order_by("-month", "-pk")[:MOST_SHOWN]
    return sorted(
        newest, key=lambda each: (each.month, each.release_at is None, each.release_at or each.month, each.pk)
    )


def open_entries(user: User, statement: Statement, at: datetime) -> list[AnnouncedRelease]:
    """The entries of its programme with a moment still to come that a statement can be sent for."""
    standing = AnnouncedRelease.objects.visible_to(user).standing()
    found = standing.filter(programme=statement.programme, release_at__gt=at)
    free = Q(statement=None) | Q(statement=statement) | Q(statement__state=Statement.State.DRAFT)
    return list(found.filter(free).order_by("release_at", "pk"))


def next_moment(at: datetime) -> datetime | None:
    """The next moment at which what the public sees changes by itself: a release, or one that is missed."""
    found = [
        Statement.objects.signed_off().filter(release_at__gt=at).aggregate(next=Min("release_at"))["next"],
        AnnouncedRelease.objects.standing().filter(release_at__gt=at).aggregate(next=Min("release_at"))["next"],
    ]
    return min(filter(None, found), default=None)
