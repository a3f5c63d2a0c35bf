"""The SQL that keeps the summaries is made from the definition, and is what migrations wrote into the database."""

import re
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from hotspot.core.definitions.registry import CURRENT
from hotspot.core.definitions.sql import counting_shift
from hotspot.core.definitions.v1 import V1
from outcomes.kinds import KINDS
from outcomes.models import AsbPowerKind
from outcomes.shift_checks import check_shift_function
from reports.figures.headline import COLUMNS
from reports.management.commands import make_definition_migration
from reports.models import definition_sql, month_part_sql, summary_sql
from reports.models.summary_sql import summary_columns

_IN_DATABASE = """
    SELECT proname, prosrc || coalesce(proconfig::text, '') FROM pg_proc
        WHERE proname LIKE 'reports_%' OR proname = 'outcomes_check_shift'
    UNION ALL SELECT viewname, definition FROM pg_views WHERE viewname LIKE 'reports_%'
    UNION ALL SELECT tgrelid::regclass || ' ' || tgname, pg_get_triggerdef(oid) FROM pg_trigger
        WHERE tgname LIKE 'summary_%'
    UNION ALL SELECT typname, (
        SELECT string_agg(attname || ' ' || atttypid::regtype, ', ' ORDER BY attnum)
        FROM pg_attribute WHERE attrelid = typrelid
    ) FROM pg_type WHERE typname LIKE 'reports_%_delta' OR typname = 'reports_delta'
"""


def in_database() -> dict[str, str]:
    """Every function, view, trigger and type of the summaries by its name, without regard to white space."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_DATABASE)
        return {name: re.sub(r"\s+", "", text) for name, text in cursor.fetchall()}


def create(definition) -> list[str]:
    made = [
        *summary_sql.statements_of(definition),
        *month_part_sql.statements_of(definition),
        check_shift_function(KINDS),
    ]
    with connection.cursor() as cursor:
        for statement in made:
            cursor.execute(statement)
    return [re.search(r"(?:FUNCTION|VIEW) (\w+)", statement)[1] for statement in made]


def test_the_database_has_what_the_current_definition_gives(db):
    before = in_database()
    names = create(CURRENT)
    assert len(names) == 19 + 6 * len(CURRENT.outcome_tables)
    assert set(names) <= set(before)
    assert in_database() == before


def go_over(before, after) -> None:
    with connection.cursor() as cursor:
        for statement in definition_sql.statements_between(before, after):
            cursor.execute(statement)


def test_a_database_that_went_over_to_another_definition_and_back_is_as_it_was(db):
    """The other counts no weapons, and the rest in another order."""
    before = in_database()
    tables = dict(CURRENT.outcome_tables[::-1])
    del tables["weapons"]
    fewer = replace(CURRENT, outcome_tables=tuple(tables.items()))
    go_over(CURRENT, fewer)
    between = in_database()
    gone = {name for name in before if "weaponrecovered" in name}
    assert set(before) - set(between) == gone
    assert len(gone) == 4 * 3
    assert between["reports_delta"].endswith("stop_searchesbigint,arrestsbigint")
    assert "weapons" not in between["reports_shift_contribution"]
    assert "weapon" not in between["outcomes_check_shift"]
    go_over(fewer, CURRENT)
    assert in_database() == before


def test_a_definition_that_ends_a_power_takes_its_mark(db):
    without = replace(CURRENT, powers=CURRENT.powers[1:], powers_apart=(*CURRENT.powers_apart, CURRENT.powers[0]))
    go_over(CURRENT, without)
    assert not AsbPowerKind.objects.get(code=CURRENT.powers[0]).in_headline
    go_over(without, CURRENT)
    assert AsbPowerKind.objects.get(code=CURRENT.powers[0]).in_headline


def test_one_definition_needs_no_migration(monkeypatch):
    monkeypatch.setattr(make_definition_migration, "DEFINITIONS", {CURRENT.version: CURRENT})
    with pytest.raises(CommandError, match="There is only one definition"):
        call_command("make_definition_migration")


def test_another_rule_gives_other_sql_wherever_shifts_are_counted(db):
    before = in_database()
    names = create(replace(CURRENT, streams_apart=("business_as_usual", "council")))
    after = in_database()
    # What is inserted is read through the view.
    same = {"reports_shift_inserted", "outcomes_check_shift"}
    assert {name for name in names if after[name] == before[name]} == same


def test_the_rule_names_one_value_or_several():
    two = replace(V1, states=("completed", "checked"))
    assert counting_shift(V1, state="s", kind="k") == "s = 'completed' AND k <> 'business_as_usual'"
    assert counting_shift(two, state="s", kind="k") == "s IN ('completed', 'checked') AND k <> 'business_as_usual'"


def test_the_summaries_have_the_columns_that_the_definition_counts():
    assert sorted(summary_columns(CURRENT)) == sorted(COLUMNS)
