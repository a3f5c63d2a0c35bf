"""When e-mails go out, how many a person can ask for, and what may be in one."""

from datetime import datetime, time, timedelta

from hotspot.core.calendar import LONDON, Period, monday_of
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from reports.models import Alert, ShiftReminder, WeeklyEmail

SENT_FROM = time(7)
"""London's time on a Monday from which the week before is sent."""
MOST_WEEKLY = 20
MOST_ALERTS = 40
JUDGED_AFTER = timedelta(days=7)
"""So long an area must have had patrols due in a month before its hours are held against them: after one quiet night
each of them would be behind."""
NEEDED = Permission.VIEW_DAILY_FIGURES
"""What a person needs to get any of these: they hold figures of single weeks and days, as the dashboard does."""


def newest_week(at: datetime) -> Period:
    """The newest week, Monday to Sunday, that is sent by now."""
    local = at.astimezone(LONDON)
    monday = monday_of(local.date())
    if local.date() == monday and local.time() < SENT_FROM:
        monday -= timedelta(weeks=1)
    return Period(monday - timedelta(weeks=1), monday - timedelta(days=1))


def may_still_have(asked: WeeklyEmail | Alert | ShiftReminder, user: User) -> bool:
    """Whether a person may have what they asked for: they are still here, in the role in which they asked."""
    needed = Permission.LOG_SHIFT if isinstance(asked, ShiftReminder) else NEEDED
    return user.is_active and user.role == asked.role and user.may(needed)
