"""Police data in a browser: a file is uploaded, checked and loaded; months, breaks and categories are read."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from hotspot.core.jobs import operations as jobs
from hotspot.core.jobs import tasks
from hotspots.incidents.forms import FileForm
from hotspots.incidents.presenters import share
from hotspots.models import Incident, IncidentCategory, IncidentFile, IncidentMonth
from tests.hotspots import police_data
from tests.hotspots.police_data import northumbria, street_csv

NEW = "/police-data/files/new/"


@pytest.mark.parametrize(
    ("part", "words"), [(0, "0%"), (0.004, "under 1%"), (0.994, "99%"), (0.996, "over 99%"), (1, "100%")]
)
def test_next_to_nothing_and_next_to_everything_are_called_so(part, words):
    assert share(part) == words


@pytest.fixture
def anna(force, as_user):
    force.north_herts.name_in_police_data = "Newcastle upon Tyne"
    force.north_herts.save()
    return as_user(force.anna)


def upload(browser, content, name="2024-01-hertfordshire-street.csv"):
    """Upload a file and have it checked; gives its page."""
    answer = browser.post(NEW, {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.context["form"].errors
    tasks.run_waiting_jobs()
    return answer["Location"]


def link_to_file(month) -> str | None:
    return next(row for row in month["summary"] if row["key"] == "File").get("url")


def text_of(browser, url) -> str:
    return browser.get(url).content.decode()


def test_a_file_is_checked_then_loaded(force, anna, as_user):
    page = upload(anna, street_csv([{"Longitude": "", "Latitude": ""}, {}]))
    shown = text_of(anna, page)
    assert "What would be loaded" in shown
    assert "Hertfordshire Constabulary is our force" in shown
    assert not Incident.objects.exists()
    refused = anna.post(f"{page}load/")
    assert refused.status_code == 422
    assert "Confirm that this is your force" in refused.content.decode()
    assert anna.post(f"{page}load/", {"new_force": "on"})["Location"] == page
    assert "Being loaded" in text_of(anna, "/police-data/files/")
    tasks.run_waiting_jobs()
    assert Incident.objects.count() == 2
    shown = text_of(anna, page)
    assert "What it did" in shown
    assert "Load 1 month" not in shown
    assert anna.post(f"{page}load/", {"new_force": "on"})["Location"] == page
    month = anna.get("/police-data/2024-01/").context
    assert month["rows"] == [["Burglary", "2", "0", "1", "0", "1"]]
    assert month["foot"] == ["All categories", "2", "0", "1", "0", "1"]
    # From the month to its file and from the file on to analyses; auditors see no files.
    assert link_to_file(month) == page
    assert 'href="/police-data/analyses/"' in shown
    assert link_to_file(as_user(force.audrey).get("/police-data/2024-01/").context) is None
    (row,) = anna.get("/police-data/").context["rows"]
    assert row[1:5] == ["2", "1", "0", "–"]


def test_what_is_refused_is_said_on_the_page_of_the_file(anna):
    page = upload(anna, street_csv([{"Longitude": "0", "Latitude": "0"}]))
    assert "outside Great Britain" in text_of(anna, page)
    assert IncidentMonth.objects.count() == 0


def test_no_file_an_empty_file_and_a_large_one(anna, monkeypatch):
    monkeypatch.setattr(FileForm.base_fields["file"], "most_bytes", 10)
    for sent, message in (
        ({}, "Select a file"),
        ({"file": SimpleUploadedFile("a.csv", b"")}, "is empty"),
        ({"file": SimpleUploadedFile("a.csv", b"x" * 11)}, "smaller than 25 MB"),
    ):
        answer = anna.post(NEW, sent)
        assert answer.status_code == 422
        assert message in answer.content.decode()
    assert not IncidentFile.objects.exists()


def test_a_file_whose_week_is_over_has_to_be_uploaded_again(anna):
    page = upload(anna, street_csv([{}]))
    jobs.clear_files(at=timezone.now() + timedelta(days=8))
    anna.post(f"{page}load/", {"new_force": "on"})
    tasks.run_waiting_jobs()
    assert "not kept any more" in text_of(anna, page)


def test_a_break_stands_on_the_file_the_list_and_the_month(anna):
    page = upload(anna, northumbria(), "northumbria.csv")
    words = "The anonymous map points changed in July 2022"
    assert words in text_of(anna, page)
    anna.post(f"{page}load/", {"new_force": "on"})
    tasks.run_waiting_jobs()
    for url in (page, "/police-data/", "/police-data/2022-07/"):
        assert words in text_of(anna, url), url
    assert words not in text_of(anna, "/police-data/2022-06/")


def test_others_files_are_seen_once_they_are_loaded(force, anna, as_user):
    page = upload(anna, street_csv([{}]))
    adam = as_user(force.adam)
    assert adam.get(page).status_code == 404
    anna.post(f"{page}load/", {"new_force": "on"})
    tasks.run_waiting_jobs()
    assert adam.get(page).status_code == 200


@pytest.mark.parametrize("month", ["2023-12", "2024-13", "nothing", "2024-1"])
def test_a_month_that_is_not_there(anna, month):
    assert anna.get(f"/police-data/{month}/").status_code == 404


def test_nothing_yet(force, anna, as_user):
    assert "You see what a file would do" in text_of(anna, "/police-data/")
    assert "An analyst or administrator can load" in text_of(as_user(force.audrey), "/police-data/")
    assert "No files yet" in text_of(anna, "/police-data/files/")


def test_an_administrator_says_what_a_category_is(force, anna, as_user):
    theft = IncidentCategory.objects.get(name="Bicycle theft")
    adam = as_user(force.adam)
    assert "href=" not in str(anna.get("/police-data/categories/").context["rows"])
    answer = adam.post(f"/police-data/categories/{theft.pk}/", {"is_police_generated": "on"})
    assert answer["Location"] == "/police-data/categories/"
    theft.refresh_from_db()
    assert theft.is_police_generated
    adam.post(f"/police-data/categories/{theft.pk}/", {})
    theft.refresh_from_db()
    assert not theft.is_police_generated


def test_a_list_of_months_costs_the_same_however_many_there_are(force, anna, django_assert_num_queries):
    def months(*names):
        police_data.load(street_csv([{"Month": month} for month in names]), by=force.anna)

    anna.get("/police-data/")
    months("2024-01")
    with django_assert_num_queries(QUERIES):
        anna.get("/police-data/")
    months("2024-01", "2024-02", "2024-03", "2024-04")
    with django_assert_num_queries(QUERIES):
        anna.get("/police-data/")


# The session, its person, the datasets, the breaks, and the months twice: how many, and which.
QUERIES = 6


# --- the command --------------------------------------------------------------------------------------------------
def run(*arguments) -> str:
    output = io.StringIO()
    call_command("load_incidents", *map(str, arguments), stdout=output)
    return output.getvalue()


def test_the_command_loads_files_and_says_what_came_of_it(force, tmp_path):
    paths = [tmp_path / f"{month}.csv" for month in ("2024-01", "2024-02")]
    for path in paths:
        path.write_bytes(street_csv([{"Month": path.stem}]))
    by = ("--by", force.anna.email)
    said = run(paths[0], *by, "--dry-run")
    assert "nothing is loaded yet" in said
    assert "To be confirmed: new_force" in said
    assert not IncidentFile.objects.exists()
    with pytest.raises(CommandError, match="something to confirm"):
        run(*paths, *by)
    said = run(*paths, *by, "--confirm", "new_force")
    assert "2024-02.csv, Hertfordshire Constabulary: loaded" in said
    assert "February 2024: 1" in said
    assert IncidentMonth.objects.count() == 2
    assert {each.loaded.state for each in IncidentFile.objects.all()} == {"done"}


def test_the_command_refuses_who_may_not_and_what_is_not_there(force, tmp_path):
    with pytest.raises(CommandError, match="nobody who may load"):
        run(tmp_path / "a.csv", "--by", force.sam.email)
    with pytest.raises(CommandError, match="There is no file"):
        run(tmp_path / "a.csv", "--by", force.anna.email)
    bad = tmp_path / "b.csv"
    bad.write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match="has no column"):
        run(bad, "--by", force.anna.email)
