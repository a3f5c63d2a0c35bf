"""Spreadsheets as forces keep them: what their bytes, cells and rows mean."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime, time

import pytest

from hotspot.core.calendar import LONDON
from hotspot.core.errors import DomainError
from hotspot.core.table_files import workbook
from hotspot.core.table_files.column_evidence import Seen
from hotspot.core.table_files.columns import recognise
from hotspot.core.table_files.headers import guess_header_row, looks_like_total
from hotspot.core.table_files.readers import open_table
from hotspot.core.table_files.values import parse_count, parse_date, parse_finish, parse_moment, parse_night
from outcomes.imports.pipeline import COLUMNS
from outcomes.imports.rows import cells
from outcomes.imports.rows.answers import Answers
from outcomes.imports.rows.cells import Cells, cell_name
from outcomes.imports.rows.names import AreaNames, plain_name
from outcomes.imports.rows.times import Times
from patrols.models import PatrolShift
from tests.outcomes.imports import run
from tests.outcomes.test_import_files import read, refusal
from tests.outcomes.workbooks import ods, packed, xlsx

HEADERS = "Date,Start,Finish,Area,Officers,Nothing to report"
ROW = "12/11/2024,22:00,06:00,Hitchin town centre,2,yes"


def table(*rows: str, headers: str = HEADERS) -> str:
    return "\r\n".join([headers, *rows]) + "\r\n"


def errors(findings) -> list[tuple[int, str, str]]:
    return [(each["row"], each["name"], each["message"]) for each in findings.listed if each["kind"] != "warning"]


# --- crew ---------------------------------------------------------------------------------------------------------

COLLARS = "Date,Start,Finish,Area,Collar numbers,Nothing to report"


def crew(shift: PatrolShift) -> list[tuple[str, str]]:
    return sorted(shift.crew.values_list("role", "collar_number"))


def test_a_rank_says_the_role_whatever_column_its_number_is_in(force):
    row = "12/11/2024,22:00,06:00,Hitchin town centre,PC 1234 PCSO 7001,yes"
    assert run(force, table(row, headers=COLLARS), writes=True).states == {"new": 1}
    assert crew(PatrolShift.objects.get()) == [("pcso", "PCSO7001"), ("police_officer", "PC1234")]


def test_two_crews_do_not_clash_over_a_rank(force):
    rows = [
        f"08/11/2024,10:00,12:00,{area},PC {n},yes" for area, n in (("Hitchin town centre", 1234), ("Letchworth", 5))
    ]
    assert run(force, table(*rows, headers=COLLARS), writes=True).states == {"new": 2}


def test_a_word_without_a_number_is_named(force):
    row = "12/11/2024,22:00,06:00,Hitchin town centre,PC1234 Smith,yes"
    ((number, column, message),) = errors(run(force, table(row, headers=COLLARS)))
    assert (number, column) == (2, "collars_police_officer")
    assert "“Smith” is a word without a number" in message


def test_a_crew_in_words_and_times_in_one_cell(force):
    headers = "Date,Times,Crew,Area,Nothing to report"
    row = '12/11/2024,2200 – 0300,"2 x PC, 1 x PCSO",Hitchin town centre,yes'
    assert run(force, table(row, headers=headers), writes=True).states == {"new": 1}
    shift = PatrolShift.objects.get()
    assert [role for role, _ in crew(shift)] == ["pcso", "police_officer", "police_officer"]
    assert (shift.starts_at, shift.clock_minutes) == (datetime(2024, 11, 12, 22, tzinfo=UTC), 300)


def test_a_crew_in_words_has_to_agree_with_its_count(force):
    headers = "Date,Times,Crew,Officers,Area,Nothing to report"
    row = "12/11/2024,22:00-03:00,2 PC,3,Hitchin town centre,yes"
    assert [name for _, name, _ in errors(run(force, table(row, headers=headers)))] == ["crew_text"]


def times_of(text):
    """A row of a night and one cell for its times, and what was read from it."""
    row = Cells(2, ["12/11/2024", text], {"night": 0, "times": 1})
    return row, Times(Answers(), Seen(), ()).read(row)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("22:00-03:00", time(22), time(3)),
        ("2200 - 0300", time(22), time(3)),
        ("6pm-10pm", time(18), time(22)),
        ("20:00 to 00:00", time(20), time(0)),
        ("20:00 – 24:00", time(20), time(0)),
        ("2200hrs until 0300hrs", time(22), time(3)),
    ],
)
def test_times_in_one_cell(text, start, end):
    row, found = times_of(text)
    assert row.problems == []
    assert [at.astimezone(LONDON).time() for at in found[:2]] == [start, end]


@pytest.mark.parametrize("text", ["22:00", "", "1-2-3", "22:00-", "soon to late", "1-" * 50_000])
def test_times_that_are_not_two_are_refused(text):
    row, found = times_of(text)
    assert found is None
    assert row.problems


# --- errors and formulas ------------------------------------------------------------------------------------------

COUNTS = ["Date", "Start", "Finish", "Area", "Officers", "Arrests", "Stop searches"]
FIGURES = [date(2024, 11, 2), time(10), time(12), "Hitchin town centre", 2]


def sheet_with(cell: str) -> bytes:
    """A workbook whose cell F2 is this XML."""
    book = xlsx({"Log": [COUNTS, [*FIGURES, 777, 3]]})
    return repacked(book, "xl/worksheets/sheet1.xml", '<c r="F2" s="0"><v>777</v></c>', cell)


def repacked(book: bytes, part: str, old: str, new: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old.encode() in parts[part]
    parts[part] = parts[part].replace(old.encode(), new.encode())
    return packed(parts)


ODS_ERROR = repacked(
    ods([COUNTS, [*FIGURES, "777", 3]]),
    "content.xml",
    '<table:table-cell office:value-type="string" ><text:p>777</text:p>',
    '<table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value="" '
    'calcext:value-type="error" xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
    "<text:p>#N/A</text:p>",
)


@pytest.mark.parametrize(
    "content",
    [
        sheet_with('<c r="F2" t="e"><v>#N/A</v></c>'),
        sheet_with('<c r="F2" t="e"><f>NA()</f><v>#N/A</v></c>'),
        ODS_ERROR,
        table("02/11/2024,10:00,12:00,Hitchin town centre,2,#N/A,3", headers=",".join(COUNTS)),
    ],
    ids=["xlsx", "xlsx formula", "ods", "csv"],
)
def test_an_error_in_a_cell_is_named_with_its_cell(force, content):
    message = "Cell F2 holds the error #N/A. Correct it in the spreadsheet."
    assert errors(run(force, content)) == [(2, "arrests", message)]


@pytest.mark.parametrize(
    "cell", ['<c r="F2"><f>1+1</f></c>', '<c r="F2"><f>1+1</f><v></v></c>', '<c r="F2"><f>A1</f><v/></c>']
)
def test_a_formula_without_a_value_is_an_error(force, cell):
    message = "This cell has a formula without a value. Open the file in Excel, save it, and send it again."
    assert errors(run(force, sheet_with(cell))) == [(2, "arrests", message)]


def test_a_formula_with_a_value_or_an_empty_text_is_its_value(force):
    assert run(force, sheet_with('<c r="F2"><f>1+1</f><v>2</v></c>')).totals["arrests"] == 2
    assert run(force, sheet_with('<c r="F2" t="str"><f>""</f><v></v></c>')).states == {"new": 1}


def test_both_programs_mean_the_same_by_a_formula_without_a_value():
    assert cells.NO_VALUE == workbook.NO_VALUE


@pytest.mark.parametrize(("place", "name"), [(0, "A7"), (25, "Z7"), (26, "AA7"), (701, "ZZ7"), (702, "AAA7")])
def test_cells_are_named_as_spreadsheets_name_them(place, name):
    assert cell_name(7, place) == name


# --- midnight and dates -------------------------------------------------------------------------------------------


def test_a_finish_at_midnight_in_a_cell_with_date_and_time(force):
    rows = [["Start", "Finish", "Area", "Officers", "Nothing to report"]]
    rows.append([datetime(2024, 11, 16, 16), date(2024, 11, 17), "Hitchin town centre", 2, "yes"])  # noqa: DTZ001
    assert run(force, xlsx({"Log": rows}), writes=True).states == {"new": 1}
    assert PatrolShift.objects.get().clock_minutes == 480


@pytest.mark.parametrize(("serial", "minutes"), [("1", 480), ("1.25", 840), ("0", 480), ("0.9166666666", 360)])
@pytest.mark.parametrize("number_format", [2, 4], ids=["h:mm", "[h]:mm"])
def test_a_finish_at_or_after_midnight_in_a_cell_for_times(force, serial, minutes, number_format):
    book = xlsx({"Log": [HEADERS.split(","), [date(2024, 11, 16), time(16), 777, "Hitchin town centre", 2, "yes"]]})
    styles = '<xf numFmtId="46" applyNumberFormat="1"/></cellXfs>'
    book = repacked(book, "xl/styles.xml", "</cellXfs>", styles)
    old = '<c r="C2" s="0"><v>777</v></c>'
    book = repacked(book, "xl/worksheets/sheet1.xml", old, f'<c r="C2" s="{number_format}"><v>{serial}</v></c>')
    assert run(force, book, writes=True).states == {"new": 1}
    assert PatrolShift.objects.get().clock_minutes == minutes


def test_dates_without_any_time_are_no_midnights(force):
    row = "12/11/2024,13/11/2024,Hitchin town centre,2,yes"
    headers = "Start,Finish,Area,Officers,Nothing to report"
    assert errors(run(force, table(row, headers=headers))) == [(2, "start", "This cell has a date without a time.")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2024-11-05 00:00:00", (date(2024, 11, 5), None)),
        ("2024-11-05T00:00:00", (date(2024, 11, 5), None)),
        ("05/11/2024 16:00", (date(2024, 11, 5), time(16))),
        ("5 November 2024", (date(2024, 11, 5), None)),
    ],
)
def test_a_night_may_have_a_time(text, found):
    assert parse_night(text) == found


def test_times_with_seconds_and_a_night_with_midnight(force):
    row = "2024-11-05 00:00:00,10:00:00,12:00:00,Hitchin town centre,2,yes"
    assert run(force, table(row)).states == {"new": 1}


def test_a_time_beside_the_night_is_the_start_where_no_column_has_one(force):
    row = "05/11/2024 16:00,18:00,Hitchin town centre,2,yes"
    run(force, table(row, headers="Date,Finish,Area,Officers,Nothing to report"), writes=True)
    assert PatrolShift.objects.get().starts_at == datetime(2024, 11, 5, 16, tzinfo=UTC)


def test_a_time_beside_the_night_that_is_not_the_start_is_a_question(force):
    assert run(force, table("05/11/2024 16:00,16:00,18:00,Hitchin town centre,2,yes")).states == {"new": 1}
    other = table("05/11/2024 16:00,17:00,18:00,Hitchin town centre,2,yes")
    assert run(force, other).problems == {"question": 1}
    assert run(force, other, answers={"night_time": "ignore"}).totals["patrol_minutes"] == 120


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [("15", "300", 165), ("0", "300", 180), ("2200", "15", 135), ("15", "06:00", 900), ("2345", "5", 20)],
)
def test_small_numbers_beside_figures_are_minutes_after_midnight(force, start, end, minutes):
    assert run(force, table(f"06/11/2024,{start},{end},Hitchin town centre,1,yes")).totals["patrol_minutes"] == minutes


def test_small_numbers_beside_figures_and_clock_times_are_a_question(force):
    rows = table("06/11/2024,15,300,Hitchin town centre,1,yes", "07/11/2024,22:00,2300,Hitchin town centre,1,yes")
    assert run(force, rows).problems == {"question": 1}
    assert run(force, rows, answers={"small_numbers": "minutes"}).totals["patrol_minutes"] == 165 + 60
    assert run(force, rows, answers={"small_numbers": "hours"}).totals["patrol_minutes"] == 720 + 60


WITHIN = ((date(2024, 4, 1), date(2027, 3, 31)),)


def test_years_of_two_figures_are_those_of_a_programme():
    assert parse_date("01/11/26", WITHIN) == date(2026, 11, 1)
    assert parse_moment("01/11/26 22:00", WITHIN).day == date(2026, 11, 1)
    for text, code in (
        ("31/11/26", "date_not_real"),
        ("01/11/23", "date_short_year"),
        ("01/11/026", "date_short_year"),
    ):
        with pytest.raises(DomainError) as refused:
            parse_date(text, WITHIN)
        assert refused.value.code == code


def test_hours_after_midnight_are_for_a_finish_only():
    assert (parse_finish("24:00").clock, parse_finish("30:00").clock) == (time(0), time(6))
    with pytest.raises(DomainError):
        parse_moment("24:00")


def test_spaces_that_nobody_sees_are_no_part_of_a_date_time_or_count(force):
    row = "12\xa0November\u202f2024,\u200b10\xa0pm,6am\xa0,Hitchin town centre,2\u200b,yes"
    assert run(force, table(row)).totals["patrol_minutes"] == 2 * 480


# --- counts -------------------------------------------------------------------------------------------------------


def test_whole_numbers_may_have_zeros_behind_the_point():
    assert (parse_count("2.0"), parse_count("10.00"), parse_count("")) == (2, 10, None)
    for text in ("2.5", "2.", "1.0.0", "2.05", "1" * 50_000 + ".0"):
        with pytest.raises(DomainError):
            parse_count(text)


ARRESTS = "Date,Start,Finish,Area,Officers,PCSOs,Arrests,Stop searches,Weapons"


@pytest.mark.parametrize("nil", ["nil", "NIL", "-", "–", "n/a", "None"])
def test_nil_is_asked_about_once_for_the_file(force, nil):
    rows = table(f"12/11/2024,22:00,06:00,Hitchin town centre,2,{nil},{nil},1,{nil}", headers=ARRESTS)
    assert run(force, rows).problems == {"question": 3}
    assert run(force, rows, answers={"nil_is_zero": True}).states == {"new": 1}
    assert run(force, rows, answers={"nil_is_zero": False}).states == {"new": 1}


def test_nil_is_a_zero_or_as_good_as_blank(force):
    rows = table("12/11/2024,22:00,06:00,Hitchin town centre,2,,nil,nil,nil", headers=ARRESTS)
    assert run(force, rows, answers={"nil_is_zero": True}).states == {"new": 1}
    assert run(force, rows, answers={"nil_is_zero": False}).states == {"error": 1}


def test_a_blank_row_with_a_number_that_nobody_chose_is_not_nothing(force):
    headers = ARRESTS + ",Dispersals"
    blank = "12/11/2024,22:00,06:00,Hitchin town centre,2,,,,"
    answers = {"blank_is_nothing": True}
    assert run(force, table(f"{blank},0", headers=headers), answers=answers).states == {"new": 1}
    assert run(force, table(f"{blank},2", headers=headers), answers=answers).states == {"error": 1}


def test_hours_are_compared_and_a_difference_is_a_warning(force):
    headers = HEADERS + ",Hrs"
    for hours, warnings in (("16", 0), ("16.0", 0), ("8hrs", 0), ("15", 1), ("many", 1)):
        assert run(force, table(f"{ROW},{hours}", headers=headers)).problems["warning"] == warnings


# --- names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spelling",
    [
        "Hitchin\xa0town centre",
        "Hitchin  town centre",
        "HITCHIN town centre\u200b",
        "Ｈitchin town centre",
    ],
)
def test_areas_are_known_whatever_their_spaces_and_capitals(force, spelling):
    assert run(force, table(ROW.replace("Hitchin town centre", spelling))).states == {"new": 1}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bishop’s Stortford", "bishop's stortford"),
        ("Stoke–on—Trent", "Stoke-on-Trent"),
        ("Lly\u0302n", "Llŷn"),
        ("Bishop´s", "Bishop's"),
    ],
)
def test_quotes_dashes_and_accents_are_alike(one, other):
    assert plain_name(one) == plain_name(other)


def test_a_spelling_is_matched_once_and_the_closest_names_come_first(force):
    rows = table(ROW.replace("Hitchin town centre", "Hitchen town  centre"))
    assert [name for _, name, _ in errors(run(force, rows))] == ["area"]
    answers = {"areas": {"hitchen town centre": force.hitchin.pk}}
    assert run(force, rows, answers=answers).states == {"new": 1}
    assert AreaNames(force.adam, {}).close("Hitchen town centre")[0] == force.hitchin


def test_a_spelling_is_not_matched_with_an_area_that_is_not_there(force):
    rows = table(ROW.replace("Hitchin town centre", "Atlantis"))
    assert run(force, rows, answers={"areas": {"Atlantis": 999_999}}).states == {"error": 1}


# --- the table in the file ----------------------------------------------------------------------------------------

TITLES = "Hotspot patrol log 2024/25 - OFFICIAL,,,,,\r\nOwner: Insp. Bloggs,,,,,\r\n,,,,,\r\n"


def test_titles_above_the_headers_and_the_number_of_every_row(force):
    with open_table(io.BytesIO((TITLES + table(ROW)).encode())) as found:
        assert (found.header_row, found.headers[0]) == (4, "Date")
        assert [number for number, _ in found.rows] == [5]
        assert found.preview[0] == (1, ["Hotspot patrol log 2024/25 - OFFICIAL", "", "", "", "", ""])
    assert run(force, TITLES + table(ROW)).states == {"new": 1}


def test_the_header_row_can_be_chosen():
    content = b"Date,Area\r\n1,2\r\nNight,Place\r\n3,4\r\n"
    _, headers, rows = read(content, header_row=3)
    assert (headers, rows) == (["Night", "Place"], [(4, ["3", "4"])])
    assert refusal(content, header_row=9) == "file_header_row"


def test_a_row_of_groups_fills_gaps_and_tells_equal_headers_apart():
    content = b"Date,,Patrol,,Break,\r\n,Area,From,To,From,To\r\n1,2,3,4,5,6\r\n"
    assert read(content)[1] == ["Date", "Area", "Patrol From", "Patrol To", "Break From", "Break To"]


@pytest.mark.django_db
def test_known_headers_are_what_to_go_by():
    rows = [(1, ["Some words", "of", "introduction", "here", "and", "more"]), (2, ["Date", "Area", "", "", "", ""])]
    known = COLUMNS["shifts"]()
    assert guess_header_row(rows) == 1
    assert guess_header_row(rows, lambda row: len(recognise(row, known))) == 2


def test_totals_are_told_from_records():
    assert looks_like_total(["TOTAL", "", "67"])
    assert looks_like_total(["", "Grand total:", "67"])
    assert not looks_like_total(["01/11/26", "Totalling lane"])
    assert not looks_like_total([])


def test_rows_that_are_left_out_are_left_out(force):
    rows = table(ROW, "TOTAL,,,,2,")
    assert run(force, rows).states == {"new": 1, "error": 1}
    assert run(force, rows, answers={"left_out_rows": [3]}).states == {"new": 1, "left_out": 1}


@pytest.mark.parametrize("head", ["sep=;\r\n", "SEP=;\n", '"sep=;"\r\n', "\ufeffsep=;\r\n"])
def test_a_line_for_excel_says_the_separator_and_is_no_row(head):
    how, headers, rows = read((head + "a;b,c\r\n1;2\r\n").encode())
    assert (how.delimiter, headers, rows) == (";", ["a", "b,c"], [(2, ["1", "2"])])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_separators_below_a_title_with_commas(delimiter):
    lines = ["Hotspots, 2024", delimiter.join(["Date", "Area", "Notes"]), delimiter.join(["1/11/2024", "Hitchin", "x"])]
    how, headers, _ = read("\n".join(lines).encode())
    assert (how.delimiter, headers) == (delimiter, ["Date", "Area", "Notes"])


# --- workbooks ----------------------------------------------------------------------------------------------------

HIDDEN_ROW = '<table:table-row table:visibility="collapse">'
BOOK = {"Old": [["Old", "Sheet"], ["x", "y"]], "Log": [HEADERS.split(","), ["a", "b", "c", "d", 2, "yes"]]}


def test_a_hidden_sheet_is_not_the_default():
    book = repacked(xlsx(BOOK), "xl/workbook.xml", '<sheet name="Old"', '<sheet name="Old" state="hidden"')
    how, headers, _ = read(book)
    assert (how.sheet, how.sheets, how.hidden_sheets) == ("Log", ("Old", "Log"), ("Old",))
    assert headers[0] == "Date"
    assert read(book, sheet="Old")[1] == ["Old", "Sheet"]


def test_hidden_rows_and_columns_are_counted():
    cols = '<cols><col min="2" max="3" hidden="1"/><col min="9" max="16384" hidden="1"/></cols><sheetData>'
    book = repacked(xlsx(BOOK), "xl/worksheets/sheet2.xml", "<sheetData>", cols)
    book = repacked(book, "xl/worksheets/sheet2.xml", '<row r="2">', '<row r="2" hidden="1">')
    how, _, rows = read(book, sheet="Log")
    assert (how.hidden_rows, how.hidden_columns, len(rows)) == (1, 2, 1)


def test_hidden_rows_of_an_open_document_are_counted():
    book = repacked(ods([["a", "b"], [1, 2]]), "content.xml", "<table:table-row>", HIDDEN_ROW)
    how, _, rows = read(book)
    assert (how.hidden_rows, len(rows)) == (2, 1)


def test_a_sheet_that_begins_in_another_column_keeps_its_places():
    assert read(xlsx({"A": [[None, "a", "b"], [None, 1, 2]]}))[1:] == (["", "a", "b"], [(2, ["", "1", "2"])])


def test_names_of_parts_with_backslashes_are_read():
    with zipfile.ZipFile(io.BytesIO(xlsx(BOOK))) as archive:
        parts = {name.replace("/", "\\"): archive.read(name) for name in archive.namelist()}
    assert read(packed(parts), sheet="Log")[1][0] == "Date"


@pytest.mark.parametrize(
    "part", ["xl/customProperty1.bin", "xl/printerSettings/printerSettings1.bin", "xl/model/item.bin"]
)
def test_a_binary_part_is_not_a_macro(part):
    assert read(xlsx(BOOK, **{part: b"\0\1"}), sheet="Log")[1][0] == "Date"


def test_a_binary_workbook_is_refused_by_its_name():
    assert refusal(packed({"xl/workbook.bin": b"x", "xl/vbaProject.bin": b"x"})) in {"file_xlsb", "file_macros"}
    assert refusal(packed({"xl/workbook.bin": b"x", "[Content_Types].xml": "<Types/>"})) == "file_xlsb"


# --- all of it ----------------------------------------------------------------------------------------------------

FORCE = """HERTFORDSHIRE CONSTABULARY – HOTSPOT PATROLS,,,,,,,,,,,
Return for November 2024,,,,,,,,,,,
,,,,,,,,,,,
,,,Patrol,,,Outcomes,,,,,
Date,Location,Sgt,Times,Crew,Hrs,Arrests,S&S,Weapons,ASB powers,CPW,Comments
01/11/24,Hitchin Town Centre,PS 1234 Brown,22:00-03:00,"2 x PC, 1 x PCSO",15,1,2,,3,,Wet night
02/11/24,Hitchen town centre,PS 1234 Brown,2200 - 0300,2 x PC,10,,,,,,quiet
03/11/24,Letchworth,PS 1234 Brown,18:00-22:00,"1 x PC, 1 x PCSO",8,0,1,0,0,0,
4/11/24,Letchworth TC,,6pm-10pm,2 PCSO,8,,,,2,1,
05/11/24,Hitchin town centre,PS 77,20:00 to 00:00,1PC 2SC,12,nil,nil,nil,nil,nil,
,,,,,,,,,,,
31/11/24,Hitchin town centre,PS 77,20:00-23:00,2xPC,6,1,,,,,
07/11/24,Hitchin town centre,PS 77,21:00-01:00,"PC 1234, PC 5678",8,-,-,-,1,,
TOTAL,,,,,67,3,3,0,6,1,
"""


def force_as_xlsx() -> bytes:
    rows = [[cell or None for cell in row] for row in csv.reader(io.StringIO(FORCE))]
    return xlsx({"Nov 24": [[cell.replace("&", "&amp;") if cell else None for cell in row] for row in rows]})


@pytest.mark.parametrize(
    "content", [FORCE.replace("\n", "\r\n").encode("cp1252"), force_as_xlsx()], ids=["csv", "xlsx"]
)
def test_a_file_that_a_force_keeps_has_one_error_after_its_answers(force, content):
    with open_table(io.BytesIO(content)) as found:
        assert found.header_row == 5
        columns = recognise(found.headers, COLUMNS["shifts"]()) | {"asb_other": found.headers.index("ASB powers")}
    assert columns.keys() >= {"night", "area", "times", "crew_text", "patrol_hours", "stop_searches", "asb_cpw", "note"}
    areas = {"Hitchen town centre": force.hitchin.pk, "Letchworth TC": force.letchworth.pk}
    answers = {"areas": areas, "nil_is_zero": True, "blank_is_nothing": True, "left_out_rows": [14]}
    findings = run(force, content, columns=columns, answers=answers)
    assert [(row, name) for row, name, _ in errors(findings)] == [(12, "night")]
    assert findings.listed[0]["message"] == "This date does not exist."
    assert findings.states == {"new": 6, "error": 1, "left_out": 1}
    assert findings.totals["patrol_minutes"] == (15 + 10 + 8 + 8 + 12 + 8) * 60
    assert findings.problems["warning"] == 0
