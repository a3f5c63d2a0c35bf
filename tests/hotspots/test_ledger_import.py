"""A finance system's file: columns guessed and remembered, a dry run, repeats, approval of all, and undoing."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hotspot.core.errors import Conflict, DomainError, NotAllowed, NotInThisState
from hotspots.ledger import import_operations, operations, queries
from hotspots.models import SpendEntry, SpendImport
from tests.hotspots.ledger import AT, FILE, approved, category, closed, submitted, uploaded

HEAD = "Date,Description,Net,VAT,Reference\n"


def rows_of(force, content: str) -> list:
    return import_operations.check(uploaded(force, content), by=force.fay, at=AT)


def written(force, content: str, *, leave_out=()) -> SpendImport:
    made = uploaded(force, content)
    return import_operations.write(by=force.fay, at=AT, import_id=made.pk, leave_out=leave_out)


def test_columns_are_guessed_from_the_words_of_finance_systems(force):
    columns = uploaded(force).columns
    assert columns == {
        "day": 0,
        "description": 1,
        "supplier": 2,
        "reference": 3,
        "net_pence": 4,
        "vat_pence": 5,
        "category": 6,
    }


def test_a_dry_run_says_of_each_row_what_it_becomes_and_writes_nothing(force):
    rows = rows_of(force, FILE)
    assert [(row.number, row.is_new, row.error[:40]) for row in rows] == [
        (2, True, ""),
        (3, True, ""),
        (4, False, "The net amount ‘-50’ is less than £0. Re"),
    ]
    assert rows[1].facts.net_pence == 950_00
    assert rows[1].facts.vat_pence == 190_00
    assert rows[1].facts.category == category("Initiatives")
    assert rows[0].facts.stream == force.grant
    assert not SpendEntry.objects.exists()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("31/04/2024,Kits,1,0,A", "This date does not exist"),
        ("1/4/2024,Kits,1,0,A", "The date must be from 1 May 2024"),
        ("1/11/2024,Kits,1,0,A", "today or in the past"),
        ("1/6/2024,,1,0,A", "The description is missing"),
        ("1/6/2024,Kits,,0,A", "is no amount of money"),
        ("1/6/2024,Kits,0.005,0,A", "is no amount of money"),
        ("1/6/2024,Kits,0,0,A", "The amount is £0"),
        ("1/6/2024,Kits,100,50,A", "At 20%"),
        ("1/5/2024,Kits,1,0,A", "This month is closed"),
    ],
)
def test_what_is_wrong_with_a_row_is_said(force, row, words):
    closed(force, date(2024, 5, 1))
    (found,) = rows_of(force, HEAD + row)
    assert words in found.error


def test_unknown_names_are_said(force):
    (row,) = rows_of(force, "Date,Description,Net,Area\n1/6/2024,Kits,5,Nowhere\n")
    assert row.error == "There is no hotspot area called ‘Nowhere’."
    (row,) = rows_of(force, "Date,Description,Net,Area\n1/6/2024,Kits,5,hitchin TOWN centre\n")
    assert row.facts.area == force.hitchin


def test_rows_of_totals_are_left_out(force):
    rows = rows_of(force, HEAD + "1/6/2024,Kits,5,0,A\nTotal,,5,0,\n")
    assert [row.is_new for row in rows] == [True, False]


def test_all_rows_are_written_or_none(force):
    with pytest.raises(DomainError, match="Row 4 is wrong"):
        written(force, FILE)
    assert not SpendEntry.objects.exists()
    written(force, FILE, leave_out=[4])
    assert sorted(SpendEntry.objects.values_list("net_pence", "state")) == [
        (950_00, "submitted"),
        (1_200_50, "submitted"),
    ]


def test_the_same_file_again_adds_nothing(force):
    written(force, FILE, leave_out=[4])
    rows = rows_of(force, FILE)
    assert [row.is_known for row in rows] == [True, True, False]
    with pytest.raises(DomainError, match="Nothing in this file is new"):
        written(force, FILE, leave_out=[4])
    assert SpendEntry.objects.count() == 2


def test_as_many_like_rows_are_known_as_there_are_entries(force):
    twice = HEAD + "1/6/2024,Kits,5,0,A\n1/6/2024,Kits,5,0,A\n"
    written(force, HEAD + "1/6/2024,Kits,5,0,A\n")
    assert [row.is_known for row in rows_of(force, twice)] == [True, False]


def test_an_entry_by_hand_is_known_by_reference_date_and_amount(force):
    approved(force, reference="inv-1", day=date(2024, 6, 1), net_pence=5_00, description="Typed")
    rows = rows_of(force, HEAD + "1/6/2024,Kits,5,0,INV-1\n1/6/2024,Kits,6,0,INV-1\n2/6/2024,Kits,5,0,INV-1\n")
    assert [row.is_known for row in rows] == [True, False, False]


def test_chosen_columns_are_remembered_for_the_same_headers(force):
    strange = "When,What,How much,No\n1/6/2024,Kits,5,A\n"
    made = uploaded(force, strange)
    with pytest.raises(DomainError, match="Choose the column of the date"):
        import_operations.choose_columns(by=force.fay, import_id=made.pk, columns={"net_pence": 2})
    columns = {"day": 0, "description": 1, "net_pence": 2, "reference": 3}
    import_operations.choose_columns(by=force.fay, import_id=made.pk, columns=columns)
    assert uploaded(force, strange.replace("When", " WHEN ")).columns == columns


def test_somebody_else_approves_all_entries_of_a_file(force):
    made = written(force, FILE, leave_out=[4])
    with pytest.raises(NotAllowed):
        import_operations.approve_all(by=force.fay, at=AT, import_id=made.pk)
    assert import_operations.approve_all(by=force.adam, at=AT, import_id=made.pk) == 2
    assert queries.accounts_of(force.programme, force.fay).spent() == 2_150_50
    with pytest.raises(NotInThisState):
        import_operations.approve_all(by=force.adam, at=AT, import_id=made.pk)


def test_an_import_is_undone_until_somebody_has_decided(force):
    by_hand = submitted(force)
    made = written(force, FILE, leave_out=[4])
    import_operations.undo(by=force.adam, at=AT, import_id=made.pk)
    assert list(SpendEntry.objects.all()) == [by_hand]
    with pytest.raises(NotInThisState):
        import_operations.undo(by=force.adam, at=AT, import_id=made.pk)
    again = written(force, FILE, leave_out=[4])
    operations.approve_entry(by=force.adam, at=AT, entry_id=again.entries.first().pk)
    with pytest.raises(Conflict):
        import_operations.undo(by=force.fay, at=AT, import_id=again.pk)
    assert again.entries.count() == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "empty"), (b"Date,Net\n", "no rows"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old XLS")],
)
def test_files_that_cannot_be_read_are_refused_on_the_page(force, as_user, content, words):
    url = reverse("ledger:new_import", args=[force.programme.pk])
    file = SimpleUploadedFile("ledger.csv", content)
    sent = {"file": file, "stream": force.grant.pk, "category": category("Other").pk, "vat_recoverable": "yes"}
    answer = as_user(force.fay).post(url, sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_from_upload_to_approval_and_back_on_pages(force, as_user):
    fay, adam = as_user(force.fay), as_user(force.adam)
    sent = {"stream": force.grant.pk, "category": category("Other").pk, "vat_recoverable": "yes"}
    file = SimpleUploadedFile("ledger.csv", FILE.encode())
    fay.post(reverse("ledger:new_import", args=[force.programme.pk]), sent | {"file": file})
    made = SpendImport.objects.get()
    columns = fay.get(reverse("ledger:import_columns", args=[made.pk])).content.decode()
    assert "Posting date, like 03/06/2024" in columns
    chosen = {name: str(place) for name, place in made.columns.items()}
    page = reverse("ledger:import_file", args=[made.pk])
    assert fay.post(reverse("ledger:import_columns", args=[made.pk]), chosen)["Location"] == page
    report = fay.get(page).content.decode()
    assert "Import 2 entries" in report
    assert "Reverse the entry that it takes back" in report
    assert fay.post(page).status_code == 422
    assert fay.post(page, {"leave_out": "on"}).status_code == 302
    assert "Somebody else has to approve these entries" in fay.get(page).content.decode()
    approve = reverse("ledger:approve_import", args=[made.pk])
    assert fay.post(approve).status_code == 403
    assert adam.post(approve).status_code == 302
    assert adam.post(reverse("ledger:undo_import", args=[made.pk])).status_code == 409
    assert SpendEntry.objects.approved().count() == 2
