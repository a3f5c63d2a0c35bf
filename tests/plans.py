"""How PostgreSQL goes about a statement."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext


def statements_of(action: Callable[[], Any]) -> list[str]:
    """The statements that an action sends to the database."""
    with CaptureQueriesContext(connection) as asked:
        action()
    return [query["sql"] for query in asked.captured_queries]


def take_statistics(*models: type[Model]) -> None:
    """Let the planner know the rows there are now; else it depends on when the server last looked at the tables."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(model._meta.db_table for model in models)}")


def plan_of(sql: str) -> str:
    """How PostgreSQL would answer a statement where sorting and reading whole tables are the last things it wants."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_seqscan = off")
        # A prepared statement may have a plan already, made before it wanted that.
        cursor.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(line for (line,) in cursor.fetchall())
