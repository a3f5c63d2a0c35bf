"""A first look at a file: its headers, some of its values, how it was read, and how many rows it has."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hotspot.core.errors import DomainError
from outcomes.imports.columns import Column, fingerprint, recognise
from outcomes.imports.readers import MOST_BYTES, Format, at_most, open_table
from outcomes.imports.running import COLUMNS
from outcomes.models import RememberedColumns

_LOOKED_AT = 200
_MOST_VALUES = 3
_MOST_FOREIGN = 5
_LONGEST = 60


@dataclass(frozen=True)
class Peek:
    """`values` are the first few of each header; `foreign` are texts with letters that a wrong encoding would spoil."""

    format: Format
    headers: Sequence[str]
    values: Sequence[Sequence[str]]
    foreign: Sequence[str]
    rows: int

    @property
    def fingerprint(self) -> str:
        """What these headers are remembered by."""
        return fingerprint(self.headers)

    @property
    def is_guess(self) -> bool:
        """Whether the letters are read in an encoding that a file cannot prove."""
        return self.format.encoding == "cp1252"


def peek(content: bytes, *, sheet: str = "") -> Peek:
    """Look through a file. Raises DomainError `file_…` if it cannot be imported by page."""
    if len(content) > MOST_BYTES:
        raise DomainError("file_too_large", "The selected file must be smaller than 5 MB.", "file")
    with open_table(io.BytesIO(content), sheet=sheet) as table:
        values: list[list[str]] = [[] for _ in table.headers]
        foreign = [header for header in table.headers if not header.isascii()]
        rows = 0
        for _, cells in at_most(table.rows):
            rows += 1
            if rows <= _LOOKED_AT:
                _look(cells, values, foreign)
    if not rows:
        raise DomainError("file_no_rows", "The selected file has no rows below its headers.", "file")
    return Peek(table.format, table.headers, values, foreign[:_MOST_FOREIGN], rows)


def _look(cells: Sequence[str], values: Sequence[list[str]], foreign: list[str]) -> None:
    for cell, seen in zip(cells, values, strict=False):
        short = cell[:_LONGEST]
        if cell and len(seen) < _MOST_VALUES and short not in seen:
            seen.append(short)
        if not cell.isascii() and short not in foreign:
            foreign.append(short)


def known_columns(kind: str, found: Peek) -> dict[str, int]:
    """Which column each header is: as it was the last time these headers came, or as they can be recognised."""
    remembered = RememberedColumns.objects.filter(kind=kind, fingerprint=found.fingerprint).first()
    return remembered.columns if remembered else recognise(found.headers, COLUMNS[kind]())


def grouped(columns: Sequence[Column]) -> Mapping[str, list[Column]]:
    """The columns under the headings of the form."""
    groups: dict[str, list[Column]] = {}
    for column in columns:
        groups.setdefault(column.part or "More", []).append(column)
    return groups
