"""Months of people: which are expected to be confirmed, which are, and what changed since."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from hotspot.core.calendar import Period, today
from hotspot.core.models import User
from outcomes.confirmations.held import Held, digest, expected_roles
from outcomes.confirmations.rules import PersonMonth, month_before
from outcomes.models import MonthConfirmation
from patrols.models import PatrolShift, PatrolShiftQuerySet

MONTHS_ON_HOME, MONTHS_ON_PAGE = 3, 12


def months_over(at: datetime, number: int) -> list[Period]:
    """The newest months that are over, newest first."""
    found = [month_before(today(at))]
    while len(found) < number:
        found.append(month_before(found[-1].first_day))
    return found


def expected_shifts(shifts: PatrolShiftQuerySet, days: Period) -> PatrolShiftQuerySet:
    """Those of the shifts for which somebody is expected to confirm the month: not void, and of a supervisor."""
    shifts = shifts.filter(day__range=(days.first_day, days.last_day)).exclude(state=PatrolShift.State.VOIDED)
    return shifts.filter(logged_by__role__in=expected_roles())


def own_months(user: User, at: datetime, number: int = MONTHS_ON_HOME) -> list[PersonMonth]:
    """A person's own months that are over and have shifts, newest first. Two queries."""
    months = months_over(at, number)
    return months_of([user.pk], Period(months[-1].first_day, months[0].last_day))


def own_month(person: User, month: Period) -> PersonMonth:
    """One month of a person, without any shift too."""
    return next(iter(months_of([person.pk], month)), PersonMonth(person.pk, month, {}))


def months_of(people: Sequence[int], days: Period) -> list[PersonMonth]:
    """The months of these people in a run of whole months, newest first: those that have shifts or are confirmed.

    Two queries.
    """
    shifts = expected_shifts(PatrolShift.objects.filter(logged_by__in=people), days).order_by()
    held: dict[tuple[date, int], dict[str, Held]] = defaultdict(dict)
    planned: dict[tuple[date, int], int] = defaultdict(int)
    columns = ("pk", "logged_by", "day", "state", "version", "digest")
    for number, person, day, state, *said in shifts.annotate(digest=digest()).values_list(*columns):
        key = day.replace(day=1), person
        held[key][str(number)] = Held(*said)
        planned[key] += state == PatrolShift.State.PLANNED
    confirmed = {(each.month, each.person_id): each for each in _standing(people, days)}
    return [
        PersonMonth(key[1], Period.month(key[0]), held.get(key, {}), planned.get(key, 0), confirmed.get(key))
        for key in sorted({*held, *confirmed}, reverse=True)
    ]


def _standing(people: Iterable[int], days: Period) -> QuerySet[MonthConfirmation]:
    standing = MonthConfirmation.objects.standing().filter(person__in=people).select_related("confirmed_by")
    return standing.filter(month__range=(days.first_day, days.last_day))


@dataclass(frozen=True)
class MonthState:
    """A month of everybody who is expected to confirm it, as far as a reader sees their shifts."""

    month: Period
    people: Sequence[tuple[User, PersonMonth]]

    @property
    def expected(self) -> int:
        return len(self.people)

    @property
    def confirmed(self) -> int:
        return sum(each.is_confirmed for _, each in self.people)

    @property
    def changed(self) -> int:
        """Of the confirmed ones, those in which something changed since."""
        return sum(each.is_confirmed and not each.is_settled for _, each in self.people)


def state_of(month: Period, *, by: User) -> MonthState:
    """The month of the supervisors who have a shift in it that this reader sees, by name. Three queries."""
    seen = expected_shifts(PatrolShift.objects.visible_to(by), month)
    people = {
        person.pk: person for person in User.objects.filter(pk__in=seen.values("logged_by")).order_by("name", "pk")
    }
    months = {each.person_id: each for each in months_of(list(people), month)}
    return MonthState(month, [(person, months[pk]) for pk, person in people.items() if pk in months])
