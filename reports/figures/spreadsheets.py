"""A statement or a return as a spreadsheet, by the Analysis Function's guidance on accessible spreadsheets.

A cover, contents and notes, then one table a sheet: no merged or hidden cells, no blank rows in a table, one header
row, numbers as numbers, [c] for what is withheld and [x] for months without records.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from odfdo import Document, Row, Style, Table
from xlsxwriter import Workbook

from reports.figures.tables import NOT_RECORDED, NOT_SHOWN

Cell = str | int | Decimal
# Zip files cannot say an earlier time. Ours say none, so that a file made again has the same bytes.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class WorkbookSheet:
    """A sheet: a title, lines of text under it, and a table; `code` names the table. Rows are as long as `header`."""

    name: str
    title: str
    lines: Sequence[str]
    code: str = ""
    header: Sequence[str] = ()
    rows: Sequence[Sequence[Cell]] = ()


@dataclass(frozen=True)
class About:
    """What a spreadsheet says of itself."""

    title: str
    subject: str
    made_at: datetime

    @property
    def created(self) -> datetime:
        """When it was made, as both kinds of file keep it: UTC, whole seconds."""
        return self.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def xlsx_of(sheets: Sequence[WorkbookSheet], about: About) -> bytes:
    """Sheets for Excel."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(file, options) as book:
        book.set_properties({"title": about.title, "subject": about.subject, "created": about.created})
        title = book.add_format({"bold": True, "font_size": 14, "text_wrap": False})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        number = book.add_format({"num_format": "#,##0", "valign": "top", "align": "right"})
        money = book.add_format({"num_format": "#,##0.00", "valign": "top", "align": "right"})
        for each in sheets:
            sheet = book.add_worksheet(each.name)
            for place, line in enumerate([each.title, *each.lines]):
                sheet.write_string(place, 0, line, title if place == 0 else None)
            if each.header:
                top = 1 + len(each.lines)
                columns = [{"header": name, "header_format": wrapped} for name in each.header]
                sheet.add_table(
                    *(top, 0, top + len(each.rows), len(each.header) - 1),
                    {"name": each.code, "columns": columns, "autofilter": False, "style": "Table Style Light 1"},
                )
                for down, row in enumerate(each.rows, start=top + 1):
                    for across, cell in enumerate(row):
                        if isinstance(cell, int | Decimal):
                            sheet.write_number(down, across, cell, number if isinstance(cell, int) else money)
                        else:
                            sheet.write_string(
                                down, across, cell, number if cell in (NOT_SHOWN, NOT_RECORDED) else wrapped
                            )
            for across, width in enumerate(_widths(each)):
                sheet.set_column(across, across, width)
    return file.getvalue()


def _widths(sheet: WorkbookSheet) -> list[int]:
    """In characters: the longest cell of a column within reason, so that nothing has to be dragged."""
    columns = zip(sheet.header, *sheet.rows, strict=True) if sheet.header else [("x" * 100,)]
    return [max(12, min(60, max(len(str(cell)) for cell in column) + 2)) for column in columns]


def ods_of(sheets: Sequence[WorkbookSheet], about: About) -> bytes:
    """Sheets for LibreOffice and every other spreadsheet."""
    document = Document("spreadsheet")
    document.body.clear()
    document.insert_style(Style("table-cell", name="title", area="text", bold=True, size="14pt"), automatic=True)
    for each in sheets:
        table = Table(each.name)
        for place, line in enumerate([each.title, *each.lines]):
            table.append_row(_row([line], style="title" if place == 0 else None))
        for row in [each.header, *each.rows] if each.header else []:
            table.append_row(_row(row))
        document.body.append(table)
    meta = document.meta
    meta.title, meta.language, meta.generator = about.title, "en-GB", "Operation Hotspot"
    meta.creation_date = about.created
    file = io.BytesIO()
    document.save(file)
    return _bare(file.getvalue())


def _row(cells: Sequence[Cell], style: str | None = None) -> Row:
    row = Row()
    for place, cell in enumerate(cells):
        row.set_value(place, cell, style=style)
    return row


_KEPT = ("mimetype", "content.xml", "meta.xml", "settings.xml", "styles.xml", "META-INF/manifest.xml")
_ENTRY = re.compile(
    rb'<manifest:file-entry(?:\s+(?!manifest:full-path=)[\w:.-]+="[^"<>]*")*+'
    rb'\s+manifest:full-path="([^"<>]*)"[^<>]*/>'
)


def _bare(content: bytes) -> bytes:
    """The same file without the time it was made, thumbnails and whatever else nobody needs."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in _KEPT:
            part = old.read(name)
            if name == "META-INF/manifest.xml":
                part = _ENTRY.sub(lambda match: match[0] if match[1].decode() in ("/", *_KEPT) else b"", part)
            packing = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            new.writestr(zipfile.ZipInfo(name, _NO_TIME), part, packing)
    return made.getvalue()
