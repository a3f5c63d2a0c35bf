"""A shift is checked once when a transaction ends, and parts that come before their shift look for nothing to change."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


# True for the first row of several that are written one after the other: its check sees all of them.
WAITS_FOR_CHECK = """
CREATE FUNCTION patrols_waits_for_check(setting text, shift_id bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting(setting, true) = shift_id::text THEN RETURN false; END IF;
    PERFORM set_config(setting, shift_id::text, true);
    RETURN true;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("patrols", "0008_last_logged"),
    ]

    operations = [
        migrations.RunSQL(WAITS_FOR_CHECK, "DROP FUNCTION patrols_waits_for_check"),
        pgtrigger.migrations.RemoveTrigger(
            model_name="crewmember",
            name="within_shift",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="crewmember",
            name="touch_shift_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="visit",
            name="within_shift",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="visit",
            name="touch_shift_insert",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="crewmember",
            trigger=pgtrigger.compiler.Trigger(
                name="within_shift",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (patrols_waits_for_check('hotspot.within_shift', NEW.shift_id))",
                    constraint="CONSTRAINT",
                    declare="DECLARE _ text := set_config('hotspot.within_shift', '', true);",
                    func="PERFORM patrols_check_parts(NEW.shift_id); RETURN NULL;",
                    hash="b9fb4719bf15eccfcd71ce5580e2ffccce3acaca",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_within_shift_65db4",
                    table="patrols_crewmember",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="crewmember",
            trigger=pgtrigger.compiler.Trigger(
                name="touch_shift_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF NOT EXISTS (\n        SELECT FROM new_rows x CROSS JOIN LATERAL (\n            SELECT FROM patrols_patrolshift WHERE id = x.shift_id OFFSET 0\n        ) saved\n    ) THEN RETURN NULL; END IF;\n\n                UPDATE patrols_patrolshift SET version = version + 1 WHERE id IN (SELECT shift_id FROM new_rows);\n                RETURN NULL;\n            ",
                    hash="a3aac125472245ecb04e6a24697702ed41f895d5",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_touch_shift_insert_83a33",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="patrols_crewmember",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="visit",
            trigger=pgtrigger.compiler.Trigger(
                name="within_shift",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (patrols_waits_for_check('hotspot.within_shift', NEW.shift_id))",
                    constraint="CONSTRAINT",
                    declare="DECLARE _ text := set_config('hotspot.within_shift', '', true);",
                    func="PERFORM patrols_check_parts(NEW.shift_id); RETURN NULL;",
                    hash="db09d7e9442709d4a65df0213920a0257c4858bd",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_within_shift_b7790",
                    table="patrols_visit",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="visit",
            trigger=pgtrigger.compiler.Trigger(
                name="touch_shift_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF NOT EXISTS (\n        SELECT FROM new_rows x CROSS JOIN LATERAL (\n            SELECT FROM patrols_patrolshift WHERE id = x.shift_id OFFSET 0\n        ) saved\n    ) THEN RETURN NULL; END IF;\n\n                UPDATE patrols_patrolshift SET version = version + 1 WHERE id IN (SELECT shift_id FROM new_rows);\n                RETURN NULL;\n            ",
                    hash="3c1618c4b702c27be0cd3b5ba9e0d6577e51a3fa",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_touch_shift_insert_9567d",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="patrols_visit",
                    when="AFTER",
                ),
            ),
        ),
    ]
