"""Details of outcomes that an administrator imports: each fills one outcome that a shift counts and nobody detailed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pghistory

from hotspot.core.errors import DomainError
from hotspot.core.models import User
from outcomes import rules
from outcomes.imports.shift_operations import RowDifference
from outcomes.kinds import OutcomeKind
from outcomes.models import Outcome
from patrols.models import CrewRole, PatrolShift
from patrols.shifts.checking import with_external
from patrols.shifts.entries import NOT_EXTERNAL, ExternalRecord


@dataclass(frozen=True)
class Detail:
    """What a row says about one outcome: of which shift (by its number or its external record), and what.

    `values` go by the outcome's field names. A row is known again by its external record, else by its reference.
    """

    kind: OutcomeKind
    shift: int | ExternalRecord
    values: Mapping[str, Any]
    external: ExternalRecord
    name: str


@dataclass(frozen=True)
class Filled:
    """What became of a row, as `importing.Taken` says it of a shift."""

    entry: Detail
    errors: Sequence[DomainError] = ()
    shift: PatrolShift | None = None
    outcome: Outcome | None = None
    is_known: bool = False
    differences: Sequence[RowDifference] = ()


@dataclass
class DetailImport:
    """An import of details, batch by batch. With `writes` each is written at once; the caller rolls back on errors."""

    by: User
    at: datetime
    reason: str
    writes: bool
    recorded: dict[str, Any] = field(default_factory=dict)
    _shifts_written: set[int] = field(default_factory=set)
    _taken: dict[OutcomeKind, set[int]] = field(default_factory=lambda: defaultdict(set))
    _met: dict[Any, str] = field(default_factory=dict)

    def take(self, entries: Sequence[Detail]) -> list[Filled]:
        """Say of each row what it is, in the order of the rows."""
        shifts = self._shifts(entries)
        standing = {
            kind: _by_shift(kind.model.objects.standing().filter(shift__in={shift.pk for shift in shifts.values()}))
            for kind in {entry.kind for entry in entries}
        }
        filled = [self._fill(entry, shifts.get(entry.shift), standing[entry.kind]) for entry in entries]
        if self.writes:
            self._write([each for each in filled if not (each.errors or each.is_known)])
        return filled

    def _shifts(self, entries: Sequence[Detail]) -> dict[int | ExternalRecord, PatrolShift]:
        seen = PatrolShift.objects.visible_to(self.by).prefetch_related("crew")
        numbers = {entry.shift for entry in entries if isinstance(entry.shift, int)}
        records = {entry.shift for entry in entries if isinstance(entry.shift, ExternalRecord)}
        found: dict[int | ExternalRecord, PatrolShift] = {shift.pk: shift for shift in seen.filter(pk__in=numbers)}
        for shift in with_external(seen, records):
            found[ExternalRecord(shift.external_source, shift.external_reference)] = shift
        return found

    def _fill(self, entry: Detail, shift: PatrolShift | None, standing: Mapping[int, list[Outcome]]) -> Filled:
        if shift is None or not shift.is_completed:
            message = "There is no completed shift of this number." if shift is None else f"{shift} is {shift.state}."
            return Filled(entry, [DomainError("shift_unknown", message, "shift")])
        if error := self._repeated(entry, shift):
            return Filled(entry, [error])
        rows = standing.get(shift.pk, [])
        if (known := _known(entry, rows)) is not None:
            return Filled(entry, (), shift, known, True, _differences(entry, known))
        waiting = next((row for row in rows if self._waits(row, entry)), None)
        if waiting is None:
            what = str(entry.kind.model._meta.verbose_name)
            message = f"{shift.reference} counts no further {what} that waits for its detail. Correct the shift first."
            return Filled(entry, [DomainError("nothing_waits", message, "shift")])
        self._taken[entry.kind].add(waiting.pk)
        outcome, errors = self._detailed(waiting, entry, shift)
        return Filled(entry, errors, shift, outcome)

    def _repeated(self, entry: Detail, shift: PatrolShift) -> DomainError | None:
        key = entry.external if entry.external != NOT_EXTERNAL else (entry.kind, shift.pk, entry.values["reference"])
        before = self._met.setdefault(key, entry.name)
        if before == entry.name:
            return None
        return DomainError("repeated", f"This is the same as {before}.", "reference")

    def _waits(self, row: Outcome, entry: Detail) -> bool:
        power = entry.values.get("kind") if entry.kind.counted_by else None
        is_counted_so = power is None or row.kind_code == power.pk
        return is_counted_so and not row.has_detail and row.pk not in self._taken[entry.kind]

    def _detailed(self, waiting: Outcome, entry: Detail, shift: PatrolShift) -> tuple[Outcome, list[DomainError]]:
        outcome = copy(waiting)
        for name, value in entry.values.items():
            setattr(outcome, name, value)
        outcome.external_source, outcome.external_reference = entry.external.source, entry.external.reference
        outcome.detail_to_follow = rules.lacks_detail(outcome)
        roles = {CrewRole(member.role) for member in shift.crew.all()}
        return outcome, rules.check_detail(outcome, shift=shift, changed=entry.values.keys(), roles=roles, at=self.at)

    def _write(self, right: Sequence[Filled]) -> None:
        by_kind: dict[OutcomeKind, list[Outcome]] = defaultdict(list)
        names: set[str] = set()
        for each in right:
            assert each.outcome is not None  # noqa: S101 - a row without errors has found its outcome
            by_kind[each.entry.kind].append(each.outcome)
            names |= each.entry.values.keys()
        with pghistory.context(user=self.by.pk, action="detailed", reason=self.reason):
            for kind, outcomes in by_kind.items():
                own = {item.name for item in kind.model._meta.concrete_fields}
                fields = [*sorted(names & own), "external_source", "external_reference", "detail_to_follow"]
                kind.model.objects.bulk_update(outcomes, fields)
                self.recorded.setdefault(kind.key, []).extend(row.pk for row in outcomes)
                self._shifts_written |= {row.shift_id for row in outcomes}

    def may_write(self) -> bool:
        """Always: details are compared with the outcomes of their own shift only."""
        return True

    def write(self) -> int:
        """Everything is written already. Notes which versions of their shifts that made."""
        versions = PatrolShift.objects.filter(pk__in=self._shifts_written).values_list("pk", "version")
        self.recorded["versions"] = {str(pk): version for pk, version in versions}
        return 0


def _by_shift(rows: Any) -> dict[int, list[Outcome]]:
    found: dict[int, list[Outcome]] = defaultdict(list)
    for row in rows.order_by("pk"):
        found[row.shift_id].append(row)
    return found


def _known(entry: Detail, rows: Sequence[Outcome]) -> Outcome | None:
    """The outcome that this row detailed before."""
    if entry.external != NOT_EXTERNAL:
        return next(
            (row for row in rows if ExternalRecord(row.external_source, row.external_reference) == entry.external), None
        )
    return next((row for row in rows if row.reference and row.reference == entry.values["reference"]), None)


def _differences(entry: Detail, known: Outcome) -> list[RowDifference]:
    return [
        RowDifference(name, here, value)
        for name, value in entry.values.items()
        if (here := getattr(known, name)) != value
    ]
