"""How the management pages say what they found: one module for each kind of record."""

from hotspots.presenters.amounts import pounds_typed, size_in_words
from hotspots.presenters.areas import (
    AREA_COLUMNS,
    FEATURE_COLUMNS,
    area_facts,
    area_rows,
    area_state,
    feature_rows,
    new_area_facts,
)
from hotspots.presenters.deleting import use_rows
from hotspots.presenters.drawings import drawing
from hotspots.presenters.history import person_timeline, system_timeline, timeline
from hotspots.presenters.paging import pagination
from hotspots.presenters.people import PEOPLE_COLUMNS, people_rows, person_facts, person_state
from hotspots.presenters.programmes import (
    DISTRICT_COLUMNS,
    PROGRAMME_COLUMNS,
    district_rows,
    programme_facts,
    programme_rows,
    stream_table,
)
from hotspots.presenters.start import steps
from hotspots.presenters.systems import SYSTEM_COLUMNS, system_facts, system_rows, system_state
from hotspots.presenters.targets import (
    TARGET_COLUMNS,
    area_target_columns,
    in_force,
    target_foot,
    target_history,
    target_rows,
)

__all__ = [
    "AREA_COLUMNS",
    "DISTRICT_COLUMNS",
    "FEATURE_COLUMNS",
    "PEOPLE_COLUMNS",
    "PROGRAMME_COLUMNS",
    "SYSTEM_COLUMNS",
    "TARGET_COLUMNS",
    "area_facts",
    "area_rows",
    "area_state",
    "area_target_columns",
    "district_rows",
    "drawing",
    "feature_rows",
    "in_force",
    "new_area_facts",
    "pagination",
    "people_rows",
    "person_facts",
    "person_state",
    "person_timeline",
    "pounds_typed",
    "programme_facts",
    "programme_rows",
    "size_in_words",
    "steps",
    "stream_table",
    "system_facts",
    "system_rows",
    "system_state",
    "system_timeline",
    "target_foot",
    "target_history",
    "target_rows",
    "timeline",
    "use_rows",
]
