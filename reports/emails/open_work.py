"""What a person has still to log, in lines for an e-mail: no record, no name of a person, no number of outcomes."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotspot.core import wording
from hotspot.core.calendar import today
from hotspot.core.models import User
from outcomes.confirmations.queries import own_months
from outcomes.confirmations.rules import REMINDED_FROM
from outcomes.home.queries import own_plans
from outcomes.kinds import KINDS
from outcomes.records.queries import outcomes_to_follow
from patrols.planning.months import AreaOutlook, outlooks
from patrols.planning.rules import last_night_over
from reports.models import ShiftReminder

Kind = ShiftReminder.Kind
WEEK = timedelta(days=7)
MOST_AREAS = 10
"""So many areas have a line of their own in one message."""


@dataclass(frozen=True)
class OpenWork:
    """One line of a message. `codes` name the single things that it is about."""

    words: str
    codes: Collection[str]


def open_work(user: User, kinds: Collection[str], at: datetime) -> list[OpenWork]:
    """What of these kinds this person has still to do, as they see it now."""
    return [each for kind in Kind if kind in kinds for each in _OF_KIND[kind](user, at)]


def _to_complete(user: User, at: datetime) -> Iterator[OpenWork]:
    """Planned shifts of nights that should be written up by now, by area."""
    last = last_night_over(at)
    shifts = [shift for shift in own_plans(user, at).to_complete if shift.day <= last]
    if shifts:
        areas = wording.listing(sorted(Counter(shift.area.name for shift in shifts)))
        said = wording.plural(len(shifts), "planned shift is", "planned shifts are")
        yield OpenWork(f"{said} over and not completed: {areas}", [f"complete:{shift.pk}" for shift in shifts])


def _nights(user: User, at: datetime) -> Iterator[OpenWork]:
    missed = [each for each in outlooks(user, at) if each.missed]
    for each in missed[:MOST_AREAS]:
        nights = wording.plural(len(each.missed), "night")
        words = f"{each.area.name}: {nights} without a shift, the last on {wording.day(each.missed[0])}"
        yield OpenWork(words, _codes(each))
    if more := missed[MOST_AREAS:]:
        words = f"{wording.plural(len(more), 'more area')} with nights without a shift"
        yield OpenWork(words, [code for each in more for code in _codes(each)])


def _codes(missed: AreaOutlook) -> list[str]:
    return [f"night:{missed.area.pk}:{day.isoformat()}" for day in missed.missed]


def _details(user: User, at: datetime) -> Iterator[OpenWork]:
    """Their number would be one of arrests or searches, so it is not said."""
    found = [
        f"detail:{kind.slug}:{number}"
        for kind in KINDS
        for number in outcomes_to_follow(user, kind)
        .filter(shift__logged_by=user, shift__ends_at__lte=at - WEEK)
        .values_list("pk", flat=True)
    ]
    if found:
        yield OpenWork("The detail of outcomes has been missing for a week or more", found)


def _months(user: User, at: datetime) -> Iterator[OpenWork]:
    if today(at).day < REMINDED_FROM:
        return
    for each in own_months(user, at, number=1):
        if not each.is_confirmed:
            words = f"{wording.month(each.month.first_day)} is not confirmed: is there nothing more to log?"
            yield OpenWork(words, [f"month:{each.month.first_day:%Y-%m}"])


_OF_KIND: Mapping[str, Callable[[User, datetime], Iterator[OpenWork]]] = {
    Kind.COMPLETE: _to_complete,
    Kind.NIGHT: _nights,
    Kind.DETAIL: _details,
    Kind.MONTH: _months,
}
