"""A corrected date keeps a sentence; and ninja swords and machetes count as knives, as returns counted them."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


_BLADES = ("machete_or_sword", "ninja_sword")


def mark(apps, schema_editor):
    """Both have a blade (Criminal Justice Act 1988, section 139)."""
    apps.get_model("outcomes", "WeaponKind").objects.filter(code__in=_BLADES).update(is_knife=True)


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0013_knives"),
    ]

    operations = [
        migrations.RunPython(mark, migrations.RunPython.noop),
        pgtrigger.migrations.RemoveTrigger(
            model_name="arrest",
            name="keep_stages",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="arrest",
            trigger=pgtrigger.compiler.Trigger(
                name="keep_stages",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE step_now text;",
                    func="IF TG_OP = 'INSERT' AND NEW.justice_outcome_id IS NULL THEN RETURN NULL; END IF;\n    IF TG_OP = 'UPDATE' AND NEW.justice_outcome_id IS NULL THEN\n        UPDATE outcomes_justicestage SET void_reason = 'Taken back' WHERE arrest_id = NEW.id AND void_reason = '';\n        RETURN NULL;\n    END IF;\n    SELECT o.step INTO STRICT step_now FROM outcomes_justiceoutcome o WHERE o.code = NEW.justice_outcome_id;\n    IF TG_OP = 'UPDATE' THEN\n        UPDATE outcomes_justicestage SET void_reason = 'Replaced by an earlier step'\n        WHERE arrest_id = NEW.id AND void_reason = ''\n            AND array_position(ARRAY['waiting', 'decision', 'court'], step::text)\n                > array_position(ARRAY['waiting', 'decision', 'court'], step_now);\n    END IF;\n    INSERT INTO outcomes_justicestage AS kept (\n        arrest_id, step, outcome_id, day, sentence_kind, sentence, custody_days, source, entered_by_id, entered_at,\n        void_reason\n    ) VALUES (\n        NEW.id, step_now, NEW.justice_outcome_id, NEW.justice_outcome_on,\n        CASE WHEN NEW.custody_days IS NULL THEN '' ELSE 'custody' END,\n        CASE WHEN NEW.custody_days IS NULL THEN '' ELSE NEW.custody_days || ' days' END,\n        NEW.custody_days, '',\n        (nullif(current_setting('pghistory.context_metadata', true), '')::jsonb ->> 'user')::bigint,\n        statement_timestamp(), ''\n    )\n    ON CONFLICT (arrest_id, step) WHERE void_reason = '' DO UPDATE SET\n        outcome_id = EXCLUDED.outcome_id, day = EXCLUDED.day, custody_days = EXCLUDED.custody_days,\n        sentence_kind = CASE WHEN (kept.outcome_id, kept.custody_days) IS NOT DISTINCT FROM (EXCLUDED.outcome_id, EXCLUDED.custody_days) THEN kept.sentence_kind ELSE EXCLUDED.sentence_kind END,\n        sentence = CASE WHEN (kept.outcome_id, kept.custody_days) IS NOT DISTINCT FROM (EXCLUDED.outcome_id, EXCLUDED.custody_days) THEN kept.sentence ELSE EXCLUDED.sentence END,\n        sentenced_on = CASE WHEN (kept.outcome_id, kept.custody_days) IS NOT DISTINCT FROM (EXCLUDED.outcome_id, EXCLUDED.custody_days) AND kept.sentenced_on >= EXCLUDED.day THEN kept.sentenced_on END,\n        source = CASE WHEN (kept.outcome_id, kept.custody_days) IS NOT DISTINCT FROM (EXCLUDED.outcome_id, EXCLUDED.custody_days) THEN kept.source ELSE '' END,\n        entered_by_id = EXCLUDED.entered_by_id, entered_at = EXCLUDED.entered_at\n    WHERE (kept.outcome_id, kept.day, kept.custody_days)\n        IS DISTINCT FROM (EXCLUDED.outcome_id, EXCLUDED.day, EXCLUDED.custody_days);\n    RETURN NULL;\n",
                    hash="2b4bd64988e1422cc9d13a136d1b88f67b553d37",
                    operation='INSERT OR UPDATE OF "justice_outcome_id", "justice_outcome_on", "custody_days"',
                    pgid="pgtrigger_keep_stages_07c4a",
                    table="outcomes_arrest",
                    when="AFTER",
                ),
            ),
        ),
    ]
