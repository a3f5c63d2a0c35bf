"""What the triggers of orders ask: whether a minute of patrol could be counted for two of them."""

from django.db import migrations

CHECK_ORDER = """
CREATE FUNCTION hotspots_check_order(checked bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- Orders of a stream are saved one after the other, so that of two at once the second sees the first.
    PERFORM FROM hotspots_fundingstream
    WHERE id = (SELECT stream_id FROM hotspots_patrolorder WHERE id = checked)
    FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM hotspots_patrolorder o
        JOIN hotspots_patrolorder other ON other.stream_id = o.stream_id AND other.direction = o.direction
            AND other.id <> o.id AND other.withdrawal = ''
            AND daterange(other.first_day, other.last_day, '[]') && daterange(o.first_day, o.last_day, '[]')
        WHERE o.id = checked AND o.withdrawal = '' AND (
            o.is_force_wide OR other.is_force_wide OR EXISTS (
                SELECT FROM hotspots_orderarea a JOIN hotspots_orderarea b ON b.area_id = a.area_id
                WHERE a.order_id = o.id AND b.order_id = other.id
            )
        )
    ) THEN
        RAISE EXCEPTION 'Another order has the same areas, days and funding stream.'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'patrol_order_one_a_minute';
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("hotspots", "0027_paid_patrols")]

    operations = [
        migrations.RunSQL(CHECK_ORDER, "DROP FUNCTION hotspots_check_order(bigint)"),
    ]
