"""Says at which step each outcome of an arrest is, and makes the stages of the arrests that have one already."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

_STEPS = {
    "waiting": ("bailed", "released_under_investigation"),
    "court": ("convicted", "acquitted", "discontinued"),
}
# When it was entered is when the arrest last changed: nothing tells more.
_STAGES = """
    INSERT INTO outcomes_justicestage (
        arrest_id, step, outcome_id, day, sentence_kind, sentence, custody_days, source, entered_at, void_reason
    )
    SELECT a.id, o.step, o.code, a.justice_outcome_on,
        CASE WHEN a.custody_days IS NULL THEN '' ELSE 'custody' END,
        CASE WHEN a.custody_days IS NULL THEN '' ELSE a.custody_days || ' days' END,
        a.custody_days, '',
        coalesce((SELECT max(e.pgh_created_at) FROM outcomes_arrestevent e WHERE e.pgh_obj_id = a.id), now()), ''
    FROM outcomes_arrest a JOIN outcomes_justiceoutcome o ON o.code = a.justice_outcome_id
"""


def set_steps(apps, schema_editor):
    """Terms that were added here since are decisions, until support staff says otherwise."""
    terms = apps.get_model("outcomes", "JusticeOutcome").objects
    for step, codes in _STEPS.items():
        terms.filter(code__in=codes).update(step=step)


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0011_justice_stages")]

    operations = [
        migrations.RunPython(set_steps, migrations.RunPython.noop),
        pgtrigger.migrations.AddTrigger(
            model_name="arrest",
            trigger=pgtrigger.compiler.Trigger(
                name="keep_stages",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE step_now text;",
                    func="IF TG_OP = 'INSERT' AND NEW.justice_outcome_id IS NULL THEN RETURN NULL; END IF;\n    IF TG_OP = 'UPDATE' AND NEW.justice_outcome_id IS NULL THEN\n        UPDATE outcomes_justicestage SET void_reason = 'Taken back' WHERE arrest_id = NEW.id AND void_reason = '';\n        RETURN NULL;\n    END IF;\n    SELECT o.step INTO STRICT step_now FROM outcomes_justiceoutcome o WHERE o.code = NEW.justice_outcome_id;\n    IF TG_OP = 'UPDATE' THEN\n        UPDATE outcomes_justicestage SET void_reason = 'Replaced by an earlier step'\n        WHERE arrest_id = NEW.id AND void_reason = ''\n            AND array_position(ARRAY['waiting', 'decision', 'court'], step::text)\n                > array_position(ARRAY['waiting', 'decision', 'court'], step_now);\n    END IF;\n    INSERT INTO outcomes_justicestage AS kept (\n        arrest_id, step, outcome_id, day, sentence_kind, sentence, custody_days, source, entered_by_id, entered_at,\n        void_reason\n    ) VALUES (\n        NEW.id, step_now, NEW.justice_outcome_id, NEW.justice_outcome_on,\n        CASE WHEN NEW.custody_days IS NULL THEN '' ELSE 'custody' END,\n        CASE WHEN NEW.custody_days IS NULL THEN '' ELSE NEW.custody_days || ' days' END,\n        NEW.custody_days, '',\n        (nullif(current_setting('pghistory.context_metadata', true), '')::jsonb ->> 'user')::bigint,\n        statement_timestamp(), ''\n    )\n    ON CONFLICT (arrest_id, step) WHERE void_reason = '' DO UPDATE SET\n        outcome_id = EXCLUDED.outcome_id, day = EXCLUDED.day, sentence_kind = EXCLUDED.sentence_kind,\n        sentence = EXCLUDED.sentence, custody_days = EXCLUDED.custody_days, sentenced_on = NULL, source = '',\n        entered_by_id = EXCLUDED.entered_by_id, entered_at = EXCLUDED.entered_at\n    WHERE (kept.outcome_id, kept.day, kept.custody_days)\n        IS DISTINCT FROM (EXCLUDED.outcome_id, EXCLUDED.day, EXCLUDED.custody_days);\n    RETURN NULL;\n",
                    hash="82f564d7025308234164386e9e07061fcd28ce66",
                    operation='INSERT OR UPDATE OF "justice_outcome_id", "justice_outcome_on", "custody_days"',
                    pgid="pgtrigger_keep_stages_07c4a",
                    table="outcomes_arrest",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="justiceoutcome",
            trigger=pgtrigger.compiler.Trigger(
                name="justice_step_fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."step" IS DISTINCT FROM (NEW."step"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="22b83798b4437d5d10de8862b58344ae4ce1b61d",
                    operation="UPDATE",
                    pgid="pgtrigger_justice_step_fixed_26b30",
                    table="outcomes_justiceoutcome",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(_STAGES, migrations.RunSQL.noop),
    ]
