"""The pages of figures, the dashboard, and statements."""

from reports.views.dashboard import card_file, dashboard
from reports.views.drafts import (
    approve,
    check_draft,
    draft,
    draft_words,
    new_statement,
    return_draft,
    send_draft,
    take_back,
    withdraw_draft,
)
from reports.views.figures import definitions, download, figures
from reports.views.saved_views import remove_view, save_view
from reports.views.statements import check_figure, correct_statement, statement, statement_file, statements

__all__ = [
    "approve",
    "card_file",
    "check_draft",
    "check_figure",
    "correct_statement",
    "dashboard",
    "definitions",
    "download",
    "draft",
    "draft_words",
    "figures",
    "new_statement",
    "remove_view",
    "return_draft",
    "save_view",
    "send_draft",
    "statement",
    "statement_file",
    "statements",
    "take_back",
    "withdraw_draft",
]
