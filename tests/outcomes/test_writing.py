"""What a report leaves in the database: the counts of activity, and what becomes of them when it is corrected."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from outcomes.models import ActivityCount
from outcomes.recording.correction_operations import correct_shift
from outcomes.recording.operations import log_shift
from outcomes.rules import Report, Tally
from patrols.models import CrewRole, PatrolShift
from patrols.shifts.rules import CrewEntry, ShiftFacts
from tests.conftest import NOW

NIGHT = datetime(2024, 10, 11, 21, tzinfo=UTC)
RESIDENTS, PREMISES = "engagements_residents", "premises_visits"


def report(force, activity) -> Report:
    facts = ShiftFacts(force.hitchin, force.grant, NIGHT, NIGHT + timedelta(hours=8), [CrewEntry(CrewRole.PCSO)])
    return Report(facts, Tally(nothing_to_report=True), activity)


def logged(force, activity) -> PatrolShift:
    saved = log_shift(by=force.sam, at=NOW, submission_id=uuid.uuid4(), report=report(force, activity))
    return PatrolShift.objects.get(pk=saved.shift_id)


def corrected(force, shift, activity) -> PatrolShift:
    given = {"shift_id": shift.pk, "version": shift.version, "reason": "Mended"}
    return correct_shift(by=force.sam, at=NOW, report=report(force, activity), **given)


def activity_of(shift) -> dict[str, int]:
    return dict(ActivityCount.objects.filter(shift=shift).values_list("kind", "count"))


@pytest.mark.parametrize(
    ("before", "said", "after"),
    [
        ({}, {RESIDENTS: 3, PREMISES: None}, {RESIDENTS: 3}),
        ({RESIDENTS: 3}, {RESIDENTS: 3}, {RESIDENTS: 3}),
        ({RESIDENTS: 3, PREMISES: 1}, {RESIDENTS: 0, PREMISES: 1}, {RESIDENTS: 0, PREMISES: 1}),
        ({RESIDENTS: 3, PREMISES: 1}, {RESIDENTS: None, PREMISES: 2}, {PREMISES: 2}),
        ({RESIDENTS: 3, PREMISES: None}, {PREMISES: 4}, {PREMISES: 4}),
        ({RESIDENTS: 3, PREMISES: 1}, {}, {}),
    ],
)
def test_activity_becomes_what_a_correction_says_and_the_rest_is_not_written_again(force, before, said, after):
    shift = logged(force, before)
    stood = activity_of(shift)
    assert stood == {kind: count for kind, count in before.items() if count is not None}
    rows = dict(ActivityCount.objects.values_list("kind", "pk"))
    corrected(force, shift, said)
    assert activity_of(shift) == after
    kept = dict(ActivityCount.objects.values_list("kind", "pk"))
    assert {kind: rows[kind] for kind in rows.keys() & after} == {kind: kept[kind] for kind in rows.keys() & after}
    events = ActivityCount.events.rel.related_model.objects
    changed = {kind for kind in stood.keys() & after if stood[kind] != after[kind]}
    assert set(events.filter(pgh_label="update").values_list("kind", flat=True)) == changed


def test_a_corrected_shift_can_be_corrected_again_at_once(force):
    """It comes back as it is in the database, with the version that its activity has made."""
    shift = corrected(force, logged(force, {}), {RESIDENTS: 1})
    assert corrected(force, shift, {}).version == PatrolShift.objects.get(pk=shift.pk).version
