"""The initiatives that a press text speaks of: in words while it is prepared, and as a table that is frozen with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hotspots.initiatives.presenters import PUBLISHED_COLUMNS, kinds_in_words, published_rows
from hotspots.initiatives.queries import publishable_in
from hotspots.models import Initiative
from reports.figures.criteria import ReportCriteria
from reports.statements.press_text import INITIATIVES, speaks_of_initiatives

_KEYS = ("name", "kind", "where", "status", "when", "quantity")


def sentences(question: ReportCriteria) -> dict[str, str]:
    """The kinds of initiatives that a statement can speak of, by the name of their token; none that may not be told."""
    said = kinds_in_words(_initiatives(question))
    return {INITIATIVES: said} if said else {}


def kept(words: str, question: ReportCriteria) -> dict[str, Any]:
    """What the body of a statement keeps of them; nothing where its press text does not speak of them."""
    if not speaks_of_initiatives(words):
        return {}
    rows = published_rows(_initiatives(question))
    return {"initiatives": [dict(zip(_KEYS, row, strict=True)) for row in rows]}


def _initiatives(question: ReportCriteria) -> list[Initiative]:
    """Those of its programme that had begun by its last day; of some areas, those there and of the whole force."""
    areas = [area.pk for area in question.areas] if question.is_narrowed else None
    return list(publishable_in(question.programme, until=question.period.last_day, areas=areas))


@dataclass(frozen=True)
class InitiativeTable:
    """The initiatives of a published statement, as its page shows them."""

    rows: list[list[str]]
    columns: list[dict[str, str]]


def table_of(body: Mapping[str, Any]) -> InitiativeTable | None:
    """The table that a statement keeps; None of one that speaks of no initiatives."""
    rows = [[row[key] for key in _KEYS] for row in body.get("initiatives", ())]
    return InitiativeTable(rows, PUBLISHED_COLUMNS) if rows else None
