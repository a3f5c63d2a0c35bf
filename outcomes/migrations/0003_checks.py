"""The database refuses outcomes that nobody in the crew may produce, whichever of the two was written last."""

from django.db import migrations

CHECK_SHIFT = """
CREATE FUNCTION outcomes_check_shift(checked_shift_id bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    crew_roles text[];
    shift patrols_patrolshift%ROWTYPE;
BEGIN
    SELECT * INTO shift FROM patrols_patrolshift WHERE id = checked_shift_id;
    SELECT coalesce(array_agg(role), '{}') INTO crew_roles FROM patrols_crewmember WHERE shift_id = checked_shift_id;
    IF NOT crew_roles && ARRAY['police_officer', 'special_constable'] AND (
        EXISTS (SELECT FROM outcomes_arrest WHERE shift_id = checked_shift_id AND void_reason = '')
        OR EXISTS (SELECT FROM outcomes_stopsearch WHERE shift_id = checked_shift_id AND void_reason = '')
    ) THEN
        RAISE check_violation USING CONSTRAINT = 'outcome_needs_constable',
            MESSAGE = 'Only a constable makes arrests and stop searches.';
    END IF;
    IF EXISTS (
        SELECT FROM outcomes_asbpoweruse u JOIN outcomes_asbpowerkind k ON k.code = u.kind_id
        WHERE u.shift_id = checked_shift_id AND u.void_reason = '' AND NOT (
            k.roles::text[] && crew_roles
            AND shift.day BETWEEN coalesce(k.in_force_from, shift.day) AND coalesce(k.in_force_to, shift.day)
        )
    ) THEN
        RAISE check_violation USING CONSTRAINT = 'asb_power_needs_role',
            MESSAGE = 'Nobody in the crew may use this power, or it was not in force.';
    END IF;
    IF shift.state = 'planned' AND (
        EXISTS (SELECT FROM outcomes_arrest WHERE shift_id = checked_shift_id)
        OR EXISTS (SELECT FROM outcomes_stopsearch WHERE shift_id = checked_shift_id)
        OR EXISTS (SELECT FROM outcomes_weaponrecovered WHERE shift_id = checked_shift_id)
        OR EXISTS (SELECT FROM outcomes_asbpoweruse WHERE shift_id = checked_shift_id)
    ) THEN
        RAISE check_violation USING CONSTRAINT = 'planned_shift_without_outcomes',
            MESSAGE = 'A planned shift has no outcomes yet.';
    END IF;
END $$
"""

CREW_CHANGED = """
CREATE FUNCTION outcomes_check_crew_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM outcomes_check_shift(OLD.shift_id);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER crew_still_may_produce AFTER UPDATE OF role, shift_id OR DELETE ON patrols_crewmember
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION outcomes_check_crew_change();
CREATE CONSTRAINT TRIGGER powers_still_in_force AFTER UPDATE OF starts_at, state ON patrols_patrolshift
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION outcomes_check_shift_change();
"""

SHIFT_CHANGED = """
CREATE FUNCTION outcomes_check_shift_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM outcomes_check_shift(OLD.id);
    RETURN NULL;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0002_foreign_keys"), ("patrols", "0002_checks")]

    operations = [
        migrations.RunSQL(CHECK_SHIFT, "DROP FUNCTION outcomes_check_shift"),
        migrations.RunSQL(SHIFT_CHANGED, "DROP FUNCTION outcomes_check_shift_change"),
        migrations.RunSQL(
            CREW_CHANGED,
            "DROP TRIGGER powers_still_in_force ON patrols_patrolshift;"
            "DROP TRIGGER crew_still_may_produce ON patrols_crewmember;"
            "DROP FUNCTION outcomes_check_crew_change",
        ),
    ]
