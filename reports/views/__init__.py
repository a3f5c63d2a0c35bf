"""The pages of figures, the dashboard, statements and returns."""

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
from reports.views.returns import (
    begin_return,
    programme_return,
    restate,
    return_file,
    return_template,
    returns,
    withdraw_return,
)
from reports.views.saved_views import remove_view, save_view
from reports.views.statements import check_figure, correct_statement, statement, statement_file, statements
from reports.views.templates import new_template, remove_template, template_rows

__all__ = [
    "approve",
    "begin_return",
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
    "new_template",
    "programme_return",
    "remove_template",
    "remove_view",
    "restate",
    "return_draft",
    "return_file",
    "return_template",
    "returns",
    "save_view",
    "send_draft",
    "statement",
    "statement_file",
    "statements",
    "take_back",
    "template_rows",
    "withdraw_draft",
    "withdraw_return",
]
