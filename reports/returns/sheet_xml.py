"""Where the cells of a sheet stand in its XML, so that single ones can be filled and every other byte stays."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape

Answer = int | Decimal | str | date | None
Place = tuple[int, int]
"""A row and a column, both from 1."""
MOST_ELEMENTS = 250_000
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
# A tag up to its end: what stands in quotes may well have a >.
_TAG = re.compile(rb"""<[^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>""")
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
# What fetches something, or runs it, when the workbook is opened.
_REACHES_OUT = re.compile(
    r"\b(?:WEBSERVICE|IMAGE|RTD|CALL|REGISTER|REGISTER\.ID|SQL\.REQUEST) ?\(|\|[^|]{0,200}!", re.IGNORECASE
)
_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WORDS = ("s", "str", "inlineStr")
_BOM = b"\xef\xbb\xbf"


class SheetUnreadable(Exception):
    """The XML is none that Excel writes."""


class SheetTooLarge(Exception):
    """There are more elements in the XML than any form has."""


def place_of(text: str) -> Place | None:
    """The row and column of C7 or $C$7. None for what is no cell of a sheet."""
    found = _CELL.fullmatch(text.upper())
    if not found:
        return None
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - ord("A") + 1
    row = int(found[2])
    return (row, column) if row <= LAST_ROW and column <= LAST_COLUMN else None


def name_of(place: Place) -> str:
    """C7."""
    row, column = place
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


@dataclass(frozen=True)
class ByteSpan:
    """Bytes from `start` to before `end`, and where the tag that begins them ends."""

    start: int
    tag_end: int
    end: int

    @property
    def is_empty_tag(self) -> bool:
        """Whether it is one tag, <row/>."""
        return self.tag_end == self.end


@dataclass
class CellXml:
    """A cell: where it is, its style, and what is in it."""

    span: ByteSpan
    style: str
    kind: str
    has_formula: bool = False
    value: ByteSpan | None = None


@dataclass
class SheetXml:
    """What was found in the XML of a sheet. `prefix` is that of its elements, mostly none."""

    data: bytes
    prefix: str = ""
    sheet_data: ByteSpan | None = None
    rows: dict[int, ByteSpan] = field(default_factory=dict)
    cells: dict[Place, CellXml] = field(default_factory=dict)
    row_styles: dict[int, str] = field(default_factory=dict)
    column_styles: list[tuple[int, int, str]] = field(default_factory=list)
    merged: list[tuple[Place, Place]] = field(default_factory=list)
    arrays: list[tuple[Place, Place]] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)
    elements: int = 0

    def style_of(self, place: Place) -> str:
        """The number of a cell's style: its own, or where it has no XML that of its row or else of its column."""
        if cell := self.cells.get(place):
            return cell.style
        of_columns = (style for first, last, style in self.column_styles if first <= place[1] <= last)
        return self.row_styles.get(place[0]) or next(of_columns, "")

    def fault(self, place: Place) -> str:
        """Why a cell cannot be filled, in a sentence; empty if it can."""
        cell, name = self.cells.get(place), name_of(place)
        if cell and cell.has_formula:
            return f"{name} has a formula, which would be lost. Name a cell that is empty."
        if any(_is_within(place, ends) for ends in self.arrays):
            return f"{name} is filled by a formula of another cell. Name a cell that is empty."
        for first, last in self.merged:
            if _is_within(place, (first, last)) and place != first:
                return f"{name} is part of the merged cells {name_of(first)}:{name_of(last)}. Name {name_of(first)}."
        if cell and cell.kind in _WORDS and (cell.value or cell.kind == "inlineStr"):
            return f"{name} has words in it, which would be lost. Empty it in the workbook, or name another cell."
        return ""


def _is_within(place: Place, ends: tuple[Place, Place]) -> bool:
    (top, left), (bottom, right) = ends
    return top <= place[0] <= bottom and left <= place[1] <= right


class _Scanner:
    """Goes through the XML of a sheet and notes where everything is."""

    def __init__(self, data: bytes, most: int) -> None:
        self.found, self._most = SheetXml(data), most
        self.parser = parser(data)
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self._starts: list[tuple[int, int]] = []
        self._row = 0
        self._cell: CellXml | None = None
        self._place: Place = (0, 0)
        self._formula: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.found.elements += 1
        if self.found.elements > self._most:
            raise SheetTooLarge
        begin = self._at
        self._starts.append((begin, tag_end(self.found.data, begin)))
        self._note(name, attributes, begin)

    def _note(self, name: str, attributes: dict[str, str], begin: int) -> None:
        match local(name):
            case "sheetData":
                self.found.prefix = name.removesuffix("sheetData")
            case "col" if "style" in attributes:
                columns = int(attributes["min"]), int(attributes["max"])
                self.found.column_styles.append((*columns, _style(attributes, "style")))
            case "row":
                self._begin_row(attributes)
            case "c":
                place = place_of(attributes.get("r", ""))
                if place is None or place[0] != self._row or place in self.found.cells:
                    raise SheetUnreadable
                self._place = place
                self._cell = CellXml(ByteSpan(begin, 0, 0), _style(attributes, "s"), attributes.get("t", ""))
            case "f" if self._cell:
                self._cell.has_formula, self._formula = True, []
                if attributes.get("t") in ("array", "dataTable"):
                    self.found.arrays += ranges_of(attributes.get("ref", ""))
            case "formula" | "formula1" | "formula2":
                self._formula = []
            case "mergeCell":
                self.found.merged += ranges_of(attributes.get("ref", ""))

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self._row = int(attributes["r"])
        if self._row in self.found.rows:
            raise SheetUnreadable
        if attributes.get("customFormat") in ("1", "true"):
            self.found.row_styles[self._row] = _style(attributes, "s")

    def end(self, name: str) -> None:
        span = self._span()
        match local(name):
            case "sheetData":
                self.found.sheet_data = span
            case "row":
                self.found.rows[self._row] = span
            case "c" if self._cell:
                self._cell.span = span
                self.found.cells[self._place], self._cell = self._cell, None
            case "v" if self._cell:
                self._cell.value = span
            case "f" | "formula" | "formula1" | "formula2" if self._formula is not None:
                self.found.formulas.append("".join(self._formula))
                self._formula = None

    def text(self, text: str) -> None:
        if self._formula is not None:
            self._formula.append(text)

    def _span(self) -> ByteSpan:
        begin, begin_end = self._starts.pop()
        is_empty_tag = self.found.data.endswith(b"/>", begin, begin_end)
        return ByteSpan(begin, begin_end, begin_end if is_empty_tag else tag_end(self.found.data, self._at))

    @property
    def _at(self) -> int:
        """Where the parser is: at the beginning of a tag, but after one that is empty when that ends."""
        return int(self.parser.CurrentByteIndex)


def _style(attributes: Mapping[str, str], name: str) -> str:
    style = attributes.get(name, "")
    if style and not style.isdecimal():
        raise SheetUnreadable
    return style


def scanned(data: bytes, most: int = MOST_ELEMENTS) -> SheetXml:
    """What is where in the XML of a sheet. Raises SheetUnreadable, and SheetTooLarge for more than `most` elements."""
    scanner = _Scanner(data, most)
    parse(scanner.parser, data)
    if scanner.found.sheet_data is None:
        raise SheetUnreadable
    return scanner.found


def reaches_out(formula: str) -> bool:
    """Whether a formula fetches or runs something."""
    return _REACHES_OUT.search(formula) is not None


def parser(data: bytes) -> Any:
    """A parser that takes no document types, and UTF-8 only: positions in it are positions in `data`."""
    made = expat.ParserCreate()
    made.buffer_text = True
    made.StartDoctypeDeclHandler = _refuse
    made.XmlDeclHandler = _check_encoding
    # UTF-16 without a mark has zeros, and positions in it would be others.
    if not data.removeprefix(_BOM).startswith(b"<") or b"\0" in data:
        raise SheetUnreadable
    return made


def parse(made: Any, data: bytes) -> None:
    """Parse everything. Raises SheetUnreadable."""
    try:
        made.Parse(data, True)
    except (expat.ExpatError, KeyError, ValueError) as error:
        raise SheetUnreadable from error


def _refuse(*_: Any) -> None:
    raise SheetUnreadable


def _check_encoding(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding and encoding.upper() not in ("UTF-8", "US-ASCII"):
        raise SheetUnreadable


def local(name: str) -> str:
    """The name of an element without its prefix."""
    return name.rpartition(":")[2]


def tag_end(data: bytes, start: int) -> int:
    """Where the tag that begins here ends. Raises SheetUnreadable."""
    found = _TAG.match(data, start)
    if not found:
        raise SheetUnreadable
    return found.end()


def ranges_of(text: str) -> list[tuple[Place, Place]]:
    """The first and last cells of B7:D9, or of one cell alone."""
    first, _, last = text.partition(":")
    ends = place_of(first), place_of(last or first)
    return [(ends[0], ends[1])] if ends[0] and ends[1] else []


# --- filling ------------------------------------------------------------------------------------------------------


def with_answers(sheet: SheetXml, answers: Mapping[Place, Answer], dates_of: Mapping[str, date]) -> bytes:
    """The XML with these cells filled. What formulas gave before is taken out, so that it is worked out anew.

    `dates_of` are the styles that show dates, each with day 0 of the workbook.
    """
    edits = list(_without_results(sheet))
    by_row: dict[int, dict[Place, bytes]] = {}
    for place, answer in sorted(answers.items()):
        cell, style = sheet.cells.get(place), sheet.style_of(place)
        xml = _cell_xml(sheet.prefix, name_of(place), style, answer, dates_of.get(style))
        if cell:
            edits.append((cell.span.start, cell.span.end, xml))
        else:
            by_row.setdefault(place[0], {})[place] = xml
    new_rows = b"".join(
        _row_xml(sheet.prefix, row, cells) for row, cells in sorted(by_row.items()) if row not in sheet.rows
    )
    if sheet.sheet_data and sheet.sheet_data.is_empty_tag:
        return edited(sheet.data, [_inside(sheet, sheet.sheet_data, "sheetData", None, new_rows)] if new_rows else [])
    for row, cells in sorted(by_row.items()):
        edits += _added(sheet, row, cells)
    return edited(sheet.data, edits)


def edited(data: bytes, edits: Sequence[tuple[int, int, bytes]]) -> bytes:
    """The bytes with other bytes in these places. Several at one place stay in order."""
    parts, done = [], 0
    for start, end, new in sorted(edits, key=lambda edit: edit[0]):
        parts += [data[done:start], new]
        done = end
    return b"".join([*parts, data[done:]])


def _without_results(sheet: SheetXml) -> Iterator[tuple[int, int, bytes]]:
    # A logical value or an error needs its value.
    for cell in sheet.cells.values():
        if cell.has_formula and cell.value and cell.kind not in ("b", "e"):
            yield cell.value.start, cell.value.end, b""


def _added(sheet: SheetXml, row: int, cells: Mapping[Place, bytes]) -> list[tuple[int, int, bytes]]:
    """What puts cells that have no XML yet into their row, which may have none either."""
    found = sheet.rows.get(row)
    if found is None:
        later = [span.start for number, span in sheet.rows.items() if number > row]
        xml = _row_xml(sheet.prefix, row, cells)
        return [_inside(sheet, sheet.sheet_data, "sheetData", min(later, default=None), xml)]
    in_row = [(place[1], cell.span.start) for place, cell in sheet.cells.items() if place[0] == row]
    if found.is_empty_tag:
        return [_inside(sheet, found, "row", None, b"".join(cells.values()))]
    edits = []
    for place, xml in cells.items():
        later = [start for column, start in in_row if column > place[1]]
        edits.append(_inside(sheet, found, "row", min(later, default=None), xml))
    return edits


def _inside(
    sheet: SheetXml, span: ByteSpan | None, element: str, before: int | None, xml: bytes
) -> tuple[int, int, bytes]:
    """What puts XML into an element: before something in it, or at its end."""
    if span is None:
        raise SheetUnreadable
    if before is not None:
        return before, before, xml
    closing = f"</{sheet.prefix}{element}>".encode()
    if span.is_empty_tag:
        at = sheet.data.rindex(b"/", span.start, span.end)
        return at, span.end, b">" + xml + closing
    at = sheet.data.rindex(b"</", span.start, span.end)
    return at, at, xml


def _row_xml(prefix: str, row: int, cells: Mapping[Place, bytes]) -> bytes:
    return f'<{prefix}row r="{row}">'.encode() + b"".join(cells.values()) + f"</{prefix}row>".encode()


def _cell_xml(prefix: str, name: str, style: str, answer: Answer, day_0: date | None) -> bytes:
    looks = f' s="{style}"' if style else ""
    if isinstance(answer, date):
        answer = (answer - day_0).days if day_0 else f"{answer.day} {answer:%B %Y}"
    if answer is None:
        return f'<{prefix}c r="{name}"{looks}/>'.encode()
    if isinstance(answer, str):
        text = escape(_NO_XML.sub("", answer))
        inside = f'<{prefix}is><{prefix}t xml:space="preserve">{text}</{prefix}t></{prefix}is>'
        return f'<{prefix}c r="{name}"{looks} t="inlineStr">{inside}</{prefix}c>'.encode()
    return f'<{prefix}c r="{name}"{looks}><{prefix}v>{answer}</{prefix}v></{prefix}c>'.encode()
