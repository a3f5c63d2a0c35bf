"""What the database itself refuses about outcomes, however somebody writes: here mostly with raw SQL."""

import pgtrigger
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from hotspot.core.errors import constraint_of
from outcomes.models import ActivityCount, Arrest, AsbPowerUse, StopSearch, WeaponRecovered
from patrols.models import CrewRole
from tests import factories

FACTORIES = {
    Arrest: factories.ArrestFactory,
    StopSearch: factories.StopSearchFactory,
    WeaponRecovered: factories.WeaponRecoveredFactory,
    AsbPowerUse: factories.AsbPowerUseFactory,
}
KINDS = pytest.mark.parametrize("model", FACTORIES)


def sql(statement: str, *values) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def refusal(check_deferred):
    """`refusal(write)` is the constraint that refuses the write, now or at the commit; else empty."""

    def attempt(write) -> str:
        try:
            with transaction.atomic():
                write()
                check_deferred()
        except IntegrityError as error:
            return constraint_of(error)
        return ""

    return attempt


def insert(model, shift):
    """A write of one outcome as an import or somebody at a prompt would make it."""
    table, kind = model._meta.db_table, ", kind_id" if model is AsbPowerUse else ""
    value = ", 'dispersal_direction'" if kind else ""
    statement = (
        f"INSERT INTO {table} (shift_id, detail_to_follow, reference, void_reason{kind})"  # noqa: S608
        f" VALUES (%s, true, '', ''{value})"
    )
    return lambda: sql(statement, shift.pk)


NEEDS_CONSTABLE = pytest.mark.parametrize("model", [Arrest, StopSearch])
NO_CONSTABLE = [CrewRole.PCSO, CrewRole.COMMUNITY_ENFORCEMENT_OFFICER]


@NEEDS_CONSTABLE
@pytest.mark.parametrize(
    ("crew", "constraint"),
    [
        ([CrewRole.POLICE_OFFICER], ""),
        ([CrewRole.SPECIAL_CONSTABLE, CrewRole.PCSO], ""),
        (NO_CONSTABLE, "outcome_needs_constable"),
        ([], "outcome_needs_constable"),
    ],
)
def test_arrests_and_searches_need_a_constable(model, crew, constraint, hitchin_shift, refusal):
    assert refusal(insert(model, hitchin_shift(crew=crew))) == constraint


@NEEDS_CONSTABLE
@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM patrols_crewmember WHERE shift_id = %s",
        "UPDATE patrols_crewmember SET role = 'pcso' WHERE shift_id = %s",
    ],
)
def test_the_constable_does_not_leave_afterwards(model, change, shift, refusal):
    FACTORIES[model](shift=shift)
    assert refusal(lambda: sql(change, shift.pk)) == "outcome_needs_constable"


def test_the_constable_does_not_move_to_another_shift(hitchin_shift, shift, refusal):
    factories.ArrestFactory(shift=shift)
    other = hitchin_shift()
    move = "UPDATE patrols_crewmember SET shift_id = %s WHERE shift_id = %s"
    assert refusal(lambda: sql(move, other.pk, shift.pk)) == "outcome_needs_constable"


def test_a_withdrawn_arrest_needs_no_constable_and_comes_back_only_with_one(hitchin_shift, refusal):
    arrest = factories.ArrestFactory(shift=hitchin_shift(crew=NO_CONSTABLE), void_reason="On another shift")
    assert refusal(lambda: None) == ""
    back = "UPDATE outcomes_arrest SET void_reason = '' WHERE id = %s"
    assert refusal(lambda: sql(back, arrest.pk)) == "outcome_needs_constable"


@pytest.mark.parametrize("crew_first", [True, False])
def test_order_within_a_transaction_does_not_matter(crew_first, hitchin_shift, refusal):
    shift = hitchin_shift(crew=NO_CONSTABLE)
    writes = [lambda: factories.CrewMemberFactory(shift=shift), insert(Arrest, shift)]

    def both():
        for write in writes if crew_first else reversed(writes):
            write()

    assert refusal(both) == ""


@pytest.fixture
def checks():
    """`checks()` are the numbers of the shifts that were checked since it was asked last, in their order."""
    sql("""
        ALTER FUNCTION outcomes_check_shift RENAME TO outcomes_check_shift_itself;
        CREATE FUNCTION outcomes_check_shift(checked_shift_id bigint) RETURNS void LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM set_config('test.checked', current_setting('test.checked') || ' ' || checked_shift_id, true);
            PERFORM outcomes_check_shift_itself(checked_shift_id);
        END $$;
        SELECT set_config('test.checked', '', true);
    """)

    def asked() -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('test.checked'), set_config('test.checked', '', true)")
            return [int(number) for number in cursor.fetchone()[0].split()]

    return asked


def test_a_shift_is_checked_once_however_many_outcomes_it_gets(hitchin_shift, shift, check_deferred, checks):
    other = hitchin_shift(crew=[CrewRole.POLICE_OFFICER])
    for model in FACTORIES:
        for _ in range(3):
            insert(model, shift)()
    check_deferred()
    assert checks() == [shift.pk]
    sql(
        "INSERT INTO outcomes_arrest (shift_id, detail_to_follow, reference, void_reason) "
        "SELECT shift, true, '', '' FROM unnest(%s) shift CROSS JOIN generate_series(1, 50)",
        [shift.pk, other.pk],
    )
    check_deferred()
    assert checks() == [shift.pk, other.pk]


def test_what_changes_after_a_check_is_checked_again(shift, refusal, check_deferred, checks):
    def write():
        insert(Arrest, shift)()
        check_deferred()
        assert checks() == [shift.pk]
        insert(StopSearch, shift)()
        check_deferred()
        assert checks() == [shift.pk]
        # As a superuser could, past the check of the crew.
        sql("ALTER TABLE patrols_crewmember DISABLE TRIGGER crew_still_may_produce")
        sql("DELETE FROM patrols_crewmember WHERE shift_id = %s", shift.pk)
        sql("ALTER TABLE patrols_crewmember ENABLE TRIGGER crew_still_may_produce")
        sql("UPDATE outcomes_arrest SET reference = 'X' WHERE shift_id = %s", shift.pk)

    assert refusal(write) == "outcome_needs_constable"


def test_a_check_within_a_savepoint_that_is_rolled_back_does_not_count(hitchin_shift, refusal, check_deferred, checks):
    shift = hitchin_shift(crew=NO_CONSTABLE)

    def write():
        insert(WeaponRecovered, shift)()
        with transaction.atomic():
            check_deferred()
            assert checks() == [shift.pk]
            transaction.set_rollback(True)
        insert(Arrest, shift)()

    assert refusal(write) == "outcome_needs_constable"


def test_outcomes_written_within_a_savepoint_that_is_rolled_back_hide_no_others(hitchin_shift, refusal):
    shift = hitchin_shift(crew=NO_CONSTABLE)

    def write():
        with transaction.atomic():
            insert(WeaponRecovered, shift)()
            transaction.set_rollback(True)
        insert(Arrest, shift)()

    assert refusal(write) == "outcome_needs_constable"


def test_a_check_that_somebody_ignores_hides_no_others(hitchin_shift, refusal, check_deferred):
    shift = hitchin_shift(crew=NO_CONSTABLE)

    def write():
        insert(WeaponRecovered, shift)()
        with pgtrigger.ignore("outcomes.WeaponRecovered:crew_may_produce"):
            check_deferred()
        insert(Arrest, shift)()

    assert refusal(write) == "outcome_needs_constable"


@pytest.mark.parametrize(
    ("kind", "role", "is_refused"),
    [
        ("dispersal_direction", "pcso", False),
        ("dispersal_direction", "community_enforcement_officer", True),
        ("dispersal_authorisation", "pcso", True),
        ("dispersal_authorisation", "police_officer", False),
        ("closure", "special_constable", True),
        ("closure", "community_enforcement_officer", False),
    ],
)
def test_a_power_needs_somebody_who_may_use_it(kind, role, is_refused, hitchin_shift, refusal):
    shift = hitchin_shift(crew=[CrewRole(role)])
    expected = "asb_power_needs_role" if is_refused else ""
    assert refusal(lambda: factories.AsbPowerUseFactory(shift=shift, kind_id=kind)) == expected


def test_a_power_stays_with_somebody_who_may_use_it(shift, refusal):
    use = factories.AsbPowerUseFactory(shift=shift)
    change = "UPDATE patrols_crewmember SET role = 'community_enforcement_officer' WHERE shift_id = %s"
    assert refusal(lambda: sql(change, shift.pk)) == "asb_power_needs_role"
    other = "UPDATE outcomes_asbpoweruse SET kind_id = 'closure' WHERE id = %s"
    assert refusal(lambda: sql(other, use.pk)) == ""


@pytest.mark.parametrize(
    ("first", "last", "is_refused"),
    [
        ("2024-10-11", None, False),
        ("2024-10-12", None, True),
        (None, "2024-10-11", False),
        (None, "2024-10-10", True),
    ],
)
def test_a_power_is_in_force_on_the_day_of_the_shift(first, last, is_refused, shift, refusal):
    sql("UPDATE outcomes_asbpowerkind SET in_force_from = %s, in_force_to = %s WHERE code = 'cpw'", first, last)
    expected = "asb_power_needs_role" if is_refused else ""
    assert refusal(lambda: factories.AsbPowerUseFactory(shift=shift, kind_id="cpw")) == expected


def test_a_shift_does_not_move_to_before_its_power(shift, refusal):
    sql("UPDATE outcomes_asbpowerkind SET in_force_from = '2024-10-11' WHERE code = 'cpw'")
    factories.AsbPowerUseFactory(shift=shift, kind_id="cpw")

    def move():
        day = "interval '1 day'"
        for table, where in (("patrols_patrolshift", "id"), ("patrols_crewmember", "shift_id")):
            sql(
                f"UPDATE {table} SET starts_at = starts_at - {day}, ends_at = ends_at - {day} WHERE {where} = %s",  # noqa: S608
                shift.pk,
            )

    assert refusal(move) == "asb_power_needs_role"


@KINDS
def test_a_planned_shift_has_no_outcomes(model, hitchin_shift, shift, refusal):
    assert refusal(insert(model, hitchin_shift(state="planned"))) == "planned_shift_without_outcomes"
    FACTORIES[model](shift=shift)
    back = "UPDATE patrols_patrolshift SET state = 'planned' WHERE id = %s"
    assert refusal(lambda: sql(back, shift.pk)) == "planned_shift_without_outcomes"


@pytest.mark.parametrize(
    ("assignment", "constraint"),
    [
        ("custody_days = 30", "arrest_custody_needs_conviction"),
        ("custody_days = 30, justice_outcome_id = 'charged'", "arrest_custody_needs_conviction"),
        ("custody_days = 0, justice_outcome_id = 'convicted'", "arrest_custody_needs_conviction"),
        ("custody_days = 30, justice_outcome_id = 'convicted'", ""),
        ("justice_outcome_on = '2024-11-01'", "arrest_justice_date_needs_outcome"),
        ("justice_outcome_on = '2024-11-01', justice_outcome_id = 'charged'", ""),
    ],
)
def test_justice(assignment, constraint, shift, refusal):
    arrest = factories.ArrestFactory(shift=shift)
    update = f"UPDATE outcomes_arrest SET {assignment} WHERE id = %s"  # noqa: S608
    assert refusal(lambda: sql(update, arrest.pk)) == constraint


@pytest.mark.parametrize(
    ("model", "constraint", "detail"),
    [
        (Arrest, "arrest_detailed", {"offence_group_id": "robbery"}),
        (StopSearch, "stop_search_detailed", {"power_id": "mda_s23", "object_id": "firearms", "outcome_id": "arrest"}),
        (WeaponRecovered, "weapon_detailed", {"kind_id": "firearm", "found_by_id": "search"}),
    ],
)
def test_a_row_that_does_not_wait_has_its_detail(model, constraint, detail, shift, refusal):
    assert refusal(lambda: FACTORIES[model](shift=shift, detail_to_follow=False)) == constraint
    for name in detail:
        rest = {other: value for other, value in detail.items() if other != name}
        assert refusal(lambda rest=rest: FACTORIES[model](shift=shift, detail_to_follow=False, **rest)) == constraint
    assert refusal(lambda: FACTORIES[model](shift=shift, detail_to_follow=False, **detail)) == ""


@pytest.mark.parametrize(("count", "constraint"), [(999, ""), (1000, "activity_at_most_999")])
def test_activity_has_a_limit(count, constraint, shift, refusal):
    write = lambda: ActivityCount.objects.create(shift=shift, kind_id="premises_visits", count=count)  # noqa: E731
    assert refusal(write) == constraint


def test_activity_is_counted_once_for_each_kind(shift, refusal):
    write = lambda: ActivityCount.objects.create(shift=shift, kind_id="premises_visits", count=1)  # noqa: E731
    assert refusal(write) == ""
    assert refusal(write) == "activity_once_per_kind"


@pytest.mark.parametrize("assignment", ["in_headline = NOT in_headline", "code = code || 'x'"])
def test_what_counts_in_the_headline_is_not_edited(assignment, force):
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        sql(f"UPDATE outcomes_asbpowerkind SET {assignment}")  # noqa: S608
    sql("UPDATE outcomes_asbpowerkind SET label = label || '.'")


@KINDS
def test_an_outcome_is_never_deleted(model, shift):
    outcome = FACTORIES[model](shift=shift)
    for delete in (
        lambda: sql(f"DELETE FROM {model._meta.db_table}"),  # noqa: S608
        lambda: model.objects.all().delete(),
        outcome.delete,
    ):
        with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
            delete()
    assert model.objects.count() == 1


@pytest.mark.parametrize("model", [*FACTORIES, ActivityCount])
def test_history_is_only_ever_added_to(model, shift):
    if model is ActivityCount:
        ActivityCount.objects.create(shift=shift, kind_id="premises_visits", count=1)
    else:
        FACTORIES[model](shift=shift)
    table = model.pgh_event_model._meta.db_table
    assert model.pgh_event_model.objects.count() == 1
    for statement in (f"UPDATE {table} SET pgh_label = 'x'", f"DELETE FROM {table}"):  # noqa: S608
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            sql(statement)


def _saved(outcome):
    outcome.reference = "1/24"
    outcome.save()


def _bulk_updated(outcome):
    outcome.reference = "1/24"
    type(outcome).objects.bulk_update([outcome], ["reference"])


WRITES = {
    "save": _saved,
    "update": lambda outcome: type(outcome).objects.filter(pk=outcome.pk).update(reference="1/24"),
    "bulk_update": _bulk_updated,
    "sql": lambda outcome: sql(f"UPDATE {outcome._meta.db_table} SET reference = '1/24'"),  # noqa: S608
}


@KINDS
@pytest.mark.parametrize("write", WRITES)
def test_every_way_to_write_an_outcome_bumps_the_shift_and_writes_history(model, write, shift):
    outcome = FACTORIES[model](shift=shift)
    shift.refresh_from_db()
    version = shift.version
    WRITES[write](outcome)
    shift.refresh_from_db()
    assert shift.version == version + 1
    newest = outcome.events.order_by("-pgh_id")[0]
    assert (newest.pgh_label, newest.reference) == ("update", "1/24")


@KINDS
def test_new_outcomes_bump_the_shift_once_a_statement(model, shift):
    shift.refresh_from_db()
    version = shift.version
    kind = {"kind_id": "cpw"} if model is AsbPowerUse else {}
    model.objects.bulk_create([model(shift=shift, detail_to_follow=True, **kind) for _ in range(5)])
    shift.refresh_from_db()
    assert shift.version == version + 1
    assert model.pgh_event_model.objects.filter(pgh_label="insert").count() == 5


def test_activity_is_deleted_with_its_history_kept(shift):
    row = ActivityCount.objects.create(shift=shift, kind_id="premises_visits", count=1)
    shift.refresh_from_db()
    version = shift.version
    sql("DELETE FROM outcomes_activitycount WHERE id = %s", row.pk)
    shift.refresh_from_db()
    assert shift.version == version + 1
    labels = ActivityCount.pgh_event_model.objects.filter(pgh_obj_id=row.pk).values_list("pgh_label", flat=True)
    assert sorted(labels) == ["delete", "insert"]
