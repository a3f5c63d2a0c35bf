"""A release calendar with what is confirmed, provisional and moved, and a statement that waits for sign-off."""

from datetime import date, datetime, time, timedelta

from hotspot.core.calendar import LONDON, today
from hotspot.core.models import User
from hotspot.core.wording import month
from hotspots.models import Programme
from reports.models import AnnouncedRelease
from reports.releases import operations as calendar
from reports.statements import operations
from reports.statements.body import draft_of

_HALF_PAST_NINE = time(9, 30)


def make_calendar(*, by: User, at: datetime) -> None:
    """Announce the figures of the month that is over, moved once, and provisionally those of the two after it."""
    programme, day = Programme.objects.order_by("-first_day")[0], today(at)
    this = day.replace(day=1)
    following = [_months_on(this, number) for number in (1, 2)]
    first_said, soon = (_half_past_nine(day + timedelta(days=days)) for days in (4, 9))
    first = calendar.announce(
        by=by, at=at, programme=programme, title="Monthly figures", period=month(_months_on(this, -1)),
        month=first_said.date().replace(day=1), release_at=first_said,
    )  # fmt: skip
    calendar.reschedule(
        by=by, at=at, release_id=first.pk, month=soon.date().replace(day=1), release_at=soon,
        reason="Outcomes of two towns were still being entered",
    )  # fmt: skip
    for covered, released in zip((this, following[0]), following, strict=True):
        calendar.announce(
            by=by, at=at, programme=programme, title="Monthly figures", period=month(covered), month=released
        )


def send_statement(*, analyst: User, office: User, at: datetime) -> None:
    """Have the analyst send the month that is over to the office for sign-off, for the day that was announced.

    What it counts must be committed: see `settled_moment`. Nothing is sent in a programme's first month.
    """
    programme, last = Programme.objects.order_by("-first_day")[0], _months_on(today(at), -1)
    if last not in programme.period:
        return
    draft = operations.draft(by=analyst, at=at, programme=programme, code=f"{last:%Y-%m}")
    operations.acknowledge(by=analyst, statement_id=draft.pk, checks=draft_of(draft, at).checks)
    announced = AnnouncedRelease.objects.standing().filter(release_at__gt=at).first()
    operations.send(
        by=analyst, at=at, statement_id=draft.pk, approver=office, announced_id=announced.pk if announced else None
    )


def _months_on(day: date, number: int) -> date:
    """The first day of the month so many months on."""
    years, place = divmod(day.year * 12 + day.month - 1 + number, 12)
    return date(years, place + 1, 1)


def _half_past_nine(day: date) -> datetime:
    """Half past nine on this day, or on Monday where it is of a weekend."""
    day += timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 4 else timedelta()
    return datetime.combine(day, _HALF_PAST_NINE, LONDON)
