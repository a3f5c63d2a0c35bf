"""The result of a trial as PDF that screen readers can read (PDF/UA), by Typst."""

from pathlib import Path

from hotspot.core.calendar import today
from hotspot.core.spreadsheets import MARKING
from hotspot.core.typesetting import typeset
from reports.models import TrialResult
from reports.trials import presenters

_TEMPLATE = Path(__file__).with_name("result.typ")


def result_pdf(result: TrialResult) -> bytes:
    """The result of a trial that has its answer: sentences, comparisons, how it was carried out, what it rests on."""
    day = today(result.created_at)
    said = {
        "marking": MARKING,
        "title": presenters.title(result),
        "name": result.trial.name,
        "sentences": presenters.summary(result),
        "warnings": presenters.warnings(result),
        "columns": [column["label"] for column in presenters.COMPARISON_COLUMNS],
        "rows": presenters.comparison_rows(result),
        "method": presenters.METHOD,
        "carried_out": _entries(presenters.carried_out_rows(result)),
        "sources": _entries(presenters.source_rows(result)),
        "day": [day.year, day.month, day.day],
    }
    return typeset(_TEMPLATE, said)


def _entries(rows: list[dict[str, str]]) -> list[dict[str, object]]:
    return [{"key": row["key"], "lines": row["value"].splitlines() or [""]} for row in rows]
