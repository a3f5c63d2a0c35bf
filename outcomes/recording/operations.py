"""New shifts, one or many at once: the rules of one shift for each, a few queries and one COPY a table for all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pghistory
from django.db import IntegrityError, transaction

from hotspot.core.errors import DomainError, Doubt, NeedsConfirming, raise_all
from hotspot.core.models import User
from hotspot.core.text import clean_line
from outcomes.kinds import BY_PLURAL, COUNTED
from outcomes.models import AsbPowerUse, Outcome, StopSearch
from outcomes.recording.bulk_insert import (
    ROWS,
    ActivityRow,
    Batch,
    CrewRow,
    PowerUseRow,
    SearchRow,
    ShiftRow,
    VisitRow,
    take_ids,
)
from outcomes.recording.checking import Checked, Checker, Entry
from outcomes.rules import Report
from patrols.models import PatrolShift
from patrols.shifts import operations as patrols
from patrols.shifts.operations import NOT_EXTERNAL, NOTHING_KEPT, ConfirmedDoubts, ExternalRecord


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
    entry = Entry(submission_id, report, kept, external, visits)
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
    patrols.lock_areas({entry.report.facts.area.pk for entry in entries})


@transaction.atomic
def _log(by: User, at: datetime, entries: Sequence[Entry]) -> list[Result]:
    _lock_areas(entries)
    results = _saved_before(by, dict(enumerate(entries)))
    fresh = {place: entry for place, entry in enumerate(entries) if place not in results}
    checked = dict(zip(fresh, Checker(by=by, at=at).check(list(fresh.values())), strict=True))
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


def write(right: Sequence[Checked], *, by: User, at: datetime) -> list[int]:
    """Write entries without errors, whatever doubts they have; gives the ids of their shifts.

    Has to run inside a transaction and the history's context.
    """
    batch = Batch()
    ids = put(right, batch, by=by, at=at)
    batch.write()
    return ids


def put(right: Sequence[Checked], batch: Batch, *, by: User, at: datetime) -> list[int]:
    """Put the rows of entries without errors into a batch; gives the ids that their shifts will have."""
    if not right:
        return []
    ids = take_ids(PatrolShift, len(right))
    found = take_ids(StopSearch, sum(each.entry.report.tally.stop_searches or 0 for each in right))
    searches = iter(found)
    for shift_id, each in zip(ids, right, strict=True):
        batch.add(_shift_row(shift_id, each, by, at), *_crew_rows(shift_id, each.entry.report))
        batch.add(*_outcome_rows(shift_id, each, searches))
        batch.add(*(VisitRow(shift_id, *visit) for visit in each.entry.visits))
        batch.add(*(ActivityRow(shift_id, kind, n) for kind, n in each.entry.report.activity.items() if n is not None))
    return ids


def _shift_row(shift_id: int, each: Checked, by: User, at: datetime) -> ShiftRow:
    entry, facts = each.entry, each.entry.report.facts
    return ShiftRow(
        id=shift_id,
        submission_id=entry.submission_id,
        state=PatrolShift.State.COMPLETED.value,
        area_id=facts.area.pk,
        funding_stream_id=facts.funding_stream.pk,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        nothing_to_report=entry.report.tally.total == 0,
        note=facts.note,
        doubts_kept=tuple(doubt.code for doubt in each.doubts),
        doubts_reason=clean_line(entry.kept.reason) if each.doubts else "",
        void_reason="",
        logged_by_id=by.pk,
        logged_at=at,
        version=1,
        updated_at=at,
        external_source=entry.external.source,
        external_reference=entry.external.reference,
    )


def _crew_rows(shift_id: int, report: Report) -> Iterator[CrewRow]:
    facts = report.facts
    for one in facts.crew:
        starts_at, ends_at = one.starts_at or facts.starts_at, one.ends_at or facts.ends_at
        yield CrewRow(
            shift_id, PatrolShift.State.COMPLETED.value, one.role.value, one.collar_number, starts_at, ends_at
        )


def _outcome_rows(shift_id: int, each: Checked, searches: Iterator[int]) -> Iterator[Any]:
    """A row for each outcome counted: those with detail say it, the others wait for theirs."""
    tally = each.entry.report.tally
    rest = {kind.plural: getattr(tally, kind.plural) or 0 for kind in COUNTED}
    powers = {kind: n or 0 for kind, n in tally.asb_powers.items()}
    for name, outcome in each.outcomes:
        if isinstance(outcome, AsbPowerUse):
            powers[outcome.kind_id] -= 1
        else:
            rest[name] -= 1
        yield _row_of(ROWS[BY_PLURAL[name]], outcome, shift_id, searches)
    for name, number in rest.items():
        kind = ROWS[BY_PLURAL[name]]
        for _ in range(number):
            own_id = (next(searches),) if kind is SearchRow else ()
            yield kind(*own_id, shift_id, True)
    for code, number in powers.items():
        for _ in range(number):
            yield PowerUseRow(shift_id, code)


def _row_of(kind: Any, outcome: Outcome, shift_id: int, searches: Iterator[int]) -> Any:
    values = {name: getattr(outcome, name) for name in kind._fields if name not in {"id", "shift_id"}}
    if kind is SearchRow:
        values["id"] = next(searches)
    return kind(shift_id=shift_id, **values)
