"""New shifts, one or many at once: checked together, and those that are right written together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pghistory
from django.db import IntegrityError, transaction

from hotspot.core.errors import DomainError, Doubt, NeedsConfirming, raise_all
from hotspot.core.models import User
from outcomes.recording.checking import Entry, ReportChecker
from outcomes.recording.writing import write
from outcomes.rules import Report
from patrols.models import PatrolShift
from patrols.shifts import operations as patrols
from patrols.shifts.entries import NOT_EXTERNAL, NOTHING_KEPT, ConfirmedDoubts, ExternalRecord


@dataclass(frozen=True)
class Result:
    """What became of an entry. Without a `shift_id` nothing of it was written, because of the errors or the doubts.

    `is_new` is False when the same submission had made the shift before.
    """

    shift_id: int | None = None
    is_new: bool = False
    errors: Sequence[DomainError] = ()
    doubts: Sequence[Doubt] = ()


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
    kept: ConfirmedDoubts = NOTHING_KEPT,
    external: ExternalRecord = NOT_EXTERNAL,
    visits: Sequence[tuple[datetime, datetime]] = (),
) -> Logged:
    """Record a finished shift with its crew, outcomes and visits, once however often the submission arrives.

    `external` names the record of another system that it comes from, if any; each comes once (`external_taken`).
    Raises DomainError or DomainErrors for what must not be, and NeedsConfirming for doubts that `kept` does not hold.
    """
    entry = Entry(submission_id=submission_id, report=report, kept=kept, external=external, visits=visits)
    (result,) = log_shifts(by=by, at=at, entries=[entry])
    raise_all(list(result.errors))
    if result.shift_id is None:
        raise NeedsConfirming(list(result.doubts))
    return Logged(result.shift_id, result.is_new)


def log_shifts(*, by: User, at: datetime, entries: Sequence[Entry]) -> list[Result]:
    """Record many finished shifts: what `log_shift` would do one after the other, in the order of the entries.

    Those that are right are written together, in one transaction; each of the others says what stopped it.
    """
    try:
        return _log(by, at, entries)
    except IntegrityError:
        # Somebody wrote one of them, or put one of these people elsewhere, since this was looked up: it is found now.
        return _log_one_by_one(by, at, entries)


@transaction.atomic
def _log_one_by_one(by: User, at: datetime, entries: Sequence[Entry]) -> list[Result]:
    _lock_areas(entries)
    return [_log(by, at, [entry])[0] for entry in entries]


def _lock_areas(entries: Sequence[Entry]) -> None:
    patrols.lock_areas({entry.facts.area.pk for entry in entries})


@transaction.atomic
def _log(by: User, at: datetime, entries: Sequence[Entry]) -> list[Result]:
    _lock_areas(entries)
    results = _saved_before(by, dict(enumerate(entries)))
    fresh = {place: entry for place, entry in enumerate(entries) if place not in results}
    checked = dict(zip(fresh, ReportChecker(by=by, at=at).check(list(fresh.values())), strict=True))
    refused = {place: each for place, each in checked.items() if each.errors or each.open_doubts}
    results |= {place: Result(None, False, each.errors, each.open_doubts) for place, each in refused.items()}
    if refused:
        # What stands in their way may be themselves: sent twice at once, and the other written since the first look.
        results |= _saved_before(by, {place: fresh[place] for place in refused})
    right = {place: each for place, each in checked.items() if place not in refused}
    with pghistory.context(user=by.pk, action="logged"):
        ids = write(list(right.values()), by=by, at=at)
    results |= {place: Result(shift_id, True) for place, shift_id in zip(right, ids, strict=True)}
    _point_repeats(entries, results)
    return [results[place] for place in range(len(entries))]


def _saved_before(by: User, entries: Mapping[int, Entry]) -> dict[int, Result]:
    """What needs no writing, by place: shifts that are there; an empty one where an entry repeats one before it."""
    known = {
        submission: (pk, logged_by)
        for submission, pk, logged_by in PatrolShift.objects.filter(
            submission_id__in=[entry.submission_id for entry in entries.values()]
        ).values_list("submission_id", "pk", "logged_by_id")
    }
    results, met = {}, set()
    for place, entry in entries.items():
        if entry.submission_id in known:
            pk, logged_by = known[entry.submission_id]
            results[place] = Result(pk) if logged_by == by.pk else Result(errors=[patrols.submission_taken()])
        elif entry.submission_id in met:
            results[place] = Result()
        met.add(entry.submission_id)
    return results


def _point_repeats(entries: Sequence[Entry], results: dict[int, Result]) -> None:
    """Let an entry that repeats an earlier one answer as that one did, but not as new."""
    first: dict[UUID, Result] = {}
    for place, entry in enumerate(entries):
        before = first.setdefault(entry.submission_id, results[place])
        if results[place] == Result():
            results[place] = Result(before.shift_id, False, before.errors, before.doubts)
