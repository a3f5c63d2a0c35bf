"""Reads a file as rows of text: CSV in the encodings and with the separators that spreadsheets write, XLSX and ODS."""

import codecs
import csv
import io
import json
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import BinaryIO, NoReturn

from hotspot.core.errors import DomainError
from outcomes.imports.archives import check_archive

MOST_BYTES = 5_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 200
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
ENCODINGS = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows (CP1252)"}
_ZIP, _OLD_EXCEL, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF"
_CHUNK = 1 << 20
_MOST_SECONDS = 90

Cells = list[str]


@dataclass(frozen=True)
class Format:
    """How a file is read. CSV has an encoding and a delimiter, a workbook a sheet out of `sheets`."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """The rows of a file, each with its number as a spreadsheet shows it. `rows` can be gone through once."""

    format: Format
    headers: Cells
    rows: Iterator[tuple[int, Cells]]


@contextmanager
def open_table(file: BinaryIO, *, sheet: str = "") -> Iterator[Table]:
    """The file's headers and rows; blank rows are left out. `sheet` is for a workbook with several.

    Raises DomainError `file_…`, when it is opened or while the rows are read.
    """
    head = file.read(_CHUNK)
    file.seek(0)
    if not head.strip(b"\0 \r\n\t"):
        _refuse("empty", "The selected file is empty.")
    if head.startswith(_ZIP):
        with _converted(file, sheet) as (converted, found), _table(converted, found, ",", "utf-8") as table:
            yield table
        return
    if head.startswith(_OLD_EXCEL):
        _refuse("old_excel", "The file is protected by a password or is an old XLS file. Save it as XLSX without one.")
    encoding = _encoding(file, head)
    delimiter = _delimiter(head.decode(encoding, errors="ignore"))
    with _table(file, Format(encoding, delimiter), delimiter, encoding) as table:
        yield table


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
    """The separator that the header, the first line with anything in it, has most of."""
    first = next((line for line in text.lstrip("\ufeff").splitlines() if line.strip(',;\t" ')), "")
    outside = "".join(first.split('"')[::2])
    return max(DELIMITERS, key=outside.count)


@contextmanager
def _table(file: BinaryIO, found: Format, delimiter: str, encoding: str) -> Iterator[Table]:
    # Closed while the file is open, because who reads it may stop half-way.
    with closing(_records(file, delimiter, encoding)) as records:
        rows = _filled(records)
        yield Table(found, _headers(rows), rows)


def _headers(rows: Iterator[tuple[int, Cells]]) -> Cells:
    _, headers = next(rows, (0, []))
    if not headers:
        _refuse("empty", "The selected file is empty.")
    while headers and not headers[-1]:
        headers.pop()
    if len(headers) > MOST_COLUMNS:
        _refuse("too_many_columns", f"The file has more than {MOST_COLUMNS} columns.")
    return headers


def _records(file: BinaryIO, delimiter: str, encoding: str) -> Generator[Cells, None, None]:
    # The caller's file stays open when the wrapper goes.
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        yield from csv.reader(text, delimiter=delimiter)
    except (csv.Error, UnicodeError) as error:
        message = "The file cannot be read to its end: it is damaged, or is not a CSV file."
        raise DomainError("file_broken", message, "file") from error
    finally:
        text.detach()


def _filled(records: Iterator[Cells]) -> Iterator[tuple[int, Cells]]:
    for number, cells in enumerate(records, start=1):
        stripped = [cell.strip() for cell in cells]
        if any("\0" in cell for cell in cells):
            _refuse("broken", "The file cannot be read to its end: it is damaged, or is not a CSV file.")
        if any(stripped):
            yield number, stripped


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
            yield converted, Format(sheet=found["sheet"], sheets=tuple(found["sheets"]))


def _convert(book: str, output: str, sheet: str) -> dict:
    program = Path(__file__).with_name("workbook.py")
    command = [sys.executable, "-I", str(program), book, output, *([sheet] if sheet else [])]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_MOST_SECONDS, check=True)  # noqa: S603 - our own
        found: dict = json.loads(done.stdout)
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
