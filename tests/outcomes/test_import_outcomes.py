"""A file of outcomes gives details to those that shifts count already; it never counts one twice."""

from datetime import UTC, datetime

import pytest

from hotspot.core.errors import DomainError
from outcomes.models import Arrest, AsbPowerUse, StopSearch
from patrols.models import CrewRole
from tests import factories
from tests.outcomes.imports import AT, run, text

HEADERS = "Outcome,Shift,Time,Custody number,Offence group,Power of search,Object of search,Outcome of search,ASB power"


@pytest.fixture
def shift(force, now):
    now.move_to(AT)
    shift = factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sam)
    factories.ArrestFactory.create_batch(2, shift=shift)
    factories.StopSearchFactory(shift=shift)
    factories.AsbPowerUseFactory(shift=shift, kind_id="cpw")
    return shift


def arrest(shift, reference="41XY/1/24", time="11/10/2024 23:15", offence="theft") -> str:
    return f"Arrest,{shift.reference},{time},{reference},{offence},,,,"


def check(force, *rows, headers=HEADERS, **more):
    return run(force, text(*rows, headers=headers), kind="outcomes", **more)


@pytest.fixture
def offence() -> str:
    return Arrest._meta.get_field("offence_group").related_model.objects.all()[0].label


def messages(findings):
    return [each["message"] for each in findings.listed]


def test_a_row_fills_one_outcome_that_waits(force, shift, offence, check_deferred):
    findings = check(force, arrest(shift, offence=f'"{offence}"'), writes=True)
    assert findings.states == {"new": 1}
    filled = Arrest.objects.get(reference="41XY/1/24")
    assert (filled.offence_group.label, filled.detail_to_follow) == (offence, False)
    assert filled.happened_at == datetime(2024, 10, 11, 22, 15, tzinfo=UTC)
    assert Arrest.objects.count() == 2
    check_deferred()


def test_a_dry_run_shows_what_it_would_fill_and_writes_nothing(force, shift, offence):
    findings = check(force, arrest(shift, offence=f'"{offence}"'))
    assert findings.sample == [["2", "Arrest", shift.reference, "11:15pm, 11 October 2024", "41XY/1/24", offence]]
    assert not Arrest.objects.exclude(reference="").exists()


def test_the_same_file_again_adds_nothing_and_a_changed_one_conflicts(force, shift, offence):
    row = arrest(shift, offence=f'"{offence}"')
    check(force, row, writes=True)
    assert check(force, row, writes=True).states == {"existing": 1}
    changed = check(force, row.replace("23:15", "23:45"))
    assert changed.states == {"conflict": 1}
    assert "11:15pm" in messages(changed)[0]


def test_no_more_than_the_shift_counts(force, shift):
    rows = [arrest(shift, reference=f"41XY/{n}/24", offence="") for n in range(3)]
    findings = check(force, *rows)
    assert findings.states == {"new": 2, "error": 1}
    assert "counts no further arrest" in messages(findings)[0]
    with pytest.raises(DomainError, match="Nothing was imported"):
        check(force, *rows, writes=True)


def test_one_record_twice_in_a_file_is_an_error(force, shift):
    findings = check(force, arrest(shift, offence=""), arrest(shift, offence=""))
    assert messages(findings) == ["This is the same as row 2."]


def test_powers_go_by_their_kind(force, shift):
    row = f"ASB power,{shift.reference},11/10/2024 23:15,CPW 7,,,,,Community Protection Warning"
    assert check(force, row, writes=True).states == {"new": 1}
    assert AsbPowerUse.objects.get().reference == "CPW 7"
    other = row.replace("Community Protection Warning", "cpn").replace("CPW 7", "CPN 7")
    assert "counts no further" in messages(check(force, other))[0]


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("Kiss,{shift},,1,,,,,", "outcome", "Enter arrest"),
        ("Arrest,HS-999999,,1,,,,,", "shift", "no completed shift"),
        ("Arrest,soon,,1,,,,,", "shift", "like HS-1457"),
        ("Arrest,{shift},23:15,1,,,,,", "happened_at", "with its date"),
        ("Arrest,{shift},12/10/2024 23:15,1,,,,,", "happened_at", "within the shift"),
        ("Arrest,{shift},,John Smith,,,,,", "reference", "Never write a name"),
        ("Arrest,{shift},,,,,,,", "reference", "known again"),
        ("Arrest,{shift},,1,jaywalking,,,,", "offence_group", "Enter one of"),
    ],
)
def test_what_is_wrong_names_its_column(force, shift, row, column, said):
    findings = check(force, row.format(shift=shift.reference))
    (problem,) = findings.listed
    assert (problem["row"], problem["name"]) == (2, column)
    assert said in problem["message"]


def test_a_shift_may_be_named_by_its_record_elsewhere(force, shift):
    type(shift).objects.filter(pk=shift.pk).update(external_source="Rota", external_reference="R-1")
    headers = HEADERS + ",Shift source,Shift reference"
    findings = check(force, "Arrest,,,A1,,,,,,Rota,R-1", headers=headers, writes=True)
    assert findings.states == {"new": 1}
    assert Arrest.objects.get(reference="A1").shift == shift


def test_an_external_record_makes_it_known_again(force, shift):
    headers = HEADERS + ",Source system,External reference"
    row = f"Arrest,{shift.reference},,A1,,,,,,RMS,77"
    check(force, row, headers=headers, writes=True)
    assert check(force, row, headers=headers).states == {"existing": 1}
    assert check(force, row.replace("A1", "A2"), headers=headers).states == {"conflict": 1}


def test_history_says_where_the_detail_came_from(force, shift):
    check(force, arrest(shift, offence=""), writes=True)
    event = Arrest.objects.get(reference="41XY/1/24").events.order_by("-pgh_id")[0]
    assert event.pgh_context.metadata["reason"] == "Imported from shifts.csv"


def test_queries_do_not_grow_with_the_rows(force, shift, django_assert_num_queries):
    factories.ArrestFactory.create_batch(30, shift=shift)
    check(force, arrest(shift, reference="0", offence=""), writes=True)
    with django_assert_num_queries(12):
        check(force, *[arrest(shift, reference=f"1{n}", offence="") for n in range(2)], writes=True)
    with django_assert_num_queries(12):
        check(force, *[arrest(shift, reference=f"2{n}", offence="") for n in range(25)], writes=True)


def test_a_crew_without_a_constable_has_no_search_to_fill(force, now):
    now.move_to(AT)
    shift = factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, crew=[CrewRole.PCSO])
    assert "counts no further stop search" in messages(check(force, f"Stop search,{shift.reference},,S1,,,,,"))[0]
    assert not StopSearch.objects.exists()
