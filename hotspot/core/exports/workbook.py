"""Rows as an Excel workbook, written row by row: memory does not grow with it, its temporary file does."""

import errno
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import connection
from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from hotspot.core.driver import cursor_on_server
from hotspot.core.errors import DomainError
from hotspot.core.exports.columns import ColumnKind, ExportColumn, Rows
from hotspot.core.exports.rules import MOST_WORKBOOK_ROWS, check_workbook_rows
from hotspot.core.spreadsheets import MARKING

BATCH = 1_000
Write = Callable[[int, int, Any], Any]
"""Writes a value into a row and column of the sheet, both counted from 0."""
# Excel gives every text that looks like an address or a formula a life of its own, unless it is told not to.
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": False,
}
_WIDTHS = {
    ColumnKind.TEXT: 24,
    ColumnKind.CODE: 14,
    ColumnKind.NUMBER: 10,
    ColumnKind.DAY: 12,
    ColumnKind.INSTANT: 17,
    ColumnKind.YES_NO: 10,
}

Progress = Callable[[int], None]


def workbook_of(
    rows: Rows, *, title: str, about: Sequence[tuple[str, str]], at: datetime, progress: Progress
) -> tuple[bytes, int]:
    """The workbook, and how many rows it has: a sheet of the rows, and one that says what they are.

    Needs a transaction. Raises DomainError `too_many_rows` or `no_space`.
    """
    with _space_said(), TemporaryDirectory() as folder:
        path = Path(folder) / "rows.xlsx"
        book = Workbook(path, {**_OPTIONS, "tmpdir": folder})
        # Who made it and when is on the second sheet; a name in the file's own properties travels unseen.
        book.set_properties({"title": title, "created": at.replace(tzinfo=None)})
        number = _RowSheet(book, title, rows.columns).fill(_values(rows), progress)
        _about(book, about, number)
        book.close()
        return path.read_bytes(), number


@contextmanager
def _space_said() -> Iterator[None]:
    """A full disk in words: trying again would not help."""
    try:
        yield
    except (OSError, XlsxWriterException) as problem:
        cause = problem if isinstance(problem, OSError) else problem.__cause__ or problem.args[0]
        if getattr(cause, "errno", None) in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            message = "There is not enough space on the server to make this file. Nothing was changed."
            raise DomainError("no_space", message) from problem
        raise


def _values(rows: Rows) -> Iterator[tuple[Any, ...]]:
    """The rows with their types, so many at a time. Raises DomainError `too_many_rows`."""
    with connection.cursor() as settings:
        # A cursor is planned for its first rows otherwise, and this one is read to its end.
        settings.execute("SET LOCAL cursor_tuple_fraction = 1")
    with cursor_on_server("rows_of_a_workbook", batch=BATCH) as cursor:
        cursor.execute(f"{rows.value_sql} LIMIT {MOST_WORKBOOK_ROWS + 1}", rows.parameters or None)
        for number, row in enumerate(cursor, start=1):
            check_workbook_rows(number)
            yield row


class _RowSheet:
    """The sheet of rows: a header, then each value with its type. Text is written as text whatever it looks like."""

    def __init__(self, book: Workbook, title: str, columns: Sequence[ExportColumn]) -> None:
        self._sheet = book.add_worksheet(title)
        self._sheet.freeze_panes(1, 1)
        self._sheet.set_header(f"&L{MARKING}&R&A")
        self._sheet.set_footer(f"&L{MARKING}&RPage &P of &N")
        self._columns = columns
        formats = {
            ColumnKind.DAY: book.add_format({"num_format": "dd/mm/yyyy", "align": "left"}),
            ColumnKind.INSTANT: book.add_format({"num_format": "dd/mm/yyyy hh:mm", "align": "left"}),
        }
        self._writers = [_writer(self._sheet, column.kind, formats.get(column.kind)) for column in columns]
        self._head(book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}))

    def _head(self, style: Format) -> None:
        for place, column in enumerate(self._columns):
            self._sheet.set_column(place, place, _WIDTHS[column.kind])
            self._sheet.write_string(0, place, column.header, style)

    def fill(self, rows: Iterator[tuple[Any, ...]], progress: Progress) -> int:
        """Write all rows; gives how many. An empty cell is left out."""
        number = 0
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                if value is not None:
                    self._writers[place](number, place, value)
            if number % BATCH == 0:
                progress(number)
        return number


def _writer(sheet: Worksheet, kind: ColumnKind, style: Format | None) -> Write:
    if kind is ColumnKind.NUMBER:
        number: Write = sheet.write_number
        return number
    if style is not None:
        return lambda row, place, value: sheet.write_datetime(row, place, value, style)
    text: Write = sheet.write_string
    return text


def _about(book: Workbook, about: Sequence[tuple[str, str]], number: int) -> None:
    sheet = book.add_worksheet("About this file")
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 90)
    for place, (key, value) in enumerate([*about, ("Rows", f"{number:,}")]):
        sheet.write_string(place, 0, key, bold)
        sheet.write_string(place, 1, value, wrapped)
