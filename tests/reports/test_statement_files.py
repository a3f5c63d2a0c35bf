"""The files of a statement: the same numbers in each, the same bytes twice, only aggregates, nothing that acts."""

import csv
import hashlib
import io
import json
import re
import zipfile
from dataclasses import asdict
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

from reports.digests import canonical, fingerprint
from reports.figures.measures import CATALOGUE
from reports.statements.body import PublishedStatement
from reports.statements.files import KINDS, make_files

AT = "2024-12-10T10:55:00+00:00"
NAMES = [measure.code for measure in CATALOGUE]
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
    assert "<hyperlink " not in texts_of(files["xlsx"])
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


def test_the_pdf_is_one_tagged_page_with_a_title_and_a_language(files):
    content = files["pdf"]
    assert content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == 1
    for mark in (b"/MarkInfo", b"/StructTreeRoot", b"/Lang", b"pdfuaid:part"):
        assert mark in content, mark
    for active in (b"/JavaScript", b"/JS", b"/EmbeddedFile", b"/Launch", b"/OpenAction"):
        assert active not in content, active


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
