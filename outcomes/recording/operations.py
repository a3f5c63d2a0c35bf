"""New shifts, one or many at once: checked together, and those that are right written together."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import pghistory
from django.db import IntegrityError, transaction

from hotspot.core.errors import DomainError, EntryWarning, NeedsConfirming, raise_all
from hotspot.core.models import User
from outcomes.recording.checking import Entry, ReportChecker
from outcomes.recording.writing import write
from outcomes.rules import Report
from patrols.shifts import operations as patrols
from patrols.shifts.entries import NOT_EXTERNAL, NOTHING_ACKNOWLEDGED, AcknowledgedWarnings, ExternalRecord
from patrols.visits import live_operations


@dataclass(frozen=True)
class Result:
    """What became of an entry. Without a `shift_id` nothing of it was written, because of the errors or the warnings.

    `is_new` is False when the same submission had made the shift before.
    """

    shift_id: int | None = None
    is_new: bool = False
    errors: Sequence[DomainError] = ()
    warnings: Sequence[EntryWarning] = ()


@dataclass(frozen=True)
class Logged:
    """The shift that a submission made. `is_new` is False when the same form had made it before."""

    shift_id: int
    is_new: bool


def log_shift(
    *,
    by: User,
    at: datetime,
    submission_id: UUID,
    report: Report,
    acknowledged: AcknowledgedWarnings = NOTHING_ACKNOWLEDGED,
    external: ExternalRecord = NOT_EXTERNAL,
    visits: Sequence[tuple[datetime, datetime]] = (),
    own_visits: Collection[int] = (),
) -> Logged:
    """Record a finished shift with its crew, outcomes and visits, once however often the submission arrives.

    `external` names the record of another system that it comes from, if any; each comes once (`external_taken`).
    Of this person's `own_visits` by two presses, by their ids, those that lie within the shift become its visits.
    Raises DomainError or DomainErrors for what must not be, and NeedsConfirming for warnings that are not acknowledged.
    """
    entry = Entry(
        submission_id=submission_id, report=report, acknowledged=acknowledged, external=external, visits=visits
    )
    if own_visits:
        result = _log_with_own_visits(by, at, entry, own_visits)
    else:
        (result,) = log_shifts(by=by, at=at, entries=[entry])
    raise_all(list(result.errors))
    if result.shift_id is None:
        raise NeedsConfirming(list(result.warnings))
    return Logged(result.shift_id, result.is_new)


@transaction.atomic
def _log_with_own_visits(by: User, at: datetime, entry: Entry, ids: Collection[int]) -> Result:
    facts = entry.facts
    span = {"starts_at": facts.starts_at, "ends_at": facts.ends_at}
    own = live_operations.to_attach(by=by, ids=ids, area_id=facts.area.pk, **span)
    visits = [(visit.arrived_at, visit.left_at) for visit in own if visit.left_at]
    (result,) = log_shifts(by=by, at=at, entries=[replace(entry, visits=visits)])
    if result.is_new and result.shift_id is not None:
        live_operations.attach(own, result.shift_id)
    return result


@transaction.atomic(savepoint=False)
def log_shifts(*, by: User, at: datetime, entries: Sequence[Entry]) -> list[Result]:
    """Record many finished shifts: what `log_shift` would do one after the other, in the order of the entries.

    Those that are right are written together, in one transaction; each of the others says what stopped it.
    """
    first: dict[UUID, Entry] = {}
    for entry in entries:
        first.setdefault(entry.submission_id, entry)
    results = dict(zip(first, _log_each_once(by, at, list(first.values())), strict=True))
    return [_answer(results, entry.submission_id) for entry in entries]


def _log_each_once(by: User, at: datetime, entries: Sequence[Entry]) -> list[Result]:
    try:
        return _log(by, at, entries)
    except IntegrityError:
        # Somebody wrote one of them, or put one of these people elsewhere, since this was looked up: it is found now.
        patrols.lock_areas({entry.facts.area.pk for entry in entries})
        return [_log(by, at, [entry])[0] for entry in entries]


def _answer(results: dict[UUID, Result], submission_id: UUID) -> Result:
    """What became of a submission. The next time it is asked for, it is not new any more."""
    result = results[submission_id]
    results[submission_id] = replace(result, is_new=False)
    return result


def _log(by: User, at: datetime, entries: Sequence[Entry]) -> list[Result]:
    checked = ReportChecker(by=by, at=at).check(entries)
    with pghistory.context(user=by.pk, action="logged"):
        ids = iter(write([each for each in checked if each.is_to_be_written], by=by, at=at))
    return [
        Result(next(ids), True) if each.is_to_be_written else Result(each.saved, False, each.errors, each.open_warnings)
        for each in checked
    ]
