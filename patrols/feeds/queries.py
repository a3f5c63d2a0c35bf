"""The feed of a person or a token, and what is in it."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspot.core.secret_addresses import hash_of
from patrols.feeds.ical import CalendarEvent
from patrols.models import PatrolShift, ShiftFeed

BACK = timedelta(days=28)
MOST_EVENTS = 1_000


def are_allowed() -> bool:
    """Whether the force lets calendars read planned shifts at an address."""
    return bool(settings.SHIFT_FEEDS)


def may_have_feed(person: User) -> bool:
    """Whether somebody may sign in and plan shifts, so that there is something to read."""
    return person.is_active and person.may(Permission.PLAN_SHIFT)


def feed_of_person(user: User) -> ShiftFeed | None:
    """The feed of somebody whose address works."""
    return ShiftFeed.objects.visible_to(user).in_use().first()


def feed_of_token(token: str) -> ShiftFeed | None:
    """The feed of a token that works now: the force allows feeds, and its person may sign in and plan shifts."""
    if not are_allowed():
        return None
    feed = ShiftFeed.objects.in_use().filter(token_hash=hash_of(token)).select_related("person").first()
    return feed if feed is not None and may_have_feed(feed.person) else None


def events_of(user: User, *, at: datetime) -> list[CalendarEvent]:
    """Somebody's own planned and cancelled shifts, from four weeks ago on. One query.

    Nothing of the crew, the note, the money or a reason is in it (decision 0059).
    """
    shown = (PatrolShift.State.PLANNED, PatrolShift.State.CANCELLED)
    shifts = PatrolShift.objects.visible_to(user).filter(logged_by=user, state__in=shown, ends_at__gte=at - BACK)
    shifts = shifts.select_related("area").only("state", "starts_at", "ends_at", "version", "updated_at", "area__name")
    return [_event(shift) for shift in shifts.order_by("starts_at", "pk")[:MOST_EVENTS]]


def _event(shift: PatrolShift) -> CalendarEvent:
    area = shift.area.name
    return CalendarEvent(
        uid=f"shift-{shift.pk}@{urlsplit(settings.SITE_URL).hostname}",
        sequence=shift.version - 1,
        changed_at=shift.updated_at,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        is_cancelled=shift.is_cancelled,
        summary=f"Cancelled: patrol, {area}" if shift.is_cancelled else f"Patrol, {area}",
        location=area,
        description=shift.reference,
        url=f"{settings.SITE_URL}{reverse('outcomes:shift', args=(shift.pk,))}",
    )
