"""What is missing, late or doubtful in the records behind the headline, area by area."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

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
    """Nights with a target, and those of them on which no patrol started."""

    with_target: int
    missing: int


@dataclass(frozen=True)
class QualityPart:
    """One area. `nights` are those of the period that are over and had a target; None where there was none."""

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
    """The days before today on which each area had a target. Today's night is to come."""
    over = asked.period.clip(Period(date.min, today(asked.at) - timedelta(days=1)))
    if over is None:
        return {}
    runs = {area_id: days for area_id in asked.area_ids if (days := _runs(asked, area_id, over))}
    patrolled = _patrolled_days(asked, runs)
    totals = {area_id: sum(run.days for run in days) for area_id, days in runs.items()}
    return {area_id: Nights(total, total - patrolled.get(area_id, 0)) for area_id, total in totals.items()}


def _runs(asked: Selection, area_id: int, over: Period) -> list[Period]:
    return [days for run in asked.targets.days_of(area_id) if (days := run.clip(over))]


def _patrolled_days(asked: Selection, runs: dict[int, list[Period]]) -> dict[int, int]:
    """On how many of the days of its runs each area was patrolled."""
    spans = [(area_id, run.first_day, run.last_day) for area_id, days in runs.items() for run in days]
    sql = """
        SELECT span.area_id, count(*)
        FROM unnest(%s::bigint[], %s::date[], %s::date[]) AS span (area_id, first_day, last_day)
        JOIN reports_daysummary summary ON summary.programme_id = %s AND summary.area_id = span.area_id
            AND summary.day BETWEEN span.first_day AND span.last_day AND summary.patrols > 0
        -- The planner does not look into the spans: this keeps it to the days asked for.
        WHERE summary.day BETWEEN %s AND %s
        GROUP BY span.area_id
    """
    columns = [list(column) for column in zip(*spans, strict=True)] or [[], [], []]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*columns, asked.programme.pk, asked.period.first_day, asked.period.last_day])
        return dict(cursor.fetchall())


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
