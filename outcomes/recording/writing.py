"""The one way in which checked shifts are written with their outcomes: new ones, and saved ones that change."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from hotspot.core.bulk_insert import Batch, RowBatch, SmallBatch
from hotspot.core.models import User
from outcomes.kinds import KINDS
from outcomes.models import ActivityCount
from outcomes.recording.checking import CheckedReport
from outcomes.recording.outcome_changes import outcome_rows
from outcomes.recording.rows import ROWS, TABLES, ActivityRow
from patrols.models import PatrolShift
from patrols.shifts.writing import change_shift, put_shifts

# Beyond this, COPY is faster, and what the database checks of every outcome can take longer than requests usually may.
FEW_OUTCOMES = 100


def write(checked: Sequence[CheckedReport], *, by: User, at: datetime) -> list[int]:
    """Write new shifts without errors, whatever warnings they have; gives their ids.

    Has to run inside a transaction and the history's context. Raises IntegrityError, with nothing written.
    """
    if not checked:
        return []
    if len(checked) == 1 and _adds_few(checked[0]):
        small = SmallBatch(TABLES, new=PatrolShift)
        put(checked, small, by=by, at=at)
        return [small.write()]
    batch = Batch(TABLES)
    with transaction.atomic():
        ids = put(checked, batch, by=by, at=at)
        batch.write()
    return ids


def put(checked: Sequence[CheckedReport], batch: RowBatch, *, by: User, at: datetime) -> list[int]:
    """Put the rows of new shifts without errors into a batch; gives the ids that the shifts will have."""
    ids = put_shifts(checked, batch, by=by, at=at)
    _put_outcomes(dict(zip(ids, checked, strict=True)), batch)
    for shift_id, each in zip(ids, checked, strict=True):
        activity = each.entry.report.activity
        batch.add(*(ActivityRow(shift_id, kind, count) for kind, count in activity.items() if count is not None))
    return ids


def write_change(shift: PatrolShift, each: CheckedReport, *, by: User, at: datetime, reason: str) -> None:
    """Make a saved shift, locked, what its entry says; `reason` is noted with outcomes that are withdrawn.

    Has to run inside a transaction and the history's context.
    """
    batch = SmallBatch(TABLES) if _adds_few(each) else Batch(TABLES)
    change_shift(shift, each, batch, by=by, at=at)
    _put_outcomes({shift.pk: each}, batch)
    _change_activity(shift, each.entry.report.activity, batch)
    batch.write()
    for kind, withdrawn in each.changes.withdrawn.items():
        if withdrawn:
            kind.model.objects.filter(pk__in=withdrawn).update(void_reason=reason)
    shift.refresh_from_db()


def _adds_few(each: CheckedReport) -> bool:
    return each.changes.added.total() <= FEW_OUTCOMES


def _put_outcomes(checked: Mapping[int, CheckedReport], batch: RowBatch) -> None:
    ids = {
        kind: iter(batch.take_ids(kind.model, sum(each.changes.number_added(kind) for each in checked.values())))
        for kind in KINDS
        if "id" in ROWS[kind]._fields
    }
    for shift_id, each in checked.items():
        batch.add(*outcome_rows(shift_id, each.changes, ids))


def _change_activity(shift: PatrolShift, counts: Mapping[str, int | None], batch: RowBatch) -> None:
    """Make the activity counts of a shift what was said. Kinds that nobody said anything about have no row."""
    standing = {row.kind_id: row for row in shift.activity.all()}
    said = {kind: count for kind, count in counts.items() if count is not None}
    batch.add(*(ActivityRow(shift.pk, kind, count) for kind, count in said.items() if kind not in standing))
    ActivityCount.objects.filter(pk__in=[row.pk for kind, row in standing.items() if kind not in said]).delete()
    for kind, count in said.items():
        if kind in standing and standing[kind].count != count:
            standing[kind].count = count
            standing[kind].save(update_fields=("count",))
