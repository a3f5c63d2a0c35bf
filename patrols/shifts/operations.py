"""Writes to shifts and their crew. Every one says who (`by`) and when (`at`), and is one transaction."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pghistory
from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from hotspot.core import database_instance
from hotspot.core.advisory_locks import LockName, lock_each
from hotspot.core.errors import (
    ChangedMeanwhile,
    Conflict,
    DomainError,
    Doubt,
    NeedsConfirming,
    NotAllowed,
    constraint_of,
    raise_all,
)
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspot.core.text import clean_line
from hotspots.models import HotspotArea
from patrols.models import CrewMember, PatrolShift, Visit
from patrols.shifts import permissions, queries, rules
from patrols.shifts.rules import CrewEntry, ShiftFacts


@dataclass(frozen=True)
class ConfirmedDoubts:
    """The doubts a person kept, and why."""

    codes: Collection[str] = ()
    reason: str = ""


NOTHING_KEPT = ConfirmedDoubts()


@dataclass(frozen=True)
class ExternalRecord:
    """A record in another system: the system's name, and the record's number there."""

    source: str = ""
    reference: str = ""


NOT_EXTERNAL = ExternalRecord()


def locked(shift_id: int, *, by: User, version: int | None = None) -> PatrolShift:
    """The shift, locked until the transaction ends, if this person may see it.

    Raises PatrolShift.DoesNotExist, and ChangedMeanwhile if it is not the version the caller had in front of them.
    """
    shift = PatrolShift.objects.select_for_update(of=("self",)).visible_to(by).get(pk=shift_id)
    if version is not None and shift.version != version:
        raise ChangedMeanwhile
    return shift


def lock_areas(areas: Collection[int]) -> None:
    """Let nobody else record worked shifts in these areas (by id) until the transaction ends.

    Comparing a shift with the others and writing it would otherwise not see what somebody else writes at the same
    moment. Take the locks of all areas in one call: they are taken in one order, so two writers never wait for each
    other.
    """
    lock_each(LockName.AREAS, areas)


def save_shift(
    *,
    by: User,
    at: datetime,
    shift: PatrolShift,
    facts: ShiftFacts,
    kept: ConfirmedDoubts,
    errors: Sequence[DomainError] = (),
    doubts: Sequence[Doubt] = (),
    about_change: Sequence[Doubt] = (),
    nothing_to_report: bool = False,
) -> PatrolShift:
    """Write a new or locked shift and its crew as the facts say, in the state that `shift` has.

    `errors` and `doubts` are the caller's own, reported together with those about the shift; the doubts `about_change`
    are asked about too, but are not stored with the shift. Raises DomainError or DomainErrors for what must not be,
    NeedsConfirming for doubts that were not kept with a reason.
    """
    is_new = shift.pk is None
    if shift.is_completed:
        lock_areas([facts.area.pk])
    raise_all([*_errors(facts, by=by, at=at, shift=shift), *errors])
    stays = _keeps_same_patrol(shift, facts)
    doubts = [*_doubts(facts, by=by, at=at, shift=shift), *doubts]
    _check_kept([*doubts, *about_change], kept)
    codes = [doubt.code for doubt in doubts] + ([rules.SAME_PATROL] if stays else [])
    shift.area, shift.funding_stream = facts.area, facts.funding_stream
    shift.starts_at, shift.ends_at, shift.note = facts.starts_at, facts.ends_at, facts.note
    shift.nothing_to_report = nothing_to_report
    shift.doubts_kept = codes
    shift.doubts_reason = (clean_line(kept.reason) or shift.doubts_reason) if codes else ""
    shift.clean_fields(exclude=("area", "funding_stream", "logged_by"))
    with in_words(shift):
        shift.save()
        save_crew(shift, facts, is_new=is_new)
    return shift


def _errors(facts: ShiftFacts, *, by: User, at: datetime, shift: PatrolShift) -> list[DomainError]:
    errors = rules.check_shift(facts, at=at, is_new=shift.pk is None)
    errors += (rules.check_planned if shift.is_planned else rules.check_worked)(facts, at=at)
    if not HotspotArea.objects.visible_to(by).filter(pk=facts.area.pk).exists():
        errors.append(DomainError("area_unknown", "Select where you patrolled.", "area"))
    if shift.is_completed:
        errors += [
            rules.officer_elsewhere(number, queries.told_of(row, by=by))
            for number, row in queries.crew_on_overlapping_shifts(
                facts.crew, facts, by=by, submission_id=shift.submission_id
            )
        ]
    return errors


def _doubts(facts: ShiftFacts, *, by: User, at: datetime, shift: PatrolShift) -> list[Doubt]:
    if shift.is_planned:
        return rules.doubts_about(facts)
    found = list(queries.overlapping(facts, by=by, submission_id=shift.submission_id))
    own = [other for other in found if other.logged_by_id == by.pk]
    doubts = rules.doubts_about(facts, duplicates=queries.duplicates(facts, own), overlapping=own)
    # A correction that leaves place and time alone asks nothing about other people's shifts: whoever logged the later
    # of the two was asked.
    is_new_here = shift.logged_at == at or _is_moved(shift, facts)
    if is_new_here and not _keeps_same_patrol(shift, facts):
        doubts += same_patrol_doubts(facts, found, by=by)
    return doubts


def same_patrol_doubts(facts: ShiftFacts, candidates: Sequence[PatrolShift], *, by: User) -> list[Doubt]:
    """The question whether one of these overlapping shifts of other people is the same patrol, if that may be.

    The candidates are `for_comparison` with `by`. Says no more of the other shift than `by` may see.
    """
    others = [
        shift
        for shift in candidates
        if shift.logged_by_id != by.pk and rules.may_be_same_patrol(facts, shift, numbers=shift.collar_numbers)  # type: ignore[attr-defined]
    ]
    if not others:
        return []
    # One that can be named is more use to who has to answer.
    other = next((shift for shift in others if shift.is_seen), None)  # type: ignore[attr-defined]
    name = other.logged_by.name if other and by.may(Permission.VIEW_OFFICERS) else ""
    return [rules.same_patrol(other, name=name)]


def _is_moved(shift: PatrolShift, facts: ShiftFacts) -> bool:
    return (shift.area_id, shift.starts_at, shift.ends_at) != (facts.area.pk, facts.starts_at, facts.ends_at)


def _keeps_same_patrol(shift: PatrolShift, facts: ShiftFacts) -> bool:
    """Whether it was answered before, for this place and time, that this is not the same patrol as another one."""
    return rules.SAME_PATROL in shift.doubts_kept and not _is_moved(shift, facts)


def _check_kept(doubts: Sequence[Doubt], kept: ConfirmedDoubts) -> None:
    """Doubts are kept one by one and with a reason, or they are asked about (again)."""
    if doubts and ({doubt.code for doubt in doubts} - set(kept.codes) or not clean_line(kept.reason)):
        raise NeedsConfirming(list(doubts))


@dataclass(frozen=True)
class _Place:
    """One person's row on a shift, with every time said."""

    role: str
    collar_number: str
    starts_at: datetime
    ends_at: datetime


def is_crew(shift: PatrolShift, crew: Sequence[CrewEntry]) -> bool:
    """Whether these people, with their own times, are the crew that a saved shift has."""
    return Counter(_places(crew, shift)) == Counter(
        _Place(row.role, row.collar_number, row.starts_at, row.ends_at) for row in shift.crew.all()
    )


def _places(crew: Sequence[CrewEntry], shift: PatrolShift | ShiftFacts) -> list[_Place]:
    return [
        _Place(entry.role, entry.collar_number, entry.starts_at or shift.starts_at, entry.ends_at or shift.ends_at)
        for entry in crew
    ]


def save_crew(shift: PatrolShift, facts: ShiftFacts, *, is_new: bool) -> None:
    """Make the crew of a saved shift what the facts say. Rows that stay the same are not written."""
    wanted = _places(facts.crew, facts)
    standing = [] if is_new else list(shift.crew.all())
    for row in standing:
        place = _Place(row.role, row.collar_number, row.starts_at, row.ends_at)
        if place in wanted:
            wanted.remove(place)
        else:
            row.delete()
    CrewMember.objects.bulk_create(
        CrewMember(
            shift=shift,
            shift_state=shift.state,
            role=place.role,
            collar_number=place.collar_number,
            starts_at=place.starts_at,
            ends_at=place.ends_at,
        )
        for place in wanted
    )


@contextmanager
def in_words(shift: PatrolShift) -> Iterator[None]:
    """Say in words what the database refuses when two writers race: a person twice, an external record twice."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if constraint_of(error) == "shift_external_once":
            raise external_taken(ExternalRecord(shift.external_source, shift.external_reference)) from error
        if constraint_of(error) != "crew_one_place_at_a_time":
            raise
        message = "Somebody in this crew is on another shift at that time."
        raise DomainError("officer_elsewhere", message, "crew") from error


def new_shift(
    *,
    by: User,
    at: datetime,
    submission_id: UUID,
    state: PatrolShift.State,
    external: ExternalRecord = NOT_EXTERNAL,
) -> PatrolShift:
    """An unsaved shift of this person, for `save_shift`. Raises Conflict `external_taken`.

    A record that came with a shift which this person may not see is refused on saving, after everything else: nobody
    can ask for other people's references without writing a shift.
    """
    seen = PatrolShift.objects.visible_to(by)
    known = seen.filter(external_source=external.source, external_reference=external.reference)
    if external != NOT_EXTERNAL and known.exists():
        raise external_taken(external)
    return PatrolShift(
        submission_id=submission_id,
        state=state,
        logged_by=by,
        logged_at=at,
        external_source=external.source,
        external_reference=external.reference,
    )


def external_taken(external: ExternalRecord) -> Conflict:
    """That the record of another system is here already."""
    message = f"{external.source} {external.reference} is recorded already, so it is not counted again."
    return Conflict("external_taken", message, "external")


def saved_before(*, by: User, submission_id: UUID) -> PatrolShift | None:
    """The shift that this submission made before, so that sending a form twice makes one shift.

    Raises Conflict `submission_taken` if it is somebody else's, without saying anything about it.
    """
    shift = PatrolShift.objects.filter(submission_id=submission_id).first()
    if shift is not None and shift.logged_by_id != by.pk:
        raise submission_taken()
    return shift


def submission_taken() -> Conflict:
    """That somebody else's shift came from this submission: nothing is said about it."""
    return Conflict("submission_taken", "This form was used before. Open a new one.")


@transaction.atomic
def plan_shift(
    *,
    by: User,
    at: datetime,
    submission_id: UUID,
    facts: ShiftFacts,
    kept: ConfirmedDoubts = NOTHING_KEPT,
    external: ExternalRecord = NOT_EXTERNAL,
) -> PatrolShift:
    """Put a shift ahead into the plan. Sending the same form again returns the shift it made."""
    if (shift := saved_before(by=by, submission_id=submission_id)) is not None:
        return shift
    shift = new_shift(by=by, at=at, submission_id=submission_id, state=PatrolShift.State.PLANNED, external=external)
    with pghistory.context(user=by.pk, action="planned"):
        return save_shift(by=by, at=at, shift=shift, facts=facts, kept=kept)


@transaction.atomic
def set_crew(
    *,
    by: User,
    at: datetime,
    shift: PatrolShift,
    crew: Sequence[CrewEntry],
    reason: str,
    kept: ConfirmedDoubts,
    errors: Sequence[DomainError] = (),
) -> PatrolShift:
    """Make the crew of a locked shift what is said; everything else about it stays.

    `errors` are the caller's own. Raises NotAllowed, DomainError(s), and NeedsConfirming for doubts that neither the
    shift nor `kept` holds. A logged shift needs a reason.
    """
    permissions.check_may_correct(shift, by=by, at=at)
    if not shift.is_planned:
        rules.check_reason(reason)
    facts = ShiftFacts(shift.area, shift.funding_stream, shift.starts_at, shift.ends_at, crew, shift.note)
    kept = ConfirmedDoubts({*shift.doubts_kept, *kept.codes}, shift.doubts_reason or kept.reason)
    nothing_to_report = shift.nothing_to_report
    with pghistory.context(user=by.pk, action="crew", reason=clean_line(reason)):
        return save_shift(
            by=by, at=at, shift=shift, facts=facts, kept=kept, errors=errors, nothing_to_report=nothing_to_report
        )


@transaction.atomic
def set_visits(
    *, by: User, at: datetime, shift_id: int, version: int, visits: Sequence[tuple[datetime, datetime]]
) -> PatrolShift:
    """Make the visits of a shift those said, each from arriving to leaving. Visits that stay are not written.

    Raises NotAllowed, ChangedMeanwhile and DomainError(s).
    """
    shift = locked(shift_id, by=by, version=version)
    permissions.check_may_correct(shift, by=by, at=at)
    if shift.is_planned:
        raise NotAllowed("not_worked", "Visits are entered when the shift has been worked.")
    raise_all(rules.check_visits(visits, shift))
    standing = {(visit.starts_at, visit.ends_at): visit for visit in shift.visits.all()}
    with pghistory.context(user=by.pk, action="visits"):
        shift.visits.filter(pk__in=[visit.pk for span, visit in standing.items() if span not in visits]).delete()
        Visit.objects.bulk_create(
            Visit(shift=shift, starts_at=start, ends_at=end) for start, end in visits if (start, end) not in standing
        )
    return shift


@transaction.atomic
def after_restore() -> None:
    """Make the database an instance of its own after a backup was restored into it.

    Every shift in it counts as changed long ago, whichever server numbered its changes; what changes from now on is
    numbered above. Cursors from before belong to the instance before. Shifts can't be written meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE patrols_patrolshift IN SHARE ROW EXCLUSIVE MODE")
    database_instance.renew(PatrolShift.objects.aggregate(last=Max("changed_in"))["last"] or 0)
