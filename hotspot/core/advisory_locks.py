"""PostgreSQL's advisory locks: every name in one list, so that no two purposes wait for each other by accident.

All are held until the transaction ends.
"""

from collections.abc import Collection
from enum import IntEnum, unique
from typing import Any

from django.db import connection

TRY_NUMBER_SQL = "pg_try_advisory_xact_lock(%s)"
"""Takes the lock of one 64-bit number, like a digest, as part of a larger query; false where somebody holds it."""

LOCK_EACH_SQL = "SELECT pg_advisory_xact_lock(%s, number) FROM unnest(%s::int[]) number"
"""Waits for the locks of some numbers, as `lock_each` does, to be sent before other statements."""


@unique
class LockName(IntEnum):
    """What a lock is for: its number among all advisory locks of the database."""

    IMPORTS = 4_711
    AREAS = 4_712
    DOWNLOADS = 4_713
    INCIDENTS = 4_714
    HARM_WEIGHTS = 4_720
    INVOICES = 4_721
    PUBLICATION = 4_722
    AUTHORISATIONS = 4_731
    AREA_ALERTS = 4_732
    WALLBOARDS = 4_733
    PLAN_REMINDERS = 4_734
    RETURN_REMINDERS = 4_735
    SHIFT_REMINDERS = 4_740
    LIVE_VISITS = 4_750


def lock(name: LockName) -> None:
    """Wait for the one lock of this name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [name.value])


def lock_each(name: LockName, numbers: Collection[int]) -> None:
    """Wait for the locks of these numbers, taken in ascending order so that two callers never wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK_EACH_SQL, lock_each_parameters(name, numbers))


def lock_each_parameters(name: LockName, numbers: Collection[int]) -> list[Any]:
    """The parameters of `LOCK_EACH_SQL` that take these locks."""
    return [name.value, sorted(numbers)]


def try_lock(name: LockName, number: int) -> bool:
    """Take the lock of this number, or return False at once where somebody holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [name.value, number])
        is_mine: bool = cursor.fetchone()[0]
    return is_mine
