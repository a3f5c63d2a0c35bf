"""What the ledger's triggers ask, and the categories that spend of a grant is usually reported by."""

from typing import Any

from django.db import migrations

CHECK_MONTH_OPEN = """
CREATE FUNCTION hotspots_check_month_open(stream bigint, entry_day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    its_programme bigint;
BEGIN
    -- Shared until the transaction ends: who closes a month waits for it, and this waits for who closes one.
    SELECT programme.id INTO its_programme
    FROM hotspots_fundingstream s JOIN hotspots_programme programme ON programme.id = s.programme_id
    WHERE s.id = stream
    FOR SHARE OF programme;
    IF EXISTS (
        SELECT FROM hotspots_closedmonth
        WHERE programme_id = its_programme AND month = date_trunc('month', entry_day)::date
    ) THEN
        RAISE EXCEPTION '% is closed.', to_char(entry_day, 'FMMonth YYYY')
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_month_open';
    END IF;
END $$;
"""

CHECK_PROFILE = """
CREATE FUNCTION hotspots_check_profile(checked_line bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM hotspots_incomeline line
        WHERE line.id = checked_line AND line.amount_pence <> (
            SELECT coalesce(sum(month.pence), 0) FROM hotspots_incomemonth month WHERE month.line_id = line.id
        )
    ) THEN
        RAISE EXCEPTION 'The months of an income line add up to its amount.'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'income_profile_adds_up';
    END IF;
END $$;
"""

_CATEGORIES = (
    ("Patrols", True),
    ("Initiatives", False),
    ("Problem-solving", False),
    ("Management and analysis", False),
    ("Other", False),
)


def load(apps: Any, schema_editor: Any) -> None:
    """Add those that are missing."""
    model = apps.get_model("hotspots", "SpendCategory")
    model.objects.bulk_create(
        [
            model(name=name, is_patrol=is_patrol, position=position)
            for position, (name, is_patrol) in enumerate(_CATEGORIES, start=1)
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("hotspots", "0018_ledger")]
    operations = [
        migrations.RunSQL(CHECK_MONTH_OPEN, "DROP FUNCTION hotspots_check_month_open"),
        migrations.RunSQL(CHECK_PROFILE, "DROP FUNCTION hotspots_check_profile"),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
