"""A statement or a return as a spreadsheet, by the Analysis Function's guidance on accessible spreadsheets.

A cover, contents and notes, then one table a sheet: no merged or hidden cells, no blank rows in a table, one header
row, numbers as numbers, [c] for what is withheld and [x] for months without records. `sheets` says how it is laid out.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

from odfdo import Cell as OdsCell
from odfdo import Document, Element, Row
from xlsxwriter import Workbook

from reports.figures.sheets import About, Cell, SheetLink, WorkbookSheet, in_tenths
from reports.figures.tables import NOT_RECORDED, NOT_SHOWN

LANGUAGE = "en-GB"
# Zip files cannot say an earlier time. Ours say none, so that a file made again has the same bytes.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_FONT = {"font_name": "Arial", "font_size": 12}
_LINE_POINTS, _TITLE_POINTS = 15.75, 18.75
# A digit of the font, and what is left free in a cell, in points.
_DIGIT_POINTS, _PADDING_POINTS = 6.7, 5.25
_A4 = 9


def _styles(each: WorkbookSheet) -> Iterator[tuple[Sequence[Cell], list[str]]]:
    """The rows of a sheet's table with how each of their cells is displayed, as both kinds of file name it."""
    for place, row in enumerate(each.rows, start=1):
        is_total = each.has_total and place == len(each.rows)
        yield row, [f"total_{_style(cell)}" if is_total else _style(cell) for cell in row]


def _style(cell: Cell) -> str:
    if isinstance(cell, int) or cell in (NOT_SHOWN, NOT_RECORDED):
        return "number"
    if isinstance(cell, Decimal):
        return "tenths" if in_tenths(cell) else "money"
    return "link" if isinstance(cell, SheetLink) else "words"


def _heading_styles(sheet: WorkbookSheet) -> list[str]:
    """How the headings of columns are displayed: over numbers to the right."""
    columns = list(zip(*sheet.rows, strict=True)) or [()] * len(sheet.header)
    return ["number_heading" if any(map(_is_number, column)) else "heading" for column in columns]


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | Decimal)


# --- XLSX ---------------------------------------------------------------------------------------------------------

_CELLS: Mapping[str, Mapping[str, Any]] = {
    "words": {"text_wrap": True, "valign": "top"},
    "number": {"num_format": "#,##0", "valign": "top", "align": "right", "indent": 1},
    "tenths": {"num_format": "#,##0.0", "valign": "top", "align": "right", "indent": 1},
    "money": {"num_format": "#,##0.00", "valign": "top", "align": "right", "indent": 1},
}
_FORMATS: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "line": {},
    "wrapped": {"text_wrap": True, "valign": "top"},
    "wrapped_title": {"bold": True, "font_size": 14, "text_wrap": True, "valign": "top"},
    "heading": {"bold": True, "text_wrap": True, "valign": "top"},
    "number_heading": {"bold": True, "text_wrap": True, "valign": "top", "align": "right", "indent": 1},
    "link": {"font_color": "#1d4ed8", "underline": 1, "valign": "top"},
    **_CELLS,
    **{f"total_{name}": {**looks, "bold": True, "top": 1} for name, looks in _CELLS.items()},
}


def xlsx_of(sheets: Sequence[WorkbookSheet], about: About) -> bytes:
    """Sheets for Excel."""
    file = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": dict(_FONT),
        "default_column_width": 80,
    }
    with Workbook(file, options) as book:
        book.set_properties({"title": about.title, "subject": about.subject, "created": about.created})
        formats = {name: book.add_format({**_FONT, **looks}) for name, looks in _FORMATS.items()}
        for each in sheets:
            sheet = book.add_worksheet(each.name)
            _set_up_page(sheet, each, about)
            _write_texts(sheet, each, formats)
            if each.header:
                _write_table(sheet, each, formats)
    return _repacked(file.getvalue(), {"docProps/core.xml": _with_language})


def _set_up_page(sheet: Any, each: WorkbookSheet, about: About) -> None:
    """A4, as many pages down as it takes and one across, marked and numbered, the table's heading on each."""
    marking = about.marking.replace("&", "&&")
    sheet.set_paper(_A4)
    if each.is_wide:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.8)
    sheet.set_header(f"&C{marking}")
    sheet.set_footer(f"&L&A&C{marking}&RPage &P of &N")
    if each.header:
        sheet.repeat_rows(len(each.texts))
    for across, width in enumerate(each.widths):
        sheet.set_column(across, across, width)


def _write_texts(sheet: Any, each: WorkbookSheet, formats: Mapping[str, Any]) -> None:
    for place, (text, is_title) in enumerate(each.texts):
        style = ("" if each.header else "wrapped_") + ("title" if is_title else "line")
        sheet.write_string(place, 0, text, formats[style.replace("wrapped_line", "wrapped")])
        points = _TITLE_POINTS if is_title else _LINE_POINTS
        sheet.set_row(place, points * each.text_height(text, is_title=is_title))


def _write_table(sheet: Any, each: WorkbookSheet, formats: Mapping[str, Any]) -> None:
    top = len(each.texts)
    columns = [
        {"header": name, "header_format": formats[style]}
        for name, style in zip(each.header, _heading_styles(each), strict=True)
    ]
    sheet.add_table(
        *(top, 0, top + len(each.rows), len(each.header) - 1),
        {"name": each.code, "columns": columns, "autofilter": False, "style": "Table Style Light 1"},
    )
    sheet.set_row(top, _LINE_POINTS * each.row_height(each.header))
    for down, (row, styles) in enumerate(_styles(each), start=top + 1):
        sheet.set_row(down, _LINE_POINTS * each.row_height(row))
        for across, (cell, style) in enumerate(zip(row, styles, strict=True)):
            looks = formats[style]
            if isinstance(cell, SheetLink):
                sheet.write_url(down, across, f"internal:'{cell}'!A1", looks, str(cell))
            elif isinstance(cell, str):
                sheet.write_string(down, across, cell, looks)
            else:
                sheet.write_number(down, across, cell, looks)


def _with_language(core: bytes) -> bytes:
    """The properties of a workbook with its language, which the library does not write."""
    return core.replace(b"<dcterms:created", b"<dc:language>%s</dc:language><dcterms:created" % LANGUAGE.encode(), 1)


# --- ODS ----------------------------------------------------------------------------------------------------------

_STYLES = Path(__file__).with_name("ods_styles.xml")


def ods_of(sheets: Sequence[WorkbookSheet], about: About) -> bytes:
    """Sheets for LibreOffice and every other spreadsheet."""
    document = Document("spreadsheet")
    document.body.clear()
    for name in ("portrait", "landscape"):
        of_page = f'<style:style style:name="{name}" style:family="table" style:master-page-name="{name}">'
        _add_style(document, f'{of_page}<style:table-properties table:display="true"/></style:style>')
    for width in sorted({width for each in sheets for width in each.widths}):
        points = f'style:column-width="{width * _DIGIT_POINTS + _PADDING_POINTS:.2f}pt"'
        of_column = f'<style:style style:name="column-{width}" style:family="table-column">'
        _add_style(document, f"{of_column}<style:table-column-properties {points}/></style:style>")
    tables = [_ods_table(each) for each in sheets]
    for points in sorted({row.style for table in tables for row in table.get_elements("descendant::table:table-row")}):
        height = f'style:row-height="{points.removeprefix("row-")}pt" style:use-optimal-row-height="false"'
        of_row = f'<style:style style:name="{points}" style:family="table-row">'
        _add_style(document, f"{of_row}<style:table-row-properties {height}/></style:style>")
    for table in tables:
        document.body.append(table)
    meta = document.meta
    meta.title, meta.subject, meta.language, meta.generator = about.title, about.subject, LANGUAGE, "Operation Hotspot"
    meta.creation_date = about.created
    file = io.BytesIO()
    document.save(file)
    styles = _STYLES.read_text().replace("{marking}", escape(about.marking)).encode()
    return _repacked(file.getvalue(), {"styles.xml": lambda _: styles, "META-INF/manifest.xml": _bare}, kept=_KEPT)


def _add_style(document: Any, xml: str) -> None:
    document.insert_style(Element.from_tag(xml), automatic=True)


def _ods_table(each: WorkbookSheet) -> Any:
    """A sheet as a table, whose heading is repeated on each page that it is printed on."""
    page = "landscape" if each.is_wide else "portrait"
    table = Element.from_tag(f'<table:table table:name="{escape(each.name)}" table:style-name="{page}"/>')
    for width in each.widths:
        table.append(Element.from_tag(f'<table:table-column table:style-name="column-{width}"/>'))
    for text, is_title in each.texts:
        style = ("" if each.header else "wrapped-") + ("title" if is_title else "line")
        points = (_TITLE_POINTS if is_title else _LINE_POINTS) * each.text_height(text, is_title=is_title)
        table.append(_ods_row([(text, style)], points))
    if each.header:
        heading = Element.from_tag("<table:table-header-rows/>")
        names = zip(each.header, _heading_styles(each), strict=True)
        heading.append(_ods_row([(name, style.replace("_", "-")) for name, style in names], _points(each, each.header)))
        table.append(heading)
    for row, styles in _styles(each):
        named = [(cell, style.replace("_", "-")) for cell, style in zip(row, styles, strict=True)]
        table.append(_ods_row(named, _points(each, row)))
    return table


def _points(each: WorkbookSheet, row: Sequence[Cell]) -> float:
    return _LINE_POINTS * each.row_height(row)


def _ods_row(cells: Sequence[tuple[Cell, str]], points: float) -> Row:
    row = Row(style=f"row-{points:.2f}")
    for cell, style in cells:
        row.append(_ods_link(cell) if isinstance(cell, SheetLink) else OdsCell(cell, style=style))
    return row


def _ods_link(cell: SheetLink) -> Any:
    name = escape(cell.sheet)
    return Element.from_tag(
        '<table:table-cell office:value-type="string" table:style-name="link">'
        f'<text:p><text:a xlink:type="simple" xlink:href="#{name}.A1">{name}</text:a></text:p></table:table-cell>'
    )


_KEPT = ("mimetype", "content.xml", "meta.xml", "settings.xml", "styles.xml", "META-INF/manifest.xml")
_ENTRY = re.compile(
    rb'<manifest:file-entry(?:\s+(?!manifest:full-path=)[\w:.-]+="[^"<>]*")*+'
    rb'\s+manifest:full-path="([^"<>]*)"[^<>]*/>'
)


def _bare(manifest: bytes) -> bytes:
    """The list of a file's parts without those that are left out."""
    return _ENTRY.sub(lambda match: match[0] if match[1].decode() in ("/", *_KEPT) else b"", manifest)


def _repacked(content: bytes, changes: Mapping[str, Callable[[bytes], bytes]], kept: Sequence[str] = ()) -> bytes:
    """The same file with some parts changed, or only some `kept`, and without the time it was made."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in kept or old.namelist():
            part = changes.get(name, bytes)(old.read(name))
            packing = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            new.writestr(zipfile.ZipInfo(name, _NO_TIME), part, packing)
    return made.getvalue()
