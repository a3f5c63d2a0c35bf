"""Advisory locks of PostgreSQL: the one place that says what their numbers mean.

A lock here has two numbers, what it is for and what it is on, and is held until the transaction ends. (Repeated API
requests lock on one number, a hash: those never meet these.)
"""

from collections.abc import Collection
from enum import IntEnum, unique
from typing import Any


@unique
class LockSpace(IntEnum):
    """What a lock is for. Two purposes never share a number."""

    IMPORTS = 4_711
    DOWNLOADS = 4_712
    AREAS = 4_713


def lock(cursor: Any, space: LockSpace, keys: Collection[int]) -> None:
    """Wait for the locks on all of these, in an order that is the same for everybody: nobody waits in a circle."""
    query = "SELECT pg_advisory_xact_lock(%s, key) FROM unnest(%s::int[]) key"
    cursor.execute(query, [space, sorted(keys)])


def try_lock(cursor: Any, space: LockSpace, key: int) -> bool:
    """Take a lock if nobody holds it. Gives whether it was taken."""
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [space, key])
    return bool(cursor.fetchone()[0])
