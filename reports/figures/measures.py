"""The catalogue of measures: what each figure is called, counts and comes from. `docs/measures.md` says the same."""

from dataclasses import dataclass
from datetime import timedelta

DEFINITION_VERSION = "v1"


@dataclass(frozen=True)
class Measure:
    """One figure. `label` is what stands after the number in the news item's words; `column` is its summary column.

    `singular` is the label after the number 1.
    """

    code: str
    name: str
    label: str
    singular: str
    unit: str
    column: str
    definition: str
    source: str


PATROL_HOURS = Measure(
    code="patrol_hours",
    name="Patrol hours",
    label="hours of additional police patrols",
    singular="hour of additional police patrols",
    unit="hours",
    column="patrol_minutes",
    definition=(
        "Person-hours: the sum, over everybody in the crew, of their elapsed minutes on the shift. Minutes are summed "
        "and rounded once, half up, to whole hours. Community Enforcement Officers count; business as usual does not."
    ),
    source="Crew members of completed shifts",
)
PATROLS = Measure(
    code="patrols",
    name="Patrols",
    label="additional patrols",
    singular="additional patrol",
    unit="patrols",
    column="patrols",
    definition=(
        "Completed patrol shifts: one deployment of one crew to one hotspot area. Planned and voided shifts and "
        "business as usual do not count."
    ),
    source="Completed shifts",
)
ARRESTS = Measure(
    code="arrests",
    name="Arrests",
    label="arrests",
    singular="arrest",
    unit="arrests",
    column="arrests",
    definition="Arrests on completed shifts that were not withdrawn, whether or not their detail has been entered yet.",
    source="Arrests",
)
STOP_SEARCHES = Measure(
    code="stop_searches",
    name="Stop searches",
    label="stop searches",
    singular="stop search",
    unit="searches",
    column="stop_searches",
    definition="Stop searches on completed shifts that were not withdrawn, one for each person or vehicle searched.",
    source="Stop searches",
)
WEAPONS = Measure(
    code="weapons",
    name="Weapons recovered",
    label="weapons recovered",
    singular="weapon recovered",
    unit="weapons",
    column="weapons",
    definition="Weapons recovered on completed shifts that were not withdrawn, however they were found.",
    source="Weapons recovered",
)
ASB_POWERS = Measure(
    code="asb_powers",
    name="ASB powers used",
    label="times anti-social behaviour powers were used",
    singular="time an anti-social behaviour power was used",
    unit="uses",
    column="asb_powers",
    definition=(
        "Uses of powers against anti-social behaviour on completed shifts that were not withdrawn: every kind except "
        "section 34 dispersal authorisations and informal warnings, which are counted apart. Including dispersal "
        "orders, Community Protection Warnings/Notices and Public Space Protection Orders."
    ),
    source="ASB powers used",
)
CLOCK_HOURS = Measure(
    code="clock_hours",
    name="Clock hours",
    label="hours on the clock",
    singular="hour on the clock",
    unit="hours",
    column="clock_minutes",
    definition="Finish minus start of completed shifts, whatever the size of the crew. Not a headline figure.",
    source="Completed shifts",
)

HEADLINE = (PATROL_HOURS, PATROLS, ARRESTS, STOP_SEARCHES, WEAPONS, ASB_POWERS)
"""The six, in the order and words of the news item."""
CATALOGUE = (*HEADLINE, CLOCK_HOURS)

PROTECTED = (ARRESTS, STOP_SEARCHES, WEAPONS, ASB_POWERS)
"""What counts people, or what was done to them: small numbers of single areas are withheld.

Hours and patrols describe what the police did and are always shown.
"""

LATE_AFTER = timedelta(hours=24)
"""A shift logged longer than this after it ended is a late entry."""
VISIT_BAND = range(10, 21)
"""The minutes that a visit should have: 10 to 20, both included."""
SMALLEST_BASE = 20
"""Of fewer than these no percentage is shown: the counts are."""
