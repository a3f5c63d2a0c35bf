"""As `patrols.0009`: a shift is checked once, whatever number of outcomes it gets."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0009_remember_answers_of_imports"),
        ("patrols", "0009_one_check_for_a_shift"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="activitycount",
            name="touch_shift_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="arrest",
            name="crew_may_produce",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="arrest",
            name="touch_shift_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="asbpoweruse",
            name="crew_may_produce",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="asbpoweruse",
            name="touch_shift_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="stopsearch",
            name="crew_may_produce",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="stopsearch",
            name="touch_shift_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="weaponrecovered",
            name="crew_may_produce",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="weaponrecovered",
            name="touch_shift_insert",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="activitycount",
            trigger=pgtrigger.compiler.Trigger(
                name="touch_shift_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF NOT EXISTS (\n        SELECT FROM new_rows x CROSS JOIN LATERAL (\n            SELECT FROM patrols_patrolshift WHERE id = x.shift_id OFFSET 0\n        ) saved\n    ) THEN RETURN NULL; END IF;\n\n                UPDATE patrols_patrolshift SET version = version + 1 WHERE id IN (SELECT shift_id FROM new_rows);\n                RETURN NULL;\n            ",
                    hash="7e9065563cb6779c4b22bd312d424ab651e5a68f",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_touch_shift_insert_35fe6",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="outcomes_activitycount",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="arrest",
            trigger=pgtrigger.compiler.Trigger(
                name="crew_may_produce",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (patrols_waits_for_check('hotspot.crew_may_produce', NEW.shift_id))",
                    constraint="CONSTRAINT",
                    declare="DECLARE _ text := set_config('hotspot.crew_may_produce', '', true);",
                    func="PERFORM outcomes_check_shift(NEW.shift_id); RETURN NULL;",
                    hash="4131e1afc0764b6c1442d2904fd61c70b4392a06",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_crew_may_produce_d9068",
                    table="outcomes_arrest",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="arrest",
            trigger=pgtrigger.compiler.Trigger(
                name="touch_shift_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF NOT EXISTS (\n        SELECT FROM new_rows x CROSS JOIN LATERAL (\n            SELECT FROM patrols_patrolshift WHERE id = x.shift_id OFFSET 0\n        ) saved\n    ) THEN RETURN NULL; END IF;\n\n                UPDATE patrols_patrolshift SET version = version + 1 WHERE id IN (SELECT shift_id FROM new_rows);\n                RETURN NULL;\n            ",
                    hash="50e829eece29da2e18ad7a93517b287234469b98",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_touch_shift_insert_b0854",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="outcomes_arrest",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="asbpoweruse",
            trigger=pgtrigger.compiler.Trigger(
                name="crew_may_produce",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (patrols_waits_for_check('hotspot.crew_may_produce', NEW.shift_id))",
                    constraint="CONSTRAINT",
                    declare="DECLARE _ text := set_config('hotspot.crew_may_produce', '', true);",
                    func="PERFORM outcomes_check_shift(NEW.shift_id); RETURN NULL;",
                    hash="17b209f6edbdcbae5b6961f91da72ce7c1bd55f9",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_crew_may_produce_312a1",
                    table="outcomes_asbpoweruse",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="asbpoweruse",
            trigger=pgtrigger.compiler.Trigger(
                name="touch_shift_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF NOT EXISTS (\n        SELECT FROM new_rows x CROSS JOIN LATERAL (\n            SELECT FROM patrols_patrolshift WHERE id = x.shift_id OFFSET 0\n        ) saved\n    ) THEN RETURN NULL; END IF;\n\n                UPDATE patrols_patrolshift SET version = version + 1 WHERE id IN (SELECT shift_id FROM new_rows);\n                RETURN NULL;\n            ",
                    hash="0cb80c8cfd509f41d70a5f7a06368e22926d940d",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_touch_shift_insert_f99d2",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="outcomes_asbpoweruse",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stopsearch",
            trigger=pgtrigger.compiler.Trigger(
                name="crew_may_produce",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (patrols_waits_for_check('hotspot.crew_may_produce', NEW.shift_id))",
                    constraint="CONSTRAINT",
                    declare="DECLARE _ text := set_config('hotspot.crew_may_produce', '', true);",
                    func="PERFORM outcomes_check_shift(NEW.shift_id); RETURN NULL;",
                    hash="b6b167317e5f671f5b63e4abed159341ce9df3f9",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_crew_may_produce_f00f7",
                    table="outcomes_stopsearch",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stopsearch",
            trigger=pgtrigger.compiler.Trigger(
                name="touch_shift_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF NOT EXISTS (\n        SELECT FROM new_rows x CROSS JOIN LATERAL (\n            SELECT FROM patrols_patrolshift WHERE id = x.shift_id OFFSET 0\n        ) saved\n    ) THEN RETURN NULL; END IF;\n\n                UPDATE patrols_patrolshift SET version = version + 1 WHERE id IN (SELECT shift_id FROM new_rows);\n                RETURN NULL;\n            ",
                    hash="025180843bfa28c0dd742e08f8ad163cd726c4a5",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_touch_shift_insert_5c4b0",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="outcomes_stopsearch",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="weaponrecovered",
            trigger=pgtrigger.compiler.Trigger(
                name="crew_may_produce",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (patrols_waits_for_check('hotspot.crew_may_produce', NEW.shift_id))",
                    constraint="CONSTRAINT",
                    declare="DECLARE _ text := set_config('hotspot.crew_may_produce', '', true);",
                    func="PERFORM outcomes_check_shift(NEW.shift_id); RETURN NULL;",
                    hash="89fde66a315016b081a0b20acab25231301bb81c",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_crew_may_produce_7e859",
                    table="outcomes_weaponrecovered",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="weaponrecovered",
            trigger=pgtrigger.compiler.Trigger(
                name="touch_shift_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF NOT EXISTS (\n        SELECT FROM new_rows x CROSS JOIN LATERAL (\n            SELECT FROM patrols_patrolshift WHERE id = x.shift_id OFFSET 0\n        ) saved\n    ) THEN RETURN NULL; END IF;\n\n                UPDATE patrols_patrolshift SET version = version + 1 WHERE id IN (SELECT shift_id FROM new_rows);\n                RETURN NULL;\n            ",
                    hash="0e54408daa8513223a73ce32328725c8c6723de6",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_touch_shift_insert_df8d6",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="outcomes_weaponrecovered",
                    when="AFTER",
                ),
            ),
        ),
    ]
