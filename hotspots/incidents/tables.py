"""Reads CSV files row by row, and refuses one at the first line that cannot be read."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn

from hotspot.core.errors import DomainError

# Great Britain. A place outside is no place at all, or its longitude and latitude are swapped.
WEST, EAST, SOUTH, NORTH = -9.0, 2.0, 49.0, 61.0
MOST_SHOWN = 40
_MOST_LINE = 10_000
_UNREADABLE = (csv.Error, UnicodeDecodeError)


@dataclass
class Table:
    """A CSV file whose headings were read. Its rows can be read once."""

    name: str
    stream: io.RawIOBase
    headings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        text = io.TextIOWrapper(io.BufferedReader(self.stream), encoding="utf-8-sig", newline="")
        self._reader = csv.reader(self._lines(text), strict=True)
        try:
            self.headings = next(self._reader, [])
        except _UNREADABLE:
            self._refuse_unreadable()

    @property
    def line(self) -> int:
        """The number of the line that was read last, from 1."""
        return self._reader.line_num

    def rows(self) -> Iterator[list[str]]:
        """The cells of each row, as many as there are headings.

        Raises DomainError `incidents_row_broken` at the first row that has others, or cannot be read.
        """
        width = len(self.headings)
        try:
            for cells in self._reader:
                if len(cells) != width:
                    self.refuse("row_broken", f"has {len(cells)} columns instead of {width}")
                yield cells
        except _UNREADABLE:
            self._refuse_unreadable()

    def refuse(self, code: str, what: str, *, line: int | None = None) -> NoReturn:
        """Refuse the file for its line that was read last, or another. Raises DomainError `incidents_…`."""
        message = f"Line {line or self.line:,} of {self.name} {what}. Nothing was loaded."
        raise DomainError(f"incidents_{code}", message, "file")

    def check_place(self, east: float, north: float) -> None:
        """Refuse a longitude and latitude outside Great Britain, and what is no number."""
        if WEST <= east <= EAST and SOUTH <= north <= NORTH:
            return
        if WEST <= north <= EAST and SOUTH <= east <= NORTH:
            self.refuse("place", "has its longitude and latitude swapped")
        self.refuse("place", f"has a place outside Great Britain: longitude {east:g}, latitude {north:g}")

    def number(self, text: str) -> float:
        """A coordinate. Refuses what is none."""
        try:
            # Python itself reads 5_1 as a number, and the digits of other scripts.
            return float(text.replace("_", "?").encode("ascii"))
        except ValueError:
            shown = text[:MOST_SHOWN]
            self.refuse("place", f"has ‘{shown}’ as a coordinate" if shown else "has only one of its two coordinates")

    def _refuse_unreadable(self) -> NoReturn:
        what = "cannot be read: the file is damaged, or is no CSV file in UTF-8"
        self.refuse("row_broken", what, line=self.line + 1)

    def _lines(self, text: io.TextIOWrapper) -> Iterator[str]:
        """The lines, none of which may be so long that reading it fills the memory, or hold what no text holds."""
        number = 0
        while line := text.readline(_MOST_LINE):
            number += 1
            if len(line) == _MOST_LINE and not line.endswith("\n"):
                self.refuse("row_broken", "is too long", line=number)
            if "\0" in line:
                self.refuse("row_broken", "is no text: the file is damaged, or is no CSV file", line=number)
            yield line
