"""What the figures of costs mean, version c1. Frozen: what is counted or worded otherwise is a new version."""

from dataclasses import dataclass

VERSION = "c1"


@dataclass(frozen=True)
class CostMeasure:
    """One figure of costs. `label` is what stands after the number."""

    code: str
    name: str
    label: str
    unit: str
    definition: str


PATROL_COST = CostMeasure(
    code="patrol_cost",
    name="Patrol cost",
    label="spent on patrols",
    unit="pounds",
    definition=(
        "Everybody’s own minutes on completed shifts paid from the programme, at the hourly rate of their role, "
        "funding stream and type of time on the London day on which the shift starts. Minutes at one rate are added "
        "up for each area, month, stream and role and rounded once to whole pence, half a penny up. Time without a "
        "rate is left out and reported in hours."
    ),
)
COST_PER_HOUR = CostMeasure(
    code="cost_per_hour",
    name="Cost of an hour",
    label="for an hour of patrol",
    unit="pounds an hour",
    definition="Patrol cost over the patrol hours that have a rate, rounded once to whole pence, half a penny up.",
)
COST_PER_PATROL = CostMeasure(
    code="cost_per_patrol",
    name="Cost of a patrol",
    label="for a patrol",
    unit="pounds a patrol",
    definition=(
        "Patrol cost over patrols, rounded once to whole pence, half a penny up. Not shown where part of the time has "
        "no rate."
    ),
)
HOURS_WITHOUT_RATE = CostMeasure(
    code="hours_without_rate",
    name="Hours without a rate",
    label="hours of patrol without a rate",
    unit="hours",
    definition="Patrol hours whose role, funding stream and type of time have no hourly rate on their day.",
)
MEASURES = (PATROL_COST, COST_PER_HOUR, COST_PER_PATROL, HOURS_WITHOUT_RATE)
