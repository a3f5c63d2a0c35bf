"""Writes one sheet of a workbook as CSV: run as a program of its own, within limits of memory and time.

A sheet may say that its last cell is in row 1,048,576, and whoever reads it makes room for all before it. Here that
ends this program and nothing else. Knows nothing of Django.

    python workbook.py BOOK CSV [SHEET]

prints {"sheets": [...], "hidden_sheets": [...], "sheet": "...", "hidden_rows": 0, "hidden_columns": 0} or
{"error": "..."}. Errors in cells are written as their text, and a formula without a value as NO_VALUE: the library
reads both as blank, so the XML of the sheet is gone through for them.
"""

import csv
import json
import re
import resource
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum, WorksheetNotFound

MOST_MEMORY = 1_000_000_000
MOST_SECONDS = 60
NO_VALUE = "#FORMULA"
# Excel's clock times are parts of a day: half a second is what they may be off.
_HALF_A_SECOND = timedelta(milliseconds=500)
_DAYS_OF_CLOCKS = {date(1899, 12, 30), date(1899, 12, 31)}
# Excel's day 1: 24:00 and later in a cell for times.
_DAY_AFTER = date(1900, 1, 1)
_CHUNK = 1 << 16
_WORTH_A_LOOK = re.compile(rb"t=.e[\"']|<(?:[a-z]{1,9}:)?f[ />]|hidden=")
_OVERLAP = 16
_ODS_ERROR = re.compile(r"#[A-Z/0]{1,10}[!?]?|Err:5[0-9]{2}")
_MOST_LETTERS = 3


def cell_text(value: Any) -> str:
    """A cell as the text that a person would type for it. Dates are ISO, clock times 22:00."""
    words = next((words for kind, words in _WORDS.items() if isinstance(value, kind)), str)
    return words(value)


def _number_text(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _moment_text(value: datetime) -> str:
    value = (value + _HALF_A_SECOND).replace(microsecond=0)
    if value.date() in _DAYS_OF_CLOCKS:
        return _clock_text(value.time())
    if value.date() == _DAY_AFTER:
        return _duration_text(timedelta(days=1, hours=value.hour, minutes=value.minute, seconds=value.second))
    return value.date().isoformat() if value.time() == time(0) else f"{value.date()} {_clock_text(value.time())}"


def _date_text(value: date) -> str:
    return _moment_text(datetime(value.year, value.month, value.day))  # noqa: DTZ001 - a cell has no zone


def _duration_text(value: timedelta) -> str:
    """Hours and minutes, counted on after midnight: 24:00, 30:00."""
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}" if seconds else f"{hours:02d}:{minutes:02d}"


def _clock_text(value: time) -> str:
    rounded = datetime.combine(date(2000, 1, 1), value) + _HALF_A_SECOND
    return rounded.strftime("%H:%M:%S" if rounded.second else "%H:%M")


_WORDS: dict[type, Callable[[Any], str]] = {
    bool: lambda value: "yes" if value else "no",
    float: _number_text,
    datetime: _moment_text,
    date: _date_text,
    time: _clock_text,
    timedelta: _duration_text,
}


@dataclass
class Marks:
    """What the XML of a sheet has and the library does not give: texts by (row, column), both from 0, and counts."""

    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: int = 0
    hidden_columns: list[range] = field(default_factory=list)


class _SheetXml:
    """Goes through the XML of one sheet of an XLSX file."""

    def __init__(self) -> None:
        self.marks = Marks()
        self._row = self._column = -1
        self._is_hidden = self._has_cells = self._has_formula = self._has_value = self._in_value = False
        self._type = self._value = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match _local(name):
            case "col" if _is_true(attributes.get("hidden")):
                self.marks.hidden_columns.append(range(int(attributes["min"]) - 1, int(attributes["max"])))
            case "row":
                self._row = int(attributes.get("r", self._row + 2)) - 1
                self._column, self._has_cells = -1, False
                self._is_hidden = _is_true(attributes.get("hidden"))
            case "c":
                place = attributes.get("r", "").rstrip("0123456789")
                self._column = _place(place) if place else self._column + 1
                self._type, self._value = attributes.get("t", ""), ""
                self._has_formula = self._has_value = False
            case "f":
                self._has_formula = True
            case "v":
                self._has_value = self._in_value = True
            case "is":
                self._has_value = True

    def end(self, name: str) -> None:
        match _local(name):
            case "v":
                self._in_value = False
            case "c":
                self._has_cells |= self._has_value
                if self._type == "e":
                    self.marks.texts[self._row, self._column] = self._value or "#VALUE!"
                # A formula may well give a text of no letters.
                elif self._has_formula and not self._value and not (self._type == "str" and self._has_value):
                    self.marks.texts[self._row, self._column] = NO_VALUE
            case "row":
                self.marks.hidden_rows += self._is_hidden and self._has_cells

    def text(self, text: str) -> None:
        if self._in_value:
            self._value += text


class _OpenDocument:
    """Goes through the XML of an ODS file for one of its sheets."""

    def __init__(self, wanted: str) -> None:
        self.marks = Marks()
        self._wanted, self._is_in = wanted, False
        self._row = self._column = self._columns = 0
        self._rows = self._times = 1
        self._is_hidden = self._has_cells = self._has_formula = self._has_value = False
        self._depth, self._text = 0, ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match _local(name):
            case "table":
                self._is_in = attributes.get("table:name") == self._wanted
                self._row = self._columns = 0
            case "table-column" if self._is_in:
                times = _repeated(attributes, "columns")
                if _is_hidden(attributes):
                    self.marks.hidden_columns.append(range(self._columns, self._columns + times))
                self._columns += times
            case "table-row" if self._is_in:
                self._rows, self._column, self._has_cells = _repeated(attributes, "rows"), 0, False
                self._is_hidden = _is_hidden(attributes)
            case "table-cell" | "covered-table-cell" if self._is_in:
                self._times, self._text = _repeated(attributes, "columns"), ""
                self._has_formula = "table:formula" in attributes
                self._has_value = any(key.endswith("value-type") for key in attributes)
            case "p":
                self._depth += 1

    def end(self, name: str) -> None:
        match _local(name):
            case "p":
                self._depth -= 1
            case "table-cell" | "covered-table-cell" if self._is_in:
                self._has_cells |= self._has_value or bool(self._text)
                if _ODS_ERROR.fullmatch(self._text):
                    self.marks.texts[self._row, self._column] = self._text
                elif self._has_formula and not (self._has_value or self._text):
                    self.marks.texts[self._row, self._column] = NO_VALUE
                self._column += self._times
            case "table-row" if self._is_in:
                self.marks.hidden_rows += self._rows if self._is_hidden and self._has_cells else 0
                self._row += self._rows
            case "table":
                self._is_in = False

    def text(self, text: str) -> None:
        if self._depth and self._is_in and len(self._text) < _OVERLAP:
            self._text += text


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _is_true(text: str | None) -> bool:
    return text in ("1", "true")


def _is_hidden(attributes: dict[str, str]) -> bool:
    return attributes.get("table:visibility") in ("collapse", "filter")


def _repeated(attributes: dict[str, str], what: str) -> int:
    return int(attributes.get(f"table:number-{what}-repeated", 1))


def _place(letters: str) -> int:
    """Which column letters are, from 0."""
    place = 0
    for letter in letters[:_MOST_LETTERS].upper():
        place = 26 * place + ord(letter) - ord("A") + 1
    return place - 1


def marks_of(book: str, sheet: str) -> Marks:
    """What the XML of this sheet has: errors, formulas without a value, hidden rows and columns."""
    with ZipFile(book) as archive:
        parts = {name.replace("\\", "/").lower(): name for name in archive.namelist()}
        if "content.xml" in parts:
            document = _OpenDocument(sheet)
            _parse(archive, parts["content.xml"], document)
            return document.marks
        name = parts.get(_part_of(archive, parts, sheet), "")
        found = _SheetXml()
        if name and _is_worth_a_look(archive, name):
            _parse(archive, name, found)
        return found.marks


def _part_of(archive: ZipFile, parts: dict[str, str], sheet: str) -> str:
    """The name of the part that holds a sheet."""
    found = {}

    class Book:
        def start(self, name: str, attributes: dict[str, str]) -> None:
            if _local(name) == "sheet":
                links = (value for key, value in attributes.items() if _local(key) == "id" and ":" in key)
                found[attributes.get("name", "")] = next(links, "")

    class Links:
        def __init__(self) -> None:
            self.targets: dict[str, str] = {}

        def start(self, name: str, attributes: dict[str, str]) -> None:
            if _local(name) == "Relationship":
                self.targets[attributes.get("Id", "")] = attributes.get("Target", "")

    links = Links()
    _parse(archive, parts["xl/workbook.xml"], Book())
    _parse(archive, parts["xl/_rels/workbook.xml.rels"], links)
    target = links.targets.get(found.get(sheet, ""), "").replace("\\", "/").lower()
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _is_worth_a_look(archive: ZipFile, name: str) -> bool:
    """Whether a sheet has an error, a formula or something hidden. Most have none of them, and this is quick."""
    with archive.open(name) as part:
        before = b""
        while chunk := part.read(_CHUNK):
            if _WORTH_A_LOOK.search(before + chunk):
                return True
            before = chunk[-_OVERLAP:]
    return False


def _parse(archive: ZipFile, name: str, handler: Any) -> None:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = getattr(handler, "end", None)
    parser.CharacterDataHandler = getattr(handler, "text", None)
    with archive.open(name) as part:
        parser.ParseFile(part)


def _refuse_doctype(*_: Any) -> None:
    raise ValueError("no spreadsheet has a document type")


def main(book: str, output: str, wanted: str = "") -> dict[str, Any]:
    """Write the sheet wanted, or the first that is shown, and say which there are and what is hidden."""
    try:
        workbook = CalamineWorkbook.from_path(book)
        names = workbook.sheet_names
        shown = [sheet.name for sheet in workbook.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
        name = wanted or next(iter(shown or names), "")
        sheet = workbook.get_sheet_by_name(name)
        marks = marks_of(book, name)
        with open(output, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            for row in _rows(sheet, marks):
                writer.writerow(row)
    except PasswordError:
        return {"error": "password"}
    except WorksheetNotFound:
        return {"error": "sheet"}
    except (CalamineError, OSError, ValueError, OverflowError, KeyError, BadZipFile, expat.ExpatError):
        return {"error": "broken"}
    width = sheet.start[1] + sheet.width if sheet.start else 0
    hidden = {place for places in marks.hidden_columns for place in places[:width] if place < width}
    return {
        "sheets": names,
        "hidden_sheets": [each for each in names if each not in shown],
        "sheet": name,
        "hidden_rows": marks.hidden_rows,
        "hidden_columns": len(hidden),
    }


def _rows(sheet: Any, marks: Marks) -> Iterator[list[str]]:
    """The rows of a sheet, with the numbers and places that people see at the left and above."""
    top, left = sheet.start or (0, 0)
    by_row: dict[int, list[tuple[int, str]]] = {}
    for (number, place), text in marks.texts.items():
        by_row.setdefault(number, []).append((place, text))
    yield from ([] for _ in range(top))
    number = top
    for number, values in enumerate(sheet.to_python(skip_empty_area=True), start=top):
        row = [""] * left + [cell_text(value) for value in values]
        for place, text in by_row.get(number, ()):
            row += [""] * (place + 1 - len(row))
            row[place] = text
        yield row


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    print(json.dumps(main(*sys.argv[1:])))  # noqa: T201 - what it is run for
