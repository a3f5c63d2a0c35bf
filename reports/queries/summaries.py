"""Whether the summaries are what counting every shift afresh gives."""

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from reports.queries.headline import COLUMNS, Counts, Grain


@dataclass(frozen=True)
class Difference:
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


@transaction.atomic
def summary_differences() -> list[Difference]:
    """Where the summaries are not what counting every shift afresh gives. Empty: they are exact.

    Reads every shift: seconds for a million, and nobody waits for it. Not for a web request.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(_RECOUNT)
        rows = cursor.fetchall()
    return [
        Difference(
            Grain(grain), programme, area, span, Counts(*counts[: len(COLUMNS)]), Counts(*counts[len(COLUMNS) :])
        )
        for grain, programme, area, span, *counts in rows
    ]
