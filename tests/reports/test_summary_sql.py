"""The SQL that keeps the summaries is made from the definition, and is what migrations wrote into the database."""

import re
from dataclasses import replace

from django.db import connection

from hotspot.core.definitions.registry import CURRENT
from hotspot.core.definitions.sql import counting_shift
from hotspot.core.definitions.v1 import V1
from reports.figures.headline import COLUMNS
from reports.models import month_part_sql, summary_sql
from reports.models.summary_sql import summary_columns

_IN_DATABASE = """
    SELECT proname, prosrc FROM pg_proc WHERE proname LIKE 'reports_%'
    UNION ALL SELECT viewname, definition FROM pg_views WHERE viewname LIKE 'reports_%'
"""


def in_database() -> dict[str, str]:
    """The text of every function and view of the summaries by its name, without regard to white space."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_DATABASE)
        return {name: re.sub(r"\s+", "", text) for name, text in cursor.fetchall()}


def create(definition) -> list[str]:
    made = [*summary_sql.statements_of(definition), *month_part_sql.statements_of(definition)]
    with connection.cursor() as cursor:
        for statement in made:
            cursor.execute(statement)
    return [re.search(r"(?:FUNCTION|VIEW) (\w+)", statement)[1] for statement in made]


def test_the_database_has_what_the_current_definition_gives(db):
    before = in_database()
    names = create(CURRENT)
    assert len(names) == 19 + 23
    assert set(names) <= set(before)
    assert in_database() == before


def test_another_rule_gives_other_sql_wherever_shifts_are_counted(db):
    before = in_database()
    names = create(replace(V1, streams_apart=("business_as_usual", "council")))
    after = in_database()
    # What is inserted is read through the view.
    assert {name for name in names if after[name] == before[name]} == {"reports_shift_inserted"}


def test_the_rule_names_one_value_or_several():
    two = replace(V1, states=("completed", "checked"))
    assert counting_shift(V1, state="s", kind="k") == "s = 'completed' AND k <> 'business_as_usual'"
    assert counting_shift(two, state="s", kind="k") == "s IN ('completed', 'checked') AND k <> 'business_as_usual'"


def test_the_summaries_have_the_columns_that_the_definition_counts():
    assert sorted(summary_columns(CURRENT)) == sorted(COLUMNS)
