"""The summaries, counted afresh."""

from django.db import connection, transaction

from hotspot.core.definitions.registry import CURRENT
from hotspot.core.transaction_settings import NO_TIME_LIMIT
from reports.models import summary_sql

# Writers' triggers take their locks in the same order, and wait for us or we for them: whatever they add is added to
# what we counted, or was there when we counted. In a transaction of its own, so that the count starts after the locks.
_LOCK = """
    LOCK TABLE reports_daysummary, reports_monthsummary, reports_monthpart, reports_monthhours IN EXCLUSIVE MODE
"""
_REBUILD = summary_sql.recount(CURRENT)


@transaction.atomic
def rebuild_summaries() -> None:
    """Count all summaries afresh from the shifts: after a load past the triggers, or where a check found a difference.

    Writers wait meanwhile: a minute or two for a million shifts. Nothing else needs it.
    """
    with connection.cursor() as cursor:
        cursor.execute(NO_TIME_LIMIT)
        cursor.execute(_LOCK)
        cursor.execute(_REBUILD)
