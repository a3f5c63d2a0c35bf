"""Triggers on the parts of shifts count nothing of parts that come before their shift: its own triggers count them.

The functions themselves stay as they are; a test holds what comes of it against the models.
"""

from django.db import migrations

FIRST = """
    IF NOT EXISTS (
        SELECT FROM new_rows x CROSS JOIN LATERAL (
            SELECT FROM patrols_patrolshift WHERE id = x.shift_id OFFSET 0
        ) saved
    ) THEN RETURN NULL; END IF;
"""
REPLACE = f"""
DO $do$
DECLARE
    first text := $first${FIRST}$first$;
    function record;
BEGIN
    FOR function IN
        SELECT p.proname AS name, p.prosrc AS body FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
        WHERE t.tgname IN ('summary_insert', 'summary_within_insert') AND t.tgrelid <> 'patrols_patrolshift'::regclass
    LOOP
        EXECUTE format(
            'CREATE OR REPLACE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql AS %L',
            function.name, {{body}}
        );
    END LOOP;
END $do$
"""
ADD = REPLACE.format(body="regexp_replace(function.body, '^\\s*BEGIN', 'BEGIN ' || first)")
TAKE_AWAY = REPLACE.format(body="replace(function.body, first, '')")


class Migration(migrations.Migration):
    dependencies = [("reports", "0010_returns"), ("patrols", "0009_one_check_for_a_shift")]

    operations = [migrations.RunSQL(ADD, TAKE_AWAY)]
