"""What is missing, late or doubtful in the records behind the headline, area by area."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.db import connection
from django.db.models import Count

from hotspot.core.calendar import Period, today
from hotspots.models import FundingStream, HotspotArea
from patrols.models import PatrolShift
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


@dataclass(frozen=True)
class QualityPart:
    """One area. `nights` are those of the period that are over; None where no target of patrols asks for any."""

    area: HotspotArea
    nights: Nights | None
    to_follow: int
    shifts: ShiftWarnings

    @property
    def has_something(self) -> bool:
        """Whether there is anything to look at but nights."""
        return bool(self.to_follow or self.shifts.late or self.shifts.warnings or self.shifts.overdue)


def quality(asked: Selection) -> list[QualityPart]:
    """Each area that was active in the period so far or has something to show, in list order."""
    if asked.so_far is None or not asked.area_ids:
        return []
    nights, overdue = _nights(asked), _overdue(asked)
    found = counted_parts(asked.programme, asked.period, asked.area_ids, ("shifts", "to_follow"), by_area=True)
    numbers = {(part.area, part.key or part.name): part.number for part in found}
    parts = [_part(area, nights.get(area.pk), numbers, overdue.get(area.pk, 0)) for area in asked.areas]
    return [part for part in parts if part.has_something or part.area.is_active_in(asked.so_far)]


def _part(
    area: HotspotArea, nights: Nights | None, numbers: Mapping[tuple[int | None, str], int], overdue: int
) -> QualityPart:
    late, warnings, to_follow = (numbers.get((area.pk, name), 0) for name in ("late", "doubts", "to_follow"))
    return QualityPart(area, nights, to_follow, ShiftWarnings(late, warnings, overdue))


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


def _overdue(asked: Selection) -> dict[int, int]:
    """By area. Planned shifts are few: most were completed or voided since, and an index has those left."""
    planned = PatrolShift.objects.order_by().filter(
        state=PatrolShift.State.PLANNED,
        funding_stream__in=FundingStream.objects.in_headline().filter(programme=asked.programme),
        area__in=asked.area_ids,
        day__range=(asked.period.first_day, asked.period.last_day),
        ends_at__lte=asked.at,
    )
    return dict(planned.values_list("area").annotate(Count("pk")))
