"""Writes of the reports: statements, and the summaries counted afresh."""

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
    "save_words",
    "send",
    "take_back",
    "withdraw",
]
