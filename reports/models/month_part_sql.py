"""The views and triggers that keep the parts of months (who patrols, kinds, visits, hours), made from a definition.

What is a part does not depend on the definition; of which shifts, and of which tables of outcomes, does. What is made
of v1 is what migration 0007 wrote out; a test holds it against the database. These triggers come after those of
`summary_sql` by name.
"""

from collections.abc import Iterator
from typing import NamedTuple

from hotspot.core.definitions.base import Definition
from hotspot.core.definitions.sql import counting_shift
from outcomes.kinds import KINDS, OutcomeKind
from patrols.triggers import IF_SHIFTS_ARE_THERE
from reports.models.statement_triggers import OPERATIONS, statement_trigger, trigger_function


class PartSpec(NamedTuple):
    """SQL of a part that rows (x) of a table are counted in: its name, key, number and minutes, and of which rows."""

    part: str
    key: str
    number: str
    minutes: str
    condition: str


_VISIT = "(extract(epoch FROM x.ends_at - x.starts_at) / 60)::int"
_BAND = f"CASE WHEN {_VISIT} BETWEEN 10 AND 20 THEN 'in_band' ELSE 'other' END"
_CREW, _SHIFTS = "patrols_crewmember", "patrols_patrolshift"
# A crew's key gets its shift's funding stream.
_OF_SHIFTS = {
    _CREW: (PartSpec("crew", "x.role", "1", "x.minutes", "true"),),
    "patrols_visit": (PartSpec("visits", _BAND, "1", _VISIT, "true"),),
}
_TO_FOLLOW = PartSpec("to_follow", "''", "1", "0", "x.void_reason = '' AND x.detail_to_follow")
_OWN = (
    PartSpec("shifts", "'late'", "1", "0", "x.logged_at - x.ends_at > interval '24 hours'"),
    PartSpec("shifts", "'doubts'", "1", "0", "x.doubts_kept <> '{}'"),
)
# The rows that each operation has, and their signs.
_SIGNS = {
    "insert": {"new_rows": ""},
    "delete": {"old_rows": "-"},
    "update": {"old_rows": "-", "new_rows": ""},
}
_KEY = "CASE part WHEN 'crew' THEN key || ':' || s.funding_stream_id ELSE key END"
_PART = f"ROW(s.programme_id, s.area_id, s.day, part, {_KEY}, {{sign}}number, {{sign}}minutes)::reports_part_delta"
_SPAN = "ROW(s.programme_id, s.area_id, s.day, x.starts_at, x.ends_at, {sign}1)::reports_hours_delta"
_CHANGED = """
    SELECT n.id FROM new_rows n JOIN old_rows o ON o.id = n.id
    WHERE (n.state, n.area_id, n.funding_stream_id, n.starts_at, n.ends_at, n.logged_at, n.doubts_kept)
        IS DISTINCT FROM (o.state, o.area_id, o.funding_stream_id, o.starts_at, o.ends_at, o.logged_at, o.doubts_kept)
"""


def statements_of(definition: Definition) -> Iterator[str]:
    """Every statement that (re)creates a view or a function of the triggers that counts shifts."""
    counted = _counted(definition, _SHIFTS)
    yield f"""
    CREATE OR REPLACE VIEW reports_shift_part AS
    SELECT s.id AS shift_id, s.programme_id, s.area_id, s.day, part, {_KEY} AS key, number, minutes
    FROM ({counted}) s JOIN reports_part_of_shift x ON x.shift_id = s.id
    """  # noqa: S608 - names of our own columns
    yield f"""
    CREATE OR REPLACE VIEW reports_shift_span AS
    SELECT s.programme_id, s.area_id, s.day, x.starts_at, x.ends_at, 1 AS people
    FROM ({counted}) s JOIN patrols_crewmember x ON x.shift_id = s.id
    """  # noqa: S608 - names of our own columns
    for operation in OPERATIONS:
        yield trigger_function(f"reports_parts_{_SHIFTS}_{operation}", _shift_body(definition, operation))
        for table in children(definition):
            yield trigger_function(f"reports_parts_{table}_{operation}", _child_body(definition, table, operation))


def triggers_of(definition: Definition) -> Iterator[str]:
    """Every statement that (re)creates a trigger, which calls one of those functions."""
    for table in (_SHIFTS, *children(definition)):
        for operation in OPERATIONS:
            yield statement_trigger(
                f"summary_within_{operation}", table, operation, f"reports_parts_{table}_{operation}"
            )


def view_of_parts(definition: Definition) -> str:
    """The statement that creates the view of the parts of all shifts, counted or not."""
    rows = " UNION ALL ".join(_rows(specs, table) for table, specs in children(definition).items())
    return f"CREATE VIEW reports_part_of_shift AS {rows} UNION ALL {_rows(_OWN, _SHIFTS, 'x.id')}"


def children(definition: Definition) -> dict[str, tuple[PartSpec, ...]]:
    """The parts that the rows of each table beside the shifts' own are counted in."""
    tables = {table for _, table in definition.outcome_tables}
    return _OF_SHIFTS | {kind.table: (_outcome(kind), _TO_FOLLOW) for kind in KINDS if kind.table in tables}


def _outcome(kind: OutcomeKind) -> PartSpec:
    key = f"x.{kind.field(kind.breakdown).column}"
    if kind.find:
        key += f"::text || CASE x.{kind.find} WHEN true THEN ':found' WHEN false THEN ':nothing' ELSE '' END"
    return PartSpec(kind.plural, f"coalesce({key}, '')", "1", "0", "x.void_reason = ''")


def _counted(definition: Definition, rows: str) -> str:
    """The shifts that count, of a table or of a statement's rows."""
    return f"""
    SELECT s.id, f.programme_id, s.area_id, s.day, s.funding_stream_id
    FROM {rows} s JOIN hotspots_fundingstream f ON f.id = s.funding_stream_id
    WHERE {counting_shift(definition, state="s.state", kind="f.kind")}
    """  # noqa: S608 - names of our own columns


def _rows(specs: tuple[PartSpec, ...], rows: str, shift: str = "x.shift_id") -> str:
    return " UNION ALL ".join(
        f"SELECT {shift} AS shift_id, '{each.part}'::text AS part, ({each.key})::text AS key, "  # noqa: S608
        f"{each.number} AS number, {each.minutes} AS minutes FROM {rows} x WHERE {each.condition}"
        for each in specs
    )


def _parts_of(counted: str, rows: str, sign: str, only: str = "true") -> str:
    """Deltas of shifts as `rows` have them. OFFSET 0: looked up shift by shift, however many the first time had."""
    part = _PART.format(sign=sign)
    return f"""
        SELECT {part} FROM ({counted}) s
        CROSS JOIN LATERAL (
            SELECT part, key, number, minutes FROM reports_part_of_shift
            WHERE shift_id = s.id AND part <> 'shifts' OFFSET 0
        ) parts WHERE {only}
        UNION ALL
        SELECT {part} FROM ({counted}) s
        JOIN ({_rows(_OWN, rows, "x.id")}) own ON own.shift_id = s.id WHERE {only}
    """  # noqa: S608 - our own statement


def _spans_of(counted: str, sign: str, only: str = "true") -> str:
    return f"""
        SELECT {_SPAN.format(sign=sign)} FROM ({counted}) s
        CROSS JOIN LATERAL (
            SELECT starts_at, ends_at FROM patrols_crewmember WHERE shift_id = s.id OFFSET 0
        ) x WHERE {only}
    """  # noqa: S608 - our own statement


def _shift_body(definition: Definition, operation: str) -> str:
    """What the triggers of shifts do: take away what the old rows had, and add what the new ones have."""
    is_update = operation == "update"
    only = f"s.id IN ({_CHANGED})" if is_update else "true"
    first = f"IF (SELECT count(*) FROM ({_CHANGED}) changed) = 0 THEN RETURN NULL; END IF;" if is_update else ""  # noqa: S608
    counted = [(_counted(definition, rows), rows, sign) for rows, sign in _SIGNS[operation].items()]
    parts = " UNION ALL ".join(_parts_of(shifts, rows, sign, only) for shifts, rows, sign in counted)
    spans = " UNION ALL ".join(_spans_of(shifts, sign, only) for shifts, _, sign in counted)
    return f"{first} PERFORM reports_add_parts(ARRAY({parts})); PERFORM reports_add_hours(ARRAY({spans}));"


def _child_body(definition: Definition, table: str, operation: str) -> str:
    """What the triggers of a table of a shift's parts do."""
    specs, counted, rows = children(definition)[table], _counted(definition, _SHIFTS), _SIGNS[operation].items()
    parts = " UNION ALL ".join(
        f"SELECT {_PART.format(sign=sign)} FROM ({_rows(specs, name)}) x "  # noqa: S608
        f"JOIN ({counted}) s ON s.id = x.shift_id"
        for name, sign in rows
    )
    first = IF_SHIFTS_ARE_THERE if operation == "insert" else ""
    body = f"{first} PERFORM reports_add_parts(ARRAY({parts}));"
    if table == _CREW:
        spans = " UNION ALL ".join(
            f"SELECT {_SPAN.format(sign=sign)} FROM {name} x JOIN ({counted}) s ON s.id = x.shift_id"  # noqa: S608
            for name, sign in rows
        )
        body += f"PERFORM reports_add_hours(ARRAY({spans}));"
    return body
