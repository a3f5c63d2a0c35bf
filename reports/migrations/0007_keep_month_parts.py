"""The triggers that keep the parts of months exact, as those of 0002 keep the figures, and the rows for what is there.

They come after those by name, and hold the rows of the same day and month first: two writers meet there in one order,
whatever else of theirs is the same.
"""

from django.db import migrations

# What is counted of the rows (x) of each table: part, key, number, minutes, and of which rows.
# A crew's key gets its shift's funding stream; what is said of a visit's length is `reports.figures.measures.VISIT_BAND`.
_VISIT = "(extract(epoch FROM x.ends_at - x.starts_at) / 60)::int"
_FOUND = "CASE x.found WHEN true THEN ':found' WHEN false THEN ':nothing' ELSE '' END"


def _outcome(part: str, key: str) -> tuple[tuple[str, str, str, str, str], ...]:
    return (
        (part, f"coalesce({key}, '')", "1", "0", "x.void_reason = ''"),
        ("to_follow", "''", "1", "0", "x.void_reason = '' AND x.detail_to_follow"),
    )


CHILDREN = {
    "patrols_crewmember": (("crew", "x.role", "1", "x.minutes", "true"),),
    "patrols_visit": (
        ("visits", f"CASE WHEN {_VISIT} BETWEEN 10 AND 20 THEN 'in_band' ELSE 'other' END", "1", _VISIT, "true"),
    ),
    "outcomes_arrest": _outcome("arrests", "x.offence_group_id"),
    "outcomes_stopsearch": _outcome("stop_searches", f"x.outcome_id::text || {_FOUND}"),
    "outcomes_weaponrecovered": _outcome("weapons", "x.kind_id"),
    "outcomes_asbpoweruse": _outcome("asb_powers", "x.kind_id"),
}
# What is counted of a shift itself.
_OWN = (
    ("shifts", "'late'", "1", "0", "x.logged_at - x.ends_at > interval '24 hours'"),
    ("shifts", "'doubts'", "1", "0", "x.doubts_kept <> '{}'"),
)


def _rows(specs: tuple[tuple[str, str, str, str, str], ...], rows: str, shift: str = "x.shift_id") -> str:
    return " UNION ALL ".join(
        f"SELECT {shift} AS shift_id, '{part}'::text AS part, ({key})::text AS key, {number} AS number, "
        f"{minutes} AS minutes FROM {rows} x WHERE {condition}"
        for part, key, number, minutes, condition in specs
    )


PARTS_OF_SHIFTS = f"""
CREATE VIEW reports_part_of_shift AS
{" UNION ALL ".join(_rows(specs, table) for table, specs in CHILDREN.items())}
UNION ALL {_rows(_OWN, "patrols_patrolshift", "x.id")}
"""

DELTA = """
CREATE TYPE reports_part_delta AS (
    programme_id bigint, area_id bigint, day date, part text, key text, number int, minutes int
);
CREATE TYPE reports_hours_delta AS (
    programme_id bigint, area_id bigint, day date, starts_at timestamptz, ends_at timestamptz, people int
);
"""

# Hours of UTC: each lies in one hour of London's clock, whose offset is whole hours.
HOURS = """
CREATE FUNCTION reports_hours_of(starts_at timestamptz, ends_at timestamptz)
RETURNS TABLE (weekday smallint, hour smallint, minutes int) LANGUAGE sql STABLE AS $$
    SELECT (extract(isodow FROM hour AT TIME ZONE 'Europe/London') - 1)::smallint,
        extract(hour FROM hour AT TIME ZONE 'Europe/London')::smallint,
        (extract(epoch FROM least(ends_at, hour + interval '1 hour') - greatest(starts_at, hour)) / 60)::int
    FROM generate_series(
        date_bin('1 hour', starts_at, '2000-01-01 00:00+00'), ends_at - interval '1 minute', interval '1 hour'
    ) AS hour
$$
"""

_HOUR_COLUMNS = [f"h{hour:02}" for hour in range(24)]
HOURS_OF_SPANS = f"""
    INSERT INTO reports_monthhours AS t (programme_id, area_id, month, weekday, {", ".join(_HOUR_COLUMNS)})
    SELECT programme_id, area_id, month, weekday,
        {", ".join(f"coalesce(sum(minutes) FILTER (WHERE hour = {hour}), 0)" for hour in range(24))}
    FROM (
        SELECT programme_id, area_id, month, weekday, hour, sum(people * minutes) AS minutes
        FROM (
            SELECT programme_id, area_id, date_trunc('month', day)::date AS month, starts_at, ends_at,
                sum(people) AS people
            FROM {{spans}} GROUP BY 1, 2, 3, 4, 5 HAVING sum(people) <> 0
        ) spans CROSS JOIN LATERAL reports_hours_of(starts_at, ends_at)
        GROUP BY programme_id, area_id, month, weekday, hour
    ) hours
    GROUP BY programme_id, area_id, month, weekday ORDER BY programme_id, area_id, month, weekday
    ON CONFLICT (programme_id, area_id, month, weekday)
    DO UPDATE SET {", ".join(f"{column} = t.{column} + excluded.{column}" for column in _HOUR_COLUMNS)}
"""
PARTS_OF_ROWS = """
    INSERT INTO reports_monthpart AS t (programme_id, area_id, month, part, key, number, minutes)
    SELECT programme_id, area_id, date_trunc('month', day)::date AS month, part, key, sum(number), sum(minutes)
    FROM {rows} GROUP BY programme_id, area_id, month, part, key HAVING sum(number) <> 0 OR sum(minutes) <> 0
    ORDER BY programme_id, area_id, month, part, key
    ON CONFLICT (programme_id, part, area_id, month, key)
    DO UPDATE SET number = t.number + excluded.number, minutes = t.minutes + excluded.minutes
"""

# Planning these statements afresh for each array takes longer than running them.
PLAN_ONCE = """
ALTER FUNCTION reports_add SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION reports_add_parts SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION reports_add_hours SET plan_cache_mode = force_generic_plan;
"""
ADD = f"""
CREATE FUNCTION reports_add_parts(deltas reports_part_delta[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF cardinality(deltas) = 0 THEN RETURN; END IF;
    PERFORM FROM reports_daysummary
        WHERE (programme_id, area_id, day) IN (SELECT DISTINCT programme_id, area_id, day FROM unnest(deltas))
        ORDER BY programme_id, area_id, day FOR NO KEY UPDATE;
    PERFORM FROM reports_monthsummary
        WHERE (programme_id, area_id, month) IN (
            SELECT DISTINCT programme_id, area_id, date_trunc('month', day)::date FROM unnest(deltas)
        )
        ORDER BY programme_id, area_id, month FOR NO KEY UPDATE;
    {PARTS_OF_ROWS.format(rows="unnest(deltas)")};
END $$;
CREATE FUNCTION reports_add_hours(deltas reports_hours_delta[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF cardinality(deltas) = 0 THEN RETURN; END IF;
    {HOURS_OF_SPANS.format(spans="unnest(deltas)")};
END $$;
"""

# The shifts that count, of a table or of a statement's rows.
_COUNTED = """
    SELECT s.id, f.programme_id, s.area_id, s.day, s.funding_stream_id
    FROM {rows} s JOIN hotspots_fundingstream f ON f.id = s.funding_stream_id
    WHERE s.state = 'completed' AND f.kind <> 'business_as_usual'
"""
_KEY = "CASE part WHEN 'crew' THEN key || ':' || s.funding_stream_id ELSE key END"
_PART = f"ROW(s.programme_id, s.area_id, s.day, part, {_KEY}, {{sign}}number, {{sign}}minutes)::reports_part_delta"
_SPAN = "ROW(s.programme_id, s.area_id, s.day, x.starts_at, x.ends_at, {sign}1)::reports_hours_delta"
_CHANGED = """
    SELECT n.id FROM new_rows n JOIN old_rows o ON o.id = n.id
    WHERE (n.state, n.area_id, n.funding_stream_id, n.starts_at, n.ends_at, n.logged_at, n.doubts_kept)
        IS DISTINCT FROM (o.state, o.area_id, o.funding_stream_id, o.starts_at, o.ends_at, o.logged_at, o.doubts_kept)
"""


def _parts_of(rows: str, sign: str, only: str = "true") -> str:
    """Deltas of shifts as `rows` have them. OFFSET 0: looked up shift by shift, however many the first time had."""
    return f"""
        SELECT {_PART.format(sign=sign)} FROM ({_COUNTED.format(rows=rows)}) s
        CROSS JOIN LATERAL (
            SELECT part, key, number, minutes FROM reports_part_of_shift
            WHERE shift_id = s.id AND part <> 'shifts' OFFSET 0
        ) parts WHERE {only}
        UNION ALL
        SELECT {_PART.format(sign=sign)} FROM ({_COUNTED.format(rows=rows)}) s
        JOIN ({_rows(_OWN, rows, "x.id")}) own ON own.shift_id = s.id WHERE {only}
    """


def _spans_of(rows: str, sign: str, only: str = "true") -> str:
    return f"""
        SELECT {_SPAN.format(sign=sign)} FROM ({_COUNTED.format(rows=rows)}) s
        CROSS JOIN LATERAL (
            SELECT starts_at, ends_at FROM patrols_crewmember WHERE shift_id = s.id OFFSET 0
        ) x WHERE {only}
    """


def _shift_body(operation: str) -> str:
    if operation != "update":
        rows, sign = ("new_rows", "") if operation == "insert" else ("old_rows", "-")
        return f"""
            PERFORM reports_add_parts(ARRAY({_parts_of(rows, sign)}));
            PERFORM reports_add_hours(ARRAY({_spans_of(rows, sign)}));
        """
    changed = f"s.id IN ({_CHANGED})"
    return f"""
        IF (SELECT count(*) FROM ({_CHANGED}) changed) = 0 THEN RETURN NULL; END IF;
        PERFORM reports_add_parts(ARRAY(
            {_parts_of("old_rows", "-", changed)} UNION ALL {_parts_of("new_rows", "", changed)}
        ));
        PERFORM reports_add_hours(ARRAY(
            {_spans_of("old_rows", "-", changed)} UNION ALL {_spans_of("new_rows", "", changed)}
        ));
    """


def _child_body(table: str, operation: str) -> str:
    signs = {"new_rows": "", "old_rows": "-"}
    rows = [name for name in _OPERATIONS[operation].split() if name in signs]
    counted = _COUNTED.format(rows="patrols_patrolshift")
    parts = " UNION ALL ".join(
        f"SELECT {_PART.format(sign=signs[name])} FROM ({_rows(CHILDREN[table], name)}) x "
        f"JOIN ({counted}) s ON s.id = x.shift_id"
        for name in rows
    )
    body = f"PERFORM reports_add_parts(ARRAY({parts}));"
    if table == "patrols_crewmember":
        spans = " UNION ALL ".join(
            f"SELECT {_SPAN.format(sign=signs[name])} FROM {name} x JOIN ({counted}) s ON s.id = x.shift_id"
            for name in rows
        )
        body += f"PERFORM reports_add_hours(ARRAY({spans}));"
    return body


_OPERATIONS = {
    "insert": "NEW TABLE AS new_rows",
    "delete": "OLD TABLE AS old_rows",
    "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
}
TABLES = ("patrols_patrolshift", *CHILDREN)


def _trigger(table: str, operation: str) -> str:
    body = _shift_body(operation) if table == "patrols_patrolshift" else _child_body(table, operation)
    return f"""
    CREATE FUNCTION reports_parts_{table}_{operation}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        {body}
        RETURN NULL;
    END $$;
    CREATE TRIGGER summary_within_{operation} AFTER {operation.upper()} ON {table}
        REFERENCING {_OPERATIONS[operation]} FOR EACH STATEMENT EXECUTE FUNCTION reports_parts_{table}_{operation}();
    """


def _drop_trigger(table: str, operation: str) -> str:
    return f"DROP TRIGGER summary_within_{operation} ON {table}; DROP FUNCTION reports_parts_{table}_{operation};"


# All of it counted afresh: for what is there already, and after a load past the triggers.
FILLING = f"""
CREATE VIEW reports_shift_part AS
    SELECT s.id AS shift_id, s.programme_id, s.area_id, s.day, part, {_KEY} AS key, number, minutes
    FROM ({_COUNTED.format(rows="patrols_patrolshift")}) s JOIN reports_part_of_shift x ON x.shift_id = s.id;
CREATE VIEW reports_shift_span AS
    SELECT s.programme_id, s.area_id, s.day, x.starts_at, x.ends_at, 1 AS people
    FROM ({_COUNTED.format(rows="patrols_patrolshift")}) s JOIN patrols_crewmember x ON x.shift_id = s.id;
CREATE FUNCTION reports_fill_parts() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM reports_monthpart;
    DELETE FROM reports_monthhours;
    {PARTS_OF_ROWS.format(rows="reports_shift_part")};
    {HOURS_OF_SPANS.format(spans="reports_shift_span")};
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0006_month_parts"), ("outcomes", "0007_imports"), ("patrols", "0004_planned_shifts")]

    operations = [
        migrations.RunSQL(PARTS_OF_SHIFTS, "DROP VIEW reports_part_of_shift"),
        migrations.RunSQL(DELTA, "DROP TYPE reports_part_delta, reports_hours_delta"),
        migrations.RunSQL(HOURS, "DROP FUNCTION reports_hours_of"),
        migrations.RunSQL(ADD, "DROP FUNCTION reports_add_parts, reports_add_hours"),
        migrations.RunSQL(PLAN_ONCE, "ALTER FUNCTION reports_add RESET plan_cache_mode"),
        *(
            migrations.RunSQL(_trigger(table, operation), _drop_trigger(table, operation))
            for table in TABLES
            for operation in _OPERATIONS
        ),
        migrations.RunSQL(
            FILLING, "DROP FUNCTION reports_fill_parts; DROP VIEW reports_shift_part; DROP VIEW reports_shift_span"
        ),
        migrations.RunSQL("SET LOCAL statement_timeout = 0; SELECT reports_fill_parts()", migrations.RunSQL.noop),
    ]
