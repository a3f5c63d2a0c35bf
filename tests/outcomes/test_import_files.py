"""Files as spreadsheets write them, and as attackers do."""

import io
import resource
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from hotspot.core.errors import DomainError
from hotspot.core.table_files import readers, workbook
from hotspot.core.table_files.columns import recognise
from hotspot.core.table_files.readers import open_table
from hotspot.core.table_files.values import parse_date, parse_moment
from outcomes.imports.pipeline import COLUMNS
from patrols.models import PatrolShift
from tests.outcomes.imports import FIRST, HEADERS, run, text
from tests.outcomes.workbooks import ods, packed, xlsx

ROW = [date(2024, 10, 11), time(22), time(6), "Hitchin town centre", 2, 1, 1, 0, None, 3, None, "Quiet"]
TABLE = [HEADERS.split(","), ROW]


def read(content: bytes, **more) -> tuple:
    with open_table(io.BytesIO(content), **more) as table:
        return table.format, table.headers, list(table.rows)


def refusal(content: bytes, **more) -> str:
    with pytest.raises(DomainError) as refused:
        read(content, **more)
    return refused.value.code


# --- CSV ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8-sig"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("cp1252", "cp1252")],
)
def test_encodings(encoding, found):
    how, headers, rows = read("area,note\r\nBishop’s Stortford,café\r\n".encode(encoding))
    assert (how.encoding, headers) == (found, ["area", "note"])
    assert rows == [(2, ["Bishop’s Stortford", "café"])]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_an_encoding_that_nothing_says_is_refused(encoding):
    assert refusal("area,note\r\nHitchin,x\r\n".encode(encoding)) in {"file_not_a_table", "file_broken"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters(delimiter):
    how, headers, rows = read(f'"a,b;c"{delimiter}d\n1{delimiter}"x\ny"\n'.encode())
    assert (how.delimiter, headers) == (delimiter, ["a,b;c", "d"])
    assert rows == [(2, ["1", "x\ny"])]


def test_blank_rows_are_left_out_and_the_others_keep_their_numbers():
    assert read(b"\n,,\na,b\n\n1,2\n ,\n3,4\n")[1:] == (["a", "b"], [(5, ["1", "2"]), (7, ["3", "4"])])


@pytest.mark.slow
def test_a_nul_in_the_middle_of_a_csv_file_is_refused():
    long = b"a,b\n" + b"1,2\n" * 300_000 + b"\0,3\n"
    assert refusal(long) == "file_broken"


# --- workbooks ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [xlsx({"Sheet1": TABLE}), ods(TABLE)], ids=["xlsx", "ods"])
def test_workbooks_are_read_as_their_rows(force, content):
    assert run(force, content, writes=True).states == {"new": 1}
    shift = PatrolShift.objects.get()
    assert (shift.starts_at, shift.clock_minutes) == (datetime(2024, 10, 11, 21, tzinfo=UTC), 480)
    assert (shift.crew.count(), shift.arrests.count(), shift.asb_powers.count()) == (3, 1, 3)


def test_the_same_rows_as_csv_and_xlsx_are_the_same_shifts(force):
    run(force, text(FIRST), writes=True)
    assert run(force, xlsx({"Sheet1": TABLE})).states == {"existing": 1}


def test_cells_that_look_like_dates_and_times():
    row = [datetime(2024, 10, 11, 22), 45576, 0.9166666666666666, 2.0, 2.5, "=1+1"]  # noqa: DTZ001 - a cell has no zone
    _, _, rows = read(xlsx({"A": [["a", "b", "c", "d", "e", "f"], row]}))
    assert rows == [(2, ["2024-10-11 22:00", "45576", "0.9166666666666666", "2", "2.5", "2"])]


def test_sheets_are_chosen_by_name():
    book = xlsx({"Notes": [["nothing"]], "Patrols": TABLE})
    how, _, rows = read(book)
    assert (how.sheets, how.sheet, rows) == (("Notes", "Patrols"), "Notes", [])
    assert read(book, sheet="Patrols")[1][0] == "Date"
    assert refusal(book, sheet="Nowhere") == "file_sheet"


def test_rows_above_the_table_count():
    assert read(xlsx({"A": [[None], [None], ["a"], ["1"]]}))[2] == [(4, ["1"])]


# --- what is refused ----------------------------------------------------------------------------------------------


def lying(parts: dict[str, bytes], name: str) -> bytes:
    """A ZIP whose directory says that a part unpacks to ten bytes."""
    content = bytearray(packed(parts))
    place = content.rindex(name.encode()) - 46
    assert content[place : place + 4] == b"PK\x01\x02"
    content[place + 24 : place + 28] = (10).to_bytes(4, "little")
    return bytes(content)


def linked() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        info = zipfile.ZipInfo("xl/workbook.xml")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return file.getvalue()


def encrypted() -> bytes:
    content = bytearray(xlsx({"A": TABLE}))
    place = content.rindex(b"xl/workbook.xml") - 46
    content[place + 8] |= 1
    return bytes(content)


ZEROS = b"0" * 60_000_000
MANIFEST = '<manifest><manifest:encryption-data manifest:checksum="x"/></manifest>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (lambda: packed({"xl/workbook.xml": "", "xl/worksheets/sheet1.xml": ZEROS}), "file_too_large_unpacked"),
        (lambda: packed({"xl/workbook.xml": "", "a.xml": ZEROS[:2_000_000]}), "file_too_large_unpacked"),
        (lambda: lying({"xl/workbook.xml": b"", "a.xml": ZEROS[:900_000]}, "a.xml"), "file_too_large_unpacked"),
        (lambda: xlsx({"A": TABLE}, **{f"p{n}.xml": "" for n in range(1000)}), "file_too_many_parts"),
        (lambda: xlsx({"A": TABLE}, **{"xl/vbaProject.bin": b"x"}), "file_macros"),
        (lambda: ods(TABLE, **{"Basic/Standard/Module1.xml": ""}), "file_macros"),
        (lambda: xlsx({"A": TABLE}, **{"xl/externalLinks/externalLink1.xml": ""}), "file_links"),
        (lambda: xlsx({"A": TABLE}, **{"inner.zip": packed({"a": "b"})}), "file_links"),
        (lambda: xlsx({"A": TABLE}, **{"../../etc/cron.d/x": "x"}), "file_broken"),
        (lambda: xlsx({"A": TABLE}, **{"/etc/x": "x"}), "file_broken"),
        (linked, "file_broken"),
        (encrypted, "file_password"),
        (lambda: ods(TABLE, **{"META-INF/manifest.xml": MANIFEST}), "file_password"),
        (
            lambda: xlsx({"A": TABLE}, **{"xl/sharedStrings.xml": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/x">]>'}),
            "file_doctype",
        ),
        (lambda: packed({"word/document.xml": "<a/>"}), "file_not_a_workbook"),
        (lambda: packed({"xl/workbook.xml": "<not a workbook"}), "file_broken"),
        (lambda: xlsx({"A": TABLE})[:-40], "file_broken"),
    ],
)
def test_workbooks_that_are_refused(content, code):
    assert refusal(content()) == code


def test_macros_are_refused_whatever_the_name_says():
    types = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    assert refusal(xlsx({"A": TABLE}, **{"[Content_Types].xml": f"<Types><O ContentType='{types}'/></Types>"})) == (
        "file_macros"
    )


def test_a_sheet_that_says_it_has_17_thousand_million_cells_ends_only_its_own_program(monkeypatch):
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    sheet = f'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>{far}</sheetData></worksheet>'
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert refusal(xlsx({"A": []}, **{"xl/worksheets/sheet1.xml": sheet})) in {"file_too_large_unpacked", "file_broken"}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_the_program_that_opens_workbooks_knows_nothing_of_django(tmp_path):
    book, output = tmp_path / "a.xlsx", tmp_path / "a.csv"
    book.write_bytes(xlsx({"A": [["a", "b"], [1, "ü"]]}))
    subprocess.run([sys.executable, workbook.__file__, book, output], check=True, capture_output=True)
    assert output.read_text() == "a,b\n1,ü\n"
    assert "import django" not in Path(workbook.__file__).read_text()


def test_rows_are_refused_while_they_are_read():
    def endless():
        while True:
            yield 1, ["x"]

    with pytest.raises(DomainError, match="more than 20,000 rows"):
        for _ in readers.at_most(endless()):
            pass


# --- headers and values -------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("Date of patrol", "night"),
        ("START TIME", "start"),
        ("Time to", "end"),
        ("Hotspot(s)", "area"),
        ("No. of officers", "crew_police_officer"),
        ("PCSO", "crew_pcso"),
        ("arrest(s)", "arrests"),
        ("Stop & Search", "stop_searches"),
        ("Stop/searches", "stop_searches"),
        ("crew_special_constable", "crew_special_constable"),
        ("Community Protection Warning", "asb_cpw"),
        ("Weather", None),
    ],
)
def test_headers_are_recognised(header, column):
    assert recognise([header], COLUMNS["shifts"]()) == ({column: 0} if column else {})


@pytest.mark.parametrize("hostile", ["9" * 100_000, "a" * 100_000 + ":", ":" * 100_000, "1/" * 50_000, " " * 100_000])
@pytest.mark.parametrize("parse", [parse_date, parse_moment])
def test_a_long_cell_is_refused(parse, hostile):
    with pytest.raises(DomainError):
        parse(hostile)
