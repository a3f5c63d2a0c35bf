"""Sends reminders: one message a person and day at most, when there is something that was not told before."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from hotspot.core import mail
from hotspot.core.advisory_locks import LockName, try_lock
from hotspot.core.calendar import today
from hotspot.core.models import User
from hotspot.core.spreadsheets import MARKING
from reports.emails.links import REMINDERS, StopLink
from reports.emails.open_work import OpenWork, open_work
from reports.emails.rules import may_still_have
from reports.models import ShiftReminder, ShiftReminderEmail


def send_reminders(*, at: datetime) -> int:
    """Remind everybody who chose it and has something new to do; gives how many messages were taken.

    What the mail server does not take is tried again the next time, if it still holds then. Reminders end of who may
    not log shifts any more, or has another role.
    """
    people = User.objects.filter(pk__in=ShiftReminder.objects.values("user")).order_by("?")
    return mail.send_each(list(people.values_list("pk", flat=True)), lambda pk: _send(pk, at))


@transaction.atomic
def _send(user_id: int, at: datetime) -> bool | None:
    # Whoever else is reminding this person at this moment does. The mail server can be slow, so their own row is free.
    day, user = today(at), User.objects.filter(pk=user_id).first()
    if user is None or not try_lock(LockName.SHIFT_REMINDERS, user_id):
        return None
    newest = ShiftReminderEmail.objects.filter(user=user).first()
    if newest and newest.day >= day:
        return None
    chosen = _still_had(user)
    found = open_work(user, [each.kind for each in chosen], at)
    codes = {code for each in found for code in each.codes}
    told = set(newest.told if newest else ())
    if not codes - told:
        _forget_done(newest, codes & told)
        return None
    outcome = _mail(user, found, max(each.pk for each in chosen))
    if outcome is mail.Attempt.LATER:
        return False
    values = {"day": day, "told": sorted(codes), "sent_at": at}
    ShiftReminderEmail.objects.update_or_create(user=user, defaults=values)
    return outcome is mail.Attempt.TAKEN or None


def _forget_done(newest: ShiftReminderEmail | None, left: set[str]) -> None:
    """Leave out what was done since it was told: if it comes back, it is new."""
    if newest and len(left) < len(newest.told):
        newest.told = sorted(left)
        newest.save(update_fields=("told",))


def _still_had(user: User) -> list[ShiftReminder]:
    """The reminders that a person has the right to. The others end."""
    # Who takes one back meanwhile waits.
    mine = list(ShiftReminder.objects.own(user).order_by("pk").select_for_update(no_key=True))
    kept = [each for each in mine if may_still_have(each, user)]
    ShiftReminder.objects.filter(pk__in=[each.pk for each in mine if each not in kept]).delete()
    return kept


def _mail(user: User, found: Sequence[OpenWork], newest: int) -> mail.Attempt:
    link = StopLink(REMINDERS, user.pk, newest)
    context = {
        "lines": [each.words for each in found],
        "url": f"{settings.SITE_URL}{reverse('outcomes:shifts')}",
        "marking": MARKING,
        "stop_url": link.url,
    }
    subject = f"{MARKING}: what is still to be logged"
    return mail.attempt(subject, "emails/reminders.txt", context, to=[user.email], headers=link.headers)
