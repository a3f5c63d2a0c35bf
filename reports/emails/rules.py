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


_OF_OWN_AREAS = (ShiftReminder.Kind.NIGHT, ShiftReminder.Kind.MONTH)
"""What is of a person's own areas and months. Who works for the whole force has none of their own."""


def reminders_for(user: User) -> list[tuple[str, str]]:
    """The kinds of reminders that make sense for a person, with their words."""
    return [(kind.value, kind.label) for kind in ShiftReminder.Kind if _is_theirs(kind, user)]


def _is_theirs(kind: str, user: User) -> bool:
    return user.has_own_districts or kind not in _OF_OWN_AREAS


def may_still_have(asked: WeeklyEmail | Alert | ShiftReminder, user: User) -> bool:
    """Whether a person may have what they asked for: they are still here, in the role in which they asked."""
    needed = NEEDED
    if isinstance(asked, ShiftReminder):
        needed = Permission.LOG_SHIFT
        if not _is_theirs(asked.kind, user):
            return False
    return user.is_active and user.role == asked.role and user.may(needed)
