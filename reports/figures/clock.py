"""Patrol minutes by the hours of London's clock in which they were worked, by area and month."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from hotspot.core.calendar import Period
from hotspots.models import Programme
from reports.figures.breakdowns import NEAR, with_ragged_days
from reports.figures.headline import bounds
from reports.models import HOURS

_PLACES = {"area_id": "shifts.area_id", "month": "date_trunc('month', shifts.day)::date"}
_TIMES = ("weekday", "hour")

# Of whole months. The hours are columns there: added up before they become rows here.
_MONTHS = f"""
    SELECT {{kept}}weekday + 1 AS weekday, hour::int - 1 AS hour, minutes FROM (
        SELECT {{kept}}weekday, {", ".join(f"sum({hour}) AS {hour}" for hour in HOURS)} FROM reports_monthhours
        WHERE programme_id = %s AND area_id = ANY(%s) AND month BETWEEN %s AND %s GROUP BY {{kept}}weekday
    ) weekdays CROSS JOIN LATERAL unnest(ARRAY[{", ".join(HOURS)}]) WITH ORDINALITY AS hours (minutes, hour)
"""  # noqa: S608 - names of our own columns

# Of the days left over, from the crews. The minutes of an hour are 60 for everybody who came before it and has not
# left, and what those who come or leave in it change about that. Counted by hours of UTC: each lies in one hour of
# London's clock, whose offset is whole hours.
_DAYS = f"""
    spans AS (
        SELECT {{made}}starts_at, ends_at, count(*)::int AS people
        FROM patrols_crewmember member JOIN shifts ON shifts.id = member.shift_id
        WHERE {NEAR}
        GROUP BY {{kept}}starts_at, ends_at
    ),
    moments AS (
        SELECT {{kept}}(date_part('epoch', starts_at) / 60)::int AS minute, people FROM spans
        UNION ALL SELECT {{kept}}(date_part('epoch', ends_at) / 60)::int, -people FROM spans
    ),
    changes AS (
        SELECT {{kept}}minute / 60 AS utc_hour, sum(people) AS people, sum(people * (60 - minute %% 60)) AS minutes
        FROM moments GROUP BY {{kept}}minute / 60
    ),
    each_hour AS (
        SELECT {{kept}}generate_series(min(utc_hour), max(utc_hour)) AS utc_hour FROM changes {{grouped}}
    ),
    hours AS (
        SELECT {{kept}}to_timestamp(utc_hour * 3600::float8) AT TIME ZONE 'Europe/London' AS local,
            coalesce(minutes, 0)
                + 60 * (sum(people) OVER ({{partition}}ORDER BY utc_hour) - coalesce(people, 0)) AS minutes
        FROM each_hour LEFT JOIN changes USING ({{kept}}utc_hour)
    ),
    days AS (
        SELECT {{kept}}extract(isodow FROM local)::int AS weekday, extract(hour FROM local)::int AS hour, minutes
        FROM hours
    )
"""  # noqa: S608 - our own statement


def clock_minutes(
    programme: Programme,
    period: Period,
    areas: Iterable[int],
    *,
    columns: Sequence[str],
    weekdays: Sequence[Any] | None = None,
    hours: Sequence[Any] | None = None,
) -> list[dict[str, Any]]:
    """Patrol minutes of a period's shifts as rows of `columns`, some of area_id, month, weekday (1: Monday) and hour.

    Each has `minutes`; what there are none of is left out. `weekdays` and `hours` leave those only. When the clocks go
    back, both hours from 1am count as that hour; when they go forward, there is none. The month is that of the day on
    which the shift started. Raises ValueError for other columns.
    """
    if not set(columns) <= {*_PLACES, *_TIMES}:
        raise ValueError(f"The columns are {', '.join((*_PLACES, *_TIMES))}.")
    area_ids, days = list(areas), bounds(period)
    if not area_ids:
        return []
    places = [column for column in _PLACES if column in columns]
    kept = "".join(f"{place}, " for place in places)
    named = {
        "kept": kept,
        "made": "".join(f"{_PLACES[place]} AS {place}, " for place in places),
        "grouped": f"GROUP BY {', '.join(places)}" if places else "",
        "partition": f"PARTITION BY {', '.join(places)} " if places else "",
    }
    ragged, parameters = with_ragged_days(programme, period, area_ids)
    sql = f"""{ragged}, {_DAYS.format(**named)}
        SELECT {"".join(f"{column}, " for column in columns)}sum(minutes)::bigint AS minutes
        FROM (SELECT * FROM days UNION ALL {_MONTHS.format(**named)}) parts
        WHERE minutes > 0 AND (%s::int[] IS NULL OR weekday = ANY(%s)) AND (%s::int[] IS NULL OR hour = ANY(%s))
        {f"GROUP BY {', '.join(columns)}" if columns else "HAVING count(*) > 0"}
    """  # noqa: S608 - our own statement, values are parameters
    months = (programme.pk, area_ids, days["first_month"], days["last_month"])
    only = [list(values) if values is not None else None for values in (weekdays, weekdays, hours, hours)]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*parameters, *months, *only])
        return [dict(zip((*columns, "minutes"), row, strict=True)) for row in cursor.fetchall()]
