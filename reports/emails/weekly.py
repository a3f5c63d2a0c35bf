"""Sends the weekly e-mails: each once a week, whatever the scheduler does."""

from datetime import datetime

from django.db import transaction

from hotspot.core import mail, wording
from hotspot.core.calendar import Period
from hotspot.core.models import User
from hotspot.core.spreadsheets import MARKING
from reports.emails.links import WEEKLY, StopLink
from reports.emails.rules import may_still_have, newest_week
from reports.emails.weekly_figures import ProgrammeOver, ViewOfPeople, WeekOfView, week_of_view
from reports.models import SavedView, WeeklyEmail


def send_weekly(*, at: datetime) -> int:
    """Send the newest week to everybody who was not sent it; gives how many messages were taken.

    What the mail server does not take is tried again the next time. An e-mail ends, without a message, whose person has
    not the right to it any more, and whose view is not shared with them any more, is of people by ethnicity or age now,
    or is of a programme that is over.
    """
    week = newest_week(at)
    waiting = WeeklyEmail.objects.filter(sent_for__lt=week.first_day).order_by("?")
    return mail.send_each(list(waiting.values_list("pk", flat=True)), lambda pk: _send(pk, week, at))


@transaction.atomic
def _send(pk: int, week: Period, at: datetime) -> bool | None:
    # Whoever else is sending it at this moment does.
    waiting = WeeklyEmail.objects.filter(pk=pk, sent_for__lt=week.first_day).select_related("user", "view")
    found = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if found is None:
        return None
    if not _has_right(found, found.user):
        found.delete()
        return None
    try:
        figures = week_of_view(found.view, by=found.user, week=week, at=at)
    except (ProgrammeOver, ViewOfPeople):
        found.delete()
        return None
    if figures is None:
        return None
    outcome = _mail(found, figures)
    if outcome is mail.Attempt.LATER:
        return False
    found.sent_for = week.first_day
    found.save(update_fields=("sent_for",))
    return outcome is mail.Attempt.TAKEN or None


def _has_right(asked: WeeklyEmail, user: User) -> bool:
    return may_still_have(asked, user) and SavedView.objects.visible_to(user).filter(pk=asked.view_id).exists()


def _mail(asked: WeeklyEmail, figures: WeekOfView) -> mail.Attempt:
    link = StopLink(WEEKLY, asked.pk)
    context = {"view": asked.view, "figures": figures, "marking": MARKING, "stop_url": link.url}
    subject = f"{MARKING}: weekly figures, {wording.period(figures.days)}"
    return mail.attempt(subject, "emails/weekly.txt", context, to=[asked.user.email], headers=link.headers)
