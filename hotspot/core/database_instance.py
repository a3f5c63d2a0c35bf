"""Which database this is: the one that wrote its rows, or one that a backup was restored into.

Changes are numbered by PostgreSQL's transactions, which every server counts for itself. So a copy has to know that it
is one: `manage.py after_restore` gives it a code of its own, and lets its numbers go on above those in the backup.
"""

from dataclasses import dataclass
from uuid import uuid4

from django.db import connection

from hotspot.core import prepared_statements

COMMAND = "after_restore"
NOT_RUN = f"This database was restored from a backup, and `manage.py {COMMAND}` has not been run since."

CODE = "(SELECT code::text FROM core_databaseinstance)"
"""What gives the code of the instance within another statement, which saves a trip of its own."""

_CURRENT = "SELECT code::text, identity = core_database_identity() FROM core_databaseinstance"
# Every transaction that goes on now has a number of at least xmin, and so a change number above the last one.
_RENEW = """
    INSERT INTO core_databaseinstance (id, code, identity, change_offset)
    VALUES (
        1, %s, core_database_identity(), greatest(0, %s + 1 - pg_snapshot_xmin(pg_current_snapshot())::text::bigint)
    )
    ON CONFLICT (id) DO UPDATE
    SET code = excluded.code, identity = excluded.identity, change_offset = excluded.change_offset
"""


@dataclass(frozen=True)
class Instance:
    """`code` is what cursors are bound to. `is_itself` is false from a restore until `after_restore` has been run."""

    code: str
    is_itself: bool


def current() -> Instance:
    """The instance that this process is connected to."""
    with connection.cursor() as cursor:
        prepared_statements.execute(cursor, _CURRENT)
        row = cursor.fetchone()
    return Instance(*row) if row else Instance("", is_itself=False)


def is_migrated() -> bool:
    """Whether the database has the table that says which instance it is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('core_databaseinstance') IS NOT NULL")
        found: bool = cursor.fetchone()[0]
    return found


def renew(last_change: int) -> None:
    """Make this a new instance, in which changes are numbered above `last_change`. Call it while nobody can change rows
    that carry such numbers."""
    with connection.cursor() as cursor:
        cursor.execute(_RENEW, [uuid4(), last_change])
