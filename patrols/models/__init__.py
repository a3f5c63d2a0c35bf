"""Patrol shifts with their crew, visits and requests to correct them, and randomised trials of patrols."""

from patrols.models.shifts import (
    CONSTABLES,
    MAXIMUM_MINUTES,
    CorrectionRequest,
    CorrectionRequestQuerySet,
    CrewMember,
    CrewRole,
    PatrolShift,
    PatrolShiftQuerySet,
    Visit,
    external_checks,
)
from patrols.models.trials import (
    DAY_BEGINS,
    PatrolTrial,
    PatrolTrialQuerySet,
    TrialArea,
    TrialLogEntry,
    TrialSeed,
    trial_day,
)

__all__ = [
    "CONSTABLES",
    "DAY_BEGINS",
    "MAXIMUM_MINUTES",
    "CorrectionRequest",
    "CorrectionRequestQuerySet",
    "CrewMember",
    "CrewRole",
    "PatrolShift",
    "PatrolShiftQuerySet",
    "PatrolTrial",
    "PatrolTrialQuerySet",
    "TrialArea",
    "TrialLogEntry",
    "TrialSeed",
    "Visit",
    "external_checks",
    "trial_day",
]
