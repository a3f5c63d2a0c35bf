"""The funder's own workbook: read with care when it is kept, and filled cell by cell when a return is sent.

Only the cells that are filled change, and what formulas gave before, which Excel works out anew. Every other part is
copied as it is.
"""

import io
import posixpath
import re
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from hotspot.core.errors import DomainError
from hotspot.core.table_files.archives import check_archive
from hotspot.core.text import clean_line
from reports.returns.sheet_xml import (
    MOST_ELEMENTS,
    Answer,
    Place,
    SheetTooLarge,
    SheetUnreadable,
    SheetXml,
    edited,
    local,
    parse,
    parser,
    place_of,
    reaches_out,
    scanned,
    tag_end,
    with_answers,
)

NOT_XLSX = "The workbook must be an Excel workbook without macros (XLSX)."
MOST_BYTES = 5_000_000
MOST_UNPACKED = 20_000_000
_ADDRESS = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!(\$?[A-Za-z]{1,3}\$?[0-9]{1,7})")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_ACTIVE = re.compile(r"activex/|_xmlsignatures/|ctrlprops/|webextensions/", re.IGNORECASE)
_SAFE_LINKS = ("http:", "https:", "mailto:")
# Number formats that show a day: built in, and those whose code has a day or a year outside of quotes and brackets.
_DATE_FORMATS = {*range(14, 18), 22, *range(27, 37), *range(50, 59)}
_QUOTED = re.compile(r'"[^"]*"?|\\.|\[[^\]]*\]?')
_ASK, _ASKS = b' fullCalcOnLoad="1"', re.compile(rb"""\sfullCalcOnLoad="[^"]*"|\sfullCalcOnLoad='[^']*'""")
_BROKEN = (SheetUnreadable, KeyError, ValueError, BadZipFile, EOFError, NotImplementedError, zlib.error)
_FIRST_DAY, _FIRST_DAY_1904 = date(1899, 12, 30), date(1904, 1, 1)


@dataclass(frozen=True)
class CellAddress:
    """A cell of a workbook: Sheet1!C7."""

    sheet: str
    place: Place


def address_of(text: str) -> CellAddress:
    """The cell that somebody named. Raises DomainError `cell_unreadable`."""
    found = _ADDRESS.fullmatch(text.strip())
    place = place_of(found[3]) if found else None
    if not found or place is None:
        message = "Name the sheet and the cell, like Sheet1!C7, or 'Quarter 1'!C7 where the name has spaces."
        raise DomainError("cell_unreadable", message, "cell")
    return CellAddress(clean_line((found[1] or found[2]).replace("''", "'")), place)


class FunderWorkbook:
    """A workbook that was read, and can be filled. Raises DomainError `workbook_…` for what cannot be used."""

    def __init__(self, content: bytes) -> None:
        check_archive(io.BytesIO(content))
        self._archive = ZipFile(io.BytesIO(content))
        self._scanned: dict[str, SheetXml] = {}
        self._elements_left = MOST_ELEMENTS
        try:
            self._check_parts()
            book = _ElementReader(self._read("xl/workbook.xml"), "sheet", "workbookPr")
            links = _ElementReader(self._read("xl/_rels/workbook.xml.rels"), "Relationship")
            self.parts = _sheet_parts(book, links)
            is_1904 = any(each.get("date1904") in ("1", "true") for each in book.found["workbookPr"])
            self._dates = self._date_styles(_FIRST_DAY_1904 if is_1904 else _FIRST_DAY)
        except SheetTooLarge as error:
            raise _too_large() from error
        except _BROKEN as error:
            raise _unreadable() from error

    def _read(self, part: str) -> bytes:
        """A part that is XML, whose elements count, too."""
        data = self._archive.read(part)
        self._elements_left -= data.count(b"<")
        if self._elements_left < 0:
            raise SheetTooLarge
        return data

    def _check_parts(self) -> None:
        names = _checked_names(self._archive)
        types = _ElementReader(self._read("[Content_Types].xml"), "Override").found["Override"]
        if {"PartName": "/xl/workbook.xml", "ContentType": _XLSX} not in types:
            raise DomainError("workbook_not_xlsx", NOT_XLSX, "file")
        for name in names:
            if name.lower().endswith(".rels"):
                _check_links(self._read(name))
        links = _ElementReader(self._archive.read("_rels/.rels"), "Relationship").found["Relationship"]
        main = [link.get("Target", "") for link in links if link.get("Type", "").endswith("/officeDocument")]
        if [target.lstrip("/") for target in main] != ["xl/workbook.xml"]:
            raise SheetUnreadable

    def _date_styles(self, day_0: date) -> dict[str, date]:
        """The styles of cells that show days, by their number, each with day 0 of the workbook."""
        if "xl/styles.xml" not in self._archive.namelist():
            return {}
        styles = _Styles(self._read("xl/styles.xml"))
        return {str(number): day_0 for number, format_id in enumerate(styles.cells) if styles.is_date(format_id)}

    def check(self) -> None:
        """Read every part. Raises DomainError `workbook_broken`, `workbook_too_large` and `workbook_reaches_out`."""
        try:
            is_damaged = self._archive.testzip() is not None
        except _BROKEN as error:
            raise _unreadable() from error
        if is_damaged:
            raise _unreadable()
        formulas = {sheet: self._sheet(sheet).formulas for sheet in self.parts}
        formulas["Names"] = _names(self._archive.read("xl/workbook.xml"))
        for sheet, found in formulas.items():
            if any(map(reaches_out, found)):
                message = f"A formula fetches or runs something ({sheet}). Take it out."
                raise DomainError("workbook_reaches_out", message, "file")

    def fault(self, address: CellAddress) -> str:
        """Why a cell cannot be filled, in a sentence; empty if it can."""
        if address.sheet not in self.parts:
            return f"The workbook has no sheet “{address.sheet}”. It has: {', '.join(self.parts)}."
        return self._sheet(address.sheet).fault(address.place)

    def filled(self, answers: Mapping[CellAddress, Answer]) -> bytes:
        """The workbook with these cells filled, the same bytes each time.

        Raises DomainError `cell_cannot_be_filled`.
        """
        for address in answers:
            if fault := self.fault(address):
                raise DomainError("cell_cannot_be_filled", fault, "cell")
        changed = {"xl/workbook.xml": _recalculated(self._archive.read("xl/workbook.xml"))}
        for sheet, part in self.parts.items():
            places = {address.place: value for address, value in answers.items() if address.sheet == sheet}
            changed[part] = with_answers(self._sheet(sheet), places, self._dates)
        return _repacked(self._archive, changed)

    def _sheet(self, name: str) -> SheetXml:
        if name not in self._scanned:
            try:
                self._scanned[name] = scanned(self._archive.read(self.parts[name]), self._elements_left)
            except SheetTooLarge as error:
                raise _too_large() from error
            except _BROKEN as error:
                raise _unreadable() from error
            self._elements_left -= self._scanned[name].elements
        return self._scanned[name]


def check_workbook(name: str, content: bytes) -> None:
    """Raise DomainError `workbook_…` or `file_…` on `file` unless this is a workbook that can be filled safely."""
    if not name.lower().endswith(".xlsx"):
        raise DomainError("workbook_not_xlsx", NOT_XLSX, "file")
    if len(content) > MOST_BYTES:
        raise DomainError("workbook_too_large", "The workbook must be smaller than 5 MB.", "file")
    FunderWorkbook(content).check()


def faults(content: bytes, cells: Collection[str]) -> dict[str, str]:
    """What is wrong with cells of a workbook, by what was typed for them. Raises what `FunderWorkbook` raises."""
    book, found, taken = FunderWorkbook(content), {}, set()
    for text in cells:
        try:
            address = address_of(text)
        except DomainError as refusal:
            found[text] = refusal.message
            continue
        if fault := book.fault(address):
            found[text] = fault
        elif address in taken:
            found[text] = "Another row fills this cell already."
        taken.add(address)
    return found


def _checked_names(archive: ZipFile) -> list[str]:
    """The names of the parts of a workbook that has nothing that filling it would break."""
    names = archive.namelist()
    if len(names) != len({name.lower() for name in names}) or any("\\" in name for name in names):
        raise SheetUnreadable
    if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
        raise DomainError(
            "workbook_too_large", "The workbook is far larger than it looks. Take out what is empty.", "file"
        )
    if any(_ACTIVE.search(name) for name in names):
        message = "The workbook has controls or a signature, which filling it would break. Save it without them."
        raise DomainError("workbook_active", message, "file")
    return names


def _check_links(data: bytes) -> None:
    """Refuse what Excel would fetch from elsewhere. A link that somebody has to press may stay."""
    for link in _ElementReader(data, "Relationship").found["Relationship"]:
        is_link = link.get("Type", "").endswith("/hyperlink") and link.get("Target", "").lower().startswith(_SAFE_LINKS)
        if link.get("TargetMode", "").lower() == "external" and not is_link:
            message = "The workbook refers to other files. Take these links out, and save it again."
            raise DomainError("workbook_links", message, "file")


class _ElementReader:
    """The attributes of all elements of some names, in the order of the XML, without prefixes.

    Raises SheetUnreadable.
    """

    def __init__(self, data: bytes, *names: str) -> None:
        self.found: dict[str, list[dict[str, str]]] = {name: [] for name in names}
        reads = parser(data)
        reads.StartElementHandler = self._start
        parse(reads, data)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if local(name) in self.found:
            self.found[local(name)].append({local(key): value for key, value in attributes.items()})


def _names(data: bytes) -> list[str]:
    """What names of the workbook stand for."""
    found: list[str] = []
    inside: list[str] = []
    reads: Any = parser(data)

    def start(name: str, _: object) -> None:
        inside.append(local(name))
        found.extend([""] if local(name) == "definedName" else [])

    def text(said: str) -> None:
        if inside and inside[-1] == "definedName":
            found[-1] += said

    reads.StartElementHandler, reads.EndElementHandler, reads.CharacterDataHandler = start, lambda _: inside.pop(), text
    parse(reads, data)
    return found


def _sheet_parts(book: _ElementReader, links: _ElementReader) -> dict[str, str]:
    """The parts of the sheets with cells, by the names of the sheets in the form that names of cells have."""
    by_id = {link["Id"]: link for link in links.found["Relationship"]}
    sheets = [(clean_line(sheet["name"]), by_id[sheet["id"]]) for sheet in book.found["sheet"]]
    # Sheets of macros and dialogues run.
    if any(not link["Type"].endswith(("/worksheet", "/chartsheet")) for _, link in sheets):
        raise DomainError("workbook_not_xlsx", NOT_XLSX, "file")
    parts = [(name, _part_of(link["Target"])) for name, link in sheets if link["Type"].endswith("/worksheet")]
    if not sheets:
        raise SheetUnreadable
    for each in ([name.casefold() for name, _ in sheets], [part.lower() for _, part in parts]):
        if len(each) != len(set(each)):
            raise SheetUnreadable
    return dict(parts)


def _part_of(target: str) -> str:
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


class _Styles:
    """The number formats of a workbook's cells."""

    def __init__(self, data: bytes) -> None:
        self.cells: list[int] = []
        self._codes: dict[int, str] = {}
        self._is_in_cells = False
        reads = parser(data)
        reads.StartElementHandler, reads.EndElementHandler = self._start, self._end
        parse(reads, data)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match local(name):
            case "numFmt" if "numFmtId" in attributes:
                self._codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
            case "cellXfs":
                self._is_in_cells = True
            case "xf" if self._is_in_cells:
                self.cells.append(int(attributes.get("numFmtId", 0)))

    def _end(self, name: str) -> None:
        self._is_in_cells &= local(name) != "cellXfs"

    def is_date(self, format_id: int) -> bool:
        code = _QUOTED.sub("", self._codes.get(format_id, "")).lower()
        return format_id in _DATE_FORMATS or any(letter in code for letter in "dy")


def _recalculated(data: bytes) -> bytes:
    """The XML of the workbook, which asks to be worked out anew when it is opened."""
    starts: dict[str, tuple[int, str]] = {}
    ends: dict[str, int] = {}
    reads: Any = parser(data)

    def start(name: str, _: object) -> None:
        starts[local(name)] = reads.CurrentByteIndex, name

    def end(name: str) -> None:
        at = reads.CurrentByteIndex
        # After an empty tag the parser stands behind it already.
        is_empty_tag = data[at - 2 : at] == b"/>" and tag_end(data, starts[local(name)][0]) == at
        ends[local(name)] = at if is_empty_tag else tag_end(data, at)

    reads.StartElementHandler, reads.EndElementHandler = start, end
    parse(reads, data)
    if "calcPr" in starts:
        at, name = starts["calcPr"]
        last = tag_end(data, at)
        tag = _ASKS.sub(b"", data[at:last])
        return edited(data, [(at, last, tag[: len(name) + 1] + _ASK + tag[len(name) + 1 :])])
    # In the order of the schema it comes after all of these.
    before = next(name for name in ("definedNames", "functionGroups", "sheets") if name in ends)
    element = starts[before][1].removesuffix(before) + "calcPr"
    return edited(data, [(ends[before], ends[before], f"<{element}".encode() + _ASK + b"/>")])


def _repacked(archive: ZipFile, changed: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w") as packed:
        for entry in archive.infolist():
            same = ZipInfo(entry.filename, entry.date_time)
            same.compress_type, same.external_attr = entry.compress_type, entry.external_attr
            packed.writestr(same, changed.get(entry.filename) or archive.read(entry))
    return file.getvalue()


def _too_large() -> DomainError:
    message = "The workbook has more in it than any form. Take out what is not needed."
    return DomainError("workbook_too_large", message, "file")


def _unreadable() -> DomainError:
    message = "The workbook cannot be read. Open it in Excel, save it as XLSX, and upload that."
    return DomainError("workbook_broken", message, "file")
