"""The view and the triggers that keep the headline's summaries, made from a definition.

`statements_of(V1)` is what migrations 0002 and 0003 wrote out; a test holds it against the database. The migration that
makes another version current runs `statements_of` that version and counts the summaries afresh. The triggers themselves
stay: they call these functions. What has not been a function or column yet, a migration adds first.

Kinds of powers count as their flag says, which that migration sets too.
"""

from collections.abc import Iterator

from hotspot.core.definitions.base import Definition
from hotspot.core.definitions.sql import counting_shift, trigger_function

_OWN_COLUMNS = ("patrols", "patrol_minutes", "clock_minutes")
_POWERS = "outcomes_asbpoweruse"
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
    tables = {"patrols_crewmember": "patrol_minutes"} | {table: column for column, table in definition.outcome_tables}
    for table, column in tables.items():
        for operation in _ROWS:
            yield trigger_function(f"reports_{table}_{operation}", _child_body(definition, table, column, operation))


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
        PERFORM reports_add(ARRAY(
            SELECT ROW(f.programme_id, s.area_id, s.day, {sums})::reports_delta
            FROM ({_ROWS[operation].format(value=value)}) changed
            JOIN patrols_patrolshift s ON s.id = changed.shift_id
            JOIN hotspots_fundingstream f ON f.id = s.funding_stream_id
            WHERE {counting_shift(definition, state="s.state", kind="f.kind")}
            GROUP BY f.programme_id, s.area_id, s.day HAVING sum(changed.n) <> 0
        ));
    """  # noqa: S608 - our own statement
