"""What PostgreSQL has to know of rows that were just written, to ask about them in the right order."""

from django.db import connection

from hotspot.core.transaction_settings import NO_TIME_LIMIT, USUAL_TIME_LIMIT


def take_statistics() -> None:
    """Do at once, within a transaction, what autovacuum would do a while after it.

    Without it a load, or what is asked right after one, takes minutes now and then instead of seconds.
    """
    with connection.cursor() as cursor:
        cursor.execute(NO_TIME_LIMIT)
        cursor.execute("ANALYZE")
        cursor.execute(USUAL_TIME_LIMIT)
