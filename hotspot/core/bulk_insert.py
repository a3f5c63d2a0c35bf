"""Rows written together: many by COPY, few in one trip. Each is a named tuple, its fields the columns of its table."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Protocol

from django.db import IntegrityError, connection, models

from hotspot.core.driver import copy_in, expression
from hotspot.core.transaction_settings import NO_TIME_LIMIT

Tables = Mapping[type[Any], type[models.Model]]
"""The model whose table each kind of row goes to, in the order in which they are written."""


class RowBatch(Protocol):
    """Rows that wait to be written."""

    def add(self, *rows: Any) -> None:
        """Put rows with their kind."""

    def take_ids(self, model: type[models.Model], number: int) -> list[int]:
        """The ids of so many new records of a table, by which its rows and others can name them."""
        ...


# Beyond this, waiting rows of one kind go from memory to a temporary file.
MOST_IN_MEMORY = 1_000_000


class Batch:
    """Rows that wait to be written to their tables. Many of them wait on disk, so that no number fills the memory."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._files: dict[type[Any], IO[bytes]] = {}
        self._counts: Counter[type[Any]] = Counter()

    def add(self, *rows: Any) -> None:
        """Put rows with their kind."""
        for row in rows:
            kind = type(row)
            if kind not in self._files:
                self._files[kind] = SpooledTemporaryFile(MOST_IN_MEMORY)  # noqa: SIM115 - closed by `write`
            self._files[kind].write(_line(row))
            self._counts[kind] += 1

    def write(self) -> int:
        """Write everything, one COPY a table; gives how many rows. Has to run inside a transaction.

        Raises IntegrityError for what the database refuses.
        """
        with connection.cursor() as cursor:
            # COPY may take long, and the history's context reaches it only with a statement before it.
            cursor.execute(NO_TIME_LIMIT)
            for kind, model in self._tables.items():
                if kind in self._files:
                    with self._files.pop(kind) as lines:
                        lines.seek(0)
                        copy_in(cursor, model._meta.db_table, kind._fields, lines)
        written = self._counts.total()
        self._counts.clear()
        return written

    def take_ids(self, model: type[models.Model], number: int) -> list[int]:
        """The next ids of a table, so that rows can refer to each other before they are written."""
        if not number:
            return []
        with connection.cursor() as cursor:
            sequence = _sequence(model)
            cursor.execute(f"SELECT nextval({sequence}) FROM generate_series(1, %s)", [number])  # noqa: S608 - a constant
            return [row[0] for row in cursor.fetchall()]


# A setting is read quicker than the sequence is found, for every row.
_NEW_ID = "current_setting('hotspot.new_id')::bigint"


class SmallBatch:
    """A few rows that wait to be written in one trip to the database. `new` is the model of which one record is new."""

    def __init__(self, tables: Tables, new: type[models.Model] | None = None) -> None:
        self._tables, self._new = tables, new
        self._rows: dict[type[Any], list[Any]] = {}

    def take_ids(self, model: type[models.Model], number: int) -> list[Any]:
        """Stand-ins for ids that the database fills in. Only the new record's can be referred to."""
        return [expression(_NEW_ID if model is self._new else "DEFAULT")] * number

    def add(self, *rows: Any) -> None:
        """Put rows with their kind."""
        for row in rows:
            self._rows.setdefault(type(row), []).append(row)

    def write(self) -> int:
        """Write everything; gives the id of the new record, 0 where there is none. Needs a transaction.

        Raises IntegrityError for what the database refuses, with nothing written and the transaction as it was.
        """
        statements, parameters = ["SAVEPOINT small_batch"], []
        if self._new:
            statements.append(f"SELECT set_config('hotspot.new_id', nextval({_sequence(self._new)})::text, true)")
        for kind in self._tables:
            if rows := self._rows.pop(kind, []):
                statements.append(self._insert(kind, len(rows)))
                parameters += [_value(value) for row in rows for value in row]
        statements += ["RELEASE SAVEPOINT small_batch", f"SELECT {_NEW_ID if self._new else 0}"]
        with connection.cursor() as cursor:
            try:
                cursor.execute("; ".join(statements), parameters)
            except IntegrityError:
                cursor.execute("ROLLBACK TO SAVEPOINT small_batch")
                raise
            new_id: int = cursor.fetchone()[0]
        return new_id

    def _insert(self, kind: type[Any], number: int) -> str:
        table, columns = self._tables[kind]._meta.db_table, ", ".join(f'"{name}"' for name in kind._fields)
        row = f"({', '.join(['%s'] * len(kind._fields))})"
        return f"INSERT INTO {table} ({columns}) VALUES {', '.join([row] * number)}"  # noqa: S608 - names of our own


def _sequence(model: type[models.Model]) -> str:
    return f"pg_get_serial_sequence('{model._meta.db_table}', 'id')"


def _value(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _line(row: Any) -> bytes:
    return ("\t".join([_FORMATS[type(value)](value) for value in row]) + "\n").encode()


def _text(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


class _Formats(dict[type, Any]):
    """How COPY writes each type; what is a text or a number in disguise is written as such."""

    def __missing__(self, kind: type) -> Any:
        found = next((self[known] for known in (str, datetime) if issubclass(kind, known)), str)
        self[kind] = found
        return found


_FORMATS = _Formats(
    {
        type(None): lambda _: "\\N",
        bool: lambda value: "t" if value else "f",
        int: str,
        str: _text,
        datetime: datetime.isoformat,
        tuple: lambda value: "{" + ",".join(value) + "}",
    }
)
