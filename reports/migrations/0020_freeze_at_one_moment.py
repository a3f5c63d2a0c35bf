"""What a month that is closed froze was read by three statements, each of which saw what was committed before it.

A shift that was logged between two of them was in the number of patrols, and not in what they cost, for good. One
statement sees one moment.
"""

from importlib import import_module

from django.db import migrations

FREEZE = """
CREATE OR REPLACE FUNCTION reports_freeze_costs(closed bigint, of_programme bigint, first date) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    last date := (first + interval '1 month')::date - 1;
BEGIN
    WITH months AS (
        INSERT INTO reports_frozenmonth (
            closed_month_id, shift_event, crew_event, rate_event, rule_event, holiday_event
        )
        SELECT closed,
            coalesce((SELECT max(pgh_id) FROM patrols_patrolshiftevent), 0),
            coalesce((SELECT max(pgh_id) FROM patrols_crewmemberevent), 0),
            coalesce((SELECT max(pgh_id) FROM patrols_hourlyrateevent), 0),
            coalesce((SELECT max(pgh_id) FROM patrols_payruleevent), 0),
            coalesce((SELECT max(pgh_id) FROM patrols_bankholidayevent), 0)
    ), patrols AS (
        INSERT INTO reports_frozenpatrols (closed_month_id, area_id, patrols)
        SELECT closed, area_id, patrols FROM reports_monthsummary
        WHERE programme_id = of_programme AND month = first AND patrols > 0 ORDER BY area_id
    )
    INSERT INTO reports_frozencost (
        closed_month_id, area_id, funding_stream_id, role, rate_type, hour_pence, number, minutes, pence
    )
    SELECT closed, t.area_id, t.stream, t.role, coalesce(p.rate_type, ''), p.hour_pence, sum(t.number), sum(t.minutes),
        -- Half a penny is rounded up, once for each row.
        (sum(t.minutes) * p.hour_pence * 2 + 60) / 120
    FROM (
        SELECT area_id, day, split_part(key, ':', 1) AS role, split_part(key, ':', 2)::bigint AS stream, number, minutes
        FROM reports_shift_part WHERE part = 'crew' AND programme_id = of_programme AND day BETWEEN first AND last
    ) t
    LEFT JOIN patrols_pay_days(of_programme, first, last) p
        ON (p.funding_stream_id, p.role, p.day) = (t.stream, t.role, t.day)
    GROUP BY t.area_id, t.stream, t.role, coalesce(p.rate_type, ''), p.hour_pence
    ORDER BY t.area_id, t.stream, t.role, coalesce(p.rate_type, ''), p.hour_pence;
END $$
"""
BEFORE = import_module("reports.migrations.0017_freeze_costs").FREEZE.replace("CREATE FUN", "CREATE OR REPLACE FUN")


class Migration(migrations.Migration):
    dependencies = [("reports", "0019_frozen_packs")]

    operations = [migrations.RunSQL(FREEZE, BEFORE)]
