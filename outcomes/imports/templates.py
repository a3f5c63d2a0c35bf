"""Empty files to fill in: a header for everything that a row can say in this force, and an example to look at."""

import csv
import io
from collections.abc import Sequence

from xlsxwriter import Workbook

from hotspot.core.spreadsheets import BOM, safe_text
from hotspot.core.table_files.columns import ImportColumn
from hotspots.models import HotspotArea
from outcomes.imports.pipeline import COLUMNS
from outcomes.imports.rows.example import EXAMPLE
from outcomes.kinds import ARREST, COUNTED

# What only files that people keep in their own way, or that the product wrote, have.
_NOT_OFFERED = {
    "times", "crew_text", "patrol_hours", "shift", "state", "crew_size", "clock_minutes", "patrol_minutes",
    "asb_powers", "asb_powers_other", "visits", "visit_minutes",
}  # fmt: skip
_EXAMPLES = {
    "shifts": {
        "night": f"{EXAMPLE}: 26/10/2024", "start": "22:00", "end": "06:00", "crew_police_officer": "2",
        "crew_pcso": "1", **{kind.plural: "0" for kind in COUNTED}, ARREST.plural: "1",
        "note": "Delete this row, or leave it out when asked",
    },
    "outcomes": {
        "outcome": f"{EXAMPLE}: arrest", "shift": "HS-1457", "happened_at": "26/10/2024 23:15", "reference": "C/123/24",
    },
    "justice": {
        "reference": f"{EXAMPLE}: C/123/24", "outcome": "Convicted", "day": "06/01/2025", "sentence_kind": "custody",
        "sentence": "6 months",
    },
}  # fmt: skip
_FORMATS = {"night": "dd/mm/yyyy", "start": "hh:mm", "end": "hh:mm"}
_FILLED_ROWS = 1_000
_LONGEST_LIST = 5_000


def template_columns(kind: str) -> list[ImportColumn]:
    """The columns of a template, in the order of the form."""
    return [column for column in COLUMNS[kind]() if kind != "shifts" or column.name not in _NOT_OFFERED]


def example_of(kind: str, columns: Sequence[ImportColumn], areas: Sequence[HotspotArea]) -> list[str]:
    """A row that shows what belongs where. Its first cell is no date, so that nobody imports it by mistake."""
    example = _EXAMPLES[kind] | ({"area": areas[0].name} if areas else {})
    return [example.get(column.name, "") for column in columns]


def csv_template(kind: str, areas: Sequence[HotspotArea]) -> bytes:
    """The template as CSV: headers and the example."""
    columns = template_columns(kind)
    file = io.StringIO()
    file.write(BOM)
    writer = csv.writer(file)
    writer.writerow([safe_text(column.label) for column in columns])
    writer.writerow(map(safe_text, example_of(kind, columns, areas)))
    return file.getvalue().encode()


def xlsx_template(kind: str, areas: Sequence[HotspotArea]) -> bytes:
    """The template as a workbook: rows to fill in, the areas by name and district, and what each column holds."""
    columns = template_columns(kind)
    file = io.BytesIO()
    book = Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    sheet = book.add_worksheet(kind.capitalize())
    sheet.freeze_panes(1, 0)
    grey = book.add_format({"italic": True, "font_color": "#505a5f"})
    for place, (column, example) in enumerate(zip(columns, example_of(kind, columns, areas), strict=True)):
        number = _FORMATS.get(column.name)
        sheet.set_column(place, place, 16, book.add_format({"num_format": number}) if number else None)
        sheet.write_string(0, place, column.label, bold)
        sheet.write_string(1, place, example, grey)
        if column.name == "area" and areas:
            # Excel takes a list of any length from another sheet.
            source = f"=Areas!$A$2:$A${min(len(areas), _LONGEST_LIST) + 1}"
            sheet.data_validation(2, place, _FILLED_ROWS, place, {"validate": "list", "source": source})
    if kind == "shifts":
        _list_areas(book, areas, bold)
    _explain(book, columns, bold)
    book.close()
    return file.getvalue()


def _list_areas(book: Workbook, areas: Sequence[HotspotArea], bold: object) -> None:
    sheet = book.add_worksheet("Areas")
    sheet.set_column(0, 1, 36)
    for place, header in enumerate(("Hotspot area", "District")):
        sheet.write_string(0, place, header, bold)
    for row, area in enumerate(areas, start=1):
        sheet.write_string(row, 0, area.name)
        sheet.write_string(row, 1, area.district.name)


def _explain(book: Workbook, columns: Sequence[ImportColumn], bold: object) -> None:
    sheet = book.add_worksheet("How to fill it in")
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, 2, 60)
    for place, header in enumerate(("Column", "What it holds", "Needed")):
        sheet.write_string(0, place, header, bold)
    for row, column in enumerate(columns, start=1):
        sheet.write_string(row, 0, column.label)
        sheet.write_string(row, 1, column.hint)
        sheet.write_string(row, 2, "yes" if column.is_needed else "")
