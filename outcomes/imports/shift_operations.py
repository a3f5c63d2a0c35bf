"""Shifts that an administrator imports: each row is new, here already, in conflict with what is here, or refused."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pghistory

from hotspot.core.advisory_locks import LockName, lock
from hotspot.core.bulk_insert import Batch
from hotspot.core.errors import DomainError, EntryWarning
from hotspot.core.models import User
from outcomes.kinds import COUNTED
from outcomes.models import ActivityCount, AsbPowerUse
from outcomes.recording.checking import CheckedReport, Entry, ReportChecker
from outcomes.recording.rows import TABLES
from outcomes.recording.writing import put
from outcomes.records.json_documents import settled
from outcomes.rules import Report
from patrols.models import PatrolShift
from patrols.shifts.checking import with_external
from patrols.shifts.entries import NOT_EXTERNAL, ExternalRecord
from patrols.shifts.operations import lock_areas
from patrols.shifts.queries import written_since


def one_at_a_time() -> None:
    """Wait until no other import writes. Held until the transaction ends.

    There is one lock for everybody, so that two imports never check against the same state and then both write.
    """
    lock(LockName.IMPORTS)


@dataclass(frozen=True)
class RowDifference:
    """That a row says something else than the shift it made before. `column` is named as the rules name it."""

    column: str
    here: Any
    there: Any


@dataclass(frozen=True)
class Taken:
    """What a row is. New: neither errors nor `shift`. Here already: `shift`. In conflict: `shift` and differences."""

    entry: Entry
    errors: Sequence[DomainError] = ()
    warnings: Sequence[EntryWarning] = ()
    shift: PatrolShift | None = None
    differences: Sequence[RowDifference] = ()


@dataclass
class ShiftImport:
    """An import of shifts, batch by batch. With `writes` the new ones are kept ready, and `write` writes them at once.

    Needs a transaction when it writes. `reason` is what is noted with every warning, as a person's reason would be.
    `recorded` are the ids of the new shifts.
    """

    by: User
    at: datetime
    reason: str
    writes: bool
    recorded: dict[str, Any] = field(default_factory=lambda: {"shifts": []})
    _batch: Batch = field(default_factory=lambda: Batch(TABLES))

    def __post_init__(self) -> None:
        self._checker = ReportChecker(by=self.by, at=self.at, importing=True)
        self._areas: set[int] = set()
        self._from, self._until = self.at, self.at
        # Whatever is written from here on is not seen by all of the checks.
        self._began = settled()

    def take(self, entries: Sequence[Entry]) -> list[Taken]:
        """Say of each row what it is, in the order of the rows."""
        standing = _standing(entries)
        checked = self._checker.check([entry for place, entry in enumerate(entries) if place not in standing])
        if self.writes:
            right = [each for each in checked if not each.errors]
            self.recorded["shifts"] += put(right, self._batch, by=self.by, at=self.at)
            self._note_places(right)
        fresh = (Taken(each.entry, each.errors, each.warnings) for each in checked)
        return [
            _compared(entry, standing[place]) if place in standing else next(fresh)
            for place, entry in enumerate(entries)
        ]

    def _note_places(self, right: Sequence[CheckedReport]) -> None:
        for each in right:
            facts = each.entry.facts
            self._areas.add(facts.area.pk)
            self._from, self._until = min(self._from, facts.starts_at), max(self._until, facts.ends_at)

    def may_write(self) -> bool:
        """Keep others from recording shifts in these areas, and say whether nobody has done so since the check began.

        If somebody has, the rows must be checked again, by a new import in the same transaction, before they are
        written. The areas are locked here, all at once, and not batch by batch: two writers that take them in different
        orders would wait for each other, and nobody could log a shift while a long file is read.
        """
        lock_areas(self._areas)
        return not written_since(self._began, self._areas, between=(self._from, self._until))

    def write(self) -> int:
        """Write all new rows taken so far; gives how many rows of all tables that made."""
        with pghistory.context(user=self.by.pk, action="imported", reason=self.reason):
            return self._batch.write()


def _standing(entries: Sequence[Entry]) -> dict[int, PatrolShift]:
    """The shifts that entries made before, or that another way brought from the same external record, by place."""
    shifts = PatrolShift.objects.select_related("area", "funding_stream").defer("area__boundary")
    shifts = shifts.prefetch_related("crew", "activity")
    by_submission = {
        shift.submission_id: shift
        for shift in shifts.filter(submission_id__in=[each.submission_id for each in entries])
    }
    externals = {entry.external for entry in entries if entry.external != NOT_EXTERNAL}
    by_external = {
        ExternalRecord(shift.external_source, shift.external_reference): shift
        for shift in with_external(shifts, externals)
    }
    found = {}
    for place, entry in enumerate(entries):
        shift = by_submission.get(entry.submission_id) or by_external.get(entry.external)
        if shift is not None:
            found[place] = shift
    _count([*by_submission.values(), *by_external.values()])
    return found


def _count(shifts: Sequence[PatrolShift]) -> None:
    """Put how often each outcome stands on each shift beside it, by one query a kind."""
    counts: dict[int, Counter[str]] = {shift.pk: Counter() for shift in shifts}
    if counts:
        for kind in COUNTED:
            for shift_id in kind.model.objects.standing().filter(shift__in=counts).values_list("shift", flat=True):
                counts[shift_id][kind.plural] += 1
        powers = AsbPowerUse.objects.standing().filter(shift__in=counts)
        for shift_id, code in powers.values_list("shift", "kind"):
            counts[shift_id][f"asb_{code}"] += 1
    for shift in shifts:
        shift.counts = counts[shift.pk]  # type: ignore[attr-defined]


def _compared(entry: Entry, shift: PatrolShift) -> Taken:
    if shift.is_voided or shift.is_cancelled:
        return Taken(entry, shift=shift, differences=[RowDifference("state", shift.state, "")])
    return Taken(entry, shift=shift, differences=list(_differences(entry.report, shift)))


def _differences(report: Report, shift: PatrolShift) -> Iterator[RowDifference]:
    facts = report.facts
    said: Mapping[str, tuple[Any, Any]] = {
        "area": (shift.area, facts.area),
        "start": (shift.starts_at, facts.starts_at),
        "end": (shift.ends_at, facts.ends_at),
        "funding_stream": (shift.funding_stream, facts.funding_stream),
        "crew": (
            Counter((member.role, member.collar_number) for member in shift.crew.all()),
            Counter((one.role.value, one.collar_number) for one in facts.crew),
        ),
        "note": (shift.note, facts.note),
        **_counts(report, shift),
    }
    return (RowDifference(name, here, there) for name, (here, there) in said.items() if here != there)


def _counts(report: Report, shift: PatrolShift) -> dict[str, tuple[int, int]]:
    counts: Counter[str] = shift.counts  # type: ignore[attr-defined]
    said = {name: count or 0 for name, count in report.tally.counts.items()}
    rows: Sequence[ActivityCount] = list(shift.activity.all())
    activity = {row.kind_id: row.count for row in rows}
    return {
        **{name: (counts[name], said.get(name, 0)) for name in {**said, **counts}},
        **{f"activity_{kind}": (activity.get(kind, 0), n) for kind, n in report.activity.items() if n is not None},
    }
