"""The summaries, counted afresh."""

from django.db import connection, transaction

from hotspot.core.transaction_settings import NO_TIME_LIMIT
from reports.figures.headline import COLUMNS

_COLUMNS = ", ".join(COLUMNS)
_SUMS = ", ".join(f"sum({column})" for column in COLUMNS)

# Writers' triggers take their locks in the same order, and wait for us or we for them: whatever they add is added to
# what we counted, or was there when we counted. In a transaction of its own, so that the count starts after the locks.
_LOCK = """
    LOCK TABLE reports_daysummary, reports_monthsummary, reports_monthpart, reports_monthhours IN EXCLUSIVE MODE
"""
_REBUILD = f"""
DELETE FROM reports_daysummary;
DELETE FROM reports_monthsummary;
INSERT INTO reports_daysummary (programme_id, area_id, day, {_COLUMNS})
    SELECT programme_id, area_id, day, {_SUMS} FROM reports_shift_contribution
    GROUP BY programme_id, area_id, day ORDER BY programme_id, area_id, day;
INSERT INTO reports_monthsummary (programme_id, area_id, month, {_COLUMNS})
    SELECT programme_id, area_id, date_trunc('month', day)::date AS month, {_SUMS} FROM reports_daysummary
    GROUP BY programme_id, area_id, month ORDER BY programme_id, area_id, month;
SELECT reports_fill_parts();
"""  # noqa: S608 - names of our own columns


@transaction.atomic
def rebuild_summaries() -> None:
    """Count all summaries afresh from the shifts: after a load past the triggers, or where a check found a difference.

    Writers wait meanwhile: a minute or two for a million shifts. Nothing else needs it.
    """
    with connection.cursor() as cursor:
        cursor.execute(NO_TIME_LIMIT)
        cursor.execute(_LOCK)
        cursor.execute(_REBUILD)
