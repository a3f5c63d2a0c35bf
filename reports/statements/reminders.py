"""E-mail that reminds who was asked to sign a statement off, once, when it has waited for three working days."""

from datetime import date, datetime, timedelta

from hotspot.core import mail
from hotspot.core.calendar import today
from patrols.models import BankHoliday
from reports.models import Statement
from reports.statements import notices

WORKING_DAYS = 3


def send_reminders(*, at: datetime) -> int:
    """Remind people of what has waited for their sign-off for three working days; gives how many were reminded of.

    What cannot be sent is tried again the next time. Without a mail server nobody is: the first page has it too.
    """
    if not mail.has_mail_server():
        return 0
    sent_by = waiting_since(
        today(at), set(BankHoliday.objects.filter(day__lte=today(at)).values_list("day", flat=True))
    )
    waiting = Statement.objects.to_be_reminded_of().select_related("approver").defer("body", "counted")
    return mail.send_each(waiting.order_by("?"), lambda statement: _remind(statement, at, sent_by))


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


def _remind(statement: Statement, at: datetime, sent_by: date) -> bool | None:
    asked_at = statement.asked_at or statement.as_at
    if asked_at is None or today(asked_at) > sent_by:
        return None
    # Only one of those who remind at this moment marks it, and no row is held while the mail server takes its time.
    waiting = Statement.objects.filter(pk=statement.pk, state=Statement.State.WAITING, approver=statement.approver)
    if not waiting.filter(reminded_at=None).update(reminded_at=at):
        return None
    if notices.remind(statement):
        return True
    waiting.filter(reminded_at=at).update(reminded_at=None)
    return False
