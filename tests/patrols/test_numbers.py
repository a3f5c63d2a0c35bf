"""Collar numbers with and without a rank are one person's, wherever people are compared."""

from datetime import timedelta

import pytest

from patrols.collar_numbers import RANKS, BareNumber, bare_number, is_same_person
from patrols.models import CrewMember, PatrolShift
from patrols.shifts import crew_text
from tests import factories
from tests.outcomes.imports import FIRST, HEADERS, SECOND, run, text
from tests.outcomes.test_log import LOG, entry

OFFICER, PCSO, SPECIAL = "police_officer", "pcso", "special_constable"
COLLARS = HEADERS + ",Collar numbers"
SAME = [("PC1234", "1234"), ("1234", "PC 1234"), ("SGT77", "PS 77"), ("Sgt. 77", "77"), ("WPC5", "DC5")]


@pytest.mark.parametrize(
    ("number", "bare"),
    [("PC1234", "1234"), ("PCSO7001", "7001"), ("1234", "1234"), ("SC", "SC"), ("PCX1", "PCX1"), ("A12", "A12")],
)
def test_the_rank_in_front_of_the_figures_is_left_out(number, bare, db):
    assert bare_number(number) == bare
    factories.CrewMemberFactory(collar_number=number)
    assert CrewMember.objects.annotate(bare=BareNumber("collar_number")).get(collar_number=number).bare == bare


def test_every_rank_that_is_written_into_a_collar_number_is_known():
    assert {short for _, short in crew_text._RANKS.values() if short} <= set(RANKS)


def test_officers_and_pcsos_are_numbered_apart():
    assert is_same_person(OFFICER, "PC12", OFFICER, "12")
    assert not is_same_person(OFFICER, "PC12", PCSO, "PCSO12")
    assert is_same_person(OFFICER, "12", PCSO, "12")


@pytest.mark.parametrize(
    ("number", "bare"),
    [("PC1234", "1234"), ("PCSO7001", "7001"), ("PC", "PC"), ("1PC2", "1PC2"), ("PCPS1", "PCPS1"), ("pc1", "pc1")],
)
def test_a_rank_is_left_out_only_in_front_of_figures(number, bare):
    assert bare_number(number) == bare


@pytest.mark.parametrize(
    ("role", "number", "other_role", "other_number", "is_same"),
    [
        (OFFICER, "PC12", OFFICER, "12", True),
        (OFFICER, "PC12", OFFICER, "PC12", True),
        (OFFICER, "PC12", SPECIAL, "PC12", True),
        (OFFICER, "PC12", SPECIAL, "12", False),
        (OFFICER, "PC12", OFFICER, "PC13", False),
        (OFFICER, "12", PCSO, "13", False),
    ],
)
def test_whether_two_numbers_are_one_person(role, number, other_role, other_number, is_same):
    assert is_same_person(role, number, other_role, other_number) is is_same


@pytest.fixture
def sam(force, now, as_user):
    return as_user(force.sam)


def elsewhere(force, number: str) -> PatrolShift:
    """Another shift of Sam's at the same time, in Letchworth, with this person."""
    shift = factories.PatrolShiftFactory(
        area=force.letchworth, funding_stream=force.grant, logged_by=force.sam, crew=[]
    )
    factories.CrewMemberFactory(shift=shift, collar_number=number)
    return shift


@pytest.mark.parametrize(("stored", "sent"), [(crew_text.parse_collar_numbers(a)[0][1], b) for a, b in SAME])
def test_the_log_form_finds_somebody_on_another_shift(stored, sent, force, sam):
    shift = elsewhere(force, stored)
    answer = sam.post(LOG, entry(force, collars_police_officer=sent))
    assert answer.status_code == 422
    assert f"was on {shift.reference}" in answer.content.decode()


def test_so_does_a_correction_and_the_undoing_of_a_void(force, sam):
    sam.post(LOG, entry(force, collars_police_officer="1234"))
    logged = PatrolShift.objects.get()
    sam.post(f"/shifts/{logged.pk}/void/", {"version": logged.version, "reason": "Twice"})
    shift = elsewhere(force, "PC1234")
    answer = sam.post(f"/shifts/{logged.pk}/restore/", follow=True).content.decode()
    assert f"1234 was on {shift.reference}" in answer
    logged.refresh_from_db()
    assert logged.is_voided
    crew = {"version": "1", "reason": "Who", "form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0"}
    other = factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sam)
    crew |= {"form-0-role": OFFICER, "form-0-collar_number": "DC1234", "version": str(other.version)}
    assert "DC1234 was on" in sam.post(f"/shifts/{other.pk}/crew/", crew).content.decode()


def test_one_crew_has_nobody_twice(force, sam):
    answer = sam.post(LOG, entry(force, crew_police_officer="2", collars_police_officer="PC1234, 1234"))
    assert "PC1234 is in this crew 2 times" in answer.content.decode()


@pytest.mark.parametrize(("numbers", "is_asked"), [("1234, PC5", True), ("77, 78", False)])
def test_the_question_about_the_same_patrol_knows_the_crew_without_ranks(numbers, is_asked, force, sam, as_user):
    factories.DistrictAccessFactory(user=force.sue, district=force.north_herts)
    theirs = factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sue, crew=[])
    # Gone when Sam's shift begins, so that only the question is left.
    factories.CrewMemberFactory(shift=theirs, collar_number="SGT1234", ends_at=theirs.starts_at + timedelta(minutes=5))
    page = sam.post(LOG, entry(force, start="2205", collars_police_officer=numbers)).content.decode()
    assert ("Is this the same patrol?" in page) is is_asked


def test_rows_of_one_file_are_compared_with_each_other_and_with_what_is_recorded(force):
    other = SECOND.replace("12/10/2024", "11/10/2024")
    findings = run(force, text(f"{FIRST},PC1", f"{other},1", headers=COLLARS))
    assert [each["message"] for each in findings.listed] == ["1 was on row 2 at that time."]
    shift = elsewhere(force, "PC1")
    findings = run(force, text(f"{FIRST},1", headers=COLLARS))
    assert f"1 was on {shift.reference}" in findings.listed[0]["message"]
