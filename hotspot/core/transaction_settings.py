"""Settings of one transaction, as SQL. Web requests keep the time limit of `settings.DATABASES`."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from hotspot.core.calendar import LONDON

NO_TIME_LIMIT = "SET LOCAL statement_timeout = 0"
"""Background jobs and commands may take as long as they need."""
USUAL_TIME_LIMIT = "SET LOCAL statement_timeout TO DEFAULT"
PLAN_ONCE = "SET LOCAL plan_cache_mode = force_generic_plan"
"""Prepared statements that take arrays are planned once, although PostgreSQL expects more of plans for each array."""
READS_ONLY = "SET TRANSACTION READ ONLY; SET LOCAL application_name = 'hotspot-reads'"
"""Begins a long transaction that only reads, and shows so in pg_stat_activity (`reports.figures.history`)."""


def time_limit(seconds: int) -> str:
    """SQL that lets each statement of the transaction take so many seconds."""
    return f"SET LOCAL statement_timeout = {seconds * 1000}"


@contextmanager
def london_clock() -> Iterator[None]:
    """A transaction in which PostgreSQL writes instants as text by London's clock, as `spreadsheets.instant_sql` needs.

    Read nothing but text in it: Django takes every instant that it reads for UTC.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL TimeZone = '{LONDON.key}'")
        yield
        # A surrounding transaction goes on.
        cursor.execute(f"SET LOCAL TimeZone = '{connection.timezone_name}'")
