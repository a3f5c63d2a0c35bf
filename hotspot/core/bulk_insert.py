"""Many rows written at once, by COPY: each a named tuple of its table, its fields the columns."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.db import connection, models

from hotspot.core.driver import copy_in
from hotspot.core.transaction_settings import NO_TIME_LIMIT

Tables = Mapping[type[Any], type[models.Model]]
"""The model whose table each kind of row goes to, in the order in which they are written."""

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


def take_ids(model: type[models.Model], number: int) -> list[int]:
    """The next ids of a table, so that rows can refer to each other before they are written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, number],
        )
        return [row[0] for row in cursor.fetchall()]


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
