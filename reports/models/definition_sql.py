"""The statements with which a database goes over from one definition to another.

`script/manage make_definition_migration` writes them into the migration that makes a definition current. That migration
keeps them, whatever this code becomes.
"""

from collections.abc import Iterator

from hotspot.core.definitions.base import Definition
from hotspot.core.definitions.sql import quoted
from hotspot.core.transaction_settings import NO_TIME_LIMIT
from outcomes.kinds import KINDS
from outcomes.shift_checks import check_shift_function
from reports.models import month_part_sql, summary_sql
from reports.models.statement_triggers import OPERATIONS


def statements_between(before: Definition, after: Definition) -> Iterator[str]:
    """What makes the triggers count by another definition, check its kinds, and count everything afresh.

    The tables of outcomes that either counts are there, and so are the columns of the summaries.
    """
    yield NO_TIME_LIMIT
    # Who writes waits here, and not halfway.
    yield f"LOCK TABLE {', '.join(_tables(before) | _tables(after))} IN SHARE ROW EXCLUSIVE MODE"
    yield from _drop(before, after)
    yield check_shift_function([kind for kind in KINDS if kind.table in _tables(after)])
    if (before.powers, before.powers_apart) != (after.powers, after.powers_apart):
        yield _flags(after)
    yield from summary_sql.additions(after)
    yield month_part_sql.view_of_parts(after)
    for module in (summary_sql, month_part_sql):
        yield from module.statements_of(after)
        yield from module.triggers_of(after)
    yield summary_sql.recount(after)


def _tables(definition: Definition) -> dict[str, None]:
    """Those with triggers that count, in their order, each once."""
    return dict.fromkeys((summary_sql.SHIFTS, *month_part_sql.children(definition)))


def _drop(before: Definition, after: Definition) -> Iterator[str]:
    """Away with what cannot be replaced, and with the triggers of tables that count no more."""
    yield "DROP VIEW reports_shift_part, reports_part_of_shift, reports_shift_contribution"
    yield "DROP FUNCTION reports_add"
    yield "DROP TYPE reports_delta"
    for table in _tables(before):
        if table not in _tables(after):
            for operation in OPERATIONS:
                yield f"DROP TRIGGER summary_{operation} ON {table}"
                yield f"DROP TRIGGER summary_within_{operation} ON {table}"
                yield f"DROP FUNCTION reports_{table}_{operation}, reports_parts_{table}_{operation}"


def _flags(definition: Definition) -> str:
    """Which powers count. A trigger keeps everybody else from changing that."""
    known = quoted((*definition.powers, *definition.powers_apart))
    return f"""
    ALTER TABLE outcomes_asbpowerkind DISABLE TRIGGER USER;
    UPDATE outcomes_asbpowerkind SET in_headline = code IN ({quoted(definition.powers)}) WHERE code IN ({known});
    ALTER TABLE outcomes_asbpowerkind ENABLE TRIGGER USER
    """  # noqa: S608 - constants of our own code
