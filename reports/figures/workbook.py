"""The page of figures as a spreadsheet: what its tables show, with what each figure counts."""

from collections.abc import Callable, Iterator, Mapping

from hotspot.core import wording
from hotspot.core.spreadsheets import MARKING, XLSX_TYPE
from reports.figures.formatting import in_letters
from reports.figures.publication import ROUNDING
from reports.figures.sheets import About, Cell, WorkbookSheet, with_contents
from reports.figures.spreadsheets import ods_of, xlsx_of
from reports.figures.tables import NOT_RECORDED, NOT_RECORDED_NOTE, NOT_SHOWN, FigureTables, Line


def sheets_of_figures(sheet: FigureTables) -> list[WorkbookSheet]:
    """A cover, contents and notes, the headline, and each table that the page has, with its total last."""
    return with_contents(*_sheets(sheet))


def _sheets(sheet: FigureTables) -> Iterator[WorkbookSheet]:
    figures, one = sheet.figures, ["This sheet has one table."]
    title = f"{figures.programme}: {sheet.title}"
    about = (
        f"Figures as at {wording.moment(figures.as_at)}, for {sheet.place}, counted by definition {figures.definition}."
    )
    yield WorkbookSheet("Cover", title, [MARKING, about])
    measures = sheet.definition.measures
    meaning = [(measure.name, measure.unit, measure.definition) for measure in measures]
    rounding = [ROUNDING] if sheet.rounding_shows else []
    notes = [*one, *([sheet.withheld_note] if sheet.has_withheld else []), *rounding, NOT_RECORDED_NOTE]
    yield WorkbookSheet(
        "Notes", "Notes: what the figures count", notes, "notes", ["Figure", "Unit", "What it counts"], meaning
    )
    _, *total = _cells(sheet.total)
    headline = {measure.code for measure in sheet.definition.headline}
    rows = [(measure.name, number) for measure, number in zip(measures, total, strict=True) if measure.code in headline]
    name = f"The {in_letters(len(rows))} figures. {title}"
    yield WorkbookSheet("Headline", name, one, "headline", ["Figure", "Number"], rows)
    columns = [f"{measure.name} ({measure.unit})" for measure in measures]
    for key, lines in (("Hotspot area", sheet.areas), ("Month", sheet.months)):
        if lines:
            name = f"By {key.lower()}"
            code = name.replace(" ", "_")
            rows_of = [_cells(line) for line in (*lines, sheet.total)]
            yield WorkbookSheet(code, f"{name}. {title}", one, code.lower(), [key, *columns], rows_of)


def _cells(line: Line) -> list[Cell]:
    if not line.is_recorded:
        return [line.name, *[NOT_RECORDED] * len(line.numbers)]
    return [line.name, *(NOT_SHOWN if number is None else number for number in line.numbers)]


def _about(sheet: FigureTables) -> About:
    return About(f"{sheet.figures.programme}: {sheet.title}", "Figures", sheet.figures.as_at)


def xlsx(sheet: FigureTables) -> bytes:
    """The page for Excel."""
    return xlsx_of(sheets_of_figures(sheet), _about(sheet))


def ods(sheet: FigureTables) -> bytes:
    """The page for LibreOffice and every other spreadsheet."""
    return ods_of(sheets_of_figures(sheet), _about(sheet))


FILES: Mapping[str, tuple[Callable[[FigureTables], bytes], str]] = {
    "xlsx": (xlsx, XLSX_TYPE),
    "ods": (ods, "application/vnd.oasis.opendocument.spreadsheet"),
}
"""How each kind of file is made, and its type."""
