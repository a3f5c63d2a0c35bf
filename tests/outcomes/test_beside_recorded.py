"""A new shift beside one that is recorded: what counts as meeting it, and what only comes near."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from outcomes.recording.checking import Entry
from outcomes.recording.operations import log_shifts
from outcomes.rules import Report, Tally
from patrols.models import CrewRole
from patrols.shifts.entries import ExternalRecord
from patrols.shifts.rules import CrewEntry, ShiftFacts
from tests import factories

NIGHT = datetime(2024, 10, 11, 21, tzinfo=UTC)
AT = datetime(2024, 10, 12, 12, tzinfo=UTC)
MINUTE = 1 / 60
OFFICER = CrewRole.POLICE_OFFICER


def record(force, begins=0.0, ends=8.0, *, area=None, role=OFFICER, number="", **fields):
    """A shift of Sam's from and to so many hours after 10pm, with one person."""
    shift = factories.PatrolShiftFactory(
        area=area or force.hitchin,
        funding_stream=force.grant,
        logged_by=force.sam,
        starts_at=NIGHT + timedelta(hours=begins),
        ends_at=NIGHT + timedelta(hours=ends),
        crew=[],
        **fields,
    )
    factories.CrewMemberFactory(shift=shift, role=role, collar_number=number)
    return shift


def new(force, begins=0.0, ends=8.0, *, number="", **more) -> Entry:
    """A shift of Sam's in Hitchin that is not recorded yet."""
    starts_at, ends_at = (NIGHT + timedelta(hours=hours) for hours in (begins, ends))
    facts = ShiftFacts(force.hitchin, force.grant, starts_at, ends_at, [CrewEntry(OFFICER, number)])
    return Entry(submission_id=uuid.uuid4(), report=Report(facts, Tally(nothing_to_report=True)), **more)


def log(force, *entries: Entry) -> list[list[str]]:
    """What stops each of them, or is asked about it."""
    results = log_shifts(by=force.sam, at=AT, entries=entries)
    return [[each.code for each in (*result.errors, *result.warnings)] for result in results]


TIMES = [
    ((0, 8), (8, 10), False),
    ((0, 8), (8 - MINUTE, 10), True),
    ((0, 8), (-2, 0), False),
    ((0, 8), (-2, MINUTE), True),
    ((0, 8), (2, 4), True),
    ((2, 4), (0, 8), True),
    # More than a day from the first start to the last end.
    ((-13, 1), (0, 12), True),
    ((-24, 0), (0, 8), False),
    ((-24 + MINUTE, MINUTE), (0, 8), True),
    ((-24, -16), (0, 8), False),
]


@pytest.mark.parametrize(("recorded", "times", "meet"), TIMES)
def test_shifts_of_one_place_meet_when_they_share_a_minute(force, recorded, times, meet):
    record(force, *recorded)
    assert log(force, new(force, *times)) == [["overlap"] if meet else []]


@pytest.mark.parametrize(("recorded", "times", "meet"), TIMES)
def test_a_person_cannot_be_elsewhere_in_the_same_minute(force, recorded, times, meet):
    record(force, *recorded, area=force.letchworth, number="PC1")
    assert log(force, new(force, *times, number="PC1")) == [["officer_elsewhere"] if meet else []]


@pytest.mark.parametrize(
    ("role", "number", "is_same"),
    [
        (OFFICER, "PC1", True),
        (OFFICER, "1", True),
        (OFFICER, "PC2", False),
        (OFFICER, "", False),
        (CrewRole.SPECIAL_CONSTABLE, "PC1", True),
        (CrewRole.PCSO, "1", False),
    ],
)
def test_who_is_the_same_person(force, role, number, is_same):
    record(force, area=force.letchworth, role=role, number=number)
    assert log(force, new(force, number="PC1")) == [["officer_elsewhere"] if is_same else []]


def test_a_shift_without_a_minute_is_wrong_and_meets_nobody(force):
    record(force, area=force.letchworth, number="PC1")
    assert log(force, new(force, 2, 2, number="PC1")) == [["ends_before_start"]]


@pytest.mark.parametrize("state", ["voided", "planned"])
def test_only_worked_shifts_are_met(force, state):
    record(force, number="PC1", state=state)
    assert log(force, new(force, number="PC1")) == [[]]


def test_shifts_of_other_places_are_not_met(force):
    record(force, area=force.letchworth)
    assert log(force, new(force)) == [[]]


@pytest.mark.parametrize(
    ("source", "reference", "is_taken"),
    [("rota", "R-1", True), ("rota", "R-2", False), ("other", "R-1", False), ("", "", False)],
)
def test_a_record_of_another_system_is_known_by_its_source_and_number(force, source, reference, is_taken):
    record(force, external_source="rota", external_reference="R-1")
    record(force, area=force.letchworth)
    said = log(force, new(force, 9, 12, external=ExternalRecord(source, reference)))
    assert said == [["external_taken"] if is_taken else []]


def test_each_of_many_is_told_what_it_meets_itself(force):
    record(force, -24, -16)
    record(force, -48, -40, area=force.letchworth, number="PC1")
    record(force, -96, -88, external_source="rota", external_reference="R-1")
    entries = [
        new(force),
        new(force, -25, -20),
        new(force, -48, -40, number="PC1"),
        new(force, -72, -64, external=ExternalRecord("rota", "R-1")),
        new(force, -80, -76),
        new(force, -12, -6),
    ]
    assert log(force, *entries) == [[], ["overlap"], ["officer_elsewhere"], ["external_taken"], [], []]
