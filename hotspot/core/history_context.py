"""Who changes something and why, told to the database once in a transaction and not with every statement.

django-pghistory puts two settings before each statement that may write. They hold until the transaction ends, so once
is enough, and again where they say something else or a savepoint that they were set in may be gone.
"""

from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection
from pghistory import runtime

from hotspot.core.driver import is_in_transaction
from hotspot.core.prepared_statements import PREFIX

_tell = runtime._inject_history_context
# What each connection was told last, in which transaction, and within which savepoints.
_told: WeakKeyDictionary[Any, tuple[Any, object, Sequence[str]]] = WeakKeyDictionary()


def install() -> None:
    """Let `pghistory.context` do it so."""
    runtime._inject_history_context = _execute


def _execute(execute: Any, sql: str | bytes, params: Any, many: Any, context: Any) -> Any:
    cursor, text = context["cursor"], _text(sql)
    if not is_in_transaction() or text.startswith("rollback"):
        _told.pop(cursor.connection, None)
    said = (runtime._tracker.value.id, dict(runtime._tracker.value.metadata))
    if _needs_none(text) or _was_told(cursor.connection, said) or not runtime._can_inject_variable(cursor, sql):
        return execute(sql, params, many, context)
    answer = _tell(execute, sql, params, many, context)
    if is_in_transaction():
        _told[cursor.connection] = (said, connection.run_on_commit, _savepoints())
    return answer


def _text(sql: str | bytes) -> str:
    return (sql.decode() if isinstance(sql, bytes) else sql).lstrip().lower()


def _needs_none(text: str) -> bool:
    # A rollback takes back what it would be told, and a prepared statement only reads.
    return text.startswith(("rollback", f"execute {PREFIX}"))


def _was_told(driver_connection: Any, said: Any) -> bool:
    """Whether the transaction knows this, and will go on knowing it as long as its savepoints stand.

    Not every transaction begins with a statement that passes here; but Django makes a new list of hooks for each.
    """
    before, hooks, within = _told.get(driver_connection, (None, None, ()))
    return bool(before == said and hooks is connection.run_on_commit and within == _savepoints()[: len(within)])


def _savepoints() -> Sequence[str]:
    return [name for name in connection.savepoint_ids if name]
