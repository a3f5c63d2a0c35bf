"""Reads a file as rows of text: CSV in the encodings and with the separators that spreadsheets write, XLSX and ODS."""

import codecs
import csv
import io
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import Any, BinaryIO, NoReturn

from hotspot.core.errors import DomainError
from hotspot.core.table_files.archives import check_archive
from hotspot.core.table_files.column_evidence import Seen, look_through
from hotspot.core.table_files.headers import first_rows, guess_header_row, headers_in

MOST_BYTES = 5_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 200
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
ENCODINGS = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows (CP1252)"}
_ZIP, _OLD_EXCEL, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF"
# What Excel takes the delimiter from, in a line above the first row.
_SAID = re.compile(r"\"?sep=(.)\"?[^\n]{0,300}\n?", re.IGNORECASE)
_INVISIBLE = " \t\r\n\xa0\u00ad\u2007\u200b\u200c\u200d\u200e\u200f\u202f\u2060\ufeff"
_FIGURE = re.compile(r"[0-9]")
_CHUNK = 1 << 20
_MOST_SECONDS = 90

# A first line with so many separators is no title with commas in it.
_SURELY_SEPARATED = 3
_LOOKED_AT_LINES = 20

Cells = list[str]
Row = tuple[int, Cells]


@dataclass(frozen=True)
class Format:
    """How a file is read. CSV has an encoding and a delimiter, a workbook a sheet out of `sheets`.

    `hidden_sheets` are those of `sheets` that the workbook does not show; `hidden_rows` and `hidden_columns` count what
    the sheet read has and does not show. Hidden rows are read like others.
    """

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    hidden_sheets: tuple[str, ...] = ()
    hidden_rows: int = 0
    hidden_columns: int = 0


@dataclass(frozen=True)
class SourceTable:
    """The rows of a file, each with its number as a spreadsheet shows it. `rows` can be gone through once.

    `preview` are the first rows of the file as they are, blank ones too, whatever row has the headers.
    """

    format: Format
    headers: Cells
    rows: Iterator[Row]
    header_row: int = 1
    preview: Sequence[Row] = ()
    again: Callable[[], AbstractContextManager[Iterator[Row]]] = lambda: nullcontext(iter(()))

    def scan(self, columns: Mapping[str, int]) -> Seen:
        """What whole columns show. Goes through the file once, so ask before `rows` begins."""
        with self.again() as rows:
            return look_through(rows, columns)


@contextmanager
def open_table(file: BinaryIO, *, sheet: str = "", header_row: int | None = None) -> Iterator[SourceTable]:
    """The file's headers and rows; blank rows are left out. `sheet` is for a workbook with several.

    `header_row` is the number of the row with the headers; without it, the row that looks like it.
    Raises DomainError `file_…`, when it is opened or while the rows are read.
    """
    head = file.read(_CHUNK)
    file.seek(0)
    if not head.strip(b"\0 \r\n\t"):
        _refuse("empty", "The selected file is empty.")
    if head.startswith(_ZIP):
        workbook = _Csv("utf-8", ",")
        with _converted(file, sheet) as (converted, found), _table(converted, found, workbook, header_row) as table:
            yield table
        return
    if head.startswith(_OLD_EXCEL):
        _refuse("old_excel", "The file is protected by a password or is an old XLS file. Save it as XLSX without one.")
    encoding = _encoding(file, head)
    text = head.decode(encoding, errors="ignore").lstrip("\ufeff")
    said = _SAID.match(text)
    delimiter = said[1] if said and said[1] in DELIMITERS else _delimiter(text[said.end() :] if said else text)
    with _table(file, Format(encoding, delimiter), _Csv(encoding, delimiter, bool(said)), header_row) as table:
        yield table


@dataclass(frozen=True)
class _Csv:
    """How the text of a file is split. `has_line_for_excel`: its first line says the delimiter and is no row."""

    encoding: str
    delimiter: str
    has_line_for_excel: bool = False


def _encoding(file: BinaryIO, head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    found = next((encoding for encoding in ("utf-8-sig", "cp1252") if _decodes(file, encoding)), None)
    if found is None or head.startswith(_PDF) or b"\0" in head:
        _refuse("not_a_table", "The selected file must be a CSV, XLSX or ODS file.")
    return found


def _decodes(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True


def _delimiter(text: str) -> str:
    """The separator of the header: of the first line with anything in it or, below titles, of one without figures."""
    lines = [line for line in islice(text.splitlines(), 10 * _LOOKED_AT_LINES) if line.strip(',;|\t" ')]
    counts = [Counter({each: "".join(line.split('"')[::2]).count(each) for each in DELIMITERS}) for line in lines]
    if not counts:
        return ","
    if max(counts[0].values()) < _SURELY_SEPARATED:
        below = [count for line, count in zip(lines, counts, strict=True) if not _FIGURE.search(line)]
        counts = [max(below[:_LOOKED_AT_LINES] or counts[:1], key=lambda count: max(count.values()))]
    return max(DELIMITERS, key=lambda each: counts[0][each])


@contextmanager
def _table(file: BinaryIO, found: Format, how: _Csv, header_row: int | None) -> Iterator[SourceTable]:
    @contextmanager
    def again() -> Iterator[Iterator[Row]]:
        with closing(_records(file, how)) as records:
            yield (row for row in _numbered(records) if row[0] > header and any(row[1]))

    def once() -> Generator[Row, None, None]:
        with again() as rows:
            yield from rows

    with closing(_records(file, how)) as records:
        preview = first_rows(_numbered(records))
    if not any(any(cells) for _, cells in preview):
        _refuse("empty", "The selected file is empty.")
    header = header_row or guess_header_row(preview)
    headers = headers_in(preview, header)
    if not headers:
        _refuse("header_row", f"Row {header:,} of the file has no headers. Choose another row.")
    if len(headers) > MOST_COLUMNS:
        _refuse("too_many_columns", f"The file has more than {MOST_COLUMNS} columns.")
    # Closed while the file is open, because who reads it may stop half-way.
    with closing(once()) as rows:
        yield SourceTable(found, headers, rows, header, preview, again)


def _records(file: BinaryIO, how: _Csv) -> Generator[Cells, None, None]:
    # The caller's file stays open when the wrapper goes.
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=how.encoding, newline="")
    try:
        if how.has_line_for_excel:
            text.readline()
        yield from csv.reader(text, delimiter=how.delimiter)
    except (csv.Error, UnicodeError) as error:
        message = "The file cannot be read to its end: it is damaged, or is not a CSV file."
        raise DomainError("file_broken", message, "file") from error
    finally:
        text.detach()


def _numbered(records: Iterator[Cells]) -> Iterator[Row]:
    for number, cells in enumerate(records, start=1):
        if any("\0" in cell for cell in cells):
            _refuse("broken", "The file cannot be read to its end: it is damaged, or is not a CSV file.")
        yield number, [_bare(cell) for cell in cells]


def _bare(cell: str) -> str:
    """A cell without the spaces around it, also those that nobody sees."""
    cell = cell.strip()
    return cell if cell.isascii() else cell.strip(_INVISIBLE)


@contextmanager
def _converted(file: BinaryIO, sheet: str) -> Iterator[tuple[BinaryIO, Format]]:
    """A sheet of a workbook as a CSV file, made by a program of its own (see workbook.py)."""
    check_archive(file)
    with TemporaryDirectory() as folder:
        with NamedTemporaryFile(dir=folder) as book:
            while chunk := file.read(_CHUNK):
                book.write(chunk)
            book.flush()
            output = Path(folder) / "sheet.csv"
            found = _convert(book.name, str(output), sheet)
        with output.open("rb") as converted:
            yield (
                converted,
                Format(
                    sheet=found["sheet"],
                    sheets=tuple(found["sheets"]),
                    hidden_sheets=tuple(found["hidden_sheets"]),
                    hidden_rows=found["hidden_rows"],
                    hidden_columns=found["hidden_columns"],
                ),
            )


def _convert(book: str, output: str, sheet: str) -> dict[str, Any]:
    program = Path(__file__).with_name("workbook.py")
    command = [sys.executable, "-I", str(program), book, output, *([sheet] if sheet else [])]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_MOST_SECONDS, check=True)  # noqa: S603 - our own
        found: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        _refuse("too_large_unpacked", "The sheet is too large. Save it as CSV, or take out what is empty.")
    if error := found.get("error"):
        _refuse(error, _WORKBOOK_ERRORS[error])
    return found


_WORKBOOK_ERRORS = {
    "password": "The file is protected by a password. Save it without one.",
    "sheet": "The file has no sheet of this name.",
    "broken": "The file is damaged, or is not a spreadsheet. Save it again as XLSX, ODS or CSV.",
}


def at_most(rows: Iterator[tuple[int, Cells]], most: int | None = MOST_ROWS) -> Iterator[tuple[int, Cells]]:
    """The rows, refused as soon as there are more than `most` of them. Raises DomainError `file_too_many_rows`."""
    for count, row in enumerate(rows, start=1):
        if most is not None and count > most:
            message = f"The file has more than {most:,} rows. Split it, or use the command for large imports."
            _refuse("too_many_rows", message)
        yield row


def _refuse(code: str, message: str) -> NoReturn:
    raise DomainError(f"file_{code}", message, "file")
