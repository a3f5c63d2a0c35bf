"""What became of arrests, as an administrator imports it: each row is one step of the arrest of a custody reference."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pghistory
from django.db.models.functions import Lower

from hotspot.core import wording
from hotspot.core.calendar import today
from hotspot.core.errors import DomainError
from hotspot.core.models import User
from outcomes.imports.shift_operations import RowDifference
from outcomes.justice.operations import write_stage
from outcomes.justice.queries import arrests_seen_by
from outcomes.justice.rules import StageEntry, check_stage
from outcomes.models import Arrest, JusticeStage
from patrols.models import PatrolShift

_COMPARED = ("outcome", "day", "sentence_kind", "sentence", "sentenced_on")


@dataclass(frozen=True)
class StageRow:
    """What a row says: one step of the arrest of this custody reference. `name` is the row's, like row 12."""

    reference: str
    entry: StageEntry
    name: str


@dataclass(frozen=True)
class StageTaken:
    """What became of a row, as `Taken` says it of a shift. `shift` is the arrest's."""

    entry: StageRow
    errors: Sequence[DomainError] = ()
    shift: PatrolShift | None = None
    arrest: Arrest | None = None
    is_known: bool = False
    differences: Sequence[RowDifference] = ()


@dataclass
class JusticeImport:
    """An import of steps, batch by batch. With `writes` each is written at once; the caller rolls back on errors."""

    by: User
    at: datetime
    reason: str
    writes: bool
    recorded: dict[str, Any] = field(default_factory=lambda: {"stages": []})
    _stages: dict[int, dict[str, JusticeStage]] = field(default_factory=dict)
    _met: dict[tuple[int, str], str] = field(default_factory=dict)
    _shifts_written: set[int] = field(default_factory=set)

    def take(self, rows: Sequence[StageRow]) -> list[StageTaken]:
        """Say of each row what it is, in the order of the rows."""
        arrests = self._arrests({row.reference for row in rows})
        taken = []
        for row in rows:
            each = self._take(row, arrests.get(row.reference.casefold(), ()))
            if self.writes and not (each.errors or each.is_known):
                self._write(each)
            taken.append(each)
        return taken

    def _arrests(self, references: set[str]) -> Mapping[str, Sequence[Arrest]]:
        """The arrests of these references, whatever their capitals, with their stages kept ready."""
        folded = [reference.casefold() for reference in references]
        seen = arrests_seen_by(self.by).annotate(folded=Lower("reference")).filter(folded__in=folded)
        if self.writes:
            ids = seen.order_by().values("shift")
            list(PatrolShift.objects.filter(pk__in=ids).order_by("pk").select_for_update().values_list("pk"))
        found: dict[str, list[Arrest]] = defaultdict(list)
        for arrest in seen:
            found[arrest.reference.casefold()].append(arrest)
        fresh = [arrest.pk for arrests in found.values() for arrest in arrests if arrest.pk not in self._stages]
        self._stages |= {pk: {} for pk in fresh}
        for stage in JusticeStage.objects.standing().filter(arrest__in=fresh).select_related("outcome"):
            self._stages[stage.arrest_id][stage.step] = stage
        return found

    def _take(self, row: StageRow, arrests: Sequence[Arrest]) -> StageTaken:
        if len(arrests) != 1:
            return StageTaken(row, [_not_one(row, arrests)])
        arrest, entry = arrests[0], row.entry
        if error := self._repeated(row, arrest):
            return StageTaken(row, [error])
        standing = self._stages[arrest.pk]
        if (known := standing.get(entry.outcome.step)) is not None:
            return StageTaken(row, (), arrest.shift, arrest, True, _differences(entry, known))
        errors = check_stage(entry, arrested_on=arrest.shift.day, others=standing, today=today(self.at))
        if not errors:
            standing[entry.outcome.step] = JusticeStage(
                arrest=arrest, step=entry.outcome.step, outcome=entry.outcome, day=entry.day
            )
        return StageTaken(row, errors, arrest.shift, arrest)

    def _repeated(self, row: StageRow, arrest: Arrest) -> DomainError | None:
        before = self._met.setdefault((arrest.pk, row.entry.outcome.step), row.name)
        if before == row.name:
            return None
        return DomainError("repeated", f"This is the same step of the same arrest as {before}.", "reference")

    def _write(self, each: StageTaken) -> None:
        assert each.arrest is not None  # noqa: S101 - a row without errors has found its arrest
        with pghistory.context(user=self.by.pk, action="justice", reason=self.reason):
            stage = write_stage(each.arrest, each.entry.entry, None, by=self.by, at=self.at)
        self._stages[each.arrest.pk][stage.step] = stage
        self.recorded["stages"].append(stage.pk)
        self._shifts_written.add(each.arrest.shift_id)

    def may_write(self) -> bool:
        """Always: a step is compared with those of its own arrest only, whose shift is locked."""
        return True

    def write(self) -> int:
        """Everything is written already. Notes which versions of their shifts that made."""
        versions = PatrolShift.objects.filter(pk__in=self._shifts_written).values_list("pk", "version")
        self.recorded["versions"] = {str(pk): version for pk, version in versions}
        return 0


def _not_one(row: StageRow, arrests: Sequence[Arrest]) -> DomainError:
    if not arrests:
        message = f"No arrest here has the custody reference {row.reference}."
        return DomainError("arrest_unknown", message, "reference")
    shifts = wording.listing(sorted({arrest.shift.reference for arrest in arrests}))
    message = (
        f"{wording.plural(len(arrests), 'arrest')} have this custody reference, on {shifts}. Enter it there by hand."
    )
    return DomainError("arrest_ambiguous", message, "reference")


def _differences(entry: StageEntry, known: JusticeStage) -> list[RowDifference]:
    return [
        RowDifference(name, here, there)
        for name in _COMPARED
        if (here := getattr(known, name)) != (there := getattr(entry, name))
    ]
