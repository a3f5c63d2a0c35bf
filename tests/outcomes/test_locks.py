"""In which areas nobody else records worked shifts until a write is done: they could not be compared with it."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from hotspot.core.advisory_locks import LockName
from outcomes.recording.checking import Entry
from outcomes.recording.correction_operations import correct_shift
from outcomes.recording.operations import log_shifts
from outcomes.rules import Report, Tally
from patrols.models import CrewRole
from patrols.shifts.operations import lock_areas, plan_shift
from patrols.shifts.rules import CrewEntry, ShiftFacts
from patrols.shifts.void_operations import restore_shift, void_shift
from tests import factories
from tests.conftest import NOW
from tests.outcomes.imports import FIRST, SECOND, run, text

NIGHT = datetime(2024, 10, 11, 21, tzinfo=UTC)


def held() -> set[tuple[int, int]]:
    """The advisory locks of this transaction: name and number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT classid::int, objid::int FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        )
        return set(cursor.fetchall())


def locks_of(*areas) -> set[tuple[int, int]]:
    return {(LockName.AREAS, area.pk) for area in areas}


def report(force, area, start=NIGHT) -> Report:
    facts = ShiftFacts(area, force.grant, start, start + timedelta(hours=8), [CrewEntry(CrewRole.PCSO)])
    return Report(facts, Tally(nothing_to_report=True))


@pytest.fixture
def shift(force):
    return factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sam)


def test_each_of_several_areas(force):
    lock_areas([force.hitchin.pk, force.watford.pk])
    assert held() == locks_of(force.hitchin, force.watford)


def test_logging(force):
    entries = [
        Entry(submission_id=uuid.uuid4(), report=report(force, area)) for area in (force.hitchin, force.letchworth)
    ]
    assert all(result.is_new for result in log_shifts(by=force.sam, at=NOW, entries=entries))
    assert held() == locks_of(force.hitchin, force.letchworth)


def test_moving(force, shift):
    correct_shift(
        by=force.sam, at=NOW, shift_id=shift.pk, version=shift.version, reason="Moved",
        report=report(force, force.letchworth),
    )  # fmt: skip
    assert held() == locks_of(force.letchworth)


def test_planning_keeps_nobody_waiting(force):
    facts = report(force, force.hitchin, NOW + timedelta(hours=8)).facts
    plan_shift(by=force.sam, at=NOW, submission_id=uuid.uuid4(), facts=facts)
    assert held() == set()


def test_undoing_a_void_and_not_the_void_itself(force, shift, now):
    now.move_to(datetime.now(UTC))
    at = datetime.now(UTC)
    voided = void_shift(by=force.adam, at=at, shift_id=shift.pk, version=shift.version, reason="Wrong night")
    assert held() == set()
    restore_shift(by=force.adam, at=at, shift_id=voided.pk)
    assert held() == locks_of(force.hitchin)


def test_an_import_when_it_writes(force):
    content = text(FIRST, SECOND)
    run(force, content)
    assert held() == set()
    run(force, content, writes=True)
    assert held() == {(0, LockName.IMPORTS), *locks_of(force.hitchin, force.letchworth)}
