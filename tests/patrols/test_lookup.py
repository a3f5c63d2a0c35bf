"""What the check of shifts looks up, in one trip that is planned once."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.db import connection

from hotspot.core import prepared_statements
from patrols.shifts.lookup import Wanted, look_up
from patrols.shifts.queries import ShiftSpan


def test_a_look_up_is_planned_once(force):
    """PostgreSQL expects more of a plan that knows the arrays, and would make another for each of them."""
    start = datetime(2024, 10, 10, 21, tzinfo=UTC)
    prepared_statements._prepared.pop(connection.connection, None)
    for number in range(1, 8):
        span = ShiftSpan(force.hitchin.pk, start, start + timedelta(hours=number))
        look_up(Wanted(submissions=[uuid4()], areas=[force.hitchin.pk], spans={0: span}), by=force.sam)
    (name,) = prepared_statements._prepared[connection.connection].values()
    with connection.cursor() as cursor:
        cursor.execute("SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE name = %s", [name])
        assert cursor.fetchone() == (7, 0)
