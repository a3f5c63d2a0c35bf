"""Definition v1, by which everything has been counted since the launch. Frozen: a change is a new version."""

from hotspot.core.definitions.base import Definition, Measure

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

V1 = Definition(
    version="v1",
    headline=(PATROL_HOURS, PATROLS, ARRESTS, STOP_SEARCHES, WEAPONS, ASB_POWERS),
    others=(CLOCK_HOURS,),
    protected=(ARRESTS, STOP_SEARCHES, WEAPONS, ASB_POWERS),
    columns=(
        "patrol_minutes",
        "patrols",
        "arrests",
        "stop_searches",
        "weapons",
        "asb_powers",
        "clock_minutes",
    ),
    states=("completed",),
    streams_apart=("business_as_usual",),
    outcome_tables=(
        ("arrests", "outcomes_arrest"),
        ("stop_searches", "outcomes_stopsearch"),
        ("weapons", "outcomes_weaponrecovered"),
        ("asb_powers", "outcomes_asbpoweruse"),
    ),
    powers=(
        "dispersal_direction",
        "cpw",
        "cpn",
        "pspo_enforcement",
        "closure",
        "injunction",
        "cbo",
        "other",
    ),
    powers_apart=("dispersal_authorisation", "informal_warning"),
)
