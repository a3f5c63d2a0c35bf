"""Settings of one transaction, as SQL. Web requests keep the time limit of `settings.DATABASES`."""

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
