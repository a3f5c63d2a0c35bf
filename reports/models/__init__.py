"""Summaries, frozen costs, saved views, statements, returns, packs, plans, and studies of impact, visits and trials."""

from reports.models.costs import FrozenCost, FrozenMonth, FrozenPatrols
from reports.models.impact import ImpactStudy, ImpactStudyQuerySet, OutsideChange, OutsideChangeQuerySet
from reports.models.koper import KoperStudy
from reports.models.packs import FrozenPack, FrozenPackQuerySet
from reports.models.plans import (
    PlanAnalysis,
    PlanReminder,
    PlanResponse,
    PlanResponseQuerySet,
    PlanReview,
    PlanReviewQuerySet,
    PlanStudy,
    ProblemPlan,
    ProblemPlanQuerySet,
)
from reports.models.returns import ProgrammeReturn, ReturnTemplate, TemplateRow, TemplateVersion
from reports.models.saved_views import SavedView
from reports.models.statements import Statement, StatementFile, StatementProof, StatementQuerySet
from reports.models.summaries import HOURS, DaySummary, MonthHours, MonthPart, MonthSummary, Summary
from reports.models.trials import TrialResult, TrialResultQuerySet

__all__ = [
    "HOURS",
    "DaySummary",
    "FrozenCost",
    "FrozenMonth",
    "FrozenPack",
    "FrozenPackQuerySet",
    "FrozenPatrols",
    "ImpactStudy",
    "ImpactStudyQuerySet",
    "KoperStudy",
    "MonthHours",
    "MonthPart",
    "MonthSummary",
    "OutsideChange",
    "OutsideChangeQuerySet",
    "PlanAnalysis",
    "PlanReminder",
    "PlanResponse",
    "PlanResponseQuerySet",
    "PlanReview",
    "PlanReviewQuerySet",
    "PlanStudy",
    "ProblemPlan",
    "ProblemPlanQuerySet",
    "ProgrammeReturn",
    "ReturnTemplate",
    "SavedView",
    "Statement",
    "StatementFile",
    "StatementProof",
    "StatementQuerySet",
    "Summary",
    "TemplateRow",
    "TemplateVersion",
    "TrialResult",
    "TrialResultQuerySet",
]
