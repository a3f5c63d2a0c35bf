"""Whether an update of shifts changed what counts, found in time that grows with the rows.

EXISTS is planned for finding a first row soon, by comparing each row with each other one; here there usually is none.
Counting is planned for reading all of them, by a hash.
"""

from importlib import import_module

from django.db import migrations

before = import_module("reports.migrations.0002_keep_summaries")

UPDATED = """
CREATE OR REPLACE FUNCTION reports_shift_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {nothing_changed} THEN RETURN NULL; END IF;
    PERFORM reports_add(ARRAY(
        {taken} WHERE k.id IN ({changed})
        UNION ALL
        {added}
    ));
    RETURN NULL;
END $$
"""


def _updated(nothing_changed: str) -> str:
    changed = before._CHANGED
    return UPDATED.format(
        nothing_changed=nothing_changed,
        taken=before._TAKEN,
        changed=changed,
        added=before._ADDED.format(rows=f"({changed}) changed"),
    )


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_keep_summaries")]

    operations = [
        migrations.RunSQL(
            _updated(f"(SELECT count(*) FROM ({before._CHANGED}) changed) = 0"),
            _updated(f"NOT EXISTS ({before._CHANGED})"),
        ),
    ]
