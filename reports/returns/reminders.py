"""E-mail that reminds those who prepare returns of what is due: of each return once before and once after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from hotspot.core import mail
from hotspot.core.advisory_locks import LockName, try_lock
from hotspot.core.calendar import today
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from reports.models import ReturnReminder, ReturnTemplate
from reports.returns.periods import turns

DAYS_BEFORE = 7
Stage = ReturnReminder.Stage


@dataclass(frozen=True)
class DueReturn:
    """The return of a period that is overdue, or due within a week."""

    template_id: int
    code: str
    due_on: date
    stage: str


def send_reminders(*, at: datetime) -> int:
    """Remind those who may submit returns of what is overdue or due within a week; gives how many were reminded.

    What cannot be sent is tried again the next time. Without a mail server nobody is: the list of returns has it too.
    """
    people = User.objects.who_may(Permission.PREPARE_RETURN)
    first = people.order_by("pk").first() if mail.has_mail_server() else None
    things = _due_returns(by=first, at=at) if first else []
    return mail.send_each(people.order_by("?"), lambda user: _remind(user, things, at)) if things else 0


def _due_returns(*, by: User, at: datetime) -> list[DueReturn]:
    """Everything that is overdue or due within a week. Who may prepare returns sees all of them."""
    found = []
    templates = ReturnTemplate.objects.visible_to(by).filter(versions__due_days__isnull=False).distinct()
    for template in templates.select_related("programme"):
        for turn in turns(template, by=by, at=at):
            if turn.due and turn.is_awaited and turn.due <= today(at) + timedelta(DAYS_BEFORE):
                stage = Stage.OVERDUE if turn.is_late else Stage.SOON
                found.append(DueReturn(template.pk, turn.code, turn.due, stage))
    return found


@transaction.atomic
def _remind(user: User, things: Sequence[DueReturn], at: datetime) -> bool | None:
    # Whoever else is reminding this person at this moment does. The mail server can be slow, so their own row is free.
    if not try_lock(LockName.RETURN_REMINDERS, user.pk):
        return None
    new = _not_reminded_of(user, things)
    if not new:
        return None
    if not _send(user, new):
        return False
    ReturnReminder.objects.bulk_create(
        ReturnReminder(
            user=user, template_id=each.template_id, code=each.code, due_on=each.due_on, stage=each.stage, sent_at=at
        )
        for each in new
    )
    return True


def _not_reminded_of(user: User, things: Sequence[DueReturn]) -> list[DueReturn]:
    rows = ReturnReminder.objects.filter(user=user).values_list("template", "code", "due_on", "stage")
    known = {DueReturn(*row) for row in rows}
    return [each for each in things if each not in known]


def _send(user: User, things: Sequence[DueReturn]) -> bool:
    """Whether the mail server took it. It says nothing of the returns themselves."""
    late = sum(each.stage == Stage.OVERDUE for each in things)
    url = settings.SITE_URL + reverse("reports:returns")
    context = {"late": late, "soon": len(things) - late, "url": url}
    return mail.send("Returns: what is due", "reports/return_reminder.txt", context, to=[user.email])
