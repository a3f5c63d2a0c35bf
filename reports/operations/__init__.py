"""Writes of the reports: statements, returns, saved views, and the summaries counted afresh."""

from reports.operations.returns import (
    AskedFor,
    begin_return,
    entries_seal,
    make_template,
    remove_template,
    restate,
    save_return,
    save_rows,
    submit_return,
    withdraw_return,
)
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
    "AskedFor",
    "acknowledge",
    "approve",
    "begin_return",
    "correct",
    "draft",
    "entries_seal",
    "give_back",
    "make_template",
    "prove",
    "rebuild_summaries",
    "remove_template",
    "remove_view",
    "restate",
    "save_return",
    "save_rows",
    "save_view",
    "save_words",
    "send",
    "submit_return",
    "take_back",
    "withdraw",
    "withdraw_return",
]
