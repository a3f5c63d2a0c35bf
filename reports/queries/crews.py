"""Who gave the headline's patrol minutes, and at which hours of the week. Counted from the crews."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Sum

from hotspots.models import FundingStream
from reports.queries.dashboard import Asked
from reports.queries.parts import counted_shifts


@dataclass(frozen=True)
class CrewPart:
    """The patrol minutes of one role that one funding stream paid for, and its places in crews."""

    role: str
    stream: FundingStream
    patrol_minutes: int
    people: int


def by_role_and_stream(asked: Asked) -> list[CrewPart]:
    """Every role and funding stream that gave patrol minutes, most first."""
    shifts = counted_shifts(asked.programme, asked.period, asked.area_ids).order_by()
    sums = shifts.values("crew__role", "funding_stream").annotate(minutes=Sum("crew__minutes"), people=Count("crew"))
    streams = FundingStream.objects.in_bulk([row["funding_stream"] for row in sums])
    parts = [
        CrewPart(row["crew__role"], streams[row["funding_stream"]], row["minutes"], row["people"])
        for row in sums
        if row["people"]
    ]
    return sorted(parts, key=lambda part: (-part.patrol_minutes, part.role, part.stream.pk))


# People who were there for the same time are counted before their time is cut into hours. London's offset from UTC is
# a whole number of hours, so an hour there begins when one begins in UTC.
_BY_HOUR = """
    WITH spans AS (
        SELECT member.starts_at, member.ends_at, count(*) AS people
        FROM patrols_crewmember member
        JOIN patrols_patrolshift shift ON shift.id = member.shift_id
        JOIN hotspots_fundingstream stream ON stream.id = shift.funding_stream_id
        WHERE shift.state = 'completed' AND stream.kind <> 'business_as_usual' AND stream.programme_id = %s
            AND shift.area_id = ANY(%s) AND shift.day BETWEEN %s AND %s
        GROUP BY member.starts_at, member.ends_at
    ), pieces AS (
        SELECT hour AT TIME ZONE 'Europe/London' AS local,
            people * extract(epoch FROM least(ends_at, hour + interval '1 hour') - greatest(starts_at, hour)) / 60
                AS minutes
        FROM spans, generate_series(date_trunc('hour', starts_at), ends_at - interval '1 second', '1 hour') AS hour
    )
    SELECT extract(isodow FROM local)::int - 1, extract(hour FROM local)::int, sum(minutes)::bigint
    FROM pieces GROUP BY 1, 2
"""


def by_hour_of_week(asked: Asked) -> dict[tuple[int, int], int]:
    """Patrol minutes by weekday (0: Monday) and hour of London's clock. Hours without any are left out.

    When the clocks go back, both hours from 1am count as that hour; when they go forward, there is none.
    """
    period = asked.period
    with connection.cursor() as cursor:
        cursor.execute(_BY_HOUR, [asked.programme.pk, asked.area_ids, period.first_day, period.last_day])
        return {(weekday, hour): minutes for weekday, hour, minutes in cursor.fetchall()}
