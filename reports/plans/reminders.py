"""E-mail that reminds people of what is due in problem-solving plans: of each thing once before and once after."""

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from hotspot.core import mail
from hotspot.core.advisory_locks import LockName, try_lock
from hotspot.core.calendar import today
from hotspot.core.models import User
from reports.models import PlanReminder
from reports.plans.queries import DueThing, due_things, people_with_something_due


def send_reminders(*, at: datetime) -> int:
    """Remind everybody of what is theirs and overdue or due within a week; gives how many people were reminded.

    What cannot be sent is tried again the next time. Without a mail server nobody is: the first page has it too.
    """
    if not mail.has_mail_server():
        return 0
    people = User.objects.people().filter(pk__in=people_with_something_due(day=today(at)), is_active=True)
    return mail.send_each(people.order_by("?"), lambda user: _remind(user, at))


@transaction.atomic
def _remind(user: User, at: datetime) -> bool | None:
    # Whoever else is reminding this person at this moment does. The mail server can be slow, so their own row is free.
    if not try_lock(LockName.PLAN_REMINDERS, user.pk):
        return None
    things = _not_reminded_of(user, day=today(at))
    if not things:
        return None
    if not _send(user, things, day=today(at)):
        return False
    PlanReminder.objects.bulk_create(_reminder(user, each, at) for each in things)
    return True


def _not_reminded_of(user: User, *, day: date) -> list[DueThing]:
    """What is due of a person and they were not told yet, in this stage and for this day."""
    rows = PlanReminder.objects.filter(user=user).values_list("response", "review", "due_on", "stage")
    known = set(rows)
    return [
        each for each in due_things(user, day=day) if (*_keys(each), each.due_on, _stage(each, day=day)) not in known
    ]


def _keys(thing: DueThing) -> tuple[int | None, int | None]:
    """The ids of the response and of the review that it is."""
    return (None, thing.pk) if thing.is_review else (thing.pk, None)


def _stage(thing: DueThing, *, day: date) -> str:
    return PlanReminder.Stage.OVERDUE if thing.due_on < day else PlanReminder.Stage.SOON


def _reminder(user: User, thing: DueThing, at: datetime) -> PlanReminder:
    response, review = _keys(thing)
    return PlanReminder(
        user=user, response_id=response, review_id=review, due_on=thing.due_on, stage=_stage(thing, day=today(at)),
        sent_at=at,
    )  # fmt: skip


def _send(user: User, things: Sequence[DueThing], *, day: date) -> bool:
    """Whether the mail server took it. It says nothing of the plans themselves."""
    late = sum(_stage(each, day=day) == PlanReminder.Stage.OVERDUE for each in things)
    context = {"late": late, "soon": len(things) - late, "url": settings.SITE_URL + reverse("reports:due")}
    return mail.send("Problem-solving plans: what is due", "plans/reminder.txt", context, to=[user.email])
