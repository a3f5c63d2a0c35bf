"""Shifts, their outcomes and visits, and the vocabularies, for other systems."""

from outcomes.api.views.outcomes import OutcomeDetail, OutcomeList, VisitList, WithdrawOutcome
from outcomes.api.views.shifts import (
    CompleteShift,
    ShiftBulk,
    ShiftDetail,
    ShiftList,
    ShiftVisits,
    VoidShift,
)
from outcomes.api.views.vocabularies import Vocabulary, VocabularyList

__all__ = [
    "CompleteShift",
    "OutcomeDetail",
    "OutcomeList",
    "ShiftBulk",
    "ShiftDetail",
    "ShiftList",
    "ShiftVisits",
    "VisitList",
    "Vocabulary",
    "VocabularyList",
    "VoidShift",
    "WithdrawOutcome",
]
