"""Summaries, costs, orders, saved views, e-mails, wallboards, statements, releases, returns, packs, plans, studies."""

from reports.models.contact import PublicationContact
from reports.models.costs import FrozenCost, FrozenMonth, FrozenPatrols
from reports.models.emails import (
    Alert,
    AlertEmail,
    AlertEpisode,
    AlertQuerySet,
    ShiftReminder,
    ShiftReminderEmail,
    ShiftReminderQuerySet,
    WeeklyEmail,
    WeeklyEmailQuerySet,
)
from reports.models.impact import ImpactStudy, ImpactStudyQuerySet, OutsideChange, OutsideChangeQuerySet
from reports.models.koper import KoperStudy
from reports.models.orders import (
    DeliveryStatement,
    DeliveryStatementQuerySet,
    InvoicePayment,
    OrderInvoice,
    OrderInvoiceQuerySet,
    StatementPayment,
)
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
from reports.models.releases import AnnouncedRelease, AnnouncedReleaseQuerySet, ReleaseChange
from reports.models.returns import (
    ProgrammeReturn,
    ReturnReminder,
    ReturnTemplate,
    ReturnWorkbook,
    TemplateRow,
    TemplateVersion,
)
from reports.models.saved_views import SavedView
from reports.models.statements import Statement, StatementFile, StatementProof, StatementQuerySet
from reports.models.summaries import HOURS, DaySummary, MonthHours, MonthPart, MonthSummary, Summary
from reports.models.trials import TrialResult, TrialResultQuerySet
from reports.models.wallboards import Wallboard, WallboardDistrict, WallboardQuerySet

__all__ = [
    "HOURS",
    "Alert",
    "AlertEmail",
    "AlertEpisode",
    "AlertQuerySet",
    "AnnouncedRelease",
    "AnnouncedReleaseQuerySet",
    "DaySummary",
    "DeliveryStatement",
    "DeliveryStatementQuerySet",
    "FrozenCost",
    "FrozenMonth",
    "FrozenPack",
    "FrozenPackQuerySet",
    "FrozenPatrols",
    "ImpactStudy",
    "ImpactStudyQuerySet",
    "InvoicePayment",
    "KoperStudy",
    "MonthHours",
    "MonthPart",
    "MonthSummary",
    "OrderInvoice",
    "OrderInvoiceQuerySet",
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
    "PublicationContact",
    "ReleaseChange",
    "ReturnReminder",
    "ReturnTemplate",
    "ReturnWorkbook",
    "SavedView",
    "ShiftReminder",
    "ShiftReminderEmail",
    "ShiftReminderQuerySet",
    "Statement",
    "StatementFile",
    "StatementPayment",
    "StatementProof",
    "StatementQuerySet",
    "Summary",
    "TemplateRow",
    "TemplateVersion",
    "TrialResult",
    "TrialResultQuerySet",
    "Wallboard",
    "WallboardDistrict",
    "WallboardQuerySet",
    "WeeklyEmail",
    "WeeklyEmailQuerySet",
]
