"""A cancelled shift has no outcomes, as a planned one has none: the check of migration 0003, for both."""

from django.db import migrations

BEFORE = """
CREATE OR REPLACE FUNCTION outcomes_check_shift(checked_shift_id bigint) RETURNS void LANGUAGE plpgsql AS $$
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
AFTER = """
CREATE OR REPLACE FUNCTION outcomes_check_shift(checked_shift_id bigint) RETURNS void LANGUAGE plpgsql AS $$
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
    IF shift.state IN ('planned', 'cancelled') AND (
        EXISTS (SELECT FROM outcomes_arrest WHERE shift_id = checked_shift_id)
        OR EXISTS (SELECT FROM outcomes_stopsearch WHERE shift_id = checked_shift_id)
        OR EXISTS (SELECT FROM outcomes_weaponrecovered WHERE shift_id = checked_shift_id)
        OR EXISTS (SELECT FROM outcomes_asbpoweruse WHERE shift_id = checked_shift_id)
    ) THEN
        RAISE check_violation USING CONSTRAINT = 'planned_shift_without_outcomes',
            MESSAGE = 'A planned or cancelled shift has no outcomes.';
    END IF;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0016_indexes_for_finding"), ("patrols", "0016_cancelled_shifts")]

    operations = [migrations.RunSQL(AFTER, BEFORE)]
