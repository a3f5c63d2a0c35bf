"""Patrol shifts with crews and visits, requests for corrections, visits of position files, hourly rates and trials."""

from patrols.models.correction_requests import CorrectionRequest, CorrectionRequestQuerySet
from patrols.models.live_visits import MOST_HOURS, LiveVisit, LiveVisitQuerySet
from patrols.models.positions import PositionFile, PositionFileQuerySet, PositionVisit
from patrols.models.rates import MOST_PENCE, BankHoliday, HourlyRate, PayRule, RateType
from patrols.models.shifts import (
    CONSTABLES,
    LATE_AFTER,
    MAXIMUM_MINUTES,
    CrewMember,
    CrewRole,
    PatrolShift,
    PatrolShiftQuerySet,
    Visit,
    external_checks,
    on_counted_shift,
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
    "LATE_AFTER",
    "MAXIMUM_MINUTES",
    "MOST_HOURS",
    "MOST_PENCE",
    "BankHoliday",
    "CorrectionRequest",
    "CorrectionRequestQuerySet",
    "CrewMember",
    "CrewRole",
    "HourlyRate",
    "LiveVisit",
    "LiveVisitQuerySet",
    "PatrolShift",
    "PatrolShiftQuerySet",
    "PatrolTrial",
    "PatrolTrialQuerySet",
    "PayRule",
    "PositionFile",
    "PositionFileQuerySet",
    "PositionVisit",
    "RateType",
    "TrialArea",
    "TrialLogEntry",
    "TrialSeed",
    "Visit",
    "external_checks",
    "on_counted_shift",
    "trial_day",
]
