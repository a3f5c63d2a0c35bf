"""A CSV file of any length, sent while PostgreSQL writes it: COPY on a connection of its own, in a thread of its own.

Between that thread and the response are a few chunks and no more, so a slow reader slows the COPY and fills no memory.
A reader who is gone, or who takes nothing for a minute, ends the query and gives the connection back.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from queue import SimpleQueue

from django.db import connection, transaction

from hotspot.core.advisory_locks import LockName, try_lock
from hotspot.core.driver import cancel, canceller, copy_out
from hotspot.core.errors import ServerBusy, TryLater
from hotspot.core.exports.columns import Rows
from hotspot.core.jobs.operations import MOST_AT_ONCE
from hotspot.core.models import User
from hotspot.core.spreadsheets import BOM
from hotspot.core.transaction_settings import READS_ONLY, london_clock, time_limit

CHUNK_BYTES = 128 * 1024
CHUNKS_WAITING = 8
STALLED_SECONDS = 60
CLOSING_SECONDS = 5
MOST_SECONDS = 15 * 60
# A web server has few threads, and a download keeps one as long as it lasts. Of each process it leaves some alone.
MOST_IN_A_PROCESS = 2
_places = threading.BoundedSemaphore(MOST_IN_A_PROCESS)


class BrokenOff(Exception):
    """The rest of the file cannot be had any more."""


class CsvStream:
    """The bytes of a CSV file, chunk by chunk, once. Whoever opens one closes it, or hands it to a response that does.

    Raises TryLater when this person, or this server, has too many downloads under way, and what the database raises,
    before anything is sent. What goes wrong later breaks the download off, so that half a file is not taken for a whole
    one.
    """

    def __init__(self, rows: Rows, *, by: User) -> None:
        self._rows, self._by = rows, by
        # How the file goes on: a chunk, its end (None), or why it does not.
        self._parts: SimpleQueue[bytes | Exception | None] = SimpleQueue()
        self._room = threading.Semaphore(CHUNKS_WAITING)
        self._is_gone = threading.Event()
        self._cancel: Callable[[], None] | None = None
        if not _places.acquire(blocking=False):
            raise ServerBusy("server_busy", "Other downloads are under way. Try again in a minute.")
        self._reader = threading.Thread(target=self._read, name=f"download of {by.pk}", daemon=True)
        self._reader.start()
        try:
            self._first = self._next()
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[bytes]:
        chunk = self._first
        while chunk is not None:
            yield chunk
            chunk = self._next()

    def close(self) -> None:
        """End the query, if it goes on, and wait until its connection is given back. May be called twice."""
        self._is_gone.set()
        end_query = self._cancel
        if end_query is not None:
            end_query()
        self._room.release()
        self._reader.join(CLOSING_SECONDS)

    def _next(self) -> bytes | None:
        part = self._parts.get()
        if isinstance(part, Exception):
            raise part
        self._room.release()
        return part

    def _read(self) -> None:
        """What the thread does. Its connection and its place are given back before the end is told."""
        end: Exception | None = None
        try:
            self._copy()
        except Exception as problem:
            end = problem
        finally:
            connection.close()
            _places.release()
            self._parts.put(end)

    def _copy(self) -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"{READS_ONLY}; {time_limit(MOST_SECONDS)}")
                _take_turn(self._by)
                self._cancel = canceller()
                copy_rows(self._rows, self._put)
        finally:
            self._cancel = None

    def _put(self, chunk: bytes) -> None:
        has_room = self._room.acquire(timeout=STALLED_SECONDS)
        if has_room and not self._is_gone.is_set():
            self._parts.put(chunk)
            return
        # Otherwise the driver reads to the end of the COPY before it lets go of the connection.
        cancel()
        raise BrokenOff("Nobody takes the rows.")


def copy_rows(rows: Rows, put: Callable[[bytes], None]) -> None:
    """Have PostgreSQL write the rows as CSV, with a byte order mark and a header, and pass them on in chunks."""
    with london_clock(), connection.cursor() as cursor:
        writer = _Writer(put)
        writer.line([column.header for column in rows.columns])
        copy_out(cursor, rows.csv_sql, rows.parameters, writer)
        writer.flush()


class _Writer:
    """The file that COPY writes to, row by row. RFC 4180 ends lines as PostgreSQL ends them on Windows only."""

    def __init__(self, put: Callable[[bytes], None]) -> None:
        self._put = put
        self._lines: list[bytes] = []
        self._size = 0
        self._start = BOM.encode()

    def line(self, cells: Sequence[str]) -> None:
        """A line of names of ours, which need no quotes."""
        self.write(",".join(cells).encode() + b"\n")

    def write(self, line: bytes) -> None:
        """One row, with the end of its line."""
        self._lines.append(line[:-1])
        self._size += len(line)
        if self._size >= CHUNK_BYTES:
            self.flush()

    def flush(self) -> None:
        """Pass on what is there."""
        if self._lines:
            lines, self._lines, self._size = self._lines, [], 0
            start, self._start = self._start, b""
            self._put(start + b"\r\n".join(lines) + b"\r\n")


def _take_turn(by: User) -> None:
    """Hold one of the turns that a person has, until the transaction ends; a server that dies gives it back as well."""
    for turn in range(MOST_AT_ONCE):
        if try_lock(LockName.DOWNLOADS, by.pk * MOST_AT_ONCE + turn):
            return
    message = f"You have {MOST_AT_ONCE} downloads under way. Start this one when one of them is done."
    raise TryLater("too_many_downloads", message)
