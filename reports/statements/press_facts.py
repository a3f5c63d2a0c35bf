"""What a press text can say that is counted elsewhere than the figures: initiatives, costs, people jailed, knives."""

from datetime import datetime
from typing import Any

from reports.figures.criteria import ReportCriteria
from reports.models import Statement
from reports.statements import initiative_list, press_costs, press_justice, press_knives


def sentences(statement: Statement, question: ReportCriteria, at: datetime) -> dict[str, str]:
    """The sentences by the name of their token; none that may not be published."""
    return (
        initiative_list.sentences(question)
        | press_costs.sentences(statement.words, question)
        | press_justice.sentences(statement, question, at)
        | press_knives.sentences(statement, question, at)
    )


def kept(statement: Statement, question: ReportCriteria, at: datetime) -> dict[str, Any]:
    """What a body keeps of those that its text has; one without any keeps the form it always had."""
    return {
        **initiative_list.kept(statement.words, question),
        **press_costs.kept(statement.words, question),
        **press_justice.kept(statement, question, at),
        **press_knives.kept(statement, question, at),
    }
