"""Months that supervisors of the demonstration confirmed. The first one has still to confirm the newest two."""

from datetime import date, datetime, time, timedelta

from hotspot.core.calendar import LONDON, Period, today
from hotspot.core.models import User
from hotspots.models import Programme
from outcomes.confirmations.operations import confirm_month, take_back
from outcomes.confirmations.queries import months_of
from outcomes.confirmations.rules import is_over
from patrols.models import PatrolShift
from reports.emails.operations import choose_reminders
from reports.models import ShiftReminder

LEFT_OPEN = 2
WRITTEN_UP = timedelta(hours=9)
"""After the first midnight of the next month."""


def make_months(*, supervisor: User, at: datetime) -> None:
    """Every month that is over, but the newest two of the first supervisor, and one that was taken back."""
    logged = PatrolShift.objects.order_by().values("logged_by").distinct()
    people = list(User.objects.people().filter(pk__in=logged).order_by("email"))
    first = min(Programme.objects.values_list("first_day", flat=True))
    open_from = _months_before(today(at), LEFT_OPEN)
    found = months_of([person.pk for person in people], Period(first.replace(day=1), today(at)))
    by_key = {person.pk: person for person in people}
    for each in reversed(found):
        person, month = by_key[each.person_id], each.month
        is_open = person == supervisor and month.first_day >= open_from
        if is_open or each.planned or not each.shifts or not is_over(month, at):
            continue
        then = min(datetime.combine(month.last_day + timedelta(days=1), time(0), LONDON) + WRITTEN_UP, at)
        confirm_month(by=person, at=then, person=person, month=month, seen=each.fingerprint)
    _take_one_back(people, supervisor, at)


def _take_one_back(people: list[User], supervisor: User, at: datetime) -> None:
    """The newest confirmed month of somebody else: there was a night still to be logged."""
    others = [person.pk for person in people if person != supervisor]
    month = Period.month(_months_before(today(at), 1))
    confirmed = [each.confirmation for each in months_of(others, month) if each.confirmation]
    if confirmed:
        person = confirmed[0].person
        take_back(by=person, at=at, confirmation_id=confirmed[0].pk)


def _months_before(day: date, number: int) -> date:
    """The first day of the month so many months before that of a day."""
    years, month = divmod(day.year * 12 + day.month - 1 - number, 12)
    return date(years, month + 1, 1)


def make_reminders(*, supervisor: User, at: datetime) -> None:
    """The first supervisor is reminded of everything."""
    choose_reminders(by=supervisor, at=at, kinds=[kind.value for kind in ShiftReminder.Kind])
