"""Whether the summaries are what counting every shift afresh gives."""

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from hotspot.core.transaction_settings import NO_TIME_LIMIT
from reports.figures.headline import COLUMNS, Counts, Grain
from reports.models import HOURS


@dataclass(frozen=True)
class SummaryDifference:
    """A summary row that is not what counting the shifts gives. `span` is the day, or the month by its first day."""

    grain: Grain
    programme_id: int
    area_id: int
    span: date
    kept: Counts
    counted: Counts


_ALL = ", ".join(COLUMNS)
_KEPT, _COUNTED = (
    ", ".join(f"coalesce(sum({column}) FILTER (WHERE {side}), 0)::bigint" for column in COLUMNS)
    for side in ("is_kept", "NOT is_kept")
)


@dataclass(frozen=True)
class PartDifference:
    """Part of a month, or the patrol minutes of an hour of the week in it, that is not what counting gives.

    `name` says what of the month: "crew pcso:3", "hours 4 21" for Friday from 9pm. `kept` and `counted` are number
    and minutes.
    """

    programme_id: int
    area_id: int
    month: date
    name: str
    kept: tuple[int, int]
    counted: tuple[int, int]


# One statement, so that all of it is seen as it stood at one moment, whoever writes meanwhile.
_RECOUNT = f"""
    WITH counted AS (
        SELECT programme_id, area_id, day, {", ".join(f"sum({column}) AS {column}" for column in COLUMNS)}
        FROM reports_shift_contribution GROUP BY programme_id, area_id, day
    ), sides AS (
        SELECT 'day' AS grain, true AS is_kept, programme_id, area_id, day AS span, {_ALL} FROM reports_daysummary
        UNION ALL SELECT 'day', false, programme_id, area_id, day, {_ALL} FROM counted
        UNION ALL SELECT 'month', true, programme_id, area_id, month, {_ALL} FROM reports_monthsummary
        UNION ALL SELECT 'month', false, programme_id, area_id, date_trunc('month', day)::date, {_ALL} FROM counted
    )
    SELECT grain, programme_id, area_id, span, {_KEPT}, {_COUNTED}
    FROM sides GROUP BY grain, programme_id, area_id, span
    HAVING ({_KEPT}) <> ({_COUNTED})
    ORDER BY grain, programme_id, area_id, span
"""  # noqa: S608 - names of our own columns
_RECOUNT_PARTS = f"""
    WITH spans AS (
        SELECT programme_id, area_id, date_trunc('month', day)::date AS month, starts_at, ends_at, count(*) AS people
        FROM reports_shift_span GROUP BY 1, 2, 3, 4, 5
    ), sides AS (
        SELECT true AS is_kept, programme_id, area_id, month, (part || ' ' || key) COLLATE "C" AS name, number, minutes
        FROM reports_monthpart
        UNION ALL SELECT false, programme_id, area_id, date_trunc('month', day)::date, (part || ' ' || key) COLLATE "C",
            sum(number), sum(minutes)
        FROM reports_shift_part GROUP BY programme_id, area_id, date_trunc('month', day), part, key
        UNION ALL SELECT true, programme_id, area_id, month, ('hours ' || weekday || ' ' || hour - 1) COLLATE "C",
            0, minutes
        FROM reports_monthhours CROSS JOIN LATERAL unnest(ARRAY[{", ".join(HOURS)}])
            WITH ORDINALITY AS hours (minutes, hour)
        UNION ALL SELECT false, programme_id, area_id, month, ('hours ' || weekday || ' ' || hour) COLLATE "C",
            0, sum(people * minutes)
        FROM spans CROSS JOIN LATERAL reports_hours_of(starts_at, ends_at)
        GROUP BY programme_id, area_id, month, weekday, hour
    ), compared AS (
        SELECT programme_id, area_id, month, name,
            coalesce(sum(number) FILTER (WHERE is_kept), 0)::bigint AS number,
            coalesce(sum(minutes) FILTER (WHERE is_kept), 0)::bigint AS minutes,
            coalesce(sum(number) FILTER (WHERE NOT is_kept), 0)::bigint AS counted,
            coalesce(sum(minutes) FILTER (WHERE NOT is_kept), 0)::bigint AS counted_minutes
        FROM sides GROUP BY programme_id, area_id, month, name
    )
    SELECT * FROM compared WHERE (number, minutes) <> (counted, counted_minutes)
    ORDER BY programme_id, area_id, month, name
"""  # noqa: S608 - names of our own columns


@transaction.atomic
def summary_differences() -> list[SummaryDifference | PartDifference]:
    """Where the summaries are not what counting every shift afresh gives. Empty: they are exact.

    Reads every shift: a minute or two for a million, and nobody waits for it. Not for a web request.
    """
    with connection.cursor() as cursor:
        cursor.execute(NO_TIME_LIMIT)
        cursor.execute(_RECOUNT)
        rows = cursor.fetchall()
        cursor.execute(_RECOUNT_PARTS)
        parts = cursor.fetchall()
    return [
        *(_difference(*row) for row in rows),
        *(
            PartDifference(programme, area, month, name, (kept, minutes), (counted, counted_minutes))
            for programme, area, month, name, kept, minutes, counted, counted_minutes in parts
        ),
    ]


def _difference(grain: str, programme: int, area: int, span: date, *counts: int) -> SummaryDifference:
    kept, counted = counts[: len(COLUMNS)], counts[len(COLUMNS) :]
    return SummaryDifference(Grain(grain), programme, area, span, Counts(*kept), Counts(*counted))
