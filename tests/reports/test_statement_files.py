"""The files of a statement: the same numbers in each, the same bytes twice, only aggregates, nothing that acts."""

import csv
import hashlib
import io
import json
import re
import zipfile
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject
from python_calamine import CalamineWorkbook

from reports.digests import canonical, fingerprint
from reports.figures.measures import CATALOGUE
from reports.figures.sheets import About, WorkbookSheet
from reports.figures.spreadsheets import ods_of, xlsx_of
from reports.statements.body import PublishedStatement
from reports.statements.files import KINDS, make_files
from reports.statements.hours_chart import hours_chart

AT = "2024-12-10T10:55:00+00:00"
SITE = "https://hotspot.example"
NAMES = [measure.code for measure in CATALOGUE]
ABOUT = About("Title", "Subject", datetime(2024, 12, 10, tzinfo=UTC))
TOTALS = dict(zip(NAMES, (12_212, 1_457, 157, 297, 22, 705, 5_221), strict=True))


def body(**changes) -> dict:
    rows = [
        {"hotspot_area": name, **dict(zip(NAMES, numbers, strict=True))}
        for name, numbers in (
            ("Hitchin", (6_000, 700, None, 150, 0, 300, 2_600)),
            ("Ware", (6_212, 757, None, 147, 22, 405, 2_621)),
        )
    ]  # fmt: skip
    fields = {
        "marking": "OFFICIAL", "reference": "2024-12-10-v1", "version": 1, "corrects": None, "reason": None,
        "programme": "Operation Hotspot 2024/25", "title": "Since launch, 1 May 2024 to 10 December 2024",
        "period": "launch", "first_day": "2024-05-01", "last_day": "2024-12-10", "hotspot_areas": "all hotspot areas",
        "area_names": ["Hitchin", "Ware"], "as_at": AT, "records_until": AT, "definition": "v1",
        "measures": [
            {name: value for name, value in asdict(measure).items() if name != "column"} for measure in CATALOGUE
        ],
        "totals": TOTALS, "by_area": rows,
        "by_month": [
            {"month": "2024-12", "name": "December 2024", **TOTALS},
            {"month": "2024-11", "name": "November 2024", **dict.fromkeys(NAMES, 0)},
        ],
        "notes": ["[c] is withheld."], "press_text": "157 arrests have been made", "prepared_by": "Paul Press",
        "approved_by": "Anna Analyst", "published_at": "2024-12-10T11:55:00+00:00",
        "contact": {"office": "Office of the PCC", "email": "press@pcc.example", "telephone": "01632 960001"},
        "addresses": {"statement": f"{SITE}/published/2024-12-10-v1/", "check": f"{SITE}/published/check-a-figure/"},
    }  # fmt: skip
    return fields | changes


def release(**changes) -> PublishedStatement:
    said = body(**changes)
    return PublishedStatement(said, fingerprint(said))


def files_of(statement: PublishedStatement) -> dict[str, bytes]:
    return {made.kind: made.content for made in make_files(statement)}


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return files_of(release())


def rows_of(content: bytes, sheet: str) -> list[list]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(sheet).to_python()


def texts_of(content: bytes) -> str:
    """Every part of a zip, or the file itself, as text."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


def test_made_twice_they_are_the_same_bytes(files, time_machine):
    time_machine.move_to(datetime(2031, 1, 1, tzinfo=UTC))
    assert files_of(release()) == files


def test_every_file_says_which_statement_it_is(files):
    for kind in ("csv", "metadata", "xlsx", "ods"):
        assert release().sha256 in texts_of(files[kind]), kind
    assert hashlib.sha256(files["json"]).hexdigest() == release().sha256
    assert files["json"] == canonical(body())


def test_the_same_numbers_in_every_file(files):
    tidy = {
        (row["part"], row["hotspot_area"], row["month"], row["measure"]): row["value"]
        for row in csv.DictReader(io.StringIO(files["csv"].decode("utf-8-sig")))
    }
    assert [tidy["total", "", "", name] for name in NAMES] == [str(number) for number in TOTALS.values()]
    assert tidy["area", "Ware", "", "arrests"] == "[c]"
    assert tidy["month", "", "2024-12", "patrols"] == "1457"
    for kind in ("xlsx", "ods"):
        headline = [row for row in rows_of(files[kind], "Headline") if row[1:2] not in ([""], ["Number"])]
        assert [row[1] for row in headline] == list(TOTALS.values())[:6]
        area = rows_of(files[kind], "By_hotspot_area")
        assert ["Ware", 6_212, 757, "[c]", 147, 22, 405, 2_621] in area
        assert area[-1] == ["Total", *TOTALS.values()]
        assert rows_of(files[kind], "By_month")[-3][:3] == ["December 2024", 12_212, 1_457]


def links_of(xlsx: bytes) -> dict[str, str]:
    """The links of a workbook that lead to a sheet of it, as they are written, and where to."""
    return dict(re.findall(r"""(<hyperlink ref="[A-Z]\d+" location="'(\w+)'!A1" display="\w+"/>)""", texts_of(xlsx)))


def test_the_contents_lead_to_their_sheets(files):
    names = ["Notes", "Headline", "By_hotspot_area", "By_month"]
    assert list(links_of(files["xlsx"]).values()) == names
    assert re.findall(r'xlink:href="#(\w+)\.A1"', part_of(files["ods"], "content.xml")) == names


def test_files_say_their_language_and_whom_to_ask(files):
    assert "<dc:language>en-GB</dc:language>" in part_of(files["xlsx"], "docProps/core.xml")
    assert "<dc:language>en-GB</dc:language>" in part_of(files["ods"], "meta.xml")
    assert 'fo:language="en" fo:country="GB"' in part_of(files["ods"], "styles.xml")
    for kind in ("xlsx", "ods"):
        cover = [row[0] for row in rows_of(files[kind], "Cover")]
        assert "Questions: Office of the PCC, press@pcc.example, 01632 960001." in cover
        assert f"Check a figure or this file: {SITE}/published/check-a-figure/" in cover


def test_a_statement_without_a_contact_names_the_office_as_before():
    told = {key: value for key, value in body().items() if key not in ("contact", "addresses")}
    files = files_of(PublishedStatement(told, fingerprint(told)))
    assert "Questions: the Police and Crime Commissioner’s office." in [
        row[0] for row in rows_of(files["xlsx"], "Cover")
    ]


def test_pages_are_set_up_to_be_printed(files):
    """A4, one page wide, the heading of a table on each of its pages, marked and numbered."""
    with zipfile.ZipFile(io.BytesIO(files["xlsx"])) as parts:
        book, sheet = (parts.read(name).decode() for name in ("xl/workbook.xml", "xl/worksheets/sheet5.xml"))
    assert 'name="_xlnm.Print_Titles"' in book
    assert "By_hotspot_area!$3:$3" in book
    assert "<pageSetUpPr fitToPage=" in sheet
    assert 'paperSize="9"' in sheet
    assert 'fitToHeight="0"' in sheet
    assert "&amp;L&amp;A&amp;COFFICIAL&amp;RPage &amp;P of &amp;N" in sheet
    content, styles = (part_of(files["ods"], name) for name in ("content.xml", "styles.xml"))
    assert content.count("<table:table-header-rows>") == 5
    assert styles.count('style:scale-to-X="1" style:scale-to-Y="0"') == 2
    assert styles.count("<text:p>OFFICIAL</text:p>") == 4


def part_of(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return parts.read(name).decode()


def test_numbers_have_separators_and_room(files):
    assert 'formatCode="#,##0"' in part_of(files["xlsx"], "xl/styles.xml") or 'numFmtId="3"' in part_of(
        files["xlsx"], "xl/styles.xml"
    )
    assert part_of(files["ods"], "styles.xml").count('number:grouping="true"') == 3
    sheet = WorkbookSheet("S", "S", [], "s", ["n"], [[123_456_789_012], [Decimal("1234567890.12")]])
    assert sheet.widths == [len("1,234,567,890.12") + 3]


def test_a_row_is_as_high_as_what_wraps_in_it():
    long = "word " * 40
    sheet = WorkbookSheet("S", "Title", [], "s", ["Name", "Figure"], [[long, 1], ["short", 2]])
    assert [sheet.row_height(row) for row in sheet.rows] == [4, 1]
    assert 'ht="63"' in part_of(xlsx_of([sheet], ABOUT), "xl/worksheets/sheet1.xml")
    assert 'style:row-height="63.00pt"' in part_of(ods_of([sheet], ABOUT), "content.xml")


def test_a_line_that_is_longer_than_the_table_is_several_rows():
    line = "A sentence of a note. " * 20
    sheet = WorkbookSheet("S", "Title", [line], "s", ["Name", "Figure"], [["x", 1]])
    assert sheet.texts[0] == ("Title", True)
    assert " ".join(text for text, _ in sheet.texts[1:]) == line.strip()
    assert max(len(text) for text, _ in sheet.texts) <= 130


def test_numbers_are_numbers(files):
    for kind in ("xlsx", "ods"):
        assert all(isinstance(row[1], int | float) for row in rows_of(files[kind], "By_hotspot_area")[-3:])


def test_sheets_are_laid_out_as_the_analysis_function_asks(files):
    names = ["Cover", "Contents", "Notes", "Headline", "By_hotspot_area", "By_month"]
    for kind in ("xlsx", "ods"):
        book = CalamineWorkbook.from_filelike(io.BytesIO(files[kind]))
        assert book.sheet_names == names
        for name in names[1:]:
            rows = rows_of(files[kind], name)
            assert all(row[0] for row in rows), "a blank row or a blank first column"
        assert [row[0] for row in rows_of(files[kind], "Contents")][3:] == names[2:]
    xml = texts_of(files["xlsx"])
    assert xml.count("<table xmlns") == 5
    assert "mergeCell" not in xml
    assert "autoFilter" not in xml
    assert 'state="hidden"' not in xml


def test_text_is_never_a_formula():
    """An area and a programme named as formulas: text in every file, and the CSV stands up to a spreadsheet."""
    evil = '=HYPERLINK("http://x")'
    rows = [{**row, "hotspot_area": evil} for row in body()["by_area"]]
    files = files_of(release(by_area=rows, area_names=[evil], programme=evil))
    assert "<f>" not in texts_of(files["xlsx"])
    assert set(re.findall(r"<hyperlink [^>]*>", texts_of(files["xlsx"]))) == set(links_of(files["xlsx"]))
    assert "table:formula" not in texts_of(files["ods"])
    assert rows_of(files["xlsx"], "By_hotspot_area")[-2][0] == evil
    cells = [row["hotspot_area"] for row in csv.DictReader(io.StringIO(files["csv"].decode("utf-8-sig")))]
    assert f"'{evil}" in cells
    assert evil not in cells


def test_csv_opens_in_excel(files):
    assert files["csv"].startswith(b"\xef\xbb\xbf")
    assert files["csv"].count(b"\r\n") == 1 + 7 * 5


def test_nothing_else_is_in_the_packages(files):
    with zipfile.ZipFile(io.BytesIO(files["xlsx"])) as parts:
        allowed = re.compile(
            r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(core|app)\.xml|xl/(workbook|sharedStrings|styles)\.xml"
            r"|xl/_rels/workbook\.xml\.rels|xl/theme/theme1\.xml|xl/worksheets/sheet\d\.xml|xl/tables/table\d\.xml"
            r"|xl/worksheets/_rels/sheet\d\.xml\.rels"
        )
        assert [name for name in parts.namelist() if not allowed.fullmatch(name)] == []
        core = ElementTree.fromstring(parts.read("docProps/core.xml"))  # noqa: S314 - our own file
        assert {element.tag.rpartition("}")[2]: element.text for element in core}["creator"] is None
    with zipfile.ZipFile(io.BytesIO(files["ods"])) as parts:
        assert parts.namelist() == [
            "mimetype", "content.xml", "meta.xml", "settings.xml", "styles.xml", "META-INF/manifest.xml",
        ]  # fmt: skip
        listed = re.findall(r'full-path="([^"]*)"', parts.read("META-INF/manifest.xml").decode())
        assert set(listed) <= {"/", *parts.namelist()}
        assert "fr-FR" not in parts.read("meta.xml").decode()


def test_files_are_made_without_reading_anything(files, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert files_of(release()) == files


def test_what_is_withheld_is_never_blank_or_zero(files):
    for kind in ("xlsx", "ods"):
        assert [row[3] for row in rows_of(files[kind], "By_hotspot_area")[-3:]] == ["[c]", "[c]", 157]


def test_the_pdf_is_tagged_with_a_title_and_a_language(files):
    content = files["pdf"]
    assert content.startswith(b"%PDF-")
    for mark in (b"/MarkInfo", b"/StructTreeRoot", b"/Lang", b"pdfuaid:part"):
        assert mark in content, mark
    for active in (b"/JavaScript", b"/JS", b"/EmbeddedFile", b"/Launch", b"/OpenAction"):
        assert active not in content, active


def pages_of(content: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def test_the_pdf_has_what_a_publication_has(files):
    """Figures, press text, a chart with words for it, tables, definitions, whom to ask, and where to check it."""
    pages = pages_of(files["pdf"])
    said = " ".join(pages)
    for words in (
        "12,212 hours", "157 arrests have been made", "Patrol hours by month", "By hotspot area", "Ware 6,212 757 [c]",
        "November 2024", CATALOGUE[0].definition, "Office of the PCC, press@pcc.example, 01632 960001",
        "https://hotspot.example/published/check-a-figure/", release().sha256,
    ):  # fmt: skip
        assert words in said, words
    for number, page in enumerate(pages, start=1):
        assert page.count("OFFICIAL") >= 2
        assert f"Page {number} of {len(pages)}" in page
    (figure,) = [node for node in tags_of(files["pdf"]) if node.get("/S") == "/Figure"]
    assert figure["/Alt"] == (
        "Bars of patrol hours by month: from 0 (November 2024) to 12,212 (December 2024). "
        "The table by month has every number."
    )


def tags_of(content: bytes) -> list:
    """Every element of the structure of a tagged PDF."""
    root = PdfReader(io.BytesIO(content)).trailer["/Root"]["/StructTreeRoot"]
    found, waiting = [], [root]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, ArrayObject):
            waiting += node
        elif isinstance(node, DictionaryObject):
            found.append(node)
            waiting += [node["/K"]] if "/K" in node else []
    return found


@pytest.mark.parametrize("number", [43, 70])
def test_a_table_of_many_areas_repeats_its_heading(number):
    name = "Welwyn Garden City: Howard Centre, bus station and the underpass to Campus West"
    rows = [{"hotspot_area": f"{name} {place}", **TOTALS} for place in range(number)]
    pages = pages_of(files_of(release(by_area=rows))["pdf"])
    with_rows = [page for page in pages if "underpass" in page]
    assert len(with_rows) > 1
    assert all("Hotspot area Patrol hours Patrols" in page for page in with_rows)
    assert sum(page.count("underpass") for page in pages) == number


def test_a_statement_of_one_month_has_no_chart():
    content = files_of(release(by_month=[]))["pdf"]
    assert "Patrol hours by month" not in " ".join(pages_of(content))
    assert [node for node in tags_of(content) if node.get("/S") == "/Figure"] == []


def test_a_month_without_records_says_so_and_has_no_bar():
    missing = {"month": "2024-11", "name": "November 2024", "recorded": False, **dict.fromkeys(NAMES)}
    rows = [missing, {"month": "2024-12", "name": "1 December 2024 to 10 December 2024", **TOTALS}]
    made = release(by_month=rows)
    chart = hours_chart(made)
    assert [(bar.share, bar.hours, bar.is_whole) for bar in chart.bars] == [
        (0, "–", True),
        (pytest.approx(0.814, abs=0.001), "12,212", False),
    ]
    assert "November 2024 no patrols recorded" in " ".join(pages_of(files_of(made)["pdf"]))


@pytest.mark.parametrize(("most", "top", "lines"), [(1, 1, 2), (7, 8, 5), (12_212, 15_000, 4), (99, 100, 6)])
def test_the_axis_has_round_lines(most, top, lines):
    rows = [{"month": f"2024-{month:02}", "name": "", **TOTALS, "patrol_hours": most} for month in (11, 12)]
    ticks = hours_chart(release(by_month=rows)).ticks
    assert (ticks[-1].hours, len(ticks)) == (f"{top:,}", lines)


def test_the_pdf_takes_any_text_as_text():
    """What Typst would read as markup, and names that are long."""
    files_of(release(programme="#panic() $x$ *a* _b_ <l> @r [ ] \\ `c` //", prepared_by="A" * 120, title="x " * 200))


def test_file_names_are_plain():
    names = [made.name for made in make_files(release(programme="Opération “Höt/spot”: 2024/25"))]
    assert names[0] == "operation-hot-spot-2024-25-figures-2024-12-10-v1.pdf"
    assert all(re.fullmatch(r"[a-z0-9.-]+", name) and len(name) < 218 for name in names)
    assert set(KINDS) == {"pdf", "xlsx", "ods", "csv", "metadata", "json"}


def test_the_metadata_describes_every_column(files):
    said = json.loads(files["metadata"])
    header = files["csv"].decode("utf-8-sig").splitlines()[0].split(",")
    assert sorted(said["columns"]) == sorted(header)
    assert said["file"].endswith(".csv")
