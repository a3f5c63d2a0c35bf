"""The answer as files: a tidy CSV, spreadsheets, and the chart as a picture."""

import csv
import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from textwrap import wrap
from xml.etree.ElementTree import Element, SubElement

from hotspot.core import wording
from hotspot.core.spreadsheets import BOM, MARKING, safe_text
from hotspot.core.typesetting import picture_of
from reports.explore.plots import INK, WIDTH, as_text
from reports.explore.presenters import about, notes, scope_words, title_of, unit_of
from reports.explore.tables import IN_ALL, Cell, ExploreTable
from reports.figures.csv import as_at_text
from reports.figures.formatting import plain
from reports.figures.measures import DEFINITION_VERSION
from reports.figures.sheets import About, WorkbookSheet
from reports.figures.sheets import Cell as SheetCell
from reports.figures.spreadsheets import ods_of, xlsx_of
from reports.figures.tables import NOT_RECORDED, NOT_SHOWN

TEMPLATE = Path(__file__).with_name("picture.typ")
_LINE = 20
_TITLE_LETTERS, _LETTERS = 95, 125
TOO_FEW = "[u]"
_MISSING = (
    "[c] is withheld, [u] is of too few to say, [x] had no patrols. Other rates of fewer than 20 change by chance."
)


def csv_of(table: ExploreTable, at: datetime) -> bytes:
    """One row for each cell: what was asked, the values of both dimensions, and the number. UTF-8 with a mark."""
    asked = table.asked
    said = {
        "marking": MARKING,
        "programme": safe_text(asked.question.programme.name),
        "first_day": asked.question.period.first_day,
        "last_day": asked.question.period.last_day,
        "as_at": as_at_text(at),
        "definition": DEFINITION_VERSION,
        "asked": safe_text(scope_words(asked)),
        "measure": safe_text(title_of(asked)),
        "unit": unit_of(asked),
    }
    file = io.StringIO()
    file.write(BOM)
    writer = csv.writer(file)
    writer.writerow([*said, *(dimension.code for dimension in asked.by), "value"])
    for row, cells in zip(table.rows, table.cells, strict=True):
        for column, cell in zip(table.columns, cells, strict=True):
            names = [row, column] if asked.columns else [row]
            writer.writerow([*said.values(), *map(safe_text, names), _csv_cell(cell)])
    return file.getvalue().encode()


def _csv_cell(cell: Cell) -> str:
    return _missing(cell) or plain(cell.value)


def _missing(cell: Cell) -> str:
    """What stands where there is no number: [c] withheld, [u] too few to say, [x] no patrols; empty where there is."""
    if cell.is_withheld:
        return NOT_SHOWN
    if cell.value is None:
        return TOO_FEW if cell.is_uncertain else NOT_RECORDED
    return ""


def _remarks(table: ExploreTable) -> list[str]:
    return [*filter(None, [table.compared_with]), *notes(table)]


def _sheets(table: ExploreTable, at: datetime) -> list[WorkbookSheet]:
    asked = table.asked
    lines = [
        MARKING,
        f"{asked.question.programme}, {scope_words(asked)}.",
        f"As at {wording.moment(at)}, counted by definition {DEFINITION_VERSION}. Unit: {unit_of(asked)}.",
        *about(asked),
        *_remarks(table),
        _MISSING,
    ]
    header = [asked.rows.name, *(table.columns if asked.columns else [asked.measure.name])]
    rows = [[name, *map(_sheet_cell, cells)] for name, cells in zip(table.rows, table.cells, strict=True)]
    if asked.columns:
        header.append(IN_ALL)
        rows = [[*row, _sheet_cell(total)] for row, total in zip(rows, table.totals, strict=True)]
    rows.append([IN_ALL, *map(_sheet_cell, table.foot)])
    return [WorkbookSheet("Table", title_of(asked), lines, "explored", header, rows)]


def _sheet_cell(cell: Cell) -> SheetCell:
    return _missing(cell) or (cell.value if isinstance(cell.value, SheetCell) else plain(cell.value))


def xlsx_file(table: ExploreTable, at: datetime) -> bytes:
    """The table for Excel."""
    return xlsx_of(_sheets(table, at), _about(table, at))


def ods_file(table: ExploreTable, at: datetime) -> bytes:
    """The table for LibreOffice."""
    return ods_of(_sheets(table, at), _about(table, at))


def _about(table: ExploreTable, at: datetime) -> About:
    return About(title_of(table.asked), "Figures explored", at)


TABLE_FILES: dict[str, tuple[str, Callable[[ExploreTable, datetime], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", csv_of),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_file),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", ods_file),
}
"""By their endings: the type, and what makes the file."""


def svg_of(table: ExploreTable, picture: Element, at: datetime) -> bytes:
    """A chart with its title, what it is of, its source and its marking, to stand by itself."""
    title = wrap(title_of(table.asked), _TITLE_LETTERS)
    above = [*title, *wrap(f"{table.asked.question.programme}, {scope_words(table.asked)}", _LETTERS)]
    unit = unit_of(table.asked)
    source = f"Source: Operation Hotspot, definition {DEFINITION_VERSION}, as at {wording.moment(at)}."
    said = [f"{unit[:1].upper()}{unit[1:]}. {source}", *_remarks(table), MARKING]
    below = [line for words in said for line in wrap(words, _LETTERS)]
    top, middle = 20 + _LINE * len(above), float(picture.get("height", 0))
    height = top + middle + 16 + _LINE * len(below)
    size = {"width": str(WIDTH + 40), "height": f"{height:.0f}", "viewBox": f"-20 0 {WIDTH + 40} {height:.0f}"}
    whole = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **size, "font-family": "sans-serif"})
    SubElement(whole, "title").text = title_of(table.asked)
    SubElement(whole, "rect", {"x": "-20", "width": str(WIDTH + 40), "height": f"{height:.0f}", "fill": "#ffffff"})
    for number, line in enumerate(above, start=1):
        _line(whole, 4 + _LINE * number, line, bold=number <= len(title))
    inside = SubElement(whole, "g", {"transform": f"translate(0 {top})"})
    inside.extend(picture)
    for number, line in enumerate(below, start=1):
        _line(whole, top + middle + 10 + _LINE * number, line)
    return as_text(whole).encode()


def _line(whole: Element, y: float, words: str, *, bold: bool = False) -> None:
    look = {"font-size": "18", "font-weight": "bold"} if bold else {"font-size": "14"}
    SubElement(whole, "text", {"x": "0", "y": f"{y:.0f}", "fill": INK, **look}).text = words


def png_of(table: ExploreTable, picture: Element, at: datetime) -> bytes:
    """The same as pixels, at twice the size of a screen's."""
    return picture_of(TEMPLATE, svg_of(table, picture, at).decode())


PICTURE_FILES: dict[str, tuple[str, Callable[[ExploreTable, Element, datetime], bytes]]] = {
    "svg": ("image/svg+xml", svg_of),
    "png": ("image/png", png_of),
}
"""By their endings: the type, and what makes the file."""
