"""Patrol minutes by the hours of London's clock in which they were worked, by area and month."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from hotspot.core.calendar import Period
from hotspots.models import Programme
from reports.figures.breakdowns import NEAR, with_ragged_days
from reports.figures.headline import bounds
from reports.models import HOURS

# Of whole months: the hours are columns there, and are added up before they become rows here.
_MONTHS = f"""
    SELECT area_id, month, weekday + 1 AS weekday, hour::int - 1 AS hour, minutes FROM (
        SELECT {{area}} AS area_id, {{month}} AS month, weekday,
            {", ".join(f"sum({hour}) AS {hour}" for hour in HOURS)}
        FROM reports_monthhours
        WHERE programme_id = %s AND area_id = ANY(%s) AND month BETWEEN %s AND %s GROUP BY 1, 2, 3
    ) weekdays CROSS JOIN LATERAL unnest(ARRAY[{", ".join(HOURS)}]) WITH ORDINALITY AS hours (minutes, hour)
"""  # noqa: S608 - names of our own columns

# Of the days left over, from the crews: those who came and left together at once.
_DAYS = f"""
    spans AS (
        SELECT shifts.area_id, date_trunc('month', shifts.day)::date AS month, starts_at, ends_at,
            count(*)::int AS people
        FROM patrols_crewmember member JOIN shifts ON shifts.id = member.shift_id
        WHERE {NEAR} GROUP BY 1, 2, 3, 4
    ),
    days AS (
        SELECT area_id, month, weekday + 1 AS weekday, hour::int AS hour, people * minutes AS minutes
        FROM spans CROSS JOIN LATERAL reports_hours_of(starts_at, ends_at)
    )
"""  # noqa: S608 - our own statement
_COLUMNS = ("area_id", "month", "weekday", "hour")


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

    Each has `minutes`. `weekdays` and `hours` leave those only. Both hours from 1am count as that hour on the night
    when the clocks go back. The month is that of the day on which the shift started.
    Raises ValueError for other columns.
    """
    if not set(columns) <= set(_COLUMNS):
        raise ValueError(f"The columns are {', '.join(_COLUMNS)}.")
    area_ids, days = list(areas), bounds(period)
    ragged, parameters = with_ragged_days(programme, period, area_ids)
    whole = _MONTHS.format(
        area="area_id" if "area_id" in columns else "NULL::bigint",
        month="month" if "month" in columns else "NULL::date",
    )
    named = "".join(f"{column}, " for column in columns)
    grouped = f"GROUP BY {', '.join(columns)}" if columns else ""
    sql = f"""{ragged}, {_DAYS}
        SELECT {named}coalesce(sum(minutes), 0)::bigint AS minutes FROM (SELECT * FROM days UNION ALL {whole}) parts
        WHERE minutes > 0 AND (%s::int[] IS NULL OR weekday = ANY(%s)) AND (%s::int[] IS NULL OR hour = ANY(%s))
        {grouped}
    """  # noqa: S608 - our own statement, values are parameters
    months = (programme.pk, area_ids, days["first_month"], days["last_month"])
    only = [list(values) if values is not None else None for values in (weekdays, weekdays, hours, hours)]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*parameters, *months, *only])
        return [dict(zip((*columns, "minutes"), row, strict=True)) for row in cursor.fetchall()]
