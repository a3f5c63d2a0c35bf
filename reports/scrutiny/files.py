"""A pack as a PDF that screen readers can read, and as an accessible spreadsheet."""

from collections.abc import Callable, Mapping
from pathlib import Path

from hotspot.core.calendar import today
from hotspot.core.spreadsheets import MARKING, XLSX_TYPE
from hotspot.core.typesetting import typeset
from reports.figures.sheets import About, Cell, WorkbookSheet, with_contents
from reports.figures.spreadsheets import ods_of, xlsx_of
from reports.scrutiny.presenters import PackText

_TEMPLATE = Path(__file__).with_name("pack.typ")


def pdf(pack: PackText) -> bytes:
    """The pack set by Typst."""
    day = today(pack.made_at)
    said = {
        "marking": MARKING,
        "title": pack.title,
        "summary": pack.summary,
        "limits": pack.limits,
        "notes": pack.notes,
        "tables": [
            {"name": each.name, "header": each.header, "rows": each.rows, "note": each.note} for each in pack.tables
        ],
        "day": [day.year, day.month, day.day],
    }
    return typeset(_TEMPLATE, said)


def xlsx(pack: PackText) -> bytes:
    """The pack for Excel."""
    return xlsx_of(_sheets(pack), _about(pack))


def ods(pack: PackText) -> bytes:
    """The pack for LibreOffice and every other spreadsheet."""
    return ods_of(_sheets(pack), _about(pack))


FILES: Mapping[str, tuple[Callable[[PackText], bytes], str]] = {
    "pdf": (pdf, "application/pdf"),
    "xlsx": (xlsx, XLSX_TYPE),
    "ods": (ods, "application/vnd.oasis.opendocument.spreadsheet"),
}
"""How each kind of file is made, and its type."""


def _about(pack: PackText) -> About:
    return About("Scrutiny pack", pack.title, pack.made_at)


def _sheets(pack: PackText) -> list[WorkbookSheet]:
    cover = WorkbookSheet("Cover", "Scrutiny pack", [MARKING, pack.title, *pack.summary])
    notes = WorkbookSheet("Notes", "What these comparisons can and cannot say", [*pack.limits, *pack.notes])
    return with_contents(
        cover,
        notes,
        *(
            WorkbookSheet(
                each.code,
                each.name,
                ["This sheet has one table.", *([each.note] if each.note else [])],
                each.code,
                each.header,
                [[_cell(cell) for cell in row] for row in each.rows],
            )
            for each in pack.tables
            if each.rows
        ),
    )


def _cell(text: str) -> Cell:
    """Counts as numbers; all else stays text."""
    plain = text.replace(",", "")
    return int(plain) if plain.isascii() and plain.isdecimal() else text
