"""Who gave the headline's patrol minutes, and at which hours of the week."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from hotspots.models import FundingStream
from reports.models import HOURS
from reports.queries.dashboard import Asked
from reports.queries.headline import bounds
from reports.queries.parts import NEAR, Part, counted_parts, with_ragged_days


@dataclass(frozen=True)
class CrewPart:
    """The patrol minutes of one role that one funding stream paid for, and its places in crews."""

    role: str
    stream: FundingStream
    patrol_minutes: int
    people: int


# Of whole months. The hours are columns there, and rows here.
_MONTHS = f"""
    SELECT weekday, hour::int - 1 AS hour, minutes FROM (
        SELECT weekday, {", ".join(f"sum({hour}) AS {hour}" for hour in HOURS)} FROM reports_monthhours
        WHERE programme_id = %s AND area_id = ANY(%s) AND month BETWEEN %s AND %s GROUP BY weekday
    ) weekdays CROSS JOIN LATERAL unnest(ARRAY[{", ".join(HOURS)}]) WITH ORDINALITY AS hours (minutes, hour)
"""  # noqa: S608 - names of our own columns

# Of the days left over, from the crews. The minutes of an hour are 60 for everybody who came before it and has not
# left, and what those who come or leave in it change about that. Counted by hours of UTC: each lies in one hour of
# London's clock, whose offset is whole hours.
_DAYS = f"""
    spans AS (
        SELECT starts_at, ends_at, count(*)::int AS people
        FROM patrols_crewmember member JOIN shifts ON shifts.id = member.shift_id
        WHERE {NEAR}
        GROUP BY starts_at, ends_at
    ),
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
    ),
    days AS (
        SELECT extract(isodow FROM local)::int - 1 AS weekday, extract(hour FROM local)::int AS hour, minutes FROM hours
    )
"""  # noqa: S608 - our own statement
_BY_HOUR = f"""
    SELECT weekday, hour, sum(minutes)::bigint FROM (SELECT * FROM days UNION ALL {_MONTHS}) parts
    WHERE minutes > 0 GROUP BY weekday, hour
"""  # noqa: S608 - our own statement


def by_role_and_stream(asked: Asked) -> list[CrewPart]:
    """Every role and funding stream that gave patrol minutes, most first."""
    streams = FundingStream.objects.filter(programme=asked.programme).in_bulk()
    found = counted_parts(asked.programme, asked.period, asked.area_ids, ("crew",))
    parts = [_crew_part(part, streams) for part in found]
    return sorted(parts, key=lambda part: (-part.patrol_minutes, part.role, part.stream.pk))


def _crew_part(part: Part, streams: Mapping[int, FundingStream]) -> CrewPart:
    role, _, stream = part.key.partition(":")
    return CrewPart(role, streams[int(stream)], part.minutes, part.number)


def by_hour_of_week(asked: Asked) -> dict[tuple[int, int], int]:
    """Patrol minutes by weekday (0: Monday) and hour of London's clock. Hours without any are left out.

    When the clocks go back, both hours from 1am count as that hour; when they go forward, there is none.
    """
    if not asked.area_ids:
        return {}
    days = bounds(asked.period)
    ragged, parameters = with_ragged_days(asked.programme, asked.period, asked.area_ids)
    months = (asked.programme.pk, asked.area_ids, days["first_month"], days["last_month"])
    with connection.cursor() as cursor:
        cursor.execute(f"{ragged}, {_DAYS} {_BY_HOUR}", [*parameters, *months])
        return {(weekday, hour): minutes for weekday, hour, minutes in cursor.fetchall()}
