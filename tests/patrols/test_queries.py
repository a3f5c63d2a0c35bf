"""What the pages ask about shifts, as the database goes about it."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from patrols.shifts import queries
from tests import factories


def plan_of(sql: str) -> str:
    """How PostgreSQL would answer a statement where sorting is the last thing it wants to do."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(line for (line,) in cursor.fetchall())


def test_the_shift_logged_last_is_found_without_sorting_all_of_ones_own(force):
    shift = factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sam)
    with CaptureQueriesContext(connection) as asked:
        assert queries.last_shift(force.sam) == shift
    plan = plan_of(asked.captured_queries[0]["sql"])
    assert "shift_logged_last" in plan, plan
    assert "Sort" not in plan, plan
