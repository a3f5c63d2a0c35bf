"""Whether what was frozen may still be told beside what was signed off since it was."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from hotspot.core.calendar import Period
from reports.figures.criteria import ReportCriteria
from reports.figures.suppression import withheld
from reports.models import Statement
from reports.statements import press_knives
from reports.statements.body import PublishedStatement, question_of, release_of
from reports.statements.press_text import KNIVES
from reports.statements.queries import definition_of_statement


def is_still_told(statement: Statement, at: datetime) -> bool:
    """Whether nothing that a frozen statement shows would be withheld, were it frozen at this instant.

    Statements that wait side by side were frozen without each other. Once one of them is signed off, another can
    give away a small number together with it: of what was logged or corrected between the two, for instance.
    """
    release, definition = release_of(statement), definition_of_statement(statement)
    question = replace(question_of(statement, at), period=release.period)
    every_area = [area.pk for area in question.all_areas]
    hidden = withheld(programme=statement.programme, areas=every_area, at=at, definition=definition)
    if any(hidden.hides(*shown) for shown in _shown(statement, release)):
        return False
    return KNIVES not in release.body or _tells_knives(statement, question, at)


def _shown(statement: Statement, release: PublishedStatement) -> Iterator[tuple[str, list[int], Period]]:
    """What it shows of measures of which counts can be withheld: column, areas and period of each number."""
    kept: dict[str, Any] = statement.counted or {}
    for measure in release.definition.protected:
        for area in kept["shown"].get(measure.column, ()):
            yield measure.column, [area], release.period
        if release.body["totals"][measure.code] is not None:
            yield measure.column, kept["areas"], release.period
        for row in release.body["by_month"]:
            if row[measure.code] is not None:
                yield measure.column, kept["areas"], Period.month(date.fromisoformat(f"{row['month']}-01"))


def _tells_knives(statement: Statement, question: ReportCriteria, at: datetime) -> bool:
    return bool(press_knives.sentences(statement, question, at))
