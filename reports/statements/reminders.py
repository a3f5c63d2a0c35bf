"""E-mail that reminds who was asked to sign a statement off, once, when it has waited for three working days."""

from datetime import date, datetime, timedelta

from django.db import transaction

from hotspot.core import mail
from hotspot.core.calendar import today
from patrols.models import BankHoliday
from reports.models import Statement
from reports.statements import notices

WORKING_DAYS = 3


def send_reminders(*, at: datetime) -> int:
    """Remind people of what waits for their sign-off since three working days; gives of how many statements.

    What cannot be sent is tried again the next time. Without a mail server nobody is: the first page has it too.
    """
    if not mail.has_mail_server():
        return 0
    sent_by = waiting_since(
        today(at), set(BankHoliday.objects.filter(day__lte=today(at)).values_list("day", flat=True))
    )
    waiting = Statement.objects.to_be_reminded_of()
    return sum(_remind(pk, at, sent_by) for pk in waiting.order_by("pk").values_list("pk", flat=True))


def waiting_since(day: date, holidays: set[date]) -> date:
    """The last day on which something was sent that has waited for three working days on `day`, which counts.

    Monday's waits on Thursday, Friday's on Wednesday. Saturdays, Sundays and bank holidays are no working days.
    """
    left = WORKING_DAYS
    while left:
        if day.weekday() < 5 and day not in holidays:
            left -= 1
        day -= timedelta(days=1)
    return day


@transaction.atomic
def _remind(statement_id: int, at: datetime, sent_by: date) -> bool:
    # Whoever else is reminding of it at this moment does.
    waiting = Statement.objects.filter(pk=statement_id, state=Statement.State.WAITING, reminded_at=None)
    statement = waiting.select_for_update(skip_locked=True).first()
    if statement is None or statement.as_at is None or today(statement.as_at) > sent_by:
        return False
    if not notices.remind(statement):
        return False
    statement.reminded_at = at
    statement.save(update_fields=["reminded_at"])
    return True
