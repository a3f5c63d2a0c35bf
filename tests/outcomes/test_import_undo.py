"""Undoing an import: all of its shifts are voided, or none."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hotspot.core.jobs import tasks
from outcomes.models import FileImport, OffenceGroup, StopSearch
from patrols.models import PatrolShift
from patrols.shifts.void_operations import may_restore
from reports.models import Statement
from tests import factories, publishing, returns
from tests.outcomes.imports import AT, FIRST, HEADERS, SECOND, text

REFERENCES = HEADERS + ",Source,Reference"


@pytest.fixture
def adam(force, now, as_user) -> Client:
    now.move_to(AT)
    return as_user(force.adam)


def imported(browser: Client, content: str, kind: str = "shifts") -> FileImport:
    """Import a file whose headers are all recognised."""
    file = SimpleUploadedFile("shifts.csv", content.encode())
    columns = browser.post("/manage/import/new/", {"kind": kind, "file": file})["Location"]
    form = browser.get(columns).context["form"]
    browser.post(columns, {name: value for name in form.fields if (value := form[name].value()) and value is not True})
    tasks.run_waiting_jobs()
    browser.post(columns.replace("columns", "confirm"), {"warnings_read": "on"})
    tasks.run_waiting_jobs()
    found = FileImport.objects.latest("pk")
    assert found.written.state == "done", found.written.error
    return found


def undo(browser: Client, found: FileImport):
    response = browser.post(f"/manage/import/{found.pk}/undo/")
    tasks.run_waiting_jobs()
    return response


def page(browser: Client, found: FileImport, end: str = "") -> str:
    return browser.get(f"/manage/import/{found.pk}/{end}").content.decode()


def states() -> list[str]:
    return list(PatrolShift.objects.order_by("pk").values_list("state", flat=True))


def test_its_shifts_are_voided_and_nothing_is_deleted(force, adam, check_deferred):
    other = factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sam)
    found = imported(adam, text(FIRST, SECOND))
    confirming = page(adam, found, "undo/")
    for words in ("Undo this import?", "2 shifts", "28 hours", "1 arrest", f"Import {found.pk} undone"):
        assert words in confirming
    assert states() == ["completed"] * 3
    assert undo(adam, found)["Location"] == f"/manage/import/{found.pk}/"
    shifts = PatrolShift.objects.exclude(pk=other.pk)
    assert {(shift.state, shift.void_reason) for shift in shifts} == {("voided", f"Import {found.pk} undone")}
    assert shifts.first().events.count() == 2
    assert "This import was undone" in page(adam, found)
    assert "Undone" in adam.get("/manage/import/").content.decode()
    check_deferred()


def test_the_history_says_it_and_nobody_can_restore_a_single_shift(force, adam):
    found = imported(adam, text(FIRST))
    undo(adam, found)
    shift = PatrolShift.objects.get()
    history = adam.get(f"/shifts/{shift.pk}/").content.decode()
    assert "Shift voided: its import was undone" in history
    assert f"Import {found.pk} undone" in history
    assert not may_restore(shift, by=force.adam, at=shift.updated_at)


@pytest.mark.parametrize("content", [text(FIRST, SECOND), text(FIRST + ",Rota,R1", headers=REFERENCES)])
def test_the_same_file_can_be_imported_again(force, adam, content):
    undo(adam, imported(adam, content))
    again = imported(adam, content)
    rows = again.rows
    assert states() == ["voided"] * rows + ["completed"] * rows
    undo(adam, again)
    assert set(states()) == {"voided"}


def test_a_shift_that_was_changed_since_stops_it_and_is_linked(force, adam):
    found = imported(adam, text(FIRST, SECOND))
    changed = PatrolShift.objects.get(area=force.hitchin)
    changed.arrests.update(reference="A1")
    said = page(adam, found, "undo/")
    assert "This import cannot be undone" in said
    assert f'href="/shifts/{changed.pk}/"' in said
    assert "Undo this import?" not in said
    response = undo(adam, found)
    assert response.status_code == 422
    assert "1 shift was changed since" in response.content.decode()
    assert states() == ["completed", "completed"]


def test_a_shift_that_is_changed_while_the_job_waits_stops_it(force, adam):
    found = imported(adam, text(FIRST, SECOND))
    adam.post(f"/manage/import/{found.pk}/undo/")
    PatrolShift.objects.filter(area=force.hitchin).update(note="Corrected")
    tasks.run_waiting_jobs()
    assert states() == ["completed", "completed"]
    assert "1 shift was changed since" in page(adam, found)


@pytest.mark.parametrize("publish", ["published", "sent"])
def test_a_statement_that_counts_them_stops_it(force, adam, publish):
    found = imported(adam, text(FIRST, SECOND))
    statement = getattr(publishing, publish)(force, AT + timedelta(hours=1))
    assert isinstance(statement, Statement)
    said = page(adam, found, "undo/")
    assert "This import cannot be undone" in said
    assert (statement.slug if publish == "published" else "waiting for sign-off") in said
    undo(adam, found)
    assert states() == ["completed", "completed"]


def test_a_statement_of_earlier_figures_does_not_stop_it(force, adam):
    factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sam)
    publishing.published(force, AT - timedelta(days=2))
    found = imported(adam, text(FIRST))
    undo(adam, found)
    assert states() == ["completed", "voided"]


def test_a_submitted_return_that_counts_them_stops_it(force, adam):
    found = imported(adam, text(FIRST))
    made = returns.submitted(force, AT + timedelta(hours=1), code="2024-10")
    assert f'href="/returns/made/{made.pk}/"' in page(adam, found, "undo/")
    undo(adam, found)
    assert states() == ["completed"]


def test_only_who_may_still_import(force, adam, as_user):
    found = imported(adam, text(FIRST))
    adam.post(f"/manage/import/{found.pk}/undo/")
    force.adam.role = "supervisor"
    force.adam.save()
    tasks.run_waiting_jobs()
    assert states() == ["completed"]


def test_undoing_twice_is_done_once(force, adam):
    found = imported(adam, text(FIRST))
    for _ in range(2):
        assert adam.post(f"/manage/import/{found.pk}/undo/").status_code == 302
    tasks.run_waiting_jobs()
    assert adam.post(f"/manage/import/{found.pk}/undo/")["Location"] == f"/manage/import/{found.pk}/"
    assert PatrolShift.objects.get().events.count() == 2


def test_what_was_never_imported_cannot_be_undone(force, adam):
    found = factories.FileImportFactory(by=force.adam)
    assert adam.get(f"/manage/import/{found.pk}/undo/").status_code == 302
    assert adam.post(f"/manage/import/{found.pk}/undo/").status_code == 302


def test_undoing_takes_as_many_queries_for_many_shifts(force, adam, django_assert_max_num_queries):
    rows = [FIRST.replace("11/10/2024", f"{day}/10/2024") for day in range(1, 29)]
    found = imported(adam, text(*rows))
    with django_assert_max_num_queries(60):
        undo(adam, found)
    assert set(states()) == {"voided"}


def test_details_are_taken_back_and_can_be_imported_again(force, adam, hitchin_shift, check_deferred):
    shift = hitchin_shift()
    arrest, search = factories.ArrestFactory(shift=shift), factories.StopSearchFactory(shift=shift)
    content = (
        "Outcome,Shift,Reference,Offence group\r\n"
        f"Arrest,{shift.reference},A1,{OffenceGroup.objects.first().label}\r\nStop search,{shift.reference},S1,\r\n"
    )
    found = imported(adam, content, kind="outcomes")
    arrest.refresh_from_db()
    assert (arrest.reference, arrest.detail_to_follow) == ("A1", False)
    assert "2 outcomes" in page(adam, found, "undo/")
    undo(adam, found)
    for outcome in (arrest, search):
        outcome.refresh_from_db()
        assert (outcome.reference, outcome.detail_to_follow, outcome.void_reason) == ("", True, "")
    assert arrest.offence_group is None
    assert "2 outcomes waiting for details again" in page(adam, found)
    assert states() == ["completed"]
    again = imported(adam, content, kind="outcomes")
    search.refresh_from_db()
    assert search.reference == "S1"
    StopSearch.objects.update(reference="S2")
    assert "This import cannot be undone" in page(adam, again, "undo/")
    check_deferred()


def test_another_administrator_sees_it_and_can_undo_it(force, adam, as_user):
    """Who imported a file may be away or have left when it turns out to be wrong."""
    found = imported(adam, text(FIRST, SECOND))
    other = factories.UserFactory(role="administrator", name="Alva Other")
    browser = as_user(other)
    assert "Adam" in browser.get("/manage/import/").content.decode()
    assert "Imported by" in page(browser, found, "undo/")
    undo(browser, found)
    assert states() == ["voided"] * 2
    assert "undone by Alva Other" in page(adam, found)
    assert found.undone is None
    assert FileImport.objects.get().undone.by == other


def test_a_file_that_is_not_imported_yet_is_nobody_elses(force, adam, as_user):
    file = SimpleUploadedFile("shifts.csv", text(FIRST).encode())
    columns = adam.post("/manage/import/new/", {"kind": "shifts", "file": file})["Location"]
    browser = as_user(factories.UserFactory(role="administrator"))
    assert browser.get(columns).status_code == 404
    assert "shifts.csv" not in browser.get("/manage/import/").content.decode()
