"""What may not be done to a saved shift is refused by the operations themselves, whoever calls them."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hotspot.core.errors import DomainError, NeedsConfirming
from outcomes.recording.correction_operations import complete_shift, correct_shift, set_crew
from outcomes.rules import Report, Tally
from patrols.models import CrewRole, PatrolShift
from patrols.shifts.entries import AcknowledgedWarnings
from patrols.shifts.operations import plan_shift, set_visits
from patrols.shifts.rules import CrewEntry, ShiftFacts
from patrols.shifts.void_operations import restore_shift, void_shift
from tests import factories
from tests.conftest import NOW

NIGHT = datetime(2024, 10, 11, 21, tzinfo=UTC)
CREW = [CrewEntry(CrewRole.PCSO)]


@pytest.fixture
def report(force) -> Report:
    facts = ShiftFacts(force.hitchin, force.grant, NIGHT, NIGHT + timedelta(hours=8), CREW)
    return Report(facts, Tally(nothing_to_report=True))


def shift(force, state="completed"):
    """A shift of Sam's; what is planned has no crew yet."""
    where = {"area": force.hitchin, "funding_stream": force.grant, "logged_by": force.sam}
    return factories.PatrolShiftFactory(state=state, starts_at=NIGHT, crew=["pcso"], **where)


def refusal(operation, by, saved, **given) -> str:
    with pytest.raises(DomainError) as refused:
        operation(by=by, at=NOW, shift_id=saved.pk, version=saved.version, **given)
    return refused.value.code


def test_only_a_planned_shift_is_completed(force, report):
    assert refusal(complete_shift, force.sam, shift(force), report=report) == "not_planned"


def test_nobody_who_only_reads_writes_to_a_shift(force, report):
    saved = shift(force)
    reasoned = {"reason": "Mended"}
    refusal(complete_shift, force.anna, shift(force, "planned"), report=report)
    refusal(correct_shift, force.anna, saved, report=report, **reasoned)
    refusal(set_crew, force.anna, saved, crew=CREW, **reasoned)
    refusal(set_visits, force.anna, saved, visits=[])
    refusal(void_shift, force.anna, saved, **reasoned)


@pytest.mark.parametrize("reason", ["", " "])
def test_what_was_logged_is_not_changed_without_a_reason(force, report, reason):
    saved = shift(force)
    codes = {
        refusal(correct_shift, force.sam, saved, report=report, reason=reason),
        refusal(set_crew, force.sam, saved, crew=CREW, reason=reason),
        refusal(void_shift, force.sam, saved, reason=reason),
    }
    assert codes == {"reason_missing"}


def test_the_crew_of_a_plan_needs_no_reason(force):
    saved = shift(force, "planned")
    at = NIGHT - timedelta(days=1)
    set_crew(by=force.sam, at=at, shift_id=saved.pk, version=saved.version, crew=CREW * 2, reason="")
    assert saved.crew.count() == 2


def moved(report, **changes) -> Report:
    return Report(replace(report.facts, **changes), report.tally)


def test_a_saved_shift_does_not_become_what_could_not_be_logged(force, report):
    saved, given = shift(force), {"reason": "Mended"}
    backwards = moved(report, ends_at=NIGHT - timedelta(hours=1))
    assert refusal(correct_shift, force.sam, saved, report=backwards, **given) == "ends_before_start"
    elsewhere = moved(report, area=force.watford)
    assert refusal(correct_shift, force.sam, saved, report=elsewhere, **given) == "area_unknown"


def test_a_saved_shift_becomes_something_unusual_only_when_that_is_acknowledged(force, report):
    saved = shift(force)
    given = {"by": force.sam, "at": NOW, "shift_id": saved.pk, "version": saved.version, "reason": "Football"}
    given["report"] = moved(report, ends_at=NIGHT + timedelta(hours=13))
    with pytest.raises(NeedsConfirming) as unusual:
        correct_shift(**given)
    assert [warning.code for warning in unusual.value.warnings] == ["long_shift"]
    done = correct_shift(**given, acknowledged=AcknowledgedWarnings({"long_shift"}, "Football"))
    assert (done.clock_minutes, done.doubts_kept) == (780, ["long_shift"])


def test_a_plan_that_is_sent_twice_is_one_shift(force, report):
    plan = {"submission_id": uuid.uuid4(), "facts": report.facts}
    first, second = (plan_shift(by=force.sam, at=NIGHT - timedelta(days=1), **plan) for _ in range(2))
    assert first == second == PatrolShift.objects.get()


def test_a_void_and_its_undoing_give_the_shift_as_it_is_then(force):
    saved, at = shift(force), datetime.now(UTC)
    voided = void_shift(by=force.adam, at=at, shift_id=saved.pk, version=saved.version, reason=" Entered twice ")
    assert (voided.pk, voided.state, voided.void_reason) == (saved.pk, "voided", "Entered twice")
    restored = restore_shift(by=force.adam, at=at, shift_id=saved.pk)
    assert (restored.pk, restored.state, restored.void_reason) == (saved.pk, "completed", "")
