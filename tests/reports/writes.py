"""Every way in which somebody could write to shifts, crew and outcomes, as small steps for generated tests."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pgtrigger
from django.db import connection
from django.db.models import F
from hypothesis import strategies as st

from hotspots.models import FundingStream, HotspotArea
from outcomes.kinds import KINDS
from outcomes.models import Arrest, AsbPowerKind, AsbPowerUse, StopSearch
from patrols.models import CrewMember, CrewRole, PatrolShift, Visit
from tests import factories
from tests.people import Force

# Midnights, month ends, year ends and the nights on which the clocks change.
EDGES = [
    datetime(2024, 5, 31, 23, tzinfo=UTC),
    datetime(2024, 9, 30, 23, tzinfo=UTC),
    datetime(2024, 10, 26, 21, tzinfo=UTC),
    datetime(2024, 10, 27, 1, tzinfo=UTC),
    datetime(2025, 1, 1, tzinfo=UTC),
    datetime(2025, 3, 30, 1, tzinfo=UTC),
]
OUTCOMES = tuple(kind.model for kind in KINDS)

instants = st.builds(
    lambda edge, shift: edge + timedelta(minutes=shift), st.sampled_from(EDGES), st.integers(-150, 150)
)
numbers = st.integers(0, 1000)


@dataclass
class World:
    """What the steps write to."""

    force: Force
    areas: list[HotspotArea]
    streams: list[FundingStream]
    kinds: list[str]
    shifts: list[int] = field(default_factory=list)


def make_world(force: Force) -> World:
    other = factories.ProgrammeFactory.create(first_day=force.programme.first_day, last_day=force.programme.last_day)
    kinds = list(AsbPowerKind.objects.values_list("code", flat=True))
    return World(
        force,
        [force.hitchin, force.letchworth, force.watford],
        [force.grant, force.business_as_usual, factories.FundingStreamFactory.create(programme=other)],
        kinds,
    )


def _pick(rows: list, number: int):
    return rows[number % len(rows)] if rows else None


def _build(world: World, number: int, at: datetime, state: str) -> PatrolShift:
    return PatrolShift(
        submission_id=uuid.uuid4(),
        state=state,
        void_reason="Entered twice" if state == "voided" else "",
        area=_pick(world.areas, number),
        funding_stream=_pick(world.streams, number // 3),
        starts_at=at,
        ends_at=at + timedelta(minutes=1 + number),
        logged_by=world.force.sam,
        logged_at=at,
    )


def add_shifts(world: World, number: int, at: datetime, state: str) -> None:
    shifts = [_build(world, number + place, at, state) for place in range(1 + number % 3)]
    world.shifts += [shift.pk for shift in PatrolShift.objects.bulk_create(shifts)]


def set_state(world: World, number: int, at: datetime, state: str) -> None:
    some = PatrolShift.objects.filter(pk__in=world.shifts[number % 2 :: 2])
    some.update(state=state, void_reason="Entered twice" if state == "voided" else "")


def move_area(world: World, number: int, at: datetime, state: str) -> None:
    PatrolShift.objects.filter(pk=_pick(world.shifts, number)).update(area=_pick(world.areas, number // 7))


def move_all_areas(world: World, number: int, at: datetime, state: str) -> None:
    PatrolShift.objects.filter(state=state).update(area=_pick(world.areas, number))


def move_stream(world: World, number: int, at: datetime, state: str) -> None:
    PatrolShift.objects.filter(pk=_pick(world.shifts, number)).update(funding_stream=_pick(world.streams, number // 7))


def move_time(world: World, number: int, at: datetime, state: str) -> None:
    PatrolShift.objects.filter(pk=_pick(world.shifts, number)).update(
        starts_at=at, ends_at=at + timedelta(minutes=1 + number)
    )


def save_one(world: World, number: int, at: datetime, state: str) -> None:
    shift = PatrolShift.objects.filter(pk=_pick(world.shifts, number)).first()
    if shift:
        shift.note, shift.area = f"Note {number}", _pick(world.areas, number)
        shift.save()


def swap_areas_in_sql(world: World, number: int, at: datetime, state: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE patrols_patrolshift s SET area_id = o.area_id, funding_stream_id = o.funding_stream_id"
            " FROM patrols_patrolshift o WHERE o.id = %s AND s.id = %s",
            [_pick(world.shifts, number), _pick(world.shifts, number + 1)],
        )


def add_crew(world: World, number: int, at: datetime, state: str) -> None:
    shift = PatrolShift.objects.filter(pk=_pick(world.shifts, number)).first()
    if shift:
        late = timedelta(minutes=number % max(1, shift.clock_minutes))
        CrewMember.objects.bulk_create(
            CrewMember(
                shift=shift,
                shift_state=shift.state,
                role="police_officer",
                starts_at=shift.starts_at + late,
                ends_at=shift.ends_at,
            )
            for _ in range(1 + number % 3)
        )


def change_crew(world: World, number: int, at: datetime, state: str) -> None:
    CrewMember.objects.filter(shift=_pick(world.shifts, number)).update(ends_at=F("ends_at") + timedelta(minutes=7))


def move_crew(world: World, number: int, at: datetime, state: str) -> None:
    target = PatrolShift.objects.filter(pk=_pick(world.shifts, number + 1)).first()
    if target:
        CrewMember.objects.filter(shift=_pick(world.shifts, number)).update(shift=target, shift_state=target.state)


def remove_crew(world: World, number: int, at: datetime, state: str) -> None:
    CrewMember.objects.filter(shift__in=world.shifts[number % 3 :: 3]).delete()


def upsert_crew_in_sql(world: World, number: int, at: datetime, state: str) -> None:
    """One statement that both inserts and updates."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO patrols_crewmember (id, shift_id, shift_state, role, collar_number, starts_at, ends_at)"
            " SELECT CASE WHEN c.id %% 2 = 0 THEN c.id ELSE nextval('patrols_crewmember_id_seq') END,"
            " c.shift_id, c.shift_state, c.role, '', c.starts_at, c.ends_at FROM patrols_crewmember c"
            " WHERE c.shift_id = %s ON CONFLICT (id) DO UPDATE SET ends_at = excluded.ends_at + interval '3 minutes'",
            [_pick(world.shifts, number)],
        )


def change_role(world: World, number: int, at: datetime, state: str) -> None:
    """As many minutes as before, of another role and an hour later."""
    hour = timedelta(hours=number % 2)
    CrewMember.objects.filter(shift=_pick(world.shifts, number)).update(
        role=_pick(list(CrewRole), number // 4), starts_at=F("starts_at") + hour, ends_at=F("ends_at") + hour
    )


def add_visits(world: World, number: int, at: datetime, state: str) -> None:
    shift = _pick(world.shifts, number)
    if shift:
        last = Visit.objects.filter(shift=shift).order_by("-ends_at").values_list("ends_at", flat=True).first() or at
        minutes = timedelta(minutes=8 + number % 5), timedelta(minutes=19 + number % 3)
        # An hour after what is there, so that a visit that is made longer meets no other.
        starts = [last + timedelta(hours=hours) for hours in (1, 2)]
        Visit.objects.bulk_create(
            Visit(shift_id=shift, starts_at=start, ends_at=start + length)
            for start, length in zip(starts, minutes, strict=True)
        )


def change_visits(world: World, number: int, at: datetime, state: str) -> None:
    Visit.objects.filter(shift=_pick(world.shifts, number)).update(ends_at=F("ends_at") + timedelta(minutes=1))


def move_visits(world: World, number: int, at: datetime, state: str) -> None:
    source, target = _pick(world.shifts, number), _pick(world.shifts, number + 1)
    if target and not Visit.objects.filter(shift=target).exists():
        Visit.objects.filter(shift=source).update(shift=target)


def remove_visits(world: World, number: int, at: datetime, state: str) -> None:
    Visit.objects.filter(shift__in=world.shifts[number % 3 :: 3]).delete()


def log_late(world: World, number: int, at: datetime, state: str) -> None:
    """Some at the limit, some a second after it."""
    late = timedelta(hours=24, seconds=number % 2)
    PatrolShift.objects.filter(pk__in=world.shifts[number % 3 :: 3]).update(logged_at=F("ends_at") + late)


def keep_doubts(world: World, number: int, at: datetime, state: str) -> None:
    warnings = ["long_shift"][: number % 2]
    PatrolShift.objects.filter(pk__in=world.shifts[number % 4 :: 2]).update(doubts_kept=warnings)


def add_detail(world: World, number: int, at: datetime, state: str) -> None:
    """What was to follow is known, or turns out to be something else."""
    shift = _pick(world.shifts, number // 4)
    StopSearch.objects.filter(shift=shift).update(
        detail_to_follow=False,
        power_id="pace_s1",
        object_id="stolen_goods",
        outcome_id=_pick(["arrest", "no_further_action"], number),
        found=_pick([True, False, None], number),
    )
    Arrest.objects.filter(shift=shift).update(
        detail_to_follow=number % 2 == 1, offence_group_id=_pick(["theft_offences", "drug_offences"], number)
    )


def add_outcomes(world: World, number: int, at: datetime, state: str) -> None:
    model, shift = _pick(list(OUTCOMES), number), _pick(world.shifts, number // 4)
    if shift:
        extra = {"kind_id": _pick(world.kinds, number)} if model is AsbPowerUse else {}
        rows = [model(shift_id=shift, detail_to_follow=True, **extra) for _ in range(1 + number % 4)]
        model.objects.bulk_create(rows)


def add_parts_first(world: World, number: int, at: datetime, state: str) -> None:
    """A new shift as a form or the API writes it: after its crew, visits and outcomes.

    Some of them come in one statement with those of a shift that is there already, as no operation writes them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('patrols_patrolshift_id_seq')")
        new = _build(world, number, at, state)
        new.pk = cursor.fetchone()[0]
    there = PatrolShift.objects.filter(pk=_pick(world.shifts, number // 2)).first() if number % 2 else None
    shifts = [shift for shift in (new, there) if shift]
    CrewMember.objects.bulk_create(
        CrewMember(shift_id=each.pk, shift_state=each.state, role=role, starts_at=each.starts_at, ends_at=each.ends_at)
        for each in shifts
        for role in ("police_officer", "pcso")
    )
    Visit.objects.bulk_create([Visit(shift_id=new.pk, starts_at=at, ends_at=at + timedelta(minutes=9 + number % 13))])
    for model in OUTCOMES:
        extra = {"kind_id": _pick(world.kinds, number)} if model is AsbPowerUse else {}
        rows = [model(shift_id=each.pk, detail_to_follow=True, **extra) for each in shifts]
        model.objects.bulk_create(rows)
    PatrolShift.objects.bulk_create([new])
    world.shifts.append(new.pk)


def withdraw(world: World, number: int, at: datetime, state: str) -> None:
    model = _pick(list(OUTCOMES), number)
    model.objects.filter(shift=_pick(world.shifts, number // 4)).update(
        void_reason="Entered twice" if number % 3 else ""
    )


def move_outcomes(world: World, number: int, at: datetime, state: str) -> None:
    model, target = _pick(list(OUTCOMES), number), _pick(world.shifts, number // 5)
    if target:
        model.objects.filter(shift=_pick(world.shifts, number // 4)).update(shift=target)


def change_kind(world: World, number: int, at: datetime, state: str) -> None:
    AsbPowerUse.objects.filter(shift=_pick(world.shifts, number)).update(kind=_pick(world.kinds, number // 4))


def purge(world: World, number: int, at: datetime, state: str) -> None:
    """What only a retention job may do one day: remove a shift and all that belongs to it."""
    shift = _pick(world.shifts, number)
    if shift is None:
        return
    names = [f"{model._meta.label}:never_deleted" for model in (*OUTCOMES, PatrolShift)]
    with pgtrigger.ignore(*names):
        for model in (*OUTCOMES, CrewMember, Visit):
            model.objects.filter(shift=shift)._raw_delete("default")
        PatrolShift.objects.filter(pk=shift)._raw_delete("default")
    world.shifts.remove(shift)


STEPS: tuple[Callable[[World, int, datetime, str], None], ...] = (
    add_shifts,
    set_state,
    move_area,
    move_all_areas,
    move_stream,
    move_time,
    save_one,
    swap_areas_in_sql,
    add_crew,
    change_crew,
    move_crew,
    remove_crew,
    upsert_crew_in_sql,
    change_role,
    add_visits,
    change_visits,
    move_visits,
    remove_visits,
    log_late,
    keep_doubts,
    add_outcomes,
    add_parts_first,
    add_detail,
    withdraw,
    move_outcomes,
    change_kind,
    purge,
)
# Most of the shifts stand, have a crew and led to something, or there would be little to get wrong.
_OFTEN = (add_shifts, add_crew, add_visits, add_outcomes, add_parts_first)
steps = st.tuples(
    st.sampled_from([*STEPS, *_OFTEN]),
    numbers,
    instants,
    st.sampled_from(["completed", "completed", "voided", "planned"]),
)
beginnings = st.lists(st.tuples(st.just(add_shifts), numbers, instants, st.just("completed")), min_size=1, max_size=2)
writes = st.builds(lambda first, then: first + then, beginnings, st.lists(steps, max_size=14))
