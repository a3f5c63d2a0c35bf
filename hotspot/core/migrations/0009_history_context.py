"""The context of a transaction's versions is written with the first of them, and not looked at for each statement.

This replaces what django-pghistory 0007 installed. A setting remembers what was written: it is undone with it.
"""

from django.db import migrations

ATTACH = """
CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    context_id text := nullif(current_setting('pghistory.context_id', true), '');
    said text := nullif(current_setting('pghistory.context_metadata', true), '');
BEGIN
    IF context_id IS NULL OR said IS NULL THEN RETURN NULL; END IF;
    IF current_setting('hotspot.context_written', true) = context_id || said THEN RETURN context_id::uuid; END IF;
    INSERT INTO pghistory_context (id, metadata, created_at, updated_at)
        VALUES (context_id::uuid, said::jsonb, now(), now())
        ON CONFLICT (id) DO UPDATE SET metadata = excluded.metadata, updated_at = excluded.updated_at
        WHERE pghistory_context.metadata <> excluded.metadata;
    PERFORM set_config('hotspot.context_written', context_id || said, true);
    RETURN context_id::uuid;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0008_file_permissions"), ("pghistory", "0007_auto_20250421_0444")]

    operations = [migrations.RunSQL(ATTACH, migrations.RunSQL.noop)]
