"""Patrol shifts with crews and visits, and what goes with them: teams, time taken away, rates, trials and others."""

from patrols.models.abstractions import MOST_PEOPLE, Abstraction, AbstractionQuerySet, AbstractionReason
from patrols.models.correction_requests import CorrectionRequest, CorrectionRequestQuerySet
from patrols.models.feeds import ShiftFeed, ShiftFeedQuerySet
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
from patrols.models.teams import CrewTeam, CrewTeamMember, CrewTeamQuerySet
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
    "MOST_PEOPLE",
    "Abstraction",
    "AbstractionQuerySet",
    "AbstractionReason",
    "BankHoliday",
    "CorrectionRequest",
    "CorrectionRequestQuerySet",
    "CrewMember",
    "CrewRole",
    "CrewTeam",
    "CrewTeamMember",
    "CrewTeamQuerySet",
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
    "ShiftFeed",
    "ShiftFeedQuerySet",
    "TrialArea",
    "TrialLogEntry",
    "TrialSeed",
    "Visit",
    "external_checks",
    "on_counted_shift",
    "trial_day",
]
