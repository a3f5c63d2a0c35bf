"""Writes of the reports: statements, saved views, and the summaries counted afresh."""

from reports.operations.saved_views import remove_view, save_view
from reports.operations.statements import (
    acknowledge,
    approve,
    correct,
    draft,
    give_back,
    prove,
    save_words,
    send,
    take_back,
    withdraw,
)
from reports.operations.summaries import rebuild_summaries

__all__ = [
    "acknowledge",
    "approve",
    "correct",
    "draft",
    "give_back",
    "prove",
    "rebuild_summaries",
    "remove_view",
    "save_view",
    "save_words",
    "send",
    "take_back",
    "withdraw",
]
