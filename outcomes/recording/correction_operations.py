"""Writes to a saved shift with its outcomes: completed, corrected, and its crew changed."""

from collections.abc import Collection, Sequence
from datetime import datetime

import pghistory
from django.db import transaction

from hotspot.core.bulk_insert import SmallBatch
from hotspot.core.errors import Conflict
from hotspot.core.models import User
from hotspot.core.text import clean_line
from outcomes.recording.checking import CrewChecker, Entry, ReportChecker
from outcomes.recording.writing import write_change
from outcomes.rules import Report
from patrols.abstractions.operations import check_still_planned
from patrols.models import PatrolShift
from patrols.shifts import operations as patrols
from patrols.shifts.entries import NOTHING_ACKNOWLEDGED, AcknowledgedWarnings, ShiftEntry, external_record_of
from patrols.shifts.permissions import check_may_complete, check_may_correct
from patrols.shifts.rows import TABLES
from patrols.shifts.rules import PLANNED_TWICE, CrewEntry, ShiftFacts, check_reason
from patrols.shifts.writing import change_shift, words_for_races
from patrols.visits import live_operations


@transaction.atomic
def complete_shift(
    *,
    by: User,
    at: datetime,
    shift_id: int,
    version: int,
    report: Report,
    acknowledged: AcknowledgedWarnings = NOTHING_ACKNOWLEDGED,
    own_visits: Collection[int] = (),
) -> PatrolShift:
    """Say how a planned shift went. Raises what `log_shift` raises, and ChangedMeanwhile.

    Of this person's `own_visits` by two presses, by their ids, those that lie within the shift become its visits.
    """
    shift = patrols.locked(shift_id, by=by, version=version)
    if not shift.is_planned:
        raise Conflict("not_planned", "This shift is not a planned one any more.")
    check_may_complete(shift, by=by)
    with pghistory.context(user=by.pk, action="completed"):
        _write(shift, report, by=by, at=at, state=PatrolShift.State.COMPLETED, acknowledged=acknowledged)
        if own_visits:
            span = {"starts_at": shift.starts_at, "ends_at": shift.ends_at}
            own = live_operations.to_attach(by=by, ids=own_visits, area_id=shift.area_id, **span)
            live_operations.add_to_shift(own, shift.pk)
    return shift


@transaction.atomic
def correct_shift(
    *,
    by: User,
    at: datetime,
    shift_id: int,
    version: int,
    reason: str,
    report: Report,
    acknowledged: AcknowledgedWarnings = NOTHING_ACKNOWLEDGED,
) -> PatrolShift:
    """Make a logged shift say what is true, with a reason that its history shows.

    A higher count adds outcomes with detail to follow; a lower one withdraws those whose detail is still missing.
    Raises NotAllowed, ChangedMeanwhile, DomainError(s) and NeedsConfirming.
    """
    shift = patrols.locked(shift_id, by=by, version=version)
    check_may_correct(shift, by=by, at=at)
    check_reason(reason)
    with pghistory.context(user=by.pk, action="corrected", reason=clean_line(reason)):
        state = PatrolShift.State(shift.state)
        _write(shift, report, by=by, at=at, state=state, acknowledged=acknowledged, reason=clean_line(reason))
    return shift


def _write(
    shift: PatrolShift,
    report: Report,
    *,
    by: User,
    at: datetime,
    state: PatrolShift.State,
    acknowledged: AcknowledgedWarnings,
    reason: str = "Corrected",
) -> None:
    entry = Entry(
        submission_id=shift.submission_id, report=report, state=state, acknowledged=acknowledged, standing=shift
    )
    checked = ReportChecker(by=by, at=at).check_one(entry)
    with words_for_races(external_record_of(shift)):
        write_change(shift, checked, by=by, at=at, reason=reason)


@transaction.atomic
def set_crew(
    *,
    by: User,
    at: datetime,
    shift_id: int,
    version: int,
    crew: Sequence[CrewEntry],
    reason: str,
    acknowledged: AcknowledgedWarnings = NOTHING_ACKNOWLEDGED,
) -> PatrolShift:
    """Make the crew of a shift what is said, as long as it can have produced the outcomes that stand.

    Warnings that the shift keeps need no new reason; a logged shift needs one for its new crew. Raises NotAllowed,
    ChangedMeanwhile, DomainError(s) and NeedsConfirming.
    """
    shift = patrols.locked(shift_id, by=by, version=version)
    check_may_correct(shift, by=by, at=at)
    if not shift.is_planned:
        check_reason(reason)
    entry = _with_crew(shift, crew, acknowledged)
    if shift.is_planned:
        check_still_planned(shift, entry.facts)
    checked, batch = CrewChecker(by=by, at=at).check_one(entry), SmallBatch(TABLES)
    with (
        words_for_races(external_record_of(shift)),
        pghistory.context(user=by.pk, action="crew", reason=clean_line(reason)),
    ):
        change_shift(shift, checked, batch, by=by, at=at)
        batch.write()
    return shift


def _with_crew(shift: PatrolShift, crew: Sequence[CrewEntry], acknowledged: AcknowledgedWarnings) -> ShiftEntry:
    """The shift as it stands, with another crew."""
    kept = set(shift.doubts_kept)
    if {entry.collar_number for entry in crew} - {row.collar_number for row in shift.crew.all()} - {""}:
        # It was kept for somebody else.
        kept -= {PLANNED_TWICE}
    return ShiftEntry(
        submission_id=shift.submission_id,
        facts=ShiftFacts(shift.area, shift.funding_stream, shift.starts_at, shift.ends_at, crew, shift.note),
        state=PatrolShift.State(shift.state),
        acknowledged=AcknowledgedWarnings({*kept, *acknowledged.codes}, shift.doubts_reason or acknowledged.reason),
        standing=shift,
    )
