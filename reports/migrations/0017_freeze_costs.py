"""Whoever closes a month freezes what its patrols cost, in the same transaction: there is no moment in between.

What counts is what `reports_shift_part` says, of which the current definition of the figures is made.
"""

from django.db import migrations

FREEZE = """
CREATE FUNCTION reports_freeze_costs(closed bigint, of_programme bigint, first date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    last date := (first + interval '1 month')::date - 1;
BEGIN
    INSERT INTO reports_frozenmonth (
        closed_month_id, shift_event, crew_event, rate_event, rule_event, holiday_event
    )
    SELECT closed,
        coalesce((SELECT max(pgh_id) FROM patrols_patrolshiftevent), 0),
        coalesce((SELECT max(pgh_id) FROM patrols_crewmemberevent), 0),
        coalesce((SELECT max(pgh_id) FROM patrols_hourlyrateevent), 0),
        coalesce((SELECT max(pgh_id) FROM patrols_payruleevent), 0),
        coalesce((SELECT max(pgh_id) FROM patrols_bankholidayevent), 0);
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
    INSERT INTO reports_frozenpatrols (closed_month_id, area_id, patrols)
    SELECT closed, area_id, patrols FROM reports_monthsummary
    WHERE programme_id = of_programme AND month = first AND patrols > 0 ORDER BY area_id;
END $$
"""
TRIGGER = """
CREATE FUNCTION reports_month_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM reports_freeze_costs(NEW.id, NEW.programme_id, NEW.month);
    RETURN NULL;
END $$;
CREATE TRIGGER freeze_costs AFTER INSERT ON hotspots_closedmonth
    FOR EACH ROW EXECUTE FUNCTION reports_month_closed();
"""
AWAY = """
DROP TRIGGER freeze_costs ON hotspots_closedmonth;
DROP FUNCTION reports_month_closed();
DROP FUNCTION reports_freeze_costs(bigint, bigint, date);
"""
# Months that were closed before there was anything to freeze.
CLOSED_BEFORE = "SELECT reports_freeze_costs(id, programme_id, month) FROM hotspots_closedmonth"


class Migration(migrations.Migration):
    dependencies = [("reports", "0016_frozen_costs"), ("patrols", "0013_pay_days"), ("hotspots", "0019_ledger_checks")]

    operations = [
        migrations.RunSQL(FREEZE, migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGER, AWAY),
        migrations.RunSQL(CLOSED_BEFORE, migrations.RunSQL.noop),
    ]
