"""Statements that PostgreSQL plans once for each connection, not each time: those behind every call of the API.

psycopg 3 does this by itself; this driver leaves it to its caller. Behind a pooler that hands out another connection
for each transaction (PGBOUNCER) nothing is prepared.
"""

from collections import OrderedDict
from collections.abc import Sequence
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.backends.utils import CursorWrapper

# A connection keeps so many of those it used last. Addresses with filters make ever new ones.
KEPT = 50
# What the names of prepared statements begin with. They only read.
PREFIX = "hotspot_"
_numbers = count(1)
_prepared: WeakKeyDictionary[Any, OrderedDict[str, str]] = WeakKeyDictionary()


def execute(cursor: CursorWrapper, sql: str, parameters: Sequence[Any] = ()) -> None:
    """Execute a statement with %s for its parameters, as the cursor does, planning it only the first time."""
    cursor.execute(statement(sql, len(parameters)), parameters)


def statement(sql: str, number: int) -> str:
    """What executes a statement with so many parameters, for several that go to the server together."""
    if connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]:
        return sql
    places = f"({', '.join(['%s'] * number)})" if number else ""
    return f"EXECUTE {_name(sql, number)}{places}"


def _name(sql: str, number: int) -> str:
    connection.ensure_connection()
    known = _prepared.setdefault(connection.connection, OrderedDict())
    if sql in known:
        known.move_to_end(sql)
        return known[sql]
    places = tuple(f"${place}" for place in range(1, number + 1))
    name = f"{PREFIX}{next(_numbers)}"
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        if len(known) == KEPT:
            cursor.execute(f"DEALLOCATE {known.popitem(last=False)[1]}")
        cursor.execute(f"PREPARE {name} AS {sql % places}")
    known[sql] = name
    return name
