"""What is missing, late or doubtful in the records behind the headline, area by area."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple, Self

from django.db import connection

from hotspot.core.calendar import Period, today
from hotspot.core.definitions.registry import CURRENT
from hotspots.models import HotspotArea
from outcomes.confirmations.held import expected_roles
from outcomes.confirmations.rules import is_over
from reports.figures.breakdowns import counted_parts
from reports.figures.series import Selection


@dataclass(frozen=True)
class ShiftWarnings:
    """Counted shifts logged late or kept with warnings, and planned ones that nobody has said anything about since."""

    late: int = 0
    warnings: int = 0
    overdue: int = 0


@dataclass(frozen=True)
class Nights:
    """Nights that a target of patrols needs, at one patrol a night, and those of them on which none started."""

    needed: int
    missing: int

    @classmethod
    def of_month(cls, nights: int, due: int, patrols: int, patrolled: int) -> Self:
        """Of a month with so many nights, patrols due and made, and nights with a patrol.

        No more nights are missing than patrols: where two patrols on one night met the target, no night is missing.
        """
        return cls(min(due, nights), min(max(due - patrols, 0), nights - patrolled))


class SupervisorMonth(NamedTuple):
    """The month that begins on a day, of a supervisor by their key."""

    month: date
    person: int


@dataclass(frozen=True)
class Completeness:
    """How many months of supervisors are confirmed, of how many that are expected to be."""

    confirmed: int
    expected: int

    @classmethod
    def of(cls, parts: Iterable["QualityPart"]) -> "Completeness":
        """Of some areas together: a supervisor who had shifts in two of them confirms a month once."""
        months = {month: is_confirmed for part in parts for month, is_confirmed in part.months.items()}
        return cls(sum(months.values()), len(months))


@dataclass(frozen=True)
class QualityPart:
    """One area. `nights` are those of the period that are over; None where no target of patrols asks for any."""

    area: HotspotArea
    nights: Nights | None
    to_follow: int
    shifts: ShiftWarnings
    months: Mapping[SupervisorMonth, bool] = field(default_factory=dict)
    """By month of the period that is over, and supervisor whose shifts are in it: is it confirmed?"""

    @property
    def has_something(self) -> bool:
        """Whether there is anything to look at but nights."""
        return bool(self.to_follow or self.shifts.late or self.shifts.warnings or self.shifts.overdue)


@dataclass(frozen=True)
class _Open:
    """What is not settled yet, by area: overdue planned shifts, and whether months of supervisors are confirmed."""

    overdue: Mapping[int, int]
    months: Mapping[int, Mapping[SupervisorMonth, bool]]


def quality(asked: Selection) -> list[QualityPart]:
    """Each area that was active in the period so far or has something to show, in list order."""
    if asked.so_far is None or not asked.area_ids:
        return []
    nights, unsettled = _nights(asked), _open(asked)
    found = counted_parts(asked.programme, asked.period, asked.area_ids, ("shifts", "to_follow"), by_area=True)
    numbers = {(part.area, part.key or part.name): part.number for part in found}
    parts = [_part(area, nights.get(area.pk), numbers, unsettled) for area in asked.areas]
    return [part for part in parts if part.has_something or part.area.is_active_in(asked.so_far)]


def _part(
    area: HotspotArea, nights: Nights | None, numbers: Mapping[tuple[int | None, str], int], unsettled: _Open
) -> QualityPart:
    late, warnings, to_follow = (numbers.get((area.pk, name), 0) for name in ("late", "doubts", "to_follow"))
    shifts = ShiftWarnings(late, warnings, unsettled.overdue.get(area.pk, 0))
    return QualityPart(area, nights, to_follow, shifts, unsettled.months.get(area.pk, {}))


def _nights(asked: Selection) -> dict[int, Nights]:
    """What the targets ask for on the days before today, month by month. Today's night is to come.

    A month's target is a share for each of its days, rounded down: a part of a patrol is no night. Months are not
    set off against each other, because targets are monthly.
    """
    yesterday = today(asked.at) - timedelta(days=1)
    over = asked.period.clip(Period(date.min, yesterday))
    if over is None:
        return {}
    due = {area_id: asked.targets.patrols_by_month(area_id, yesterday) for area_id in asked.area_ids}
    patrolled = _patrolled(asked, [(area_id, days) for area_id, months in due.items() for days in _runs(months)])
    return {area_id: _sum_of(area_id, months, patrolled) for area_id, months in due.items() if months}


def _runs(months: Sequence[tuple[Period, int]]) -> list[Period]:
    """The days of months as runs without gaps: few, so that they are soon looked through."""
    runs: list[Period] = []
    for days, _ in months:
        if runs and runs[-1].last_day + timedelta(days=1) == days.first_day:
            runs[-1] = Period(runs[-1].first_day, days.last_day)
        else:
            runs.append(days)
    return runs


def _sum_of(
    area_id: int, months: Sequence[tuple[Period, int]], patrolled: Mapping[tuple[int, date], tuple[int, int]]
) -> Nights:
    each = [
        Nights.of_month(days.days, due, *patrolled.get((area_id, days.first_day.replace(day=1)), (0, 0)))
        for days, due in months
    ]
    return Nights(sum(nights.needed for nights in each), sum(nights.missing for nights in each))


def _patrolled(asked: Selection, spans: Sequence[tuple[int, Period]]) -> dict[tuple[int, date], tuple[int, int]]:
    """The patrols of each area and month in some runs of days, and the days on which they started."""
    sql = """
        SELECT span.area_id, date_trunc('month', summary.day::timestamp)::date AS month,
            sum(summary.patrols)::bigint, count(*)
        FROM unnest(%s::bigint[], %s::date[], %s::date[]) AS span (area_id, first_day, last_day)
        JOIN reports_daysummary summary ON summary.programme_id = %s AND summary.area_id = span.area_id
            AND summary.day BETWEEN span.first_day AND span.last_day AND summary.patrols > 0
        -- The planner does not look into the spans: this keeps it to the days asked for.
        WHERE summary.day BETWEEN %s AND %s
        GROUP BY span.area_id, month
    """
    rows = [(area_id, days.first_day, days.last_day) for area_id, days in spans]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*columns, asked.programme.pk, asked.period.first_day, asked.period.last_day])
        return {(area_id, month): (patrols, days) for area_id, month, patrols, days in cursor.fetchall()}


def _open(asked: Selection) -> _Open:
    """In one trip. Planned shifts are few, and an index has those; of the others the months are read that are over."""
    days, over = asked.period, _months_over(asked)
    first, last = (over[0].first_day, over[-1].last_day) if over else (None, None)
    overdue: dict[int, int] = {}
    months: dict[int, dict[SupervisorMonth, bool]] = defaultdict(dict)
    with connection.cursor() as cursor:
        parameters: list[Any] = [asked.programme.pk, list(CURRENT.streams_apart), asked.area_ids]
        parameters += [first, last, expected_roles(), days.first_day, days.last_day, asked.at]
        cursor.execute(_OPEN_SQL, parameters)
        for area, person, month, number, is_confirmed in cursor.fetchall():
            if person is None:
                overdue[area] = number
            else:
                months[area][SupervisorMonth(month, person)] = is_confirmed
    return _Open(overdue, months)


def _months_over(asked: Selection) -> list[Period]:
    """The months that the period touches and that can be confirmed by now."""
    return [month for month in asked.period.each_month() if is_over(month, asked.at)]


_OPEN_SQL = """
    WITH paid AS NOT MATERIALIZED (
        SELECT shift.area_id, shift.logged_by_id, shift.day, shift.state, shift.ends_at
        FROM patrols_patrolshift shift
        JOIN hotspots_fundingstream stream ON stream.id = shift.funding_stream_id
        WHERE stream.programme_id = %s AND stream.kind <> ALL(%s::text[]) AND shift.area_id = ANY(%s::bigint[])
    )
    SELECT expected.area_id, expected.logged_by_id, expected.month, 0, confirmed.id IS NOT NULL
    FROM (
        SELECT DISTINCT area_id, logged_by_id, date_trunc('month', day::timestamp)::date AS month FROM paid
        WHERE state <> 'voided' AND day BETWEEN %s AND %s
    ) expected
    JOIN core_user person ON person.id = expected.logged_by_id AND person.role = ANY(%s::text[])
    LEFT JOIN outcomes_monthconfirmation confirmed ON confirmed.person_id = expected.logged_by_id
        AND confirmed.month = expected.month AND confirmed.taken_back_at IS NULL
    UNION ALL
    SELECT area_id, NULL::bigint, NULL::date, count(*), false FROM paid
    WHERE state = 'planned' AND day BETWEEN %s AND %s AND ends_at <= %s GROUP BY area_id
"""
