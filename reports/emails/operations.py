"""Asking for e-mails, and stopping them."""

import logging
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspots.models import HotspotArea
from hotspots.queries import areas_seen_by
from reports.emails.links import REMINDERS, WEEKLY, StopLink
from reports.emails.rules import MOST_ALERTS, MOST_WEEKLY, may_still_have, newest_week
from reports.emails.weekly_figures import week_of_view
from reports.models import Alert, SavedView, ShiftReminder, WeeklyEmail

logger = logging.getLogger("hotspot.access")


@transaction.atomic
def ask_for_weekly(*, by: User, at: datetime, view: SavedView) -> WeeklyEmail:
    """Have the figures of a view sent each week, from the next Monday on. One that is asked for already stays.

    Raises SavedView.DoesNotExist for a view that the person does not see, DomainError `too_many_weekly`,
    `view_of_people` and `programme_over`.
    """
    User.objects.select_for_update().get(pk=by.pk)
    seen = SavedView.objects.visible_to(by).get(pk=view.pk)
    own = WeeklyEmail.objects.own(by)
    if (found := own.filter(view=seen).first()) is not None:
        return found
    if own.count() >= MOST_WEEKLY:
        raise DomainError("too_many_weekly", f"You get {MOST_WEEKLY} weekly e-mails. Stop one first.", "view")
    week = newest_week(at)
    week_of_view(seen, by=by, week=week, at=at)
    return own.create(user=by, view=seen, role=by.role, sent_for=week.first_day, created_at=at)


@transaction.atomic
def set_alert(*, by: User, at: datetime, kind: str, threshold: int, area: HotspotArea | None = None) -> Alert:
    """Be told when an area, or each that the person sees, crosses a line. Another threshold replaces the one before.

    Raises HotspotArea.DoesNotExist for an area that the person does not see, ValidationError of a threshold that cannot
    be, and DomainError `too_many_alerts`. What was told of another threshold is forgotten: it is not over.
    """
    # A row that refers to the person need not wait.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    seen = None if area is None else areas_seen_by(by).get(pk=area.pk)
    own = Alert.objects.own(by)
    found = own.select_for_update().filter(kind=kind, area=seen).order_by("pk").first()
    if found is None and own.count() >= MOST_ALERTS:
        raise DomainError("too_many_alerts", f"You have {MOST_ALERTS} alerts. Remove one first.", "kind")
    if found and found.threshold != threshold:
        found.episodes.all().delete()
    alert = found or Alert(user=by, kind=kind, area=seen)
    alert.threshold, alert.role, alert.created_at = threshold, by.role, at
    alert.full_clean()
    alert.save()
    return alert


@transaction.atomic
def choose_reminders(*, by: User, at: datetime, kinds: Collection[str]) -> list[ShiftReminder]:
    """Be reminded of these kinds of things, and of no others. Raises ValidationError for one that there is not,

    and DomainError `not_theirs` for one that is of districts of one’s own.
    """
    # A row that refers to the person need not wait.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    own = ShiftReminder.objects.own(by)
    # One that was chosen in another role is chosen anew.
    own.exclude(kind__in=kinds, role=by.role).delete()
    for kind in sorted(set(kinds) - set(own.values_list("kind", flat=True))):
        chosen = ShiftReminder(user=by, kind=kind, role=by.role, created_at=at)
        chosen.full_clean()
        if not may_still_have(chosen, by):
            raise DomainError("not_theirs", "This reminder is for people with districts of their own.", "kinds")
        chosen.save()
    return list(own.all())


def stop_weekly(*, by: User, pk: int) -> None:
    """Stop one of one's own weekly e-mails. Raises WeeklyEmail.DoesNotExist."""
    WeeklyEmail.objects.own(by).get(pk=pk).delete()


@transaction.atomic
def remove_alert(*, by: User, pk: int) -> None:
    """Remove one of one's own alerts. Raises Alert.DoesNotExist."""
    # What is told of it at this moment comes first, and goes with it.
    Alert.objects.own(by).select_for_update().get(pk=pk).delete()


@transaction.atomic
def stop_by_link(link: StopLink) -> None:
    """Stop what a link of an e-mail is for, whoever holds it. Nothing happens where it was stopped before."""
    if link.kind == WEEKLY:
        stopped, _ = WeeklyEmail.objects.filter(pk=link.pk).delete()
    elif link.kind == REMINDERS:
        stopped, _ = ShiftReminder.objects.filter(user=link.pk, pk__lte=link.newest).delete()
    else:
        alerts = Alert.objects.filter(user=link.pk, pk__lte=link.newest).order_by("pk").select_for_update()
        stopped, _ = Alert.objects.filter(pk__in=[alert.pk for alert in alerts]).delete()
    # Whoever it was forwarded to can do it, so it is known when that was.
    logger.info("The link of an e-mail (%s %d) stopped %d rows.", link.kind, link.pk, stopped)
