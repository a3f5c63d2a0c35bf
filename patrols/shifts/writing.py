"""The one way in which checked shifts are written: new ones, and saved ones that change."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, transaction

from hotspot.core.bulk_insert import RowBatch
from hotspot.core.errors import DomainError, constraint_of
from hotspot.core.models import User
from patrols.models import CrewMember, CrewRole, PatrolShift
from patrols.shifts.checking import Checked, external_taken
from patrols.shifts.entries import CrewPlace, ExternalRecord, crew_places
from patrols.shifts.rows import CrewRow, ShiftRow, VisitRow
from patrols.shifts.rules import CrewEntry


def put_shifts(checked: Sequence[Checked], batch: RowBatch, *, by: User, at: datetime) -> list[int]:
    """Put the rows of new shifts into a batch; gives the ids that they will have."""
    ids = batch.take_ids(PatrolShift, len(checked))
    for shift_id, each in zip(ids, checked, strict=True):
        entry = each.entry
        batch.add(_shift_row(shift_id, each, by, at))
        batch.add(*(_crew_row(shift_id, entry.state, place) for place in entry.crew_places()))
        batch.add(*(VisitRow(shift_id, *visit) for visit in entry.visits))
    return ids


def change_shift(shift: PatrolShift, each: Checked, batch: RowBatch, *, by: User, at: datetime) -> None:
    """Write what a saved shift, locked, is to become. Those who join its crew wait in the batch."""
    entry, facts = each.entry, each.entry.facts
    codes, reason = each.codes_acknowledged, each.reason_given
    if entry.is_logged_now:
        shift.logged_by, shift.logged_at = by, at
    shift.state, shift.area, shift.funding_stream = entry.state, facts.area, facts.funding_stream
    shift.starts_at, shift.ends_at, shift.note = facts.starts_at, facts.ends_at, facts.note
    shift.nothing_to_report, shift.doubts_kept, shift.doubts_reason = entry.nothing_to_report, codes, reason
    shift.save()
    joining = Counter(entry.crew_places())
    for row in shift.crew.all():
        place = _place_of(row)
        if joining[place]:
            joining[place] -= 1
        else:
            row.delete()
    batch.add(*(_crew_row(shift.pk, shift.state, place) for place in joining.elements()))


def is_crew(shift: PatrolShift, crew: Sequence[CrewEntry]) -> bool:
    """Whether these people, with their own times, are the crew that a saved shift has."""
    return Counter(crew_places(crew, shift)) == Counter(_place_of(row) for row in shift.crew.all())


def _place_of(row: CrewMember) -> CrewPlace:
    return CrewPlace(CrewRole(row.role), row.collar_number, row.starts_at, row.ends_at)


def _shift_row(shift_id: int, each: Checked, by: User, at: datetime) -> ShiftRow:
    entry, facts = each.entry, each.entry.facts
    return ShiftRow(
        id=shift_id,
        submission_id=entry.submission_id,
        state=entry.state.value,
        area_id=facts.area.pk,
        funding_stream_id=facts.funding_stream.pk,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        nothing_to_report=entry.nothing_to_report,
        note=facts.note,
        doubts_kept=tuple(each.codes_acknowledged),
        doubts_reason=each.reason_given,
        void_reason="",
        logged_by_id=by.pk,
        logged_at=at,
        version=1,
        updated_at=at,
        external_source=entry.external.source,
        external_reference=entry.external.reference,
        series=entry.series,
    )


def _crew_row(shift_id: int, state: str, place: CrewPlace) -> CrewRow:
    return CrewRow(
        shift_id,
        PatrolShift.State(state).value,
        place.role.value,
        place.collar_number,
        place.starts_at,
        place.ends_at,
    )


@contextmanager
def words_for_races(external: ExternalRecord) -> Iterator[None]:
    """Say in words what the database refuses when two writers race: a person twice, an external record twice."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if constraint_of(error) == "shift_external_once":
            raise external_taken(external) from error
        if constraint_of(error) != "crew_one_place_at_a_time":
            raise
        message = "Somebody in this crew is on another shift at that time."
        raise DomainError("officer_elsewhere", message, "crew") from error
