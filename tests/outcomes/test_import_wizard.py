"""The pages of an import on a spreadsheet as a force really keeps it: every question is asked there, and once."""

import csv
import io
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from xlsxwriter import Workbook

from hotspot.core.jobs import tasks
from hotspot.core.table_files.columns import recognise
from outcomes.imports.pipeline import COLUMNS
from outcomes.imports.templates import template_columns
from outcomes.models import AreaSpelling, FileImport, RememberedColumns
from patrols.models import PatrolShift
from tests import factories
from tests.outcomes.imports import AT, FIRST, HEADERS, SECOND, text

pytestmark = pytest.mark.slow

NEW = "/manage/import/new/"
FORCE = Path(__file__).parents[1] / "cases" / "force.csv"
# What has to be said about force.csv by hand; the other headers are recognised.
MAPPED = {"column_9": "asb_other"}
ERROR, TOTAL = "12", "14"


@pytest.fixture
def adam(force, now, as_user) -> Client:
    now.move_to(AT)
    return as_user(force.adam)


def uploaded(browser: Client, content: bytes | str, *, name="shifts.csv", kind="shifts") -> str:
    """The address of the import."""
    data = content.encode() if isinstance(content, str) else content
    response = browser.post(NEW, {"kind": kind, "file": SimpleUploadedFile(name, data)})
    assert response.status_code == 302, response.context["form"].errors
    return response["Location"].removesuffix("columns/")


def shown(browser: Client, path: str) -> dict[str, str]:
    """What the columns page would send."""
    form = browser.get(f"{path}columns/").context["form"]
    return {name: value for name in form.fields if (value := form[name].value()) and value is not True}


def check(browser: Client, path: str, **changes) -> str:
    response = browser.post(f"{path}columns/", shown(browser, path) | changes)
    assert response.status_code == 302, response.context["form"].errors
    tasks.run_waiting_jobs()
    return browser.get(path).content.decode()


def questions(browser: Client, path: str):
    return browser.get(path).context["questions"]


def answer(browser: Client, path: str, **sent) -> str:
    assert browser.post(f"{path}answer/", sent)["Location"] == path
    tasks.run_waiting_jobs()
    return browser.get(path).content.decode()


def confirm(browser: Client, path: str, **sent):
    response = browser.post(f"{path}confirm/", sent)
    tasks.run_waiting_jobs()
    return response


def result(path: str) -> dict:
    found = FileImport.objects.select_related("checked", "written").get(pk=path.split("/")[-2])
    job = found.written or found.checked
    assert job.state == "done", job.error
    return job.result


def areas_of(form) -> dict[str, str]:
    """The name of the field for each spelling that is asked about."""
    labels = {name: field.label for name, field in form.fields.items() if name.startswith("area_")}
    return {re.search("“(.*)”", label)[1]: name for name, label in labels.items()}


def test_a_forces_own_spreadsheet_comes_in_after_one_mapping_that_is_remembered(force, adam):
    force.letchworth.name = "Letchworth town centre"
    force.letchworth.save()
    factories.HotspotAreaFactory(name="Royston town centre", district=force.north_herts)
    content = FORCE.read_bytes()
    path = uploaded(adam, content, name="force.csv")
    assert adam.get(f"{path}columns/").context["found"].header_row == 5
    check(adam, path, blank_is_nothing="on", reads_right="on", **MAPPED)
    asked = questions(adam, path)
    spelt = areas_of(asked)
    assert set(spelt) == {"Hitchen town centre", "Letchworth", "Royston TC"}
    assert {"nil_is_zero", "left_out"} <= set(asked.fields)
    closest = {spelling: asked.fields[name].choices[1][1][0][1] for spelling, name in spelt.items()}
    assert closest["Hitchen town centre"].startswith("Hitchin town centre")
    areas = {spelt[spelling]: asked.fields[spelt[spelling]].choices[1][1][0][0] for spelling in spelt}
    page = answer(adam, path, nil_is_zero="yes", left_out=[TOTAL], **areas)
    assert result(path)["states"] == {"new": 6, "error": 1, "left_out": 1}
    assert "This date does not exist" in page
    page = answer(adam, path, nil_is_zero="yes", left_out=[TOTAL, ERROR])
    assert result(path)["states"] == {"new": 6, "left_out": 2}
    response = confirm(adam, path, warnings_read="on")
    assert response.status_code == 422
    assert "Confirm that “Sgt” is left out" in response.content.decode()
    confirm(adam, path, warnings_read="on", unmapped_2="on")
    assert PatrolShift.objects.count() == 6
    assert "2 rows" in adam.get(path).content.decode()

    again = uploaded(adam, content.replace(b"/11/24", b"/10/24"), name="october.csv")
    check(adam, again, reads_right="on", blank_is_nothing="on")
    assert result(again)["states"] == {"new": 7, "error": 1}
    answer(adam, again, left_out=[TOTAL])
    assert result(again)["states"] == {"new": 7, "left_out": 1}


def test_a_column_with_values_has_to_be_acknowledged(force, adam):
    path = uploaded(adam, text(FIRST + ",yes,x", SECOND + ",no,", headers=HEADERS + ",Dog unit,Van"))
    page = check(adam, path)
    assert result(path)["unmapped"] == [
        {"place": 12, "header": "Dog unit", "values": 2},
        {"place": 13, "header": "Van", "values": 1},
    ]
    assert "Leave out “Dog unit”, which holds 2 values" in page
    assert confirm(adam, path, unmapped_12="on").status_code == 422
    assert not PatrolShift.objects.exists()
    confirm(adam, path, unmapped_12="on", unmapped_13="on")
    assert PatrolShift.objects.count() == 2


def test_a_column_that_is_said_to_count_nothing_is_not_asked_about_again(force, adam):
    content = text(FIRST + ",yes", headers=HEADERS + ",Dog unit")
    path = uploaded(adam, content)
    check(adam, path, column_12="ignored")
    assert result(path)["unmapped"] == []
    assert shown(adam, uploaded(adam, content))["column_12"] == "ignored"


@pytest.mark.parametrize(("cell", "error"), [("1", 1), ("0", 0), ("2.0", 1), ("one", 0), ("", 0)])
def test_a_row_with_a_number_in_an_unmapped_column_is_never_nothing_to_report(force, adam, cell, error):
    path = uploaded(adam, text(FIRST + ",", SECOND + f",{cell}", headers=HEADERS + ",Knives"))
    page = check(adam, path)
    assert result(path)["states"].get("error", 0) == error
    assert ("“Knives” holds" in page) == bool(error)
    check(adam, path, column_12="ignored")
    assert "error" not in result(path)["states"]


def test_rows_are_left_out_by_a_tick_and_reported(force, adam):
    path = uploaded(adam, text(FIRST, "Total,,,,2,1,1,0,0,3,,", SECOND.replace("12/10/2024", "31/11/2024")))
    check(adam, path)
    offered = dict(questions(adam, path).fields["left_out"].choices)
    assert set(offered) == {3, 4}
    assert offered[3] == "Row 3: Total · 2 · 1 · 1 · 0 · 0 · 3"
    assert questions(adam, path)["left_out"].value() == [3]
    answer(adam, path, left_out=["3"])
    assert result(path)["states"] == {"new": 1, "error": 1, "left_out": 1}
    answer(adam, path, left_out=["3", "4"])
    assert result(path)["states"] == {"new": 1, "left_out": 2}
    confirm(adam, path)
    page = adam.get(path).content.decode()
    assert "Row 3: Total · 2 · 1 · 1 · 0 · 0 · 3" in page
    assert "Row 4: 31/11/2024" in page
    assert PatrolShift.objects.count() == 1


def test_a_row_that_was_left_out_can_be_taken_in_again(force, adam):
    path = uploaded(adam, text(FIRST, SECOND.replace("LETCHWORTH", "Nowhere else")))
    check(adam, path)
    answer(adam, path, left_out=[])
    FileImport.objects.update(answers={"left_out_rows": [2]})
    answer(adam, path, left_out=["2"])
    assert questions(adam, path)["left_out"].value() == [2]
    answer(adam, path)
    assert "left_out" not in result(path)["states"]


def test_an_unknown_name_is_asked_once_remembered_and_can_be_forgotten(force, adam):
    wrong = SECOND.replace("LETCHWORTH", "Letch. TC")
    path = uploaded(adam, text(wrong, wrong.replace("12/10", "13/10")))
    page = check(adam, path)
    assert page.count("“Letch. TC”, in 2 rows") == 1
    (name,) = areas_of(questions(adam, path)).values()
    answer(adam, path, **{name: force.letchworth.pk})
    assert result(path)["states"] == {"new": 2}
    again = uploaded(adam, text(wrong.replace("12/10", "14/10")))
    check(adam, again)
    assert result(again)["states"] == {"new": 1}
    found = AreaSpelling.objects.get()
    assert "Letch. TC" in adam.get("/manage/import/names/").content.decode()
    adam.post(f"/manage/import/names/{found.pk}/", {f"name-{found.pk}-area": force.hitchin.pk})
    found.refresh_from_db()
    assert found.area == force.hitchin
    adam.post(f"/manage/import/names/{found.pk}/", {f"name-{found.pk}-area": ""})
    assert not AreaSpelling.objects.exists()
    check(adam, again)
    assert result(again)["states"] == {"error": 1}


def test_names_are_matched_for_files_of_one_shape_only(force, adam):
    AreaSpelling.objects.create(fingerprint="f" * 64, spelling="Letch", area=force.letchworth, file_name="other.csv")
    path = uploaded(adam, text(SECOND.replace("LETCHWORTH", "Letch")))
    check(adam, path)
    assert result(path)["states"] == {"error": 1}


def test_the_header_row_is_guessed_and_can_be_chosen(force, adam):
    path = uploaded(adam, "Patrols,,\r\nHertfordshire,,\r\n" + text(FIRST))
    page = adam.get(f"{path}columns/")
    assert page.context["found"].header_row == 3
    assert page.content.decode().count('name="header_row"') == 4
    adam.post(f"{path}columns/", {"choice": "header_row", "header_row": "2"})
    assert adam.get(f"{path}columns/").context["found"].header_row == 2
    adam.post(f"{path}columns/", {"choice": "header_row", "header_row": "3"})
    check(adam, path)
    assert result(path)["states"] == {"new": 1}


def test_a_header_row_that_was_chosen_is_found_in_the_next_file(force, adam):
    content = "Date,Start,Area\r\nWann,Von,Bis,Wo,Beamte,Ruhig\r\n11/10/2024,22:00,06:00,Hitchin town centre,2,yes\r\n"
    path = uploaded(adam, content)
    adam.post(f"{path}columns/", {"choice": "header_row", "header_row": "2"})
    columns = ("night", "start", "end", "area", "crew_police_officer", "nothing_to_report")
    check(adam, path, **{f"column_{place}": name for place, name in enumerate(columns)})
    assert result(path)["states"] == {"new": 1}
    again = uploaded(adam, "Title\r\n\r\n" + content)
    assert adam.get(f"{again}columns/").context["found"].header_row == 4
    check(adam, again)
    assert result(again)["states"] == {"new": 1}


def test_nil_is_asked_once_and_remembered(force, adam):
    content = text(FIRST.replace(",1,0,,3,", ",nil,-,nil,3,"))
    path = uploaded(adam, content)
    page = check(adam, path)
    assert page.count("What do cells with “nil” or “-” mean?") == 1
    answer(adam, path, nil_is_zero="yes")
    assert result(path)["states"] == {"new": 1}
    again = uploaded(adam, content)
    check(adam, again)
    assert result(again)["states"] == {"new": 1}


def test_small_numbers_are_asked_about(force, adam):
    path = uploaded(adam, text(FIRST.replace("22:00,06:00", "15,5:00"), SECOND.replace("10pm,2am", "2200,200")))
    assert "What are times of one or two figures?" in check(adam, path)
    answer(adam, path, small_numbers="hours")
    assert result(path)["states"] == {"new": 2}
    assert result(path)["sample"][0][2] == "3pm to 5am"


@pytest.mark.parametrize("end", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", ["shifts", "outcomes"])
def test_a_template_has_a_header_for_everything_and_imports_nothing_by_itself(force, adam, kind, end):
    content = adam.get(f"/manage/import/template/{kind}.{end}").content
    columns = template_columns(kind)
    recognised = recognise([column.label for column in columns], COLUMNS[kind]())
    assert recognised == {column.name: place for place, column in enumerate(columns)}
    path = uploaded(adam, content, name=f"template.{end}", kind=kind)
    check(adam, path)
    assert result(path)["states"] == {"error": 1}
    assert questions(adam, path)["left_out"].value() == [2]


def test_a_template_that_is_filled_in_imports(force, adam):
    content = adam.get("/manage/import/template/shifts.csv").content.decode("utf-8-sig")
    headers, example = csv.reader(io.StringIO(content))
    row = dict(zip(headers, example, strict=True)) | {"Night": "26/10/2024", "Note": ""}
    content += ",".join(row[header] for header in headers) + "\r\n"
    path = uploaded(adam, content)
    check(adam, path)
    answer(adam, path, left_out=["2"])
    assert result(path)["states"] == {"new": 1, "left_out": 1}
    confirm(adam, path)
    assert PatrolShift.objects.get().arrests.count() == 1


def test_hidden_sheets_are_marked_and_not_the_default(force, adam):
    file = io.BytesIO()
    with Workbook(file) as book:
        for name in ("Archive", "Patrols"):
            sheet = book.add_worksheet(name)
            for row, line in enumerate(text(FIRST, SECOND).split()):
                sheet.write_row(row, 0, line.split(","))
        sheet.activate()
        sheet.set_first_sheet()
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(9, 9, None, None, {"hidden": True})
        book.get_worksheet_by_name("Archive").hide()
    path = uploaded(adam, file.getvalue(), name="patrols.xlsx")
    page = adam.get(f"{path}columns/").content.decode()
    assert "on the sheet Patrols" in page
    assert "Archive (hidden)" in page
    assert "1 hidden row and 1 hidden column" in page
    assert "1 hidden row and 1 hidden column" in check(adam, path)


def test_what_was_remembered_about_the_rows_of_one_file_stays_with_it(force, adam):
    path = uploaded(adam, text(FIRST, SECOND))
    check(adam, path)
    FileImport.objects.update(answers={"left_out_rows": [3], "clock": "before", "nil_is_zero": True})
    answer(adam, path)
    assert set(RememberedColumns.objects.get().answers) == {"nil_is_zero"}


def test_spellings_that_are_compared_as_one_are_asked_about_as_one(force, adam):
    wrong = [SECOND.replace("LETCHWORTH", name) for name in ("Letch. TC", "LETCH.  TC", "x" * 201)]
    path = uploaded(adam, text(*wrong))
    check(adam, path)
    assert result(path)["spellings"] == [["Letch. TC", 2]]
    # Too long to be remembered: it is corrected in the file.
    assert [each["kind"] for each in result(path)["shown"]] == ["error"]


def test_every_row_that_is_left_out_can_be_taken_in_again_however_many_are_wrong(force, adam):
    path = uploaded(adam, text(*["x"] * 80, "Total,,,,2,,,,,,,"))
    check(adam, path)
    assert questions(adam, path)["left_out"].value() == [82]
    assert len(questions(adam, path).fields["left_out"].choices) == 51
