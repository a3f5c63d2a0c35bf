"""What a spreadsheet has, and how its sheets are laid out: the same for XLSX and ODS, on screen and on A4."""

import math
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property

from hotspot.core.spreadsheets import MARKING


@dataclass(frozen=True)
class SheetLink:
    """A cell that leads to another sheet, and has its name."""

    sheet: str

    def __str__(self) -> str:
        return self.sheet


Cell = str | int | Decimal | SheetLink

# In characters: digits of Arial at 12 points, of which an upright A4 page holds so many across, one on its side half
# as many more.
_PORTRAIT = 72
# The room that lines above a table have at least: a page on its side shrinks to them by a sixth.
_LINES = 130
_NARROWEST, _WIDEST = 12, 60
# Columns of words share about two pages' width, so that a page that is made one page wide can still be read.
_MOST_ACROSS = 190
TITLE_SIZE = 1.3
"""How much wider the bold letters of a title are than those below it."""


@dataclass(frozen=True)
class WorkbookSheet:
    """A sheet: a title, lines of text under it, and a table; `code` names the table. Rows are as long as `header`.

    `has_total`: the last row is the total of the others, and stands out.
    """

    name: str
    title: str
    lines: Sequence[str]
    code: str = ""
    header: Sequence[str] = ()
    rows: Sequence[Sequence[Cell]] = ()
    has_total: bool = False

    @cached_property
    def widths(self) -> list[int]:
        """The widths of its columns in characters: of a sheet without a table one column of lines that wrap."""
        if not self.header:
            return [_PORTRAIT]
        needs = [_needed(column) for column in zip(self.header, *self.rows, strict=True)]
        widest = _WIDEST
        while sum(each.within(widest) for each in needs) > _MOST_ACROSS and widest > _NARROWEST * 2:
            widest -= 4
        return [each.within(widest) for each in needs]

    @cached_property
    def texts(self) -> list[tuple[str, bool]]:
        """The title and the lines as they stand in rows above the table, and whether each is of the title.

        Beside a table they run over its columns, so one that is longer than those is several rows. Otherwise they
        wrap in their column.
        """
        found = [(self.title, True), *((line, False) for line in self.lines)]
        if not self.header:
            return found
        room = max(sum(self.widths), _LINES)
        return [(part, is_title) for line, is_title in found for part in _pieces(line, room, is_title=is_title)]

    @property
    def is_wide(self) -> bool:
        """Whether its page lies on its side."""
        texts = [len(text) * (TITLE_SIZE if is_title else 1) for text, is_title in self.texts] if self.header else []
        return max([sum(self.widths), *texts]) > _PORTRAIT

    def text_height(self, text: str, *, is_title: bool) -> int:
        """How many lines a text above the table takes: several where it wraps in the only column."""
        return 1 if self.header else _height(text, math.floor(_PORTRAIT / TITLE_SIZE) if is_title else _PORTRAIT)

    def row_height(self, cells: Iterable[Cell]) -> int:
        """How many lines the tallest of the cells of a row takes."""
        return max(_height(shown(cell), width) for cell, width in zip(cells, self.widths, strict=True))


@dataclass(frozen=True)
class About:
    """What a spreadsheet says of itself, and how its pages are marked."""

    title: str
    subject: str
    made_at: datetime
    marking: str = MARKING

    @property
    def created(self) -> datetime:
        """When it was made, as both kinds of file keep it: UTC, whole seconds."""
        return self.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def with_contents(cover: WorkbookSheet, *others: WorkbookSheet) -> list[WorkbookSheet]:
    """The sheets with a table of contents after the cover, whose names lead to the sheets."""
    rows = [(SheetLink(each.name), each.title) for each in others]
    lines = ["This sheet has one table. A name leads to its sheet."]
    contents = WorkbookSheet("Contents", "Contents", lines, "contents", ["Sheet", "What it has"], rows)
    return [cover, contents, *others]


def shown(cell: Cell) -> str:
    """A cell as it is displayed: with thousands separators, money with its pence and ratios with their tenths."""
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, Decimal):
        return f"{cell:,.1f}" if in_tenths(cell) else f"{cell:,.2f}"
    return str(cell)


def in_tenths(number: Decimal) -> bool:
    """Whether a number was rounded to one decimal place, as ratios are."""
    return number.as_tuple().exponent == -1


@dataclass(frozen=True)
class _NeededWidth:
    """What a column needs in characters: its numbers, which never wrap, and its words, which can."""

    numbers: int
    words: int

    def within(self, widest: int) -> int:
        """Its width where no column of words is wider than this."""
        return max(_NARROWEST, self.numbers, min(widest, self.words))


def _needed(column: Sequence[Cell]) -> _NeededWidth:
    """Of a heading and the cells below it. A heading wraps once, between words."""
    heading, *cells = column
    numbers = [len(shown(cell)) + 3 for cell in cells if isinstance(cell, int | Decimal)]
    words = [len(line) + 2 for cell in cells if not isinstance(cell, int | Decimal) for line in str(cell).splitlines()]
    heads = [math.ceil(len(str(heading)) / 2) + 2, *(len(word) + 2 for word in str(heading).split())]
    return _NeededWidth(max(numbers, default=0), max([*words, *heads]))


def _height(text: str, width: int) -> int:
    """Lines of a text that wraps. One character less than the width, because letters differ."""
    if len(text) < width and "\n" not in text:
        return 1
    return sum(max(1, len(textwrap.wrap(line, width - 1))) for line in text.splitlines())


def _pieces(line: str, room: int, *, is_title: bool) -> list[str]:
    return textwrap.wrap(line, math.floor(room / TITLE_SIZE) if is_title else room) or [line]
