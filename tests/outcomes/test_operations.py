"""What may not be done to a saved shift is refused by the operations themselves, whoever calls them."""

from datetime import UTC, datetime, timedelta

import pytest

from hotspot.core.errors import DomainError
from outcomes.recording.correction_operations import complete_shift, correct_shift, set_crew
from outcomes.rules import Report, Tally
from patrols.models import CrewRole
from patrols.shifts.operations import set_visits
from patrols.shifts.rules import CrewEntry, ShiftFacts
from patrols.shifts.void_operations import void_shift
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
