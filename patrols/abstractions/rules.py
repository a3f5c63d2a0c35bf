"""What is counted of planned time taken away, frozen with a version of its own, and what can be recorded of it."""

from dataclasses import dataclass
from datetime import date

from hotspot.core import wording
from hotspot.core.clock import minutes_between
from hotspot.core.errors import DomainError
from patrols.models import MAXIMUM_MINUTES, MOST_PEOPLE, AbstractionReason, PatrolShift
from patrols.shifts.entries import crew_places
from patrols.shifts.rules import ShiftFacts


@dataclass(frozen=True)
class AbstractionMeasure:
    """One figure. `code` names it in files and texts; `unit` is what it counts."""

    code: str
    name: str
    unit: str
    definition: str


@dataclass(frozen=True)
class AbstractionDefinition:
    """One version of what is counted, in use from a day on. It never changes: a change is a new version.

    `reasons` are those that count, by their codes.
    """

    version: str
    first_day: date
    reasons: tuple[str, ...]
    measures: tuple[AbstractionMeasure, ...]


A1 = AbstractionDefinition(
    version="a1",
    first_day=date(2026, 12, 1),
    reasons=("incident", "response", "custody", "scene", "public_order", "court", "training", "other"),
    measures=(
        AbstractionMeasure(
            "taken_away",
            "Patrol time taken away",
            "person-minutes",
            "The people of a planned shift who were taken away for another duty, times the minutes of each: as "
            "recorded and not withdrawn, of shifts that the programme pays for and that were not voided, on the day "
            "on which the shift starts. Sickness, leave and rest days are no other duty.",
        ),
        AbstractionMeasure(
            "not_backfilled",
            "Patrol time lost",
            "person-minutes",
            "Of the time taken away, that in which nobody patrolled in their place.",
        ),
        AbstractionMeasure(
            "abstraction_rate",
            "Level of abstraction",
            "per cent",
            "Patrol time lost, of it and the patrol hours of the headline together. Time that others filled in is "
            "among those hours already.",
        ),
    ),
)
CURRENT_ABSTRACTION = A1


@dataclass(frozen=True)
class TakenAway:
    """Patrol minutes that were taken away, and those of them in which nobody else patrolled."""

    minutes: int = 0
    lost: int = 0

    def rate(self, patrol_minutes: int) -> float | None:
        """The level of abstraction in per cent, given the headline's patrol minutes; None where there is neither."""
        whole = self.lost + patrol_minutes
        return 100 * self.lost / whole if whole else None


def check_taken_away(
    shift: PatrolShift, *, reason: str, people: int, minutes: int, planned: int, before: int
) -> list[DomainError]:
    """What stops this from being recorded of a shift.

    `planned` are the patrol minutes of its crew, and `before` those recorded as taken away already. A shift that was
    completed has the crew that worked, not the one that was planned, so that it sets no bound.
    """
    found = []
    if reason not in AbstractionReason.values:
        found.append(DomainError("reason_unknown", "Select what they were needed for.", "reason"))
    if not 1 <= people <= MOST_PEOPLE:
        message = f"Enter how many people were taken away: 1 to {MOST_PEOPLE}."
        found.append(DomainError("people_out_of_bounds", message, "people"))
    longest = MAXIMUM_MINUTES if shift.is_completed else shift.clock_minutes
    if not 1 <= minutes <= longest:
        message = f"Enter how long each was away: up to {wording.duration(longest)}."
        found.append(DomainError("minutes_out_of_bounds", message, "hours"))
    if not found and not shift.is_completed and before + people * minutes > planned:
        message = f"The crew was planned for {wording.duration(planned)} of patrol altogether. This would be more."
        found.append(DomainError("more_than_planned", message, "people"))
    return found


def check_plan_holds(facts: ShiftFacts, *, taken: int, longest: int) -> list[DomainError]:
    """What stops a plan from becoming this, after so many patrol minutes were taken away, the longest so many."""
    planned = sum(minutes_between(place.starts_at, place.ends_at) for place in crew_places(facts.crew, facts))
    if taken <= planned and longest <= minutes_between(facts.starts_at, facts.ends_at):
        return []
    message = (
        f"{wording.duration(taken)} of patrol were taken away from this shift as it was planned. This would be less. "
        "Leave the plan as it was, or withdraw what was taken away."
    )
    return [DomainError("less_than_taken", message, "crew")]
