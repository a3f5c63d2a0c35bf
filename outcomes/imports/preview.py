"""A first look at a file: its headers, some of its values, how it was read, and how many rows it has."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from hotspot.core.errors import DomainError
from hotspot.core.table_files.columns import ImportColumn, fingerprint, recognise
from hotspot.core.table_files.headers import guess_header_row
from hotspot.core.table_files.readers import MOST_BYTES, Format, SourceTable, at_most, open_table
from outcomes.imports.pipeline import COLUMNS
from outcomes.models import RememberedColumns

_LOOKED_AT = 200
_MOST_VALUES = 3
_MOST_FOREIGN = 5
_LONGEST = 60
# More than any file has columns.
_CERTAIN = 10_000


@dataclass(frozen=True)
class FilePreview:
    """`values` are the first few of each header; `foreign` are texts with letters that a wrong encoding would spoil.

    `preview` are the first rows of the file with their numbers, `header_row` the number of the one with the headers.
    """

    format: Format
    header_row: int
    preview: Sequence[tuple[int, Sequence[str]]]
    headers: Sequence[str]
    values: Sequence[Sequence[str]]
    foreign: Sequence[str]
    rows: int

    @property
    def fingerprint(self) -> str:
        """What these headers are remembered by."""
        return fingerprint(self.headers)

    @property
    def header_fingerprint(self) -> str:
        """What the row of headers is found by in the next file of this shape."""
        return _row_fingerprint(next((cells for number, cells in self.preview if number == self.header_row), ()))

    @property
    def is_guess(self) -> bool:
        """Whether there are letters that are read in an encoding that a file cannot prove."""
        return self.format.encoding == "cp1252" and bool(self.foreign)


def peek(content: bytes, *, kind: str, sheet: str = "", header_row: int | None = None) -> FilePreview:
    """Look through a file. Without `header_row`, its headers are where they were remembered, or are guessed.

    Raises DomainError `file_…` if it cannot be imported by page.
    """
    if len(content) > MOST_BYTES:
        raise DomainError("file_too_large", "The selected file must be smaller than 5 MB.", "file")
    with open_table(io.BytesIO(content), sheet=sheet, header_row=header_row) as table:
        wanted = header_row or _header_in(table.preview, kind)
        if wanted == table.header_row:
            return _look_through(table)
    with open_table(io.BytesIO(content), sheet=sheet, header_row=wanted) as table:
        return _look_through(table)


def _look_through(table: SourceTable) -> FilePreview:
    values: list[list[str]] = [[] for _ in table.headers]
    foreign = [header for header in table.headers if not header.isascii()]
    rows = 0
    for _, cells in at_most(table.rows):
        rows += 1
        if rows <= _LOOKED_AT:
            _look(cells, values)
        if len(foreign) < _MOST_FOREIGN:
            _look_for_foreign(cells, foreign)
    if not rows:
        raise DomainError("file_no_rows", "The selected file has no rows below its headers.", "file")
    return FilePreview(
        table.format, table.header_row, table.preview, table.headers, values, foreign[:_MOST_FOREIGN], rows
    )


def find_header(file: BinaryIO, *, kind: str, sheet: str = "") -> int:
    """The number of the row of headers: one that was remembered, else the one in which most columns are recognised."""
    with open_table(file, sheet=sheet) as table:
        return _header_in(table.preview, kind)


def _header_in(preview: Sequence[tuple[int, list[str]]], kind: str) -> int:
    remembered = set(RememberedColumns.objects.filter(kind=kind).values_list("header_row", flat=True)) - {""}
    columns = COLUMNS[kind]()

    def known(cells: Sequence[str]) -> int:
        return _CERTAIN if _row_fingerprint(cells) in remembered else len(recognise(cells, columns))

    return guess_header_row(preview, known)


def _row_fingerprint(cells: Sequence[str]) -> str:
    """A row's fingerprint, without the empty cells at its end."""
    filled = list(cells)
    while filled and not filled[-1]:
        filled.pop()
    return fingerprint(filled)


def _look(cells: Sequence[str], values: Sequence[list[str]]) -> None:
    for cell, seen in zip(cells, values, strict=False):
        short = cell[:_LONGEST]
        if cell and len(seen) < _MOST_VALUES and short not in seen:
            seen.append(short)


def _look_for_foreign(cells: Sequence[str], foreign: list[str]) -> None:
    for cell in cells:
        short = cell[:_LONGEST]
        if not cell.isascii() and short not in foreign:
            foreign.append(short)


def known_columns(kind: str, headers: Sequence[str], header_row: int) -> tuple[dict[str, int], dict[str, Any]]:
    """Which column each header is, and what else is known of such files.

    Both are as they were the last time these headers came; else columns are recognised.
    """
    remembered = RememberedColumns.objects.filter(kind=kind, fingerprint=fingerprint(headers)).first()
    place = {"header_row": header_row}
    if remembered:
        return remembered.columns, {**remembered.answers, **place}
    return recognise(headers, COLUMNS[kind]()), {**place}


def grouped(columns: Sequence[ImportColumn]) -> Mapping[str, list[ImportColumn]]:
    """The columns under the headings of the form."""
    groups: dict[str, list[ImportColumn]] = {}
    for column in columns:
        groups.setdefault(column.part or "More", []).append(column)
    return groups
