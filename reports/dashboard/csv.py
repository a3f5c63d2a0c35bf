"""The table of a card as tidy CSV."""

import csv
import io
from datetime import datetime

from hotspot.core.spreadsheets import BOM, MARKING, safe_text
from reports.dashboard.cards.base import Card, CardColumn
from reports.figures.criteria import ReportCriteria
from reports.figures.csv import as_at_text
from reports.figures.formatting import NO_PATROLS, Value, plain
from reports.figures.measures import DEFINITION_VERSION
from reports.figures.tables import NOT_RECORDED, place


def card_text(card: Card, question: ReportCriteria, at: datetime) -> str:
    """The table of a card in CSV, as `csv_text` writes it: what it was asked first, then its own columns."""
    about = [
        MARKING,
        safe_text(question.programme.name),
        question.period.first_day,
        question.period.last_day,
        as_at_text(at),
        DEFINITION_VERSION,
        safe_text(place(question)),
    ]
    file = io.StringIO()
    file.write(BOM)
    writer = csv.writer(file)
    keys = ("marking", "programme", "first_day", "last_day", "as_at", "definition", "hotspot_areas")
    writer.writerow([*keys, *(header(column) for column in card.columns)])
    writer.writerows([*about, *(_cell(value) for value in row)] for row in card.rows)
    return file.getvalue()


def _cell(value: Value) -> str:
    """Words that no spreadsheet runs as a formula; a number below zero is none."""
    if value == NO_PATROLS:
        return NOT_RECORDED
    return safe_text(value) if isinstance(value, str) else plain(value)


def header(column: CardColumn) -> str:
    """A column's name in a file, with its unit. It can be an area's name, which somebody typed."""
    name = column.label.lower().removesuffix(", %").replace(" ", "_")
    return safe_text(f"{name} ({column.unit})" if column.unit else name)
