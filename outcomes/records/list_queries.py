"""The list of shifts: rows with their counts, newest first, page by page without counting them all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, IntegerField, QuerySet, Sum
from django.db.models.expressions import RawSQL

from hotspot.core import keyset
from hotspot.core.calendar import FIRST_YEAR, LAST_YEAR, Period
from hotspot.core.models import User
from outcomes.kinds import COUNTED, KINDS
from outcomes.models import Outcome
from outcomes.records import row_sql
from patrols.models import CrewMember, PatrolShift

PAGE_SIZE = 25


def with_counts(shifts: QuerySet[PatrolShift]) -> QuerySet[PatrolShift]:
    """Each shift with crew_size, patrol_minutes, and its standing outcomes: <key>_count of each kind (of powers, those
    that the headline counts), apart_powers (the names of those that no headline counts, None for none) and
    to_follow_count."""
    numbers = {name: RawSQL(sql, (), IntegerField()) for name, sql in _COUNTS.items()}  # noqa: S611 - our own text
    names = RawSQL(row_sql.POWERS_APART, (), ArrayField(CharField()))  # noqa: S611 - our own text
    return shifts.select_related("area", "logged_by").defer("area__boundary").annotate(**numbers, apart_powers=names)


_COUNTS: Mapping[str, str] = {
    "crew_size": row_sql.CREW_SIZE,
    "patrol_minutes": row_sql.PATROL_MINUTES,
    **{f"{kind.key}_count": row_sql.standing(kind) for kind in KINDS},
    "to_follow_count": " + ".join(row_sql.standing(kind, more=" AND o.detail_to_follow") for kind in COUNTED),
}


def standing_counts(shift: PatrolShift) -> dict[str, int]:
    """How often each outcome stands on a shift, named as a tally names them: arrests, …, asb_<kind>."""
    counts = {kind.plural: kind.model.objects.standing().filter(shift=shift).count() for kind in COUNTED}
    for code in shift.asb_powers.standing().values_list("kind", flat=True):
        counts[f"asb_{code}"] = counts.get(f"asb_{code}", 0) + 1
    return counts


@dataclass(frozen=True)
class Cursor:
    """Where a page starts: strictly after this shift in newest-first order."""

    starts_at: datetime
    shift_id: int

    @classmethod
    def parse(cls, text: str) -> "Self | None":
        """What `str(cursor)` wrote, or None for anything else."""
        when, _, number = text.partition("_")
        try:
            starts_at = datetime.fromisoformat(when)
            is_possible = starts_at.tzinfo and FIRST_YEAR <= starts_at.year <= LAST_YEAR and len(number) < 19
            return cls(starts_at, int(number)) if is_possible else None
        except (ValueError, OverflowError):
            return None

    def __str__(self) -> str:
        return f"{self.starts_at.isoformat()}_{self.shift_id}"


@dataclass(frozen=True)
class Page:
    """One page of shifts. `older` is where the next page starts, None on the last one."""

    shifts: Sequence[PatrolShift]
    older: Cursor | None


def page_of(shifts: QuerySet[PatrolShift], *, after: Cursor | None = None, size: int = PAGE_SIZE) -> Page:
    """The next shifts in newest-first order. As quick for the thousandth page as for the first."""
    if after is not None:
        shifts = shifts.filter(keyset.after((after.starts_at, after.shift_id), "starts_at", "pk", newest_first=True))
    ordered = with_counts(shifts).order_by("-starts_at", "-id")
    rows, more = keyset.take_page(lambda most: list(ordered[:most]), size)
    return Page(rows, Cursor(rows[-1].starts_at, rows[-1].pk) if more else None)


@dataclass(frozen=True)
class ListTotals:
    """How many shifts a narrowed list has, the outcomes that it is narrowed to, and the minutes of the crews.

    None: not counted. `is_whole` is False where there are more than the `shifts` that were counted.
    """

    shifts: int
    outcomes: int | None
    patrol_minutes: int | None
    is_whole: bool = True


def totals_of(
    shifts: QuerySet[PatrolShift], outcomes: Sequence[QuerySet[Outcome]], *, with_hours: bool, most: int | None
) -> ListTotals:
    """What a list has in all, the parts only where there are at most so many shifts; `most` None: however many."""
    rows = shifts.order_by()
    number = (rows if most is None else rows[: most + 1]).count()
    if most is not None and number > most:
        return ListTotals(most, None, None, is_whole=False)
    parts = sum(each.filter(shift__in=rows).count() for each in outcomes) if outcomes else None
    minutes = CrewMember.objects.filter(shift__in=rows).aggregate(all=Sum("minutes"))["all"] if with_hours else None
    return ListTotals(number, parts, (minutes or 0) if with_hours else None)


@dataclass(frozen=True)
class Night:
    """One London day in the list with its shifts; none is a gap."""

    day: date
    shifts: Sequence[PatrolShift]


def nights_of(page: Page, *, gaps_in: Period | None) -> Iterator[Night]:
    """The page's shifts by night, newest first. Within `gaps_in`, nights without any are there as well, empty."""
    by_day: dict[date, list[PatrolShift]] = {}
    for shift in page.shifts:
        by_day.setdefault(shift.day, []).append(shift)
    days = set(by_day)
    if gaps_in is not None:
        # The nights between the page's last one and the next page's first are that page's to show.
        first = page.shifts[-1].day if page.older else gaps_in.first_day
        days |= {day for day in gaps_in.each_day() if day >= first}
    for day in sorted(days, reverse=True):
        yield Night(day, by_day.get(day, []))


def gap_period(user: User, *, first_day: date | None, last_day: date, after: Cursor | None) -> Period | None:
    """The nights on which this person could have logged a shift: from their first one on, at most back to `first_day`.

    None when they have not logged any, so that a newcomer is not greeted by a list of failures.
    """
    fell_away = (PatrolShift.State.VOIDED, PatrolShift.State.CANCELLED)
    standing = PatrolShift.objects.filter(logged_by=user).exclude(state__in=fell_away)
    # The index of one's own shifts is by their start, and the days follow it.
    first = standing.order_by("starts_at", "id").values_list("day", flat=True).first()
    if first is None:
        return None
    start = max(first, first_day) if first_day else first
    end = min(last_day, after.starts_at.date() - timedelta(days=1)) if after else last_day
    return Period(start, end) if start <= end else None
