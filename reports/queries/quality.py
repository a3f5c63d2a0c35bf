"""What is missing, late or doubtful in the records behind the headline, area by area."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import Count, F, Q

from hotspot.core.periods import Period, today
from hotspots.models import FundingStream, HotspotArea
from patrols.models import PatrolShift
from reports.measures import LATE_AFTER
from reports.queries.dashboard import Asked
from reports.queries.kinds import with_outcomes
from reports.queries.targets import Targets


@dataclass(frozen=True)
class ShiftDoubts:
    """Counted shifts logged late or kept with doubts, and planned ones that nobody has said anything about since."""

    late: int = 0
    doubts: int = 0
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
    shifts: ShiftDoubts


def quality(asked: Asked) -> list[QualityPart]:
    """Each area that was active in the period so far or has something to show, in list order."""
    if asked.so_far is None or not asked.area_ids:
        return []
    nights, to_follow, shifts = _nights(asked), _to_follow(asked), _shifts(asked)
    return [
        QualityPart(area, nights.get(area.pk), to_follow.get(area.pk, 0), shifts.get(area.pk, ShiftDoubts()))
        for area in asked.areas
        if area.pk in shifts or area.is_active_in(asked.so_far)
    ]


def _nights(asked: Asked) -> dict[int, Nights]:
    """The days before today on which each area had a target. Today's night is to come."""
    over = asked.period.clip(Period(date.min, today(asked.at) - timedelta(days=1)))
    if over is None:
        return {}
    targets = Targets(asked.areas, over)
    runs = {area_id: days for area_id in asked.area_ids if (days := targets.days_of(area_id))}
    patrolled = _patrolled_days(asked, runs)
    totals = {area_id: sum(run.days for run in days) for area_id, days in runs.items()}
    return {area_id: Nights(total, total - patrolled.get(area_id, 0)) for area_id, total in totals.items()}


def _patrolled_days(asked: Asked, runs: dict[int, list[Period]]) -> dict[int, int]:
    """On how many of the days of its runs each area was patrolled."""
    spans = [(area_id, run.first_day, run.last_day) for area_id, days in runs.items() for run in days]
    sql = """
        SELECT span.area_id, count(*)
        FROM unnest(%s::bigint[], %s::date[], %s::date[]) AS span (area_id, first_day, last_day)
        JOIN reports_daysummary summary ON summary.programme_id = %s AND summary.area_id = span.area_id
            AND summary.day BETWEEN span.first_day AND span.last_day AND summary.patrols > 0
        GROUP BY span.area_id
    """
    columns = [list(column) for column in zip(*spans, strict=True)] or [[], [], []]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*columns, asked.programme.pk])
        return dict(cursor.fetchall())


def _to_follow(asked: Asked) -> dict[int, int]:
    """The headline's outcomes whose detail is to follow."""
    beginning, parameters = with_outcomes(asked)
    sql = f"""{beginning}
        SELECT area_id, count(*) FROM outcomes JOIN shifts ON shifts.id = shift_id
        WHERE detail_to_follow GROUP BY area_id
    """  # noqa: S608 - our own statement, values are parameters
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return dict(cursor.fetchall())


def _shifts(asked: Asked) -> dict[int, ShiftDoubts]:
    """By area; areas without any shift in the period are not there. Read once for all three."""
    completed = Q(state=PatrolShift.State.COMPLETED)
    shifts = PatrolShift.objects.order_by().filter(
        funding_stream__in=FundingStream.objects.in_headline().filter(programme=asked.programme),
        area__in=asked.area_ids,
        day__range=(asked.period.first_day, asked.period.last_day),
    )
    counts = shifts.values("area").annotate(
        late=Count("pk", filter=completed & Q(logged_at__gt=F("ends_at") + LATE_AFTER)),
        doubts=Count("pk", filter=completed & ~Q(doubts_kept=[])),
        overdue=Count("pk", filter=Q(state=PatrolShift.State.PLANNED, ends_at__lte=asked.at)),
    )
    return {row["area"]: ShiftDoubts(row["late"], row["doubts"], row["overdue"]) for row in counts}
