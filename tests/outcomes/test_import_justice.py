"""A file of what became of arrests: matched by custody reference, dry, repeated, ambiguous, undone."""

from datetime import UTC, date, datetime

import pytest

from hotspot.core.errors import DomainError
from outcomes.imports import undo_operations
from outcomes.imports.operations import record_import
from outcomes.imports.templates import csv_template
from outcomes.justice.queries import stages_of
from outcomes.models import Arrest, FileImport, JusticeStage
from tests import factories
from tests.outcomes.imports import run, text

AT = datetime(2025, 3, 3, 12, tzinfo=UTC)
HEADERS = "Custody number,Outcome,Date,Sentence,Length of the sentence,Source"
CHARGED = "41XY/1/24,Charged,01/11/2024,,,Custody"
CONVICTED = "41xy/1/24,convicted,06/01/2025,custody,6 months,Courts"


@pytest.fixture
def arrest(force, shift, now):
    now.move_to(AT)
    return factories.ArrestFactory(
        shift=shift, detail_to_follow=False, offence_group_id="robbery", reference="41XY/1/24"
    )


def check(force, *rows, headers=HEADERS, **more):
    return run(force, text(*rows, headers=headers), kind="justice", at=AT, **more)


def messages(findings):
    return [each["message"] for each in findings.listed]


def standing(arrest):
    return [(stage.outcome_id, stage.day, stage.custody_days, stage.source) for stage in stages_of(arrest)]


def test_steps_of_an_arrest_in_one_file(force, arrest):
    findings = check(force, CONVICTED, CHARGED, writes=True)
    assert findings.states == {"new": 2}
    assert standing(arrest) == [
        ("charged", date(2024, 11, 1), None, "Custody"),
        ("convicted", date(2025, 1, 6), 183, "Courts"),
    ]
    arrest.refresh_from_db()
    assert (arrest.justice_outcome_id, arrest.custody_days) == ("convicted", 183)
    assert JusticeStage.objects.first().entered_by == force.adam


def test_a_dry_run_writes_nothing_and_says_what_it_would(force, arrest):
    findings = check(force, CHARGED, CONVICTED)
    assert findings.sample[1] == [
        "3", "41xy/1/24", arrest.shift.reference, "Convicted", "6 January 2025", "6 months (183 days)",
    ]  # fmt: skip
    assert findings.totals == {"Charged": 1, "Convicted": 1}
    assert not JusticeStage.objects.exists()


def test_the_same_file_again_adds_nothing_and_a_changed_one_conflicts(force, arrest):
    check(force, CHARGED, CONVICTED, writes=True)
    assert check(force, CHARGED, CONVICTED, writes=True).states == {"existing": 2}
    changed = check(force, CHARGED, CONVICTED.replace("6 months", "8 months"))
    assert changed.states == {"existing": 1, "conflict": 1}
    assert "has 6 months, this row 8 months" in messages(changed)[0]
    with pytest.raises(DomainError, match="differs"):
        check(force, CHARGED, CONVICTED.replace("6 months", "8 months"), writes=True)


def test_references_that_no_arrest_or_two_have(force, arrest):
    other = factories.ArrestFactory(shift__area=force.hitchin, shift__funding_stream=force.grant, reference="41xy/1/24")
    findings = check(force, CHARGED, CHARGED.replace("/1/", "/2/"))
    assert findings.states == {"error": 2}
    ambiguous, unknown = messages(findings)
    assert "2 arrests have this custody reference" in ambiguous
    assert other.shift.reference in ambiguous
    assert unknown == "No arrest here has the custody reference 41XY/2/24."


def test_withdrawn_arrests_are_not_found(force, arrest):
    Arrest.objects.filter(pk=arrest.pk).update(void_reason="Twice")
    assert "No arrest here" in messages(check(force, CHARGED))[0]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("41XY/1/24,Hanged,01/11/2024,,,", "Enter one of"),
        ("41XY/1/24,Charged,,,,", "date"),
        ("John Smith,Charged,01/11/2024,,,", "Never write a name"),
        (",Charged,01/11/2024,,,", "Enter the custody reference"),
        ("41XY/1/24,Charged,01/10/2024,,,", "The date must be from"),
        ("41XY/1/24,Convicted,01/11/2024,custody,6,", "with its unit"),
        ("41XY/1/24,Convicted,01/11/2024,jail,6 months,", "custody, suspended or other"),
        ("41XY/1/24,Charged,01/11/2024,custody,6 months,", "needs a conviction"),
        (f"41XY/1/24,Convicted,01/11/2024,custody,{' and '.join(['1 day'] * 9)},", "at most 60 characters"),
    ],
)
def test_rows_that_cannot_be(force, arrest, row, message):
    findings = check(force, row)
    assert findings.states == {"error": 1}
    assert message.lower() in messages(findings)[0].lower()


def test_the_same_step_twice_in_a_file(force, arrest):
    assert messages(check(force, CHARGED, CHARGED)) == ["This is the same step of the same arrest as row 2."]


def test_suspended_as_people_type_it(force, arrest):
    check(force, "41XY/1/24,Convicted,06/01/2025,,18 months suspended,", writes=True)
    stage = JusticeStage.objects.get()
    assert (stage.sentence_kind, stage.sentence, stage.custody_days) == ("suspended", "18 months", None)


def imported(force, *rows):
    findings = check(force, *rows, writes=True)
    return record_import(
        by=force.adam, at=AT, kind=FileImport.Kind.JUSTICE, name="justice.csv", columns={}, answers={},
        result=findings.as_result(), recorded=findings.recorded,
    )  # fmt: skip


def test_undoing_takes_back_what_it_entered_and_no_more(force, arrest):
    imported(force, CHARGED)
    second = imported(force, CONVICTED)
    assert second.recorded_count == 1
    assert undo_operations.undo_now(by=force.adam, at=AT, import_id=second.pk) == 1
    assert standing(arrest) == [("charged", date(2024, 11, 1), None, "Custody")]
    arrest.refresh_from_db()
    assert arrest.justice_outcome_id == "charged"
    # And the file can come again.
    assert check(force, CONVICTED, writes=True).states == {"new": 1}


def test_undoing_waits_for_nothing_that_was_entered_since(force, arrest):
    first = imported(force, CHARGED)
    imported(force, CONVICTED)
    with pytest.raises(DomainError, match="cannot be undone"):
        undo_operations.undo_now(by=force.adam, at=AT, import_id=first.pk)


def test_the_example_of_the_template_is_never_imported(force, arrest):
    findings = run(force, csv_template("justice", []), kind="justice", at=AT)
    assert findings.states == {"error": 1}
    assert [why for why, _ in findings.rows_offered.values()] == ["total"]
