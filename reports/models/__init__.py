"""Summaries that triggers keep, saved views, statements, programme returns, studies of impact and of visits."""

from reports.models.impact import ImpactStudy
from reports.models.koper import KoperStudy
from reports.models.returns import ProgrammeReturn, ReturnTemplate, TemplateRow, TemplateVersion
from reports.models.saved_views import SavedView
from reports.models.statements import Statement, StatementFile, StatementProof, StatementQuerySet
from reports.models.summaries import HOURS, DaySummary, MonthHours, MonthPart, MonthSummary, Summary

__all__ = [
    "HOURS",
    "DaySummary",
    "ImpactStudy",
    "KoperStudy",
    "MonthHours",
    "MonthPart",
    "MonthSummary",
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
]
