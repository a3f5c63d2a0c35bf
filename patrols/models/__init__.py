"""Patrol shifts with their crews and visits, requests for corrections, and visits that position files show."""

from patrols.models.positions import PositionFile, PositionFileQuerySet, PositionVisit
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

__all__ = [
    "CONSTABLES",
    "MAXIMUM_MINUTES",
    "CorrectionRequest",
    "CorrectionRequestQuerySet",
    "CrewMember",
    "CrewRole",
    "PatrolShift",
    "PatrolShiftQuerySet",
    "PositionFile",
    "PositionFileQuerySet",
    "PositionVisit",
    "Visit",
    "external_checks",
]
