"""Who gave the headline's patrol minutes, and at which hours of the week. Counted from the crews."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from hotspots.models import FundingStream
from reports.queries.dashboard import Asked
from reports.queries.parts import counted_shifts, with_shifts


@dataclass(frozen=True)
class CrewPart:
    """The patrol minutes of one role that one funding stream paid for, and its places in crews."""

    role: str
    stream: FundingStream
    patrol_minutes: int
    people: int


_CREW = """,
    crew AS (
        SELECT member.role, member.minutes, member.starts_at, member.ends_at, shifts.funding_stream_id
        FROM patrols_crewmember member JOIN shifts ON shifts.id = member.shift_id
        WHERE member.shift_id BETWEEN (SELECT first FROM ends) AND (SELECT last FROM ends)
    )
"""
_BY_ROLE = "SELECT role, funding_stream_id, sum(minutes), count(*) FROM crew GROUP BY role, funding_stream_id"

# The minutes of an hour are 60 for everybody who came before it and has not left, and what those who come or leave in
# it change about that. Counted by hours of UTC: each lies in one hour of London's clock, whose offset is whole hours.
_BY_HOUR = """,
    spans AS (SELECT starts_at, ends_at, count(*)::int AS people FROM crew GROUP BY starts_at, ends_at),
    moments AS (
        SELECT (date_part('epoch', starts_at) / 60)::int AS minute, people FROM spans
        UNION ALL SELECT (date_part('epoch', ends_at) / 60)::int, -people FROM spans
    ),
    changes AS (
        SELECT minute / 60 AS hour, sum(people) AS people, sum(people * (60 - minute %% 60)) AS minutes
        FROM moments GROUP BY minute / 60
    ),
    hours AS (
        SELECT to_timestamp(hour * 3600::float8) AT TIME ZONE 'Europe/London' AS local,
            coalesce(minutes, 0) + 60 * (sum(people) OVER (ORDER BY hour) - coalesce(people, 0)) AS minutes
        FROM generate_series((SELECT min(hour) FROM changes), (SELECT max(hour) FROM changes)) AS hour
        LEFT JOIN changes USING (hour)
    )
    SELECT extract(isodow FROM local)::int - 1, extract(hour FROM local)::int, sum(minutes)::bigint
    FROM hours WHERE minutes > 0 GROUP BY 1, 2
"""


def by_role_and_stream(asked: Asked) -> list[CrewPart]:
    """Every role and funding stream that gave patrol minutes, most first."""
    streams = FundingStream.objects.filter(programme=asked.programme).in_bulk()
    parts = [
        CrewPart(role, streams[stream], minutes, people) for role, stream, minutes, people in _rows(asked, _BY_ROLE)
    ]
    return sorted(parts, key=lambda part: (-part.patrol_minutes, part.role, part.stream.pk))


def by_hour_of_week(asked: Asked) -> dict[tuple[int, int], int]:
    """Patrol minutes by weekday (0: Monday) and hour of London's clock. Hours without any are left out.

    When the clocks go back, both hours from 1am count as that hour; when they go forward, there is none.
    """
    return {(weekday, hour): minutes for weekday, hour, minutes in _rows(asked, _BY_HOUR)}


def _rows(asked: Asked, select: str) -> list[tuple[Any, ...]]:
    """What the rest of a statement selects from `crew`: those of the shifts that the headline counts."""
    if not asked.area_ids:
        return []
    shifts = counted_shifts(asked.programme, asked.period, asked.area_ids)
    beginning, parameters = with_shifts(shifts, "funding_stream_id")
    with connection.cursor() as cursor:
        cursor.execute(beginning + _CREW + select, parameters)
        return cursor.fetchall()
