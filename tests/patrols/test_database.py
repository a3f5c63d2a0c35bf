"""What the database itself refuses about shifts, crew and visits, however somebody writes: here mostly with raw SQL."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from hotspot.core.errors import constraint_of
from patrols.models import CrewMember, PatrolShift, Visit
from tests import factories

START, END = datetime(2024, 10, 11, 21, tzinfo=UTC), datetime(2024, 10, 12, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def shift(force) -> PatrolShift:
    """A completed shift in Hitchin from 10pm to 6am, with two officers."""
    return make(force)


def make(force, collar_number="", **fields) -> PatrolShift:
    fields = {"area": force.hitchin, "funding_stream": force.grant, "logged_by": force.sam} | fields
    shift = factories.PatrolShiftFactory(**fields)
    if collar_number:
        factories.CrewMemberFactory(shift=shift, collar_number=collar_number)
    return shift


def sql(statement: str, *values) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def refusal(*statements: tuple, check=lambda: None) -> str:
    """The constraint that refuses the statements, now or at the commit that `check` stands for; else empty."""
    try:
        with transaction.atomic():
            for statement in statements:
                sql(*statement)
            check()
    except IntegrityError as error:
        return constraint_of(error)
    return ""


UPDATE_SHIFT = "UPDATE patrols_patrolshift SET starts_at = %s, ends_at = %s WHERE id = %s"


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "constraint"),
    [
        (START, START, "shift_ends_after_start"),
        (END, START, "shift_ends_after_start"),
        (START, START + 24 * HOUR + timedelta(minutes=1), "shift_at_most_24_hours"),
        (START + timedelta(seconds=1), END, "shift_whole_minutes"),
        (START, END + timedelta(seconds=59), "shift_whole_minutes"),
        (START, START + 24 * HOUR, ""),
        (START, START + timedelta(minutes=1), ""),
    ],
)
def test_the_times_of_a_shift(starts_at, ends_at, constraint, force):
    shift = make(force, crew=[])
    assert refusal((UPDATE_SHIFT, starts_at, ends_at, shift.pk)) == constraint


@pytest.mark.parametrize(("table", "name"), [("patrols_crewmember", "crew"), ("patrols_visit", "visit")])
@pytest.mark.parametrize(
    ("starts_at", "ends_at", "check"),
    [
        (START, START, "ends_after_start"),
        (END, START, "ends_after_start"),
        (START + timedelta(seconds=30), END, "whole_minutes"),
    ],
)
def test_the_times_of_a_part(table, name, starts_at, ends_at, check, shift):
    factories.VisitFactory(shift=shift)
    update = f"UPDATE {table} SET starts_at = %s, ends_at = %s WHERE shift_id = %s"  # noqa: S608
    assert refusal((update, starts_at, ends_at, shift.pk)) == f"{name}_{check}"


@pytest.mark.parametrize("table", ["patrols_crewmember", "patrols_visit"])
@pytest.mark.parametrize(
    ("column", "value"), [("starts_at", START - timedelta(minutes=1)), ("ends_at", END + timedelta(minutes=1))]
)
def test_a_part_lies_within_its_shift(table, column, value, shift, check_deferred):
    factories.VisitFactory(shift=shift)
    update = f"UPDATE {table} SET {column} = %s WHERE shift_id = %s"  # noqa: S608
    assert refusal((update, value, shift.pk), check=check_deferred) == "parts_within_shift"


def test_a_shift_keeps_around_its_parts(shift, check_deferred):
    assert refusal((UPDATE_SHIFT, START + HOUR, END, shift.pk), check=check_deferred) == "parts_within_shift"
    moved = "UPDATE patrols_crewmember SET starts_at = %s WHERE shift_id = %s"
    both = [(UPDATE_SHIFT, START + HOUR, END, shift.pk), (moved, START + HOUR, shift.pk)]
    assert refusal(*both, check=check_deferred) == ""


@pytest.mark.parametrize(
    ("assignment", "constraint"),
    [
        ("state = 'lost'", "shift_state_known"),
        ("state = 'voided'", "shift_void_has_reason"),
        ("void_reason = 'Twice'", "shift_void_has_reason"),
    ],
)
def test_the_state_of_a_shift(assignment, constraint, shift):
    update = f"UPDATE patrols_patrolshift SET {assignment} WHERE id = %s"  # noqa: S608
    assert refusal((update, shift.pk)) == constraint


@pytest.mark.parametrize(
    ("assignment", "constraint"),
    [
        ("role = 'chief'", "crew_role_known"),
        ("collar_number = 'pc1'", "crew_collar_number_form"),
        ("collar_number = 'PC 1'", "crew_collar_number_form"),
    ],
)
def test_the_crew_s_role_and_number(assignment, constraint, shift):
    update = f"UPDATE patrols_crewmember SET {assignment} WHERE shift_id = %s"  # noqa: S608
    assert refusal((update, shift.pk)) == constraint


# --- one place at a time -------------------------------------------------------------------------------------------


def test_nobody_is_on_two_completed_shifts_at_once(force):
    make(force, collar_number="PC1")
    other = make(force, area=force.watford, starts_at=END - HOUR)
    insert = (
        "INSERT INTO patrols_crewmember (shift_id, shift_state, role, collar_number, starts_at, ends_at)"
        " VALUES (%s, 'completed', 'pcso', %s, %s, %s)"
    )
    args = (other.pk, "PC1", other.starts_at, other.ends_at)
    assert refusal((insert, *args)) == "crew_one_place_at_a_time"
    assert refusal((insert, other.pk, "PC2", *args[2:])) == ""


def test_the_exact_minute_counts(force):
    make(force, collar_number="PC1")
    other = make(force, starts_at=END - timedelta(minutes=1))
    with pytest.raises(IntegrityError, match="crew_one_place_at_a_time"), transaction.atomic():
        factories.CrewMemberFactory(shift=other, collar_number="PC1")


def test_touching_shifts_are_allowed(force, check_deferred):
    make(force, collar_number="PC1")
    make(force, collar_number="PC1", starts_at=END)
    check_deferred()


def test_people_without_a_number_are_not_compared(force, check_deferred):
    for _ in range(2):
        factories.CrewMemberFactory(shift=make(force), collar_number="")
    check_deferred()


@pytest.mark.parametrize("state", ["planned", "cancelled", "voided"])
def test_planned_and_voided_shifts_do_not_count(state, force, check_deferred):
    make(force, collar_number="PC1")
    make(force, collar_number="PC1", state=state)
    check_deferred()


@pytest.mark.parametrize("state", ["planned", "cancelled", "voided"])
def test_until_they_are_completed(state, force, check_deferred):
    make(force, collar_number="PC1")
    other = make(force, collar_number="PC1", state=state)
    update = "UPDATE patrols_patrolshift SET state = 'completed', void_reason = '' WHERE id = %s"
    assert refusal((update, other.pk), check=check_deferred) == "crew_one_place_at_a_time"


def test_the_crew_s_copy_of_the_state_is_true(force, shift, check_deferred):
    sql("UPDATE patrols_patrolshift SET state = 'voided', void_reason = 'Twice' WHERE id = %s", shift.pk)
    assert set(shift.crew.values_list("shift_state", flat=True)) == {"voided"}
    lie = "UPDATE patrols_crewmember SET shift_state = 'completed' WHERE shift_id = %s"
    assert refusal((lie, shift.pk), check=check_deferred) == "crew_shift_state"


def test_visits_do_not_overlap_and_may_touch(shift, check_deferred):
    factories.VisitFactory(shift=shift, starts_at=START, ends_at=START + HOUR)
    factories.VisitFactory(shift=shift, starts_at=START + HOUR, ends_at=START + 2 * HOUR)
    insert = "INSERT INTO patrols_visit (shift_id, starts_at, ends_at) VALUES (%s, %s, %s)"
    assert refusal((insert, shift.pk, START + HOUR / 2, START + 3 * HOUR)) == "visit_one_at_a_time"


# --- programme -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts_at", "is_refused"),
    [
        (datetime(2024, 4, 30, 22, 59, tzinfo=UTC), True),  # 11:59pm on 30 April in London
        (datetime(2024, 4, 30, 23, 0, tzinfo=UTC), False),  # midnight
        (datetime(2025, 3, 31, 22, 59, tzinfo=UTC), False),
        (datetime(2025, 3, 31, 23, 0, tzinfo=UTC), True),
    ],
)
def test_a_shift_lies_within_the_days_of_its_programme(starts_at, is_refused, force):
    shift = make(force, crew=[])
    args = (UPDATE_SHIFT, starts_at, starts_at + HOUR, shift.pk)
    assert refusal(args) == ("shift_within_programme" if is_refused else "")


@pytest.mark.parametrize(
    ("column", "day", "constraint"),
    [
        ("first_day", date(2024, 10, 12), "shift_within_programme"),
        ("last_day", date(2024, 10, 10), "shift_within_programme"),
        ("first_day", date(2024, 10, 11), ""),
        ("last_day", date(2024, 10, 11), ""),
    ],
)
def test_a_programme_is_not_drawn_in_over_its_shifts(column, day, constraint, force, shift):
    update = f"UPDATE hotspots_programme SET {column} = %s WHERE id = %s"  # noqa: S608
    assert refusal((update, day, force.programme.pk)) == constraint


def test_a_shift_does_not_move_to_a_stream_of_another_year(force, shift):
    programme = factories.ProgrammeFactory(first_day=date(2025, 4, 1), last_day=date(2026, 3, 31))
    stream = factories.FundingStreamFactory(programme=programme)
    update = "UPDATE patrols_patrolshift SET funding_stream_id = %s WHERE id = %s"
    assert refusal((update, stream.pk, shift.pk)) == "shift_within_programme"


def test_a_submission_makes_one_shift_for_ever(force, shift):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        make(force, submission_id=shift.submission_id)
    assert "submission_id" in constraint_of(error.value)
    make(force, submission_id=uuid.uuid4())


# --- nothing is lost -----------------------------------------------------------------------------------------------


def test_a_shift_is_never_deleted(force):
    shift = make(force, crew=[])
    for delete in (
        lambda: sql("DELETE FROM patrols_patrolshift WHERE id = %s", shift.pk),
        lambda: PatrolShift.objects.filter(pk=shift.pk).delete(),
        shift.delete,
    ):
        with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
            delete()
    assert PatrolShift.objects.filter(pk=shift.pk).exists()


EVENTS = [PatrolShift.pgh_event_model, CrewMember.pgh_event_model, Visit.pgh_event_model]


@pytest.mark.parametrize("events", EVENTS)
def test_history_is_only_ever_added_to(events, shift):
    factories.VisitFactory(shift=shift)
    table = events._meta.db_table
    assert events.objects.exists()
    for statement in (f"UPDATE {table} SET pgh_label = 'x'", f"DELETE FROM {table}"):  # noqa: S608
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            sql(statement)


def touch_by_save(shift):
    shift.note = "Changed"
    shift.save()


def touch_by_bulk_update(shift):
    shift.note = "Changed"
    PatrolShift.objects.bulk_update([shift], ["note"])


WRITES = {
    "save": touch_by_save,
    "update": lambda shift: PatrolShift.objects.filter(pk=shift.pk).update(note="Changed"),
    "bulk_update": touch_by_bulk_update,
    "sql": lambda shift: sql("UPDATE patrols_patrolshift SET note = 'Changed' WHERE id = %s", shift.pk),
}


@pytest.mark.parametrize("write", WRITES)
def test_every_way_to_write_a_shift_bumps_its_version_and_writes_history(write, shift):
    version, events = shift.version, shift.events.count()
    WRITES[write](shift)
    shift.refresh_from_db()
    assert shift.version == version + 1
    assert shift.events.count() == events + 1
    assert shift.events.order_by("-pgh_id")[0].note == "Changed"


PARTS = {
    "crew inserted": lambda shift: factories.CrewMemberFactory(shift=shift),
    "crew bulk_created": lambda shift: CrewMember.objects.bulk_create(
        CrewMember(shift=shift, shift_state=shift.state, role="pcso", starts_at=START, ends_at=END) for _ in range(3)
    ),
    "crew saved": lambda shift: shift.crew.first().save(),
    "crew updated": lambda shift: shift.crew.update(role="special_constable"),
    "crew deleted": lambda shift: sql("DELETE FROM patrols_crewmember WHERE shift_id = %s", shift.pk),
    "visit inserted": lambda shift: factories.VisitFactory(shift=shift),
}


@pytest.mark.parametrize("write", PARTS)
def test_every_write_to_a_part_bumps_the_shift(write, shift):
    version = shift.version
    PARTS[write](shift)
    shift.refresh_from_db()
    assert shift.version > version


def test_a_part_that_moves_bumps_both_shifts(force, shift):
    other = make(force)
    versions = shift.version, other.version
    sql("UPDATE patrols_crewmember SET shift_id = %s WHERE shift_id = %s", other.pk, shift.pk)
    for each, version in zip((shift, other), versions, strict=True):
        each.refresh_from_db()
        assert each.version > version


@pytest.mark.parametrize(
    ("write", "labels"),
    [
        (lambda member: CrewMember.objects.filter(pk=member.pk).update(role="pcso"), ["insert", "update"]),
        (
            lambda member: sql("UPDATE patrols_crewmember SET role = 'pcso' WHERE id = %s", member.pk),
            ["insert", "update"],
        ),
        (lambda member: sql("DELETE FROM patrols_crewmember WHERE id = %s", member.pk), ["insert", "delete"]),
    ],
)
def test_the_crew_s_history_is_kept_whoever_wrote(write, labels, shift):
    member = shift.crew.first()
    events = CrewMember.pgh_event_model.objects.filter(pgh_obj_id=member.pk)
    write(member)
    assert list(events.order_by("pgh_id").values_list("pgh_label", flat=True)) == labels


def test_the_database_counts_elapsed_minutes_and_london_days(force):
    back = make(force, starts_at=datetime(2024, 10, 26, 21, tzinfo=UTC), ends_at=datetime(2024, 10, 27, 6, tzinfo=UTC))
    forward = make(force, starts_at=datetime(2025, 3, 29, 22, tzinfo=UTC), ends_at=datetime(2025, 3, 30, 5, tzinfo=UTC))
    assert (back.clock_minutes, back.day) == (540, date(2024, 10, 26))
    assert (forward.clock_minutes, forward.day) == (420, date(2025, 3, 29))
    assert {member.minutes for member in back.crew.all()} == {540}
    late = make(force, starts_at=datetime(2024, 7, 1, 23, 30, tzinfo=UTC))
    assert late.day == date(2024, 7, 2)
