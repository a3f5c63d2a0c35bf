"""What a press text can say of people jailed: of arrests since launch, to the end of the last month that is over."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from reports.figures.criteria import ReportCriteria
from reports.figures.periods import is_since_launch
from reports.justice.counting import JusticeFigures
from reports.justice.presenters import jailed_sentence
from reports.justice.queries import told_since_launch
from reports.models import Statement
from reports.statements.press_text import JAILED, token_names


def _told(statement: Statement, question: ReportCriteria, at: datetime) -> JusticeFigures | None:
    """The figures, where the text has the sentence and a statement may quote them.

    It may by the rule of their page for people who see no records: so nobody learns from drafts of other months or days
    what the page keeps back. A text without the sentence is not made to wait for them.
    """
    if JAILED not in token_names(statement.words) or question.is_narrowed or not is_since_launch(question.code):
        return None
    found = told_since_launch(statement.prepared_by, programme=question.programme, at=at)
    return found[0] if found is not None and "jailed" in found[1] else None


def sentences(statement: Statement, question: ReportCriteria, at: datetime) -> dict[str, str]:
    """The sentence that a text has in braces, by its name; none where its number is withheld."""
    found = _told(statement, question, at)
    if found is None:
        return {}
    return {JAILED: jailed_sentence(found.known_by, found.counts.arrests, found.counts.jailed)}


def kept(statement: Statement, question: ReportCriteria, at: datetime) -> Mapping[str, Any]:
    """What a body keeps of the sentence: a text without it keeps the form it always had."""
    found = _told(statement, question, at)
    if found is None:
        return {}
    numbers = {"arrests": found.counts.arrests, "jailed": found.counts.jailed}
    return {"justice": {"definition": found.definition, "known_by": str(found.known_by), **numbers}}
