"""The one place that says what an hour costs on a day: pages read it, and closing a month freezes by it."""

from django.db import migrations

PAY_DAYS = """
CREATE FUNCTION patrols_pay_days(programme bigint, first date, last date)
RETURNS TABLE (funding_stream_id bigint, role varchar, day date, rate_type varchar, hour_pence int)
LANGUAGE sql STABLE AS $$
    WITH streams AS (
        SELECT f.id FROM hotspots_fundingstream f WHERE f.programme_id = programme
    ), rules AS (
        SELECT r.funding_stream_id, r.role, r.ordinary, r.bank_holiday, r.first_day, lead(r.first_day) OVER (
            PARTITION BY r.funding_stream_id, r.role ORDER BY r.first_day
        ) AS next_day
        FROM patrols_payrule r WHERE r.funding_stream_id IN (SELECT id FROM streams)
    ), rates AS (
        SELECT r.funding_stream_id, r.role, r.rate_type, r.hour_pence, r.first_day, lead(r.first_day) OVER (
            PARTITION BY r.funding_stream_id, r.role, r.rate_type ORDER BY r.first_day
        ) AS next_day
        FROM patrols_hourlyrate r WHERE r.funding_stream_id IN (SELECT id FROM streams)
    ), days AS (
        SELECT first + n AS day, EXISTS (SELECT FROM patrols_bankholiday h WHERE h.day = first + n) AS is_holiday
        FROM generate_series(0, last - first) n
    ), types AS (
        SELECT u.funding_stream_id, u.role, d.day,
            CASE WHEN d.is_holiday THEN u.bank_holiday ELSE u.ordinary END AS rate_type
        FROM days d JOIN rules u ON d.day >= u.first_day AND (u.next_day IS NULL OR d.day < u.next_day)
    )
    SELECT t.funding_stream_id, t.role, t.day, t.rate_type, r.hour_pence
    FROM types t LEFT JOIN rates r ON (r.funding_stream_id, r.role, r.rate_type) = (t.funding_stream_id, t.role, t.rate_type)
        AND t.day >= r.first_day AND (r.next_day IS NULL OR t.day < r.next_day)
$$
"""


class Migration(migrations.Migration):
    dependencies = [("patrols", "0012_hourly_rates"), ("hotspots", "0017_dose_targets")]

    operations = [
        migrations.RunSQL(PAY_DAYS, "DROP FUNCTION patrols_pay_days(bigint, date, date)"),
    ]
