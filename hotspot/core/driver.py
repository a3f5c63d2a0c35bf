"""What Django does not offer of psycopg2, the database driver: COPY, cursors on the server, and cancelling.

Statements that are planned once for each connection are in `hotspot.core.prepared_statements`.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO, Any, Protocol

import psycopg2
from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg2.extensions import TRANSACTION_STATUS_INTRANS, AsIs


class TakesBytes(Protocol):
    """What COPY can write to."""

    def write(self, data: bytes, /) -> Any:
        """Take some bytes, which need not end with a row."""


def expression(sql: str) -> Any:
    """A parameter that is not a value but an expression of SQL, like DEFAULT."""
    return AsIs(sql)


def copy_in(cursor: CursorWrapper, table: str, columns: Sequence[str], lines: IO[bytes]) -> None:
    """Write lines in COPY's text format into these columns. Raises IntegrityError for what the database refuses."""
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.wrap_database_errors:
        cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", lines)


def copy_out(cursor: CursorWrapper, sql: str, parameters: Sequence[Any], writer: TakesBytes) -> None:
    """Write the rows of a query to `writer` as CSV without a header."""
    with connection.wrap_database_errors:
        copy = cursor.mogrify(f"COPY ({sql}) TO STDOUT (FORMAT csv)", parameters or None)
        cursor.copy_expert(copy.decode(), writer)


@contextmanager
def cursor_on_server(name: str, *, batch: int) -> Iterator[Any]:
    """A cursor that gets its rows from the server so many at a time."""
    with connection.wrap_database_errors, connection.connection.cursor(name=name) as cursor:
        cursor.itersize = batch
        yield cursor


def is_in_transaction() -> bool:
    """Whether this thread's connection has begun a transaction, by its first statement, in which nothing failed."""
    return bool(connection.connection.get_transaction_status() == TRANSACTION_STATUS_INTRANS)


def cancel() -> None:
    """End the statement that this thread's connection executes."""
    connection.connection.cancel()


def canceller() -> Callable[[], None]:
    """A function that another thread can call to end the statement of this thread's connection, if one still runs."""
    driver_connection = connection.connection

    def end() -> None:
        with suppress(psycopg2.Error):
            driver_connection.cancel()

    return end
