"""The view and the triggers that keep the headline's summaries exact, in the transaction of whoever writes.

All of it is made from a definition. What is made of v1 is what migrations wrote out; a test holds it against the
database. Each statement that changes a shift, its crew or its outcomes adds the difference it made to the rows of its
days and months. The names of the triggers sort after pgtrigger's, so that the shift is locked before anything is
counted: of two writers to one shift, the second counts what the first left.

Kinds of powers count as their flag says.
"""

from collections.abc import Iterator, Sequence

from hotspot.core.definitions.base import Definition
from hotspot.core.definitions.sql import counting_shift
from patrols.triggers import IF_SHIFTS_ARE_THERE
from reports.models.statement_triggers import OPERATIONS, statement_trigger, trigger_function

_OWN_COLUMNS = ("patrols", "patrol_minutes", "clock_minutes")
_POWERS = "outcomes_asbpoweruse"
SHIFTS = "patrols_patrolshift"
_ROWS = {
    "insert": "SELECT x.shift_id, {value} AS n FROM new_rows x",
    "delete": "SELECT x.shift_id, -({value}) AS n FROM old_rows x",
    "update": "SELECT x.shift_id, {value} AS n FROM new_rows x UNION ALL SELECT x.shift_id, -({value}) FROM old_rows x",
}
_CHANGED = """
    SELECT n.id FROM new_rows n JOIN old_rows o ON o.id = n.id
    WHERE (n.state, n.area_id, n.funding_stream_id, n.starts_at, n.ends_at)
        IS DISTINCT FROM (o.state, o.area_id, o.funding_stream_id, o.starts_at, o.ends_at)
"""


def statements_of(definition: Definition) -> Iterator[str]:
    """Every statement that (re)creates the view and the functions of the triggers."""
    yield contribution_view(definition)
    yield from (trigger_function(f"reports_shift_{name}", body) for name, body in _shift_bodies(definition).items())
    for table, column in _columns_by_table(definition).items():
        for operation in OPERATIONS:
            yield trigger_function(f"reports_{table}_{operation}", _child_body(definition, table, column, operation))


def triggers_of(definition: Definition) -> Iterator[str]:
    """Every statement that (re)creates a trigger, which calls one of those functions."""
    for operation in OPERATIONS:
        ended = f"{operation.removesuffix('e')}ed"
        yield statement_trigger(f"summary_{operation}", SHIFTS, operation, f"reports_shift_{ended}")
        for table in _columns_by_table(definition):
            yield statement_trigger(f"summary_{operation}", table, operation, f"reports_{table}_{operation}")


def _columns_by_table(definition: Definition) -> dict[str, str]:
    """The column that the rows of each table beside the shifts' own add to."""
    return {"patrols_crewmember": "patrol_minutes"} | {table: column for column, table in definition.outcome_tables}


def additions(definition: Definition) -> Iterator[str]:
    """The statements that create the type of what the triggers add, and the function that adds it."""
    columns = summary_columns(definition)
    numbers = ", ".join(f"{column} bigint" for column in columns)
    yield f"CREATE TYPE reports_delta AS (programme_id bigint, area_id bigint, day date, {numbers})"
    yield f"""
    CREATE FUNCTION reports_add(deltas reports_delta[]) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        IF cardinality(deltas) = 0 THEN RETURN; END IF;
        {_upsert(columns, "reports_daysummary", "day", "day")}
        {_upsert(columns, "reports_monthsummary", "month", "date_trunc('month', day)::date")}
    END $$
    """
    # Planning its statements afresh for each array takes longer than running them.
    yield "ALTER FUNCTION reports_add SET plan_cache_mode = force_generic_plan"


def _upsert(columns: Sequence[str], table: str, column: str, key: str) -> str:
    """In the order of the keys, so that two writers cannot lock the rows crosswise."""
    sums = ", ".join(f"sum({each})" for each in columns)
    adds = ", ".join(f"{each} = t.{each} + excluded.{each}" for each in columns)
    return f"""
    INSERT INTO {table} AS t (programme_id, area_id, {column}, {", ".join(columns)})
    SELECT programme_id, area_id, {key}, {sums} FROM unnest(deltas)
    GROUP BY programme_id, area_id, {key} ORDER BY programme_id, area_id, {key}
    ON CONFLICT (programme_id, area_id, {column}) DO UPDATE SET {adds};
    """  # noqa: S608 - names of our own columns


def recount(definition: Definition) -> str:
    """The statements that count all summaries and the parts of months afresh."""
    columns = summary_columns(definition)
    names, sums = ", ".join(columns), ", ".join(f"sum({column})" for column in columns)
    return f"""
    DELETE FROM reports_daysummary;
    DELETE FROM reports_monthsummary;
    INSERT INTO reports_daysummary (programme_id, area_id, day, {names})
        SELECT programme_id, area_id, day, {sums} FROM reports_shift_contribution
        GROUP BY programme_id, area_id, day ORDER BY programme_id, area_id, day;
    INSERT INTO reports_monthsummary (programme_id, area_id, month, {names})
        SELECT programme_id, area_id, date_trunc('month', day)::date AS month, {sums} FROM reports_daysummary
        GROUP BY programme_id, area_id, month ORDER BY programme_id, area_id, month;
    SELECT reports_fill_parts();
    """  # noqa: S608 - names of our own columns


def summary_columns(definition: Definition) -> list[str]:
    """The columns of the summaries in the order in which the triggers add them up."""
    return [*_OWN_COLUMNS, *(column for column, _ in definition.outcome_tables)]


def contribution_view(definition: Definition) -> str:
    """What each counted shift adds to the figures: the meaning that triggers and recount share."""
    outcomes = [f"{_count(table, 'o', 'k', 's')} AS {column}" for column, table in definition.outcome_tables]
    return f"""
    CREATE OR REPLACE VIEW reports_shift_contribution AS
    SELECT s.id AS shift_id, f.programme_id, s.area_id, s.day, 1 AS patrols, {_minutes("s")} AS patrol_minutes,
        s.clock_minutes, {", ".join(outcomes)}
    FROM patrols_patrolshift s JOIN hotspots_fundingstream f ON f.id = s.funding_stream_id
    WHERE {counting_shift(definition, state="s.state", kind="f.kind")}
    """  # noqa: S608 - names of our own columns


def _minutes(shift: str) -> str:
    return f"(SELECT coalesce(sum(c.minutes), 0) FROM patrols_crewmember c WHERE c.shift_id = {shift}.id)"  # noqa: S608


def _count(table: str, row: str, kind: str, shift: str) -> str:
    """How many rows of an outcome's table a shift has that were not withdrawn and count."""
    is_power = table == _POWERS
    join = f" JOIN outcomes_asbpowerkind {kind} ON {kind}.code = {row}.kind_id" if is_power else ""
    where = f"{row}.shift_id = {shift}.id AND {row}.void_reason = ''{f' AND {kind}.in_headline' if is_power else ''}"
    return f"(SELECT count(*) FROM {table} {row}{join} WHERE {where})"  # noqa: S608 - our own names


def _shift_bodies(definition: Definition) -> dict[str, str]:
    """What the triggers of shifts do. A shift's own columns decide where all of it counts, so a change moves it all."""
    added, taken = _added(definition), _taken(definition)
    return {
        "inserted": f"PERFORM reports_add(ARRAY({added.format(rows='new_rows')}));",
        "deleted": f"PERFORM reports_add(ARRAY({taken}));",
        "updated": f"""
            IF (SELECT count(*) FROM ({_CHANGED}) changed) = 0 THEN RETURN NULL; END IF;
            PERFORM reports_add(ARRAY(
                {taken} WHERE k.id IN ({_CHANGED})
                UNION ALL
                {added.format(rows=f"({_CHANGED}) changed")}
            ));""",  # noqa: S608 - our own statement
    }


def _added(definition: Definition) -> str:
    return f"""
        SELECT ROW(programme_id, area_id, day, {", ".join(summary_columns(definition))})::reports_delta
        FROM reports_shift_contribution WHERE shift_id IN (SELECT id FROM {{rows}})
    """  # noqa: S608 - names of our own columns


def _taken(definition: Definition) -> str:
    outcomes = definition.outcome_tables
    counts = ", ".join(f"{_count(table, 'x', 'p', 'k')} AS {column}" for column, table in outcomes)
    return f"""
        SELECT ROW(k.programme_id, k.area_id, k.day, -1, -patrol_minutes, -k.clock_minutes,
            {", ".join(f"-{column}" for column, _ in outcomes)})::reports_delta
        FROM (
            SELECT f.programme_id, o.area_id, o.day, o.clock_minutes, o.id
            FROM old_rows o JOIN hotspots_fundingstream f ON f.id = o.funding_stream_id
            WHERE {counting_shift(definition, state="o.state", kind="f.kind")}
        ) k CROSS JOIN LATERAL (SELECT {_minutes("k")} AS patrol_minutes, {counts}) children
    """  # noqa: S608 - names of our own columns


def _child_body(definition: Definition, table: str, column: str, operation: str) -> str:
    """What the trigger of a table of a shift's parts does: add what its rows count to their one column."""
    counts = "x.void_reason = ''"
    if table == _POWERS:
        counts += " AND (SELECT in_headline FROM outcomes_asbpowerkind WHERE code = x.kind_id)"
    value = "x.minutes" if table == "patrols_crewmember" else f"CASE WHEN {counts} THEN 1 ELSE 0 END"
    sums = ", ".join("sum(changed.n)" if each == column else "0" for each in summary_columns(definition))
    return f"""
        {IF_SHIFTS_ARE_THERE if operation == "insert" else ""}
        PERFORM reports_add(ARRAY(
            SELECT ROW(f.programme_id, s.area_id, s.day, {sums})::reports_delta
            FROM ({_ROWS[operation].format(value=value)}) changed
            JOIN patrols_patrolshift s ON s.id = changed.shift_id
            JOIN hotspots_fundingstream f ON f.id = s.funding_stream_id
            WHERE {counting_shift(definition, state="s.state", kind="f.kind")}
            GROUP BY f.programme_id, s.area_id, s.day HAVING sum(changed.n) <> 0
        ));
    """  # noqa: S608 - our own statement
