"""A later definition for tests: a seventh headline measure, and a power that the headline counts no more."""

import sys
from dataclasses import replace
from typing import Any

from django.db import connection

from hotspot.core.definitions import registry
from hotspot.core.definitions.base import Measure
from hotspot.core.definitions.v1 import V1
from reports.figures import headline, measures
from reports.figures.operations import rebuild_summaries

ENDED = "pspo_enforcement"
VEHICLES = Measure(
    code="vehicles", name="Vehicles seized", label="vehicles seized", singular="vehicle seized", unit="vehicles",
    column="vehicles", definition="Vehicles seized on completed shifts.", source="Vehicles",
)  # fmt: skip
V2 = replace(
    V1,
    version="v2",
    headline=(*V1.headline, VEHICLES),
    protected=(*V1.protected, VEHICLES),
    columns=(*V1.columns, "vehicles"),
    # Any table that is empty in the tests will do.
    outcome_tables=(*V1.outcome_tables, ("vehicles", "outcomes_stopsearch")),
    powers=tuple(power for power in V1.powers if power != ENDED),
    powers_apart=(*V1.powers_apart, ENDED),
)


def make_v2_current(monkeypatch) -> None:
    """What a release with v2 would do: the code's constants, the vocabulary and the summaries are those of v2."""
    monkeypatch.setitem(registry.DEFINITIONS, "v2", V2)
    monkeypatch.setattr(registry, "CURRENT", V2)
    new: dict[str, tuple[Any, Any]] = {
        "DEFINITION_VERSION": (measures.DEFINITION_VERSION, "v2"),
        "HEADLINE": (measures.HEADLINE, V2.headline),
        "CATALOGUE": (measures.CATALOGUE, V2.measures),
        "PROTECTED": (measures.PROTECTED, V2.protected),
        "COLUMNS": (headline.COLUMNS, V2.columns),
        "_PLACES": (headline._PLACES, {column: place for place, column in enumerate(V2.columns)}),
    }
    modules = [module for name, module in sys.modules.items() if name.startswith("reports.")]
    for module in modules:
        for name, (then, now) in new.items():
            if getattr(module, name, None) == then:
                monkeypatch.setattr(module, name, now)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE outcomes_asbpowerkind SET in_headline = false WHERE code = %s", [ENDED])
        cursor.execute("SET LOCAL session_replication_role = origin")
    rebuild_summaries()
