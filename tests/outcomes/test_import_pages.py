"""Importing by page: upload, columns, check, confirm, report."""

import re
import tracemalloc
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hotspot.core.jobs import operations as jobs
from hotspot.core.jobs import tasks
from hotspot.core.models import Job, StoredFile
from outcomes.models import FileImport, RememberedColumns
from patrols.models import PatrolShift
from tests import factories
from tests.outcomes.imports import AT, FIRST, HEADERS, SECOND, text

NEW = "/manage/import/new/"
CLOCKS_WENT_BACK = FIRST.replace("11/10/2024,22:00,06:00", "26/10/2024,22:00,01:30")


@pytest.fixture
def adam(force, now, as_user) -> Client:
    now.move_to(AT)
    return as_user(force.adam)


def upload(browser: Client, content: str | bytes, *, name="shifts.csv", kind="shifts"):
    data = content.encode() if isinstance(content, str) else content
    return browser.post(NEW, {"kind": kind, "file": SimpleUploadedFile(name, data)})


def uploaded(browser: Client, content: str | bytes, **more) -> str:
    """The address of the import, after a good upload."""
    response = upload(browser, content, **more)
    assert response.status_code == 302, response.context["form"].errors
    return response["Location"].removesuffix("columns/")


def shown(browser: Client, path: str) -> dict[str, str]:
    """What the columns page would send."""
    form = browser.get(f"{path}columns/").context["form"]
    return {name: value for name in form.fields if (value := form[name].value()) and value is not True}


def check(browser: Client, path: str, **changes) -> str:
    """Have it checked with the columns as they were recognised, and give the page."""
    response = browser.post(f"{path}columns/", shown(browser, path) | changes)
    assert (response.status_code, response.get("Location")) == (302, path)
    tasks.run_waiting_jobs()
    return browser.get(path).content.decode()


def confirm(browser: Client, path: str, **sent):
    response = browser.post(f"{path}confirm/", sent)
    tasks.run_waiting_jobs()
    return response


def error_of(response) -> str:
    assert response.status_code == 422
    return str(response.context["form"].errors)


def test_from_upload_to_report(force, adam):
    path = uploaded(adam, text(FIRST, SECOND))
    page = check(adam, path)
    for words in ("Nothing is written yet", "2 shifts", "28 hours", "10pm to 6am", "2 police officers, 1 PCSO"):
        assert words in page
    assert not PatrolShift.objects.exists()
    assert confirm(adam, path)["Location"] == path
    report = adam.get(path).content.decode()
    assert "Imported" in report
    assert "2 shifts" in report
    assert PatrolShift.objects.count() == 2
    assert "shifts.csv" in adam.get("/manage/import/").content.decode()


def test_the_history_of_a_shift_says_that_it_was_imported(force, adam):
    path = uploaded(adam, text(FIRST))
    check(adam, path)
    confirm(adam, path)
    page = adam.get(f"/shifts/{PatrolShift.objects.get().pk}/").content.decode()
    assert "Reason: Imported from shifts.csv" in page
    assert "by Adam Admin" in page


def test_columns_are_recognised_and_can_be_changed(force, adam):
    path = uploaded(adam, text(FIRST).replace("Finish", "Zzz"))
    page = adam.get(f"{path}columns/").content.decode()
    assert "11/10/2024" in page
    sent = shown(adam, path)
    assert (sent["column_0"], sent["column_3"], "column_2" in sent) == ("night", "area", False)
    assert "Choose which columns are: Finish" in error_of(adam.post(f"{path}columns/", sent))
    twice = adam.post(f"{path}columns/", sent | {"column_2": "start"})
    assert "cannot both be this" in error_of(twice)
    assert "1 shift" in check(adam, path, column_2="end")


def test_the_choice_is_remembered_for_these_headers(force, adam):
    path = uploaded(adam, text(FIRST).replace("Finish", "Zzz"))
    check(adam, path, column_2="end")
    again = uploaded(adam, text(SECOND).replace("Finish", "ZZZ"))
    assert shown(adam, again)["column_2"] == "end"
    assert RememberedColumns.objects.count() == 1


def test_cp1252_is_shown_and_has_to_be_confirmed(force, adam):
    force.hitchin.name = "Bishop’s Stortford"
    force.hitchin.save()
    content = text(FIRST.replace("Hitchin town centre", "Bishop’s Stortford")).encode("cp1252")
    assert b"Bishop\x92s" in content
    path = uploaded(adam, content)
    page = adam.get(f"{path}columns/").content.decode()
    assert "Bishop’s Stortford" in page
    assert "Windows (CP1252)" in page
    assert "confirm them" in error_of(adam.post(f"{path}columns/", shown(adam, path)))
    assert "1 shift" in check(adam, path, reads_right="on")


def test_cp1252_is_not_asked_about_where_no_word_of_the_table_shows_it(force, adam):
    content = "Herefordshire – patrols,,,\r\n".encode("cp1252") + text(FIRST).encode()
    path = uploaded(adam, content)
    page = adam.get(f"{path}columns/").content.decode()
    assert "Windows (CP1252)" in page
    assert "spelt right" not in page
    assert "1 shift" in check(adam, path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\r\n\r\n", "empty"),
        (HEADERS.encode(), "no rows below its headers"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "must be a CSV, XLSX or ODS file"),
        (b"\x00\x01\x02\x03" * 50, "must be a CSV, XLSX or ODS file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "protected by a password or is an old XLS"),
        (b"PK\x03\x04nothing more", "damaged"),
        (b"a,b\n" + b'"' + b"x" * 200_000 + b'",1\n', "damaged"),
        (b"x" * 5_000_001, "smaller than 5 MB"),
    ],
)
def test_what_is_no_table_is_refused_in_plain_words(force, adam, content, said):
    assert said in error_of(upload(adam, content))
    assert not FileImport.objects.exists()
    assert not StoredFile.objects.exists()


def test_too_many_rows_are_refused(force, adam):
    assert "more than 20,000 rows" in error_of(upload(adam, "a,b\n" + "1,2\n" * 20_001))


def test_a_million_rows_are_refused_in_little_memory(force, adam):
    content = b"a,b\n" + b"1,2\n" * 1_000_000
    tracemalloc.start()
    try:
        refusal = error_of(upload(adam, content))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "more than 20,000 rows" in refusal
    assert most < 100_000_000


def test_errors_stop_it_and_can_be_downloaded(force, adam):
    path = uploaded(adam, text(FIRST.replace("Hitchin town centre", "Atlantis"), SECOND))
    page = check(adam, path)
    assert "Nothing can be imported while a row has an error" in page
    assert "“Atlantis”, in 1 row" in page
    assert "Import 1 shift" not in page
    assert f'href="{path}problems.csv"' in page
    response = adam.get(f"{path}problems.csv")
    assert '2,D2,Area,Atlantis,"There is no hotspot area' in response.content.decode("utf-8-sig")
    assert re.fullmatch(r'attachment; filename="problems-\d+\.csv"', response["Content-Disposition"])
    assert "sandbox" in response["Content-Security-Policy"]
    assert "Put the errors right first" in error_of(adam.post(f"{path}confirm/"))
    tasks.run_waiting_jobs()
    assert not PatrolShift.objects.exists()


def test_five_hundred_errors_fit_on_a_page(force, adam):
    path = uploaded(adam, text(*[FIRST.replace("22:00", "x" * 150)] * 500))
    page = check(adam, path)
    assert "The first 100 of 500 things to look at" in page
    assert len(page) < 1_000_000
    assert adam.get(f"{path}problems.csv").content.decode().count("\r\n") == 501


def test_conflicts_are_left_out_only_when_the_administrator_says_so(force, adam):
    first = uploaded(adam, text(FIRST))
    check(adam, first)
    confirm(adam, first)
    path = uploaded(adam, text(FIRST.replace(",1,0,,3,", ",2,0,,3,"), SECOND))
    page = check(adam, path)
    assert "has 1, this row 2" in page
    assert "Select that these rows are left out" in error_of(adam.post(f"{path}confirm/"))
    confirm(adam, path, with_conflicts="on")
    assert PatrolShift.objects.count() == 2


def test_warnings_are_read_before_they_are_kept(force, adam):
    path = uploaded(adam, text(FIRST.replace("06:00", "13:00")))
    assert "longer than 12 hours" in check(adam, path)
    assert "Read the warnings" in error_of(adam.post(f"{path}confirm/"))
    confirm(adam, path, warnings_read="on")
    assert PatrolShift.objects.get().doubts_reason == "Imported from shifts.csv"


def test_times_that_happened_twice_are_asked_about(force, adam):
    path = uploaded(adam, text(CLOCKS_WENT_BACK, CLOCKS_WENT_BACK.replace("Hitchin town centre", "Letchworth")))
    page = check(adam, path)
    assert "Before or after the clocks went back?" in page
    assert "Row 2: Finish 01:30" in page
    response = adam.post(f"{path}answer/", {"everywhere": "before", "cell_3_end": "after"})
    assert response["Location"] == path
    tasks.run_waiting_jobs()
    confirm(adam, path)
    minutes = PatrolShift.objects.order_by("area__name").values_list("area__name", "clock_minutes")
    assert dict(minutes) == {"Hitchin town centre": 210, "Letchworth": 270}


def test_a_file_with_nothing_new_offers_nothing_to_import(force, adam):
    first = uploaded(adam, text(FIRST))
    check(adam, first)
    confirm(adam, first)
    page = check(adam, uploaded(adam, text(FIRST)))
    assert "nothing new in this file" in page
    assert "confirm/" not in page


def test_pressing_import_twice_imports_once(force, adam):
    path = uploaded(adam, text(FIRST))
    check(adam, path)
    for _ in range(2):
        assert adam.post(f"{path}confirm/")["Location"] == path
    tasks.run_waiting_jobs()
    assert adam.post(f"{path}confirm/")["Location"] == path
    assert PatrolShift.objects.count() == Job.objects.filter(kind="write_import").count() == 1


def test_what_changed_since_the_check_stops_the_import(force, adam):
    path = uploaded(adam, text(FIRST))
    check(adam, path)
    force.hitchin.name = "Hitchin market place"
    force.hitchin.save()
    confirm(adam, path)
    page = adam.get(path).content.decode()
    assert "Nothing was imported: 1 row cannot be" in page
    assert "Go back to the columns" in page
    assert not PatrolShift.objects.exists()
    assert adam.get(f"{path}columns/").status_code == 200


def test_a_second_import_of_the_same_file_finds_what_the_first_wrote(force, adam, as_user):
    other = as_user(factories.UserFactory(role="administrator"))
    paths = [uploaded(browser, text(FIRST, SECOND)) for browser in (adam, other)]
    for browser, path in zip((adam, other), paths, strict=True):
        check(browser, path)
    for browser, path in zip((adam, other), paths, strict=True):
        browser.post(f"{path}confirm/")
    tasks.run_waiting_jobs()
    assert PatrolShift.objects.count() == 2
    results = Job.objects.filter(kind="write_import").order_by("pk").values_list("result__states", flat=True)
    assert list(results) == [{"new": 2}, {"existing": 2}]


def test_another_administrators_import_is_unknown(force, adam, as_user):
    path = uploaded(adam, text(FIRST))
    check(adam, path)
    other = as_user(factories.UserFactory(role="administrator"))
    for end in ("", "columns/", "problems.csv"):
        assert other.get(path + end).status_code == 404
    for end in ("columns/", "answer/", "confirm/"):
        assert other.post(path + end).status_code == 404


def test_progress_is_shown_while_it_is_checked(force, adam):
    path = uploaded(adam, text(FIRST))
    adam.post(f"{path}columns/", shown(adam, path))
    assert "Queued" in adam.get(path).content.decode()
    jobs.claim(at=datetime.now(AT.tzinfo))
    Job.objects.update(done=500, total=20_000)
    assert "500 of 20,000 rows" in adam.get(path).content.decode()


def test_a_file_whose_week_is_over_is_asked_for_again(force, adam):
    path = uploaded(adam, text(FIRST))
    StoredFile.objects.update(content=b"")
    assert adam.get(f"{path}columns/")["Location"] == NEW


def test_semicolons_are_found(force, adam):
    path = uploaded(adam, text(FIRST).replace(",", ";"))
    assert "semicolons between the columns" in adam.get(f"{path}columns/").content.decode()
    assert "1 shift" in check(adam, path)


def test_outcomes_come_by_page_too(force, adam):
    path = uploaded(adam, text(FIRST))
    check(adam, path)
    confirm(adam, path)
    shift = PatrolShift.objects.get()
    path = uploaded(adam, f"Outcome,Shift,Reference\r\nArrest,{shift.reference},A1\r\n", kind="outcomes")
    page = check(adam, path)
    assert "1 outcome" in page
    assert shift.reference in page
    confirm(adam, path)
    assert "1 outcome" in adam.get(path).content.decode()
    assert shift.arrests.get().reference == "A1"
