"""Spreadsheets as LibreOffice prints them: so many pages, every word on them, and none of them cut off."""

import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PageObject, PdfReader

from reports.figures.sheets import About, WorkbookSheet, shown, with_contents
from reports.figures.spreadsheets import ods_of, xlsx_of
from reports.statements.spreadsheets import sheets as sheets_of
from tests.reports.test_statement_files import TOTALS, release

SOFFICE = shutil.which("soffice") or ""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed: apt-get install libreoffice-calc"),
]
WRITERS = {"xlsx": xlsx_of, "ods": ods_of}
ABOUT = About("A workbook", "Tests", datetime(2024, 12, 10, tzinfo=UTC))
NAME = "Welwyn Garden City: Howard Centre, bus station and the underpass to Campus West"
A4 = (595, 842)


def statement() -> list[WorkbookSheet]:
    """Two years of 70 areas with long names, and a month without records."""
    months = [(year, month) for year in (2023, 2024) for month in range(1, 13)]
    by_month = [
        {"month": f"{year}-{month:02}", "name": f"{datetime(year, month, 1, tzinfo=UTC):%B %Y}", **TOTALS}
        for year, month in months
    ]
    by_month[3] |= {"recorded": False, **dict.fromkeys(TOTALS)}
    notes = [f"{note} " * 10 for note in ("[c] stands for what is withheld.",)]
    rows = [{"hotspot_area": f"{NAME} {number}", **TOTALS, "arrests": None} for number in range(70)]
    return sheets_of(release(by_area=rows, by_month=by_month, notes=notes))


def money() -> list[WorkbookSheet]:
    """Wide numbers, many columns, headings of one long word and lines longer than a page."""
    header = ["Hotspot area", *(f"Heading {number} (pounds)" for number in range(11)), "Counterterrorism"]
    rows = [[NAME, *[Decimal("12345678.90")] * 6, *[1_234_567] * 5, "words and more words " * 4] for _ in range(40)]
    return with_contents(
        WorkbookSheet("Cover", f"What {NAME} costs", ["OFFICIAL-SENSITIVE", f"A line about {NAME}. " * 6]),
        WorkbookSheet(
            "Costs", f"What {NAME} costs in two of its years", [f"A note about {NAME}. " * 9], "costs", header, rows
        ),
        WorkbookSheet("Short", "Short", ["One line."], "short", ["Figure", "Number"], [["Arrests", 157]]),
    )


LONG = {"statement": {"By_hotspot_area": "Hotspot area"}, "money": {"Costs": "Hotspot area"}}
"""The sheets that are longer than a page, and what the heading of their table begins with."""
WORKBOOKS = {"statement": statement, "money": money}


@pytest.fixture(scope="module")
def printed(tmp_path_factory) -> dict[tuple[str, str], PdfReader]:
    """Each workbook in each format as a PDF."""
    folder = tmp_path_factory.mktemp("printed")
    found = {}
    for kind, write in WRITERS.items():
        paths = [folder / f"{name}-{kind}.{kind}" for name in WORKBOOKS]
        for path, make in zip(paths, WORKBOOKS.values(), strict=True):
            path.write_bytes(write(make(), ABOUT))
        found |= {(name, kind): as_printed(path) for name, path in zip(WORKBOOKS, paths, strict=True)}
    return found


def as_printed(path: Path) -> PdfReader:
    """What LibreOffice prints of a file, with a profile of its own."""
    profile = f"-env:UserInstallation={(path.parent / 'profile').as_uri()}"
    command = [SOFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", str(path.parent), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return PdfReader(io.BytesIO(path.with_suffix(".pdf").read_bytes()))


EACH = pytest.mark.parametrize(("name", "kind"), [(name, kind) for name in WORKBOOKS for kind in WRITERS])


@EACH
def test_every_word_is_on_its_pages_and_no_number_is_too_wide(printed, name, kind):
    said = " ".join(page.extract_text() for page in printed[name, kind].pages)
    assert "###" not in said
    words = set(said.split())
    for sheet in WORKBOOKS[name]():
        cells = [sheet.title, *sheet.lines, *sheet.header, *(shown(cell) for row in sheet.rows for cell in row)]
        missing = {word for cell in cells for word in cell.split()} - words
        assert missing == set(), sheet.name


@EACH
def test_nothing_is_cut_off(printed, name, kind):
    for number, page in enumerate(printed[name, kind].pages, start=1):
        assert list(cut_off(page)) == [], number


@EACH
def test_sheets_are_one_page_wide_and_as_long_as_they_need(printed, name, kind):
    """A page for each short sheet, several for a long one, each with its heading, its marking and its number."""
    pages = [page.extract_text() for page in printed[name, kind].pages]
    feet = [re.search(r"^(\w+) (OFFICIAL\S*) Page (\d+) of (\d+)$", page, re.MULTILINE) for page in pages]
    assert [(foot[3], foot[4]) for foot in feet] == [
        (str(number), str(len(pages))) for number in range(1, len(pages) + 1)
    ]
    assert all(page.count(foot[2]) >= 2 for page, foot in zip(pages, feet, strict=True))
    names = [foot[1] for foot in feet]
    assert list(dict.fromkeys(names)) == [sheet.name for sheet in WORKBOOKS[name]()]
    assert {each for each in names if names.count(each) > 1} == set(LONG[name])
    assert len(names) < 14
    for page, each in zip(pages, names, strict=True):
        assert LONG[name].get(each, "") in page
    for page in printed[name, kind].pages:
        assert sorted(round(side) for side in page.mediabox[2:]) == pytest.approx(A4, abs=1)


Box = tuple[float, float, float, float]


def cut_off(page: PageObject) -> Iterator[str]:
    """What a page draws outside of the clip that is in effect, or of the page: text that nobody sees."""
    left, bottom, right, top = (float(side) for side in page.mediabox)
    clips: list[Box] = [(left, bottom, right, top)]
    paths: list[Box] = []
    found: list[str] = []

    def before(operator, operands, cm, tm):
        if operator == b"q":
            clips.append(clips[-1])
        elif operator == b"Q":
            clips.pop()
        elif operator == b"re":
            x, y, width, height = (float(number) for number in operands)
            corners = [placed((x, y), cm), placed((x + width, y + height), cm)]
            (x0, x1), (y0, y1) = (sorted(side) for side in zip(*corners, strict=True))
            paths.append((x0, y0, x1, y1))
        elif operator in (b"W", b"W*"):
            for x0, y0, x1, y1 in paths:
                a, b, c, d = clips[-1]
                clips[-1] = (max(a, x0), max(b, y0), min(c, x1), min(d, y1))
        elif operator in (b"n", b"f", b"f*", b"S"):
            paths.clear()
        elif operator in (b"Tj", b"TJ"):
            x, y = placed((tm[4], tm[5]), cm)
            x0, y0, x1, y1 = clips[-1]
            if not (x0 - 1 <= x <= x1 + 1 and y0 - 1 <= y <= y1 + 1):
                found.append(f"{operands} at {x:.0f}, {y:.0f} outside {clips[-1]}")

    page.extract_text(visitor_operand_before=before)
    yield from found


def placed(point: tuple[float, float], matrix: list[float]) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    x, y = point
    return a * x + c * y + e, b * x + d * y + f


def test_the_checks_find_what_they_look_for(tmp_path, monkeypatch):
    """A row that is too low for what wraps in it, and a number in a column that is too narrow."""
    monkeypatch.setattr(WorkbookSheet, "row_height", lambda *_: 1)
    monkeypatch.setattr(WorkbookSheet, "widths", [30, 6])
    low = WorkbookSheet("Low", "Low", [], "low", ["Words", "Number"], [["word " * 60, 123_456_789]])
    (tmp_path / "low.xlsx").write_bytes(xlsx_of([low], ABOUT))
    (page,) = as_printed(tmp_path / "low.xlsx").pages
    assert "###" in page.extract_text()
    assert list(cut_off(page)) or page.extract_text().count("word") < 60
