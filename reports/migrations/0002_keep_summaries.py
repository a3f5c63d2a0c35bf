"""The triggers that keep the summaries exact, in the transaction of whoever writes.

Each statement that changes a shift, its crew or its outcomes adds the difference it made to the day and month rows it
touches, in key order so that two writers cannot lock them crosswise. The names sort after pgtrigger's, so that the
shift row is locked before anything is counted: of two writers to one shift, the second counts what the first left.
"""

from django.db import migrations

# What each counted shift adds to the figures: the meaning that triggers and recount share.
CONTRIBUTION = """
CREATE VIEW reports_shift_contribution AS
SELECT s.id AS shift_id, f.programme_id, s.area_id, s.day,
    1 AS patrols,
    (SELECT coalesce(sum(c.minutes), 0) FROM patrols_crewmember c WHERE c.shift_id = s.id) AS patrol_minutes,
    s.clock_minutes,
    (SELECT count(*) FROM outcomes_arrest o WHERE o.shift_id = s.id AND o.void_reason = '') AS arrests,
    (SELECT count(*) FROM outcomes_stopsearch o WHERE o.shift_id = s.id AND o.void_reason = '') AS stop_searches,
    (SELECT count(*) FROM outcomes_weaponrecovered o WHERE o.shift_id = s.id AND o.void_reason = '') AS weapons,
    (SELECT count(*) FROM outcomes_asbpoweruse o JOIN outcomes_asbpowerkind k ON k.code = o.kind_id
        WHERE o.shift_id = s.id AND o.void_reason = '' AND k.in_headline) AS asb_powers
FROM patrols_patrolshift s JOIN hotspots_fundingstream f ON f.id = s.funding_stream_id
WHERE s.state = 'completed' AND f.kind <> 'business_as_usual'
"""

DELTA = """
CREATE TYPE reports_delta AS (
    programme_id bigint, area_id bigint, day date,
    patrols bigint, patrol_minutes bigint, clock_minutes bigint,
    arrests bigint, stop_searches bigint, weapons bigint, asb_powers bigint
)
"""

_PARTS = ("patrols", "patrol_minutes", "clock_minutes", "arrests", "stop_searches", "weapons", "asb_powers")


def _upsert(table: str, column: str, key: str) -> str:
    sums = ", ".join(f"sum({part})" for part in _PARTS)
    adds = ", ".join(f"{part} = t.{part} + excluded.{part}" for part in _PARTS)
    return f"""
    INSERT INTO {table} AS t (programme_id, area_id, {column}, {", ".join(_PARTS)})
    SELECT programme_id, area_id, {key}, {sums} FROM unnest(deltas)
    GROUP BY programme_id, area_id, {key} ORDER BY programme_id, area_id, {key}
    ON CONFLICT (programme_id, area_id, {column}) DO UPDATE SET {adds};
    """


ADD = f"""
CREATE FUNCTION reports_add(deltas reports_delta[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF cardinality(deltas) = 0 THEN RETURN; END IF;
    {_upsert("reports_daysummary", "day", "day")}
    {_upsert("reports_monthsummary", "month", "date_trunc('month', day)::date")}
END $$
"""

# A shift's own columns decide where all of it counts, so a change of them moves all of it.
_WHERE_OLD = """
    SELECT f.programme_id, o.area_id, o.day, o.clock_minutes, o.id
    FROM old_rows o JOIN hotspots_fundingstream f ON f.id = o.funding_stream_id
    WHERE o.state = 'completed' AND f.kind <> 'business_as_usual'
"""
_CHANGED = """
    SELECT n.id FROM new_rows n JOIN old_rows o ON o.id = n.id
    WHERE (n.state, n.area_id, n.funding_stream_id, n.starts_at, n.ends_at)
        IS DISTINCT FROM (o.state, o.area_id, o.funding_stream_id, o.starts_at, o.ends_at)
"""
_CHILDREN = """
    CROSS JOIN LATERAL (SELECT
        (SELECT coalesce(sum(c.minutes), 0) FROM patrols_crewmember c WHERE c.shift_id = k.id) AS patrol_minutes,
        (SELECT count(*) FROM outcomes_arrest x WHERE x.shift_id = k.id AND x.void_reason = '') AS arrests,
        (SELECT count(*) FROM outcomes_stopsearch x WHERE x.shift_id = k.id AND x.void_reason = '') AS stop_searches,
        (SELECT count(*) FROM outcomes_weaponrecovered x WHERE x.shift_id = k.id AND x.void_reason = '') AS weapons,
        (SELECT count(*) FROM outcomes_asbpoweruse x JOIN outcomes_asbpowerkind p ON p.code = x.kind_id
            WHERE x.shift_id = k.id AND x.void_reason = '' AND p.in_headline) AS asb_powers
    ) children
"""
_ADDED = """
    SELECT ROW(programme_id, area_id, day, patrols, patrol_minutes, clock_minutes,
        arrests, stop_searches, weapons, asb_powers)::reports_delta
    FROM reports_shift_contribution WHERE shift_id IN (SELECT id FROM {rows})
"""
_TAKEN = f"""
    SELECT ROW(k.programme_id, k.area_id, k.day, -1, -patrol_minutes, -k.clock_minutes,
        -arrests, -stop_searches, -weapons, -asb_powers)::reports_delta
    FROM ({_WHERE_OLD}) k {_CHILDREN}
"""

SHIFT_TRIGGERS = f"""
CREATE FUNCTION reports_shift_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM reports_add(ARRAY({_ADDED.format(rows="new_rows")}));
    RETURN NULL;
END $$;
CREATE FUNCTION reports_shift_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM reports_add(ARRAY({_TAKEN}));
    RETURN NULL;
END $$;
CREATE FUNCTION reports_shift_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS ({_CHANGED}) THEN RETURN NULL; END IF;
    PERFORM reports_add(ARRAY(
        {_TAKEN} WHERE k.id IN ({_CHANGED})
        UNION ALL
        {_ADDED.format(rows=f"({_CHANGED}) changed")}
    ));
    RETURN NULL;
END $$;
CREATE TRIGGER summary_insert AFTER INSERT ON patrols_patrolshift REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION reports_shift_inserted();
CREATE TRIGGER summary_delete AFTER DELETE ON patrols_patrolshift REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION reports_shift_deleted();
CREATE TRIGGER summary_update AFTER UPDATE ON patrols_patrolshift
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION reports_shift_updated();
"""

# Table of a shift's parts → the column it adds to, and what one of its rows (x) counts.
_STANDING = "CASE WHEN x.void_reason = '' THEN 1 ELSE 0 END"
CHILDREN = {
    "patrols_crewmember": ("patrol_minutes", "x.minutes"),
    "outcomes_arrest": ("arrests", _STANDING),
    "outcomes_stopsearch": ("stop_searches", _STANDING),
    "outcomes_weaponrecovered": ("weapons", _STANDING),
    "outcomes_asbpoweruse": (
        "asb_powers",
        "CASE WHEN x.void_reason = '' AND (SELECT in_headline FROM outcomes_asbpowerkind WHERE code = x.kind_id) "
        "THEN 1 ELSE 0 END",
    ),
}
_OPERATIONS = {
    "insert": ("NEW TABLE AS new_rows", "SELECT x.shift_id, {value} AS n FROM new_rows x"),
    "delete": ("OLD TABLE AS old_rows", "SELECT x.shift_id, -({value}) AS n FROM old_rows x"),
    "update": (
        "OLD TABLE AS old_rows NEW TABLE AS new_rows",
        "SELECT x.shift_id, {value} AS n FROM new_rows x UNION ALL SELECT x.shift_id, -({value}) FROM old_rows x",
    ),
}


def _child_trigger(table: str, operation: str) -> str:
    column, value = CHILDREN[table]
    referencing, rows = _OPERATIONS[operation]
    parts = ", ".join("sum(changed.n)" if part == column else "0" for part in _PARTS)
    return f"""
    CREATE FUNCTION reports_{table}_{operation}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM reports_add(ARRAY(
            SELECT ROW(f.programme_id, s.area_id, s.day, {parts})::reports_delta
            FROM ({rows.format(value=value)}) changed
            JOIN patrols_patrolshift s ON s.id = changed.shift_id
            JOIN hotspots_fundingstream f ON f.id = s.funding_stream_id
            WHERE s.state = 'completed' AND f.kind <> 'business_as_usual'
            GROUP BY f.programme_id, s.area_id, s.day HAVING sum(changed.n) <> 0
        ));
        RETURN NULL;
    END $$;
    CREATE TRIGGER summary_{operation} AFTER {operation.upper()} ON {table} REFERENCING {referencing}
        FOR EACH STATEMENT EXECUTE FUNCTION reports_{table}_{operation}();
    """


def _drop_child_trigger(table: str, operation: str) -> str:
    return f"DROP TRIGGER summary_{operation} ON {table}; DROP FUNCTION reports_{table}_{operation};"


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("outcomes", "0003_checks")]

    operations = [
        migrations.RunSQL(CONTRIBUTION, "DROP VIEW reports_shift_contribution"),
        migrations.RunSQL(DELTA, "DROP TYPE reports_delta"),
        migrations.RunSQL(ADD, "DROP FUNCTION reports_add"),
        migrations.RunSQL(
            SHIFT_TRIGGERS,
            "".join(
                f"DROP TRIGGER summary_{name} ON patrols_patrolshift; DROP FUNCTION reports_shift_{name}{ending};"
                for name, ending in (("insert", "ed"), ("delete", "d"), ("update", "d"))
            ),
        ),
        *(
            migrations.RunSQL(_child_trigger(table, operation), _drop_child_trigger(table, operation))
            for table in CHILDREN
            for operation in _OPERATIONS
        ),
    ]
