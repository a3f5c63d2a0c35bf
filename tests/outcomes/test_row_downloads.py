"""Downloading rows: who may, what comes with the file, what is noted, and how a download ends."""

import csv
import io
import time
from datetime import timedelta

import pytest
from django.db import DataError, InternalError, connection, transaction
from django.urls import reverse

from hotspot.core import tasks as core_tasks
from hotspot.core.advisory_locks import LockName, lock_each
from hotspot.core.exports import streaming, workbook
from hotspot.core.exports.columns import ExportColumn, Rows
from hotspot.core.exports.streaming import BrokenOff, CsvStream
from hotspot.core.jobs import operations as jobs
from hotspot.core.jobs import tasks as jobs_tasks
from hotspot.core.models import Disclosure, Job, StoredFile
from hotspot.core.permissions import Role
from outcomes.exports import operations as exporting
from outcomes.exports import views
from patrols.models import PatrolShift
from tests import factories

SHIFTS = reverse("outcomes:download_rows", args=("shifts",))
OUTCOMES = reverse("outcomes:download_rows", args=("outcomes",))


def numbers(last, column="id"):
    """A file of one column, made of the numbers from 1 on as they are wanted."""
    return Rows([ExportColumn("id", column)], f"FROM (SELECT generate_series(1, {last}) AS id) AS numbers", ())


@pytest.fixture
def anna(force, now, as_user):
    return as_user(force.anna)


# --- the page -----------------------------------------------------------------------------------------------------


def test_the_list_leads_to_both_files_with_its_filters(anna, hitchin_shift):
    page = anna.get("/shifts/?state=completed&since=2024-10-01&after=x").content.decode()
    assert page.count("Download ") == 0
    hitchin_shift()
    page = anna.get("/shifts/?state=completed&since=2024-10-01&after=x").content.decode()
    for path in (SHIFTS, OUTCOMES):
        assert f'href="{path}?state=completed&amp;since=2024-10-01"' in page


def test_the_page_says_how_many_and_which(anna, force, hitchin_shift):
    shift = hitchin_shift()
    hitchin_shift(state="voided")
    factories.ArrestFactory.create_batch(3, shift=shift)
    page = anna.get(f"{SHIFTS}?state=completed&area={force.hitchin.pk}").content.decode()
    assert "The file has 1 shift, one row each" in page
    assert "<li>Completed</li>" in page
    assert "<li>Hitchin town centre</li>" in page
    assert "The file has 3 outcomes, one row each" in anna.get(OUTCOMES).content.decode()
    assert "There is nothing to download" in anna.get(f"{OUTCOMES}?state=voided").content.decode()


def test_a_filter_that_makes_no_sense_downloads_nothing(anna, hitchin_shift):
    hitchin_shift()
    for method in (anna.get, anna.post):
        answer = method(f"{SHIFTS}?since=31-31-2024", {"format": "csv"} if method == anna.post else None)
        assert answer.status_code == 422
        assert "A filter in the address makes no sense" in answer.content.decode()
    assert not Disclosure.objects.exists()


def test_a_kind_of_file_is_chosen(anna, hitchin_shift):
    hitchin_shift()
    for sent in ({}, {"format": "exe"}):
        answer = anna.post(SHIFTS, {"x": "y", **sent})
        assert answer.status_code == 422
        assert "Select CSV or Excel" in answer.content.decode()


def test_there_are_two_files_and_no_third(anna):
    assert anna.get("/shifts/download/crew/").status_code == 404


def test_the_pccs_office_gets_nothing(force, now, as_user, hitchin_shift):
    hitchin_shift()
    paul = as_user(force.paul)
    for kind in ("csv", "xlsx"):
        assert paul.post(SHIFTS, {"format": kind}).status_code == 404
    assert not Job.objects.exists()
    assert not Disclosure.objects.exists()


def test_the_page_costs_the_same_however_many_there_are(anna, hitchin_shift, django_assert_num_queries):
    for _ in range(3):
        hitchin_shift()
    anna.get(SHIFTS)
    # Session and person, the counted shifts.
    with django_assert_num_queries(3):
        anna.get(SHIFTS)


# --- CSV ----------------------------------------------------------------------------------------------------------


def test_the_file_is_kept_and_not_shown_or_cached(anna, hitchin_shift):
    hitchin_shift()
    answer = anna.post(f"{SHIFTS}?state=completed", {"format": "csv"}, headers={"accept-encoding": "gzip, br"})
    content = answer.getvalue()
    assert answer.status_code == 200
    assert answer.streaming
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="official-sensitive-shifts-2024-10-12.csv"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store, private"
    assert "sandbox" in answer["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert content.startswith(b"\xef\xbb\xbfshift,state,day,")
    assert "Content-Encoding" not in answer


def test_who_takes_what_is_noted_and_cannot_be_changed(anna, force, hitchin_shift):
    hitchin_shift()
    answer = anna.post(f"{SHIFTS}?state=completed&after=x", {"format": "csv"})
    answer.getvalue()
    noted = Disclosure.objects.get()
    assert (noted.by, noted.role, noted.action) == (force.anna, "analyst", "download_csv")
    assert noted.detail == {"what": "shifts", "filters": "state=completed", "rows": 1}
    assert noted.request == answer["X-Request-ID"]
    for change in (noted.delete, noted.save, Disclosure.objects.all().delete):
        with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
            change()


def test_where_it_cannot_be_noted_nothing_is_handed_over(anna, hitchin_shift, monkeypatch):
    hitchin_shift()
    opened = []
    monkeypatch.setattr(
        views, "CsvStream", lambda *args, **kwargs: opened.append(CsvStream(*args, **kwargs)) or opened[0]
    )

    def fail(**_):
        raise RuntimeError

    monkeypatch.setattr(views, "disclose", fail)
    with pytest.raises(RuntimeError):
        anna.post(SHIFTS, {"format": "csv"})
    opened[0]._reader.join()
    assert is_over()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("person", "count"), [("sam", 2), ("sue", 1), ("anna", 3), ("audrey", 3)])
def test_the_file_sent_has_what_its_person_may_see(force, now, as_user, person, count):
    for area, by in ((force.hitchin, force.sam), (force.letchworth, force.adam), (force.watford, force.sue)):
        factories.PatrolShiftFactory(area=area, funding_stream=force.grant, logged_by=by)
    answer = as_user(force.people[person]).post(f"{SHIFTS}?whose=all", {"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline="")))
    seen = PatrolShift.objects.visible_to(force.people[person])
    assert sorted(row["shift"] for row in rows) == sorted(shift.reference for shift in seen)
    assert len(rows) == count


def running():
    """How many downloads the server is reading rows for."""
    with connection.cursor() as cursor:
        # Within a transaction the server shows what it showed first.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY (SELECT%%'"
            " AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]


def is_over():
    """Whether it reads for nobody any more: the server's side of a closed connection ends a moment later."""
    for _ in range(500):
        if not running():
            return True
        time.sleep(0.02)
    return False


def test_a_reader_who_leaves_ends_the_query_and_gives_the_connection_back(force):
    stream = CsvStream(numbers(10**9), by=force.anna)
    assert running() == 1
    assert next(iter(stream)).startswith(b"\xef\xbb\xbfid\r\n1\r\n2\r\n")
    stream.close()
    assert not stream._reader.is_alive()
    assert is_over()
    stream.close()


def test_a_query_that_computes_when_its_reader_leaves_is_cancelled(force):
    stream = CsvStream(
        numbers(50_000, "CASE id WHEN 50000 THEN pg_sleep(600)::text ELSE 'number ' || id END"), by=force.anna
    )
    stream.close()
    assert not stream._reader.is_alive()
    assert is_over()


def test_a_reader_who_takes_nothing_is_given_up(force, monkeypatch):
    monkeypatch.setattr(streaming, "STALLED_SECONDS", 0.01)
    stream = CsvStream(numbers(10**9), by=force.anna)
    stream._reader.join(30)
    assert is_over()
    with pytest.raises(BrokenOff):
        list(stream)


def test_half_a_file_is_never_taken_for_a_whole_one(force):
    stream = CsvStream(numbers(10**5, "1 / (id - 90000)"), by=force.anna)
    chunks = []
    with pytest.raises(DataError):
        chunks.extend(stream)
    stream.close()
    assert is_over()


def test_what_goes_wrong_at_once_is_said_before_anything_is_sent(force):
    # More often than there are places: each is given back.
    for _ in range(streaming.MOST_IN_A_PROCESS + 1):
        with pytest.raises(DataError):
            CsvStream(numbers(10, "1 / (id - 1)"), by=force.anna)


def test_a_long_file_comes_in_chunks_of_which_few_wait(force):
    stream = CsvStream(numbers(10**6), by=force.anna)
    sizes, waiting = [], []
    for chunk in stream:
        sizes.append(len(chunk))
        waiting.append(stream._parts.qsize())
    stream.close()
    assert len(sizes) > 30
    assert max(sizes) < 2 * streaming.CHUNK_BYTES
    assert max(waiting) <= streaming.CHUNKS_WAITING + 1


def turns_of(person):
    """The keys of the downloads that somebody can have at once."""
    return [person.pk * jobs.MOST_AT_ONCE + turn for turn in range(jobs.MOST_AT_ONCE)]


def test_a_sixth_download_of_one_person_is_refused(anna, force, hitchin_shift):
    hitchin_shift()
    lock_each(LockName.DOWNLOADS, turns_of(force.anna))
    answer = anna.post(SHIFTS, {"format": "csv"})
    assert answer.status_code == 429
    assert answer["Retry-After"] == "60"
    assert "You have 5 downloads under way" in answer.content.decode()
    assert not Disclosure.objects.exists()
    CsvStream(numbers(10), by=force.adam).close()


def test_whoever_logs_a_shift_keeps_nobody_from_a_download(anna, force, hitchin_shift):
    """Both lock, on numbers of their own: an area can have the id that one of the turns has."""
    hitchin_shift()
    lock_each(LockName.AREAS, turns_of(force.anna))
    assert anna.post(SHIFTS, {"format": "csv"}).status_code == 200


def test_downloads_leave_threads_for_everybody_else(anna, force, hitchin_shift):
    hitchin_shift()
    streams = [CsvStream(numbers(10**9), by=force.adam) for _ in range(2)]
    try:
        answer = anna.post(SHIFTS, {"format": "csv"})
        assert answer.status_code == 503
        assert "Other downloads are under way" in answer.content.decode()
    finally:
        for stream in streams:
            stream.close()
    CsvStream(numbers(10), by=force.adam).close()


# --- Excel --------------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(anna, hitchin_shift):
    """Anna asked for an Excel file of the completed shifts."""
    factories.ArrestFactory(shift=hitchin_shift(), happened_at=None)
    hitchin_shift(state="voided")
    answer = anna.post(f"{SHIFTS}?state=completed&after=x", {"format": "xlsx"})
    job = Job.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/shifts/workbooks/{job.pk}/")
    return job


def done(job):
    jobs_tasks.run_waiting_jobs()
    job.refresh_from_db()
    return job


def test_an_excel_file_is_made_by_a_job_and_taken_from_its_page(anna, force, asked):
    assert asked.title == "Excel file of 1 shift"
    assert "Queued. It starts within a minute." in anna.get(asked.page).content.decode()
    assert anna.get(f"{asked.page}file.xlsx").status_code == 404
    job = done(asked)
    assert (job.state, job.result["rows"]) == ("done", 1)
    assert "It is ready, with 1 row" in anna.get(job.page).content.decode()
    answer = anna.get(f"{job.page}file.xlsx")
    assert answer["Content-Disposition"] == 'attachment; filename="official-sensitive-shifts-2024-10-12.xlsx"'
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store, private"
    assert answer.content.startswith(b"PK")
    assert [(each.action, each.by) for each in Disclosure.objects.order_by("pk")] == [
        ("ask_for_workbook", force.anna),
        ("download_workbook", force.anna),
    ]


def test_a_file_is_ones_own_and_gone_after_a_week(anna, force, asked, as_user, now):
    job = done(asked)
    for other in (force.sam, force.adam, force.audrey):
        for path in (job.page, f"{job.page}file.xlsx"):
            assert as_user(other).get(path).status_code == 404
    now.shift(timedelta(days=7))
    anna = as_user(force.anna)
    answer = anna.get(f"{job.page}file.xlsx")
    assert answer.status_code == 410
    assert "This file is not kept any more" in answer.content.decode()
    assert "This file is not kept any more" in anna.get(job.page).content.decode()
    core_tasks.clear_sessions()
    assert bytes(StoredFile.objects.get().content) == b""
    assert anna.get(f"{job.page}file.xlsx").status_code == 410


def test_a_role_taken_away_takes_the_file_with_it(anna, force, asked):
    job = done(asked)
    type(force.anna).objects.filter(pk=force.anna.pk).update(role=Role.PCC)
    assert anna.get(f"{job.page}file.xlsx").status_code == 404


def test_a_role_taken_away_before_the_job_runs_ends_it(force, asked):
    type(force.anna).objects.filter(pk=force.anna.pk).update(role=Role.PCC)
    job = done(asked)
    assert (job.state, job.error) == (
        "failed",
        "You may not do this any more, so nothing was done. Ask an administrator.",
    )
    assert not StoredFile.objects.exists()


def test_a_district_taken_away_takes_the_file_with_it(force, hitchin_shift, as_user, now):
    """Sue reads a shift of Sam's in North Herts, and one of her own there that stays hers."""
    access = factories.DistrictAccessFactory(user=force.sue, district=force.north_herts)
    hitchin_shift()
    hitchin_shift(logged_by=force.sue, area=force.letchworth)
    sue = as_user(force.sue)
    both, own = (
        done(Job.objects.get(page=sue.post(f"{SHIFTS}?{query}", {"format": "xlsx"})["Location"]))
        for query in ("whose=all", "whose=mine")
    )
    assert [sue.get(f"{job.page}file.xlsx").status_code for job in (both, own)] == [200, 200]
    access.delete()
    assert [sue.get(f"{job.page}file.xlsx").status_code for job in (both, own)] == [404, 200]
    assert [sue.get(job.page).status_code for job in (both, own)] == [404, 200]


def test_a_file_whose_districts_are_not_known_is_not_handed_out(anna, asked):
    job = done(asked)
    StoredFile.objects.update(districts=None)
    assert anna.get(f"{job.page}file.xlsx").status_code == 404


def test_a_workbook_of_too_many_rows_is_refused_and_csv_named(anna, hitchin_shift, monkeypatch):
    monkeypatch.setattr("hotspot.core.exports.rules.MOST_WORKBOOK_ROWS", 1)
    hitchin_shift()
    hitchin_shift()
    answer = anna.post(SHIFTS, {"format": "xlsx"})
    assert answer.status_code == 422
    assert "An Excel file can have 1 rows. Choose CSV, which has no limit" in answer.content.decode()
    assert not Job.objects.exists()
    assert not Disclosure.objects.exists()


def test_rows_that_came_since_do_not_make_a_workbook_too_long(anna, asked, hitchin_shift, monkeypatch):
    monkeypatch.setattr("hotspot.core.exports.rules.MOST_WORKBOOK_ROWS", 1)
    hitchin_shift()
    job = done(asked)
    assert job.state == "failed"
    assert "Choose CSV" in job.error
    page = anna.get(job.page).content.decode()
    assert "Choose CSV" in page
    assert f'href="{SHIFTS}?state=completed"' in page


def test_a_sixth_job_of_one_person_is_refused(anna, force, hitchin_shift):
    hitchin_shift()
    factories.JobFactory.create_batch(jobs.MOST_AT_ONCE, by=force.anna)
    answer = anna.post(SHIFTS, {"format": "xlsx"})
    assert answer.status_code == 429
    assert answer["Retry-After"] == "60"
    assert "You have 5 jobs waiting or running" in answer.content.decode()
    assert not Disclosure.objects.exists()


def test_a_full_disk_is_said_and_leaves_nothing(anna, asked, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(workbook.Workbook, "close", full)
    job = done(asked)
    assert job.state == "failed"
    assert job.error == "There is not enough space on the server to make this file. Nothing was changed."
    assert not StoredFile.objects.exists()
    assert "not enough space" in anna.get(job.page).content.decode()


def test_a_job_of_another_kind_has_no_such_page(anna, force):
    job = factories.JobFactory(by=force.anna, kind="check_import")
    assert anna.get(reverse("outcomes:workbook", args=(job.pk,))).status_code == 404
    assert job.kind != exporting.MAKE


def test_how_far_a_workbook_is_can_be_seen(force, hitchin_shift, monkeypatch):
    monkeypatch.setattr(workbook, "BATCH", 2)
    for _ in range(5):
        hitchin_shift()
    told = []
    from outcomes.exports.tasks import make_workbook  # noqa: PLC0415

    job = factories.JobFactory(by=force.anna, kind=exporting.MAKE, input={"what": "shifts", "filters": "", "rows": 5})
    make_workbook(job, lambda done, total: told.append((done, total)))
    assert told == [(2, 5), (4, 5)]


@pytest.mark.parametrize(
    ("who", "address", "noted"),
    [
        # Not theirs: ignored by the list, and so by the note.
        ("anna", "logged_by=1&collar=PC1&text=", ""),
        ("sam", "flagged=yes&whose=all", "whose=all"),
        # As the form reads them, however they are written.
        ("sam", "since=01/10/2024", "since=2024-10-01"),
        ("adam", "logged_by=%2B{sue}", "logged_by={sue}"),
    ],
)
def test_what_is_noted_is_what_the_filters_did(force, as_user, now, who, address, noted):
    sue = {"sue": force.sue.pk}
    factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sue)
    answer = as_user(force.people[who]).post(f"/shifts/download/shifts/?{address.format(**sue)}", {"format": "csv"})
    b"".join(answer.streaming_content)
    assert Disclosure.objects.latest("pk").detail["filters"] == noted.format(**sue)
