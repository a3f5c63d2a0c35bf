"""Costs as somebody may see them: of closed months as they were frozen, of the others as they stand."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet

from hotspot.core.calendar import Period
from hotspot.core.definitions.registry import CURRENT
from hotspot.core.definitions.sql import counting_shift
from hotspot.core.models import User
from hotspots.models import ClosedMonth, Programme
from hotspots.queries import area_numbers_seen_by
from patrols.models import BankHoliday, CrewMember, HourlyRate, PatrolShift, PayRule
from patrols.rates.queries import pay_months
from reports.costs.rules import CostLine, CostSum, cost_sum, line_pence
from reports.models import FrozenCost, FrozenMonth, FrozenPatrols, MonthSummary

# Type of time and rate an hour, of days that have one.
_Pay = tuple[str, int | None]
_NO_PAY: _Pay = ("", None)
# A funding stream, a role and a month.
_Place = tuple[int, str, date]
# The number of places in crews and the minutes of each area.
_ByArea = dict[int, tuple[int, int]]
# The key of a role and stream, a month, one of its days or None for all of it, and areas, numbers and minutes.
_Times = tuple[str, date, date | None, list[int], list[int], list[int]]

# Whole months from the summary of parts, and from the records the days that are paid otherwise than most of their
# month: bank holidays, and the days before or after a new rate. One statement, so that both stand at one moment. A row
# for each role, stream and month or day, with its areas side by side: ten times fewer to read than one for each area.
_TIME = f"""
    SELECT key, month, NULL::date, array_agg(area_id), array_agg(number), array_agg(minutes) FROM reports_monthpart
    WHERE programme_id = %(programme)s AND part = 'crew' AND area_id = ANY(%(areas)s)
        AND month BETWEEN %(first)s AND %(last)s
    GROUP BY key, month
    UNION ALL
    SELECT role || ':' || stream, date_trunc('month', day)::date, day, array_agg(area_id), array_agg(number::int),
        array_agg(minutes::int)
    FROM (
        SELECT s.area_id, c.role, s.funding_stream_id AS stream, s.day, count(*) AS number, sum(c.minutes) AS minutes
        FROM patrols_patrolshift s
        JOIN hotspots_fundingstream f ON f.id = s.funding_stream_id
        JOIN patrols_crewmember c ON c.shift_id = s.id
        WHERE f.programme_id = %(programme)s AND s.day = ANY(%(days)s) AND s.area_id = ANY(%(areas)s)
            AND {counting_shift(CURRENT, state="s.state", kind="f.kind")}
        GROUP BY s.area_id, c.role, s.funding_stream_id, s.day
    ) days
    GROUP BY role, stream, day
"""  # noqa: S608 - our own statement, values are parameters


@dataclass(frozen=True)
class LaterChange:
    """By how much a closed month's records differ from what was frozen, in pence and in minutes of either kind.

    `shifts` of the month were logged or changed since, and `rates` is how often rates, rules or bank holidays were.
    """

    pence: int
    paid_minutes: int
    unpaid_minutes: int
    shifts: int
    rates: int


@dataclass(frozen=True)
class Costs:
    """What patrols cost in some whole months of a programme, in the areas that somebody may see.

    `closed` has when each closed month was closed, `later` what those of them differ by now, `patrols` the number of
    patrols by month and area.
    """

    programme: Programme
    months: Period
    as_at: datetime
    lines: Sequence[CostLine]
    patrols: dict[tuple[date, int], int]
    closed: dict[date, datetime]
    later: dict[date, LaterChange]


def costs_seen_by(user: User, programme: Programme, months: Period, *, at: datetime) -> Costs:
    """The costs of whole months, in the areas that this person may see."""
    return costs_in([area.pk for area in area_numbers_seen_by(user)], programme, months, at=at)


def costs_in(areas: Sequence[int], programme: Programme, months: Period, *, at: datetime) -> Costs:
    """The costs of whole months in some areas.

    Which months are closed is read after what stands, and before what is frozen: so nothing that stands is shown of a
    month that is closed, and what was frozen with each is there.
    """
    live = live_lines(programme, months, areas)
    patrols = _live_patrols(programme, months, areas)
    closed = dict(_closed(programme, months))
    if not closed:
        return Costs(programme, months, at, live, patrols, closed, {})
    frozen = frozen_lines(programme, months, areas)
    later = list(_later(closed, live, frozen))
    patrols = {key: number for key, number in patrols.items() if key[0] not in closed}
    return Costs(
        programme=programme,
        months=months,
        as_at=at,
        lines=[line for line in live if line.month not in closed] + [line for line in frozen if line.month in closed],
        patrols=patrols | _frozen_patrols(programme, closed, areas),
        closed=closed,
        later={month: _with_causes(change, programme, month, areas) for month, change in later},
    )


def _closed(programme: Programme, months: Period) -> Any:
    rows = ClosedMonth.objects.filter(programme=programme, month__range=(months.first_day, months.last_day))
    return rows.order_by("month").values_list("month", "closed_at")


def _later(
    closed: dict[date, datetime], live: Sequence[CostLine], frozen: Sequence[CostLine]
) -> Iterator[tuple[date, tuple[int, int, int]]]:
    for month in closed:
        now, then = (cost_sum(line for line in lines if line.month == month) for lines in (live, frozen))
        change = _difference(now, then)
        if any(change):
            yield month, change


def _difference(now: CostSum, then: CostSum) -> tuple[int, int, int]:
    return now.pence - then.pence, now.paid_minutes - then.paid_minutes, now.unpaid_minutes - then.unpaid_minutes


def _with_causes(change: tuple[int, int, int], programme: Programme, month: date, areas: Sequence[int]) -> LaterChange:
    """A difference with what was done since. A shift that left the month or these areas is not among the shifts."""
    then = FrozenMonth.objects.get(closed_month__programme=programme, closed_month__month=month)
    days = Period.month(month)
    shifts = PatrolShift.objects.filter(
        funding_stream__programme=programme, area__in=areas, day__range=(days.first_day, days.last_day)
    )
    own = _events_of(PatrolShift, then.shift_event).filter(pgh_obj__in=shifts).order_by().values("pgh_obj")
    crews = _events_of(CrewMember, then.crew_event).filter(shift__in=shifts).order_by().values("shift")
    of_programme = {"funding_stream__programme": programme}
    rates = (
        _events_of(HourlyRate, then.rate_event).filter(**of_programme).count()
        + _events_of(PayRule, then.rule_event).filter(**of_programme).count()
        + _events_of(BankHoliday, then.holiday_event).filter(day__range=(days.first_day, days.last_day)).count()
    )
    return LaterChange(*change, own.union(crews).count(), rates)


def _events_of(model: type[Model], last: int) -> QuerySet[Any]:
    """The events of a tracked model after one of them."""
    events: QuerySet[Any] = model.pgh_event_model.objects.filter(pgh_id__gt=last)  # type: ignore[attr-defined]
    return events


def _live_patrols(programme: Programme, months: Period, areas: Sequence[int]) -> dict[tuple[date, int], int]:
    rows = MonthSummary.objects.filter(
        programme=programme, area__in=areas, month__range=(months.first_day, months.last_day), patrols__gt=0
    )
    return {(month, area): patrols for month, area, patrols in rows.values_list("month", "area_id", "patrols")}


def _frozen_patrols(
    programme: Programme, closed: dict[date, datetime], areas: Sequence[int]
) -> dict[tuple[date, int], int]:
    rows = FrozenPatrols.objects.filter(
        closed_month__programme=programme, closed_month__month__in=list(closed), area__in=areas
    ).order_by()
    found = rows.values_list("closed_month__month", "area_id", "patrols")
    return {(month, area): patrols for month, area, patrols in found}


def frozen_lines(programme: Programme, months: Period, areas: Sequence[int]) -> list[CostLine]:
    """The lines of closed months among some whole months, as they were frozen."""
    rows = FrozenCost.objects.filter(
        closed_month__programme=programme,
        closed_month__month__range=(months.first_day, months.last_day),
        area__in=areas,
    )
    columns = ("closed_month__month", "area_id", "funding_stream_id", *CostLine._fields[3:])
    return [CostLine(*row) for row in rows.order_by().values_list(*columns)]


def live_lines(programme: Programme, months: Period, areas: Sequence[int]) -> list[CostLine]:
    """The lines of whole months as their shifts and rates stand now."""
    usual, others = _pay_of(programme, months)
    parameters: dict[str, Any] = {
        "programme": programme.pk,
        "areas": list(areas),
        "first": months.first_day,
        "last": months.last_day,
        "days": sorted({day for days in others.values() for day in days}),
    }
    with connection.cursor() as cursor:
        cursor.execute(_TIME, parameters)
        rows = cursor.fetchall()
    return list(_lines(rows, usual, others))


def _pay_of(programme: Programme, months: Period) -> tuple[dict[_Place, _Pay], dict[_Place, dict[date, _Pay]]]:
    """What each stream pays each role on most days of a month, and on the other days of it."""
    by_place: dict[_Place, dict[_Pay, list[int]]] = defaultdict(dict)
    for each in pay_months(programme, months):
        by_place[each.stream_id, each.role, each.month][each.rate_type, each.hour_pence] = each.days
    usual: dict[_Place, _Pay] = {}
    others: dict[_Place, dict[date, _Pay]] = {}
    for place, pays in by_place.items():
        _add_days_without_rule(pays, Period.month(place[2]))
        usual[place] = max(pays, key=lambda pay: len(pays[pay]))
        month = place[2]
        others[place] = {
            month.replace(day=day): pay for pay, days in pays.items() if pay != usual[place] for day in days
        }
    return usual, others


def _add_days_without_rule(pays: dict[_Pay, list[int]], month: Period) -> None:
    if sum(map(len, pays.values())) < month.days:
        known = {day for days in pays.values() for day in days}
        pays[_NO_PAY] = [day for day in range(1, month.days + 1) if day not in known]


def _lines(
    rows: Sequence[_Times], usual: dict[_Place, _Pay], others: dict[_Place, dict[date, _Pay]]
) -> Iterator[CostLine]:
    """Put time to what it is paid at: what a month has less its other days at what is usual, those days at theirs."""
    apart = _apart(rows, others)
    for key, month, day, *columns in rows:
        if day is not None:
            continue
        place = _place(key, month)
        by_area = {area: (number, minutes) for area, number, minutes in zip(*columns, strict=True)}
        for pay, its_areas in apart.get(place, {}).items():
            for area, (number, minutes) in its_areas.items():
                left, left_minutes = by_area[area]
                by_area[area] = left - number, left_minutes - minutes
            yield from _lines_at(pay, place, its_areas)
        yield from _lines_at(usual.get(place, _NO_PAY), place, by_area)


def _apart(rows: Sequence[_Times], others: dict[_Place, dict[date, _Pay]]) -> dict[_Place, dict[_Pay, _ByArea]]:
    """The time of the days that are paid otherwise than their month, by what pays and by what is paid."""
    found: dict[_Place, dict[_Pay, _ByArea]] = defaultdict(lambda: defaultdict(dict))
    for key, month, day, *columns in rows:
        # A day is that of some stream and role: of another it is with the rest of the month.
        place = _place(key, month)
        if day is not None and (pay := others.get(place, {}).get(day)) is not None:
            of_pay = found[place][pay]
            for area, number, minutes in zip(*columns, strict=True):
                other = of_pay.get(area, (0, 0))
                of_pay[area] = other[0] + number, other[1] + minutes
    return found


def _place(key: str, month: date) -> _Place:
    role, _, stream = key.partition(":")
    return int(stream), role, month


def _lines_at(pay: _Pay, place: _Place, by_area: _ByArea) -> list[CostLine]:
    stream, role, month = place
    rate_type, hour_pence = pay
    return [
        CostLine(
            month, area, stream, role, rate_type, hour_pence, number, minutes,
            None if hour_pence is None else line_pence(minutes, hour_pence),
        )
        for area, (number, minutes) in by_area.items()
        if number
    ]  # fmt: skip
