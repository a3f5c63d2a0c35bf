"""Figures as a file: the sheet that the page shows, as tidy CSV."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime

from hotspot.core.exports import BOM, MARKING, safe_text
from hotspot.core.periods import LONDON
from reports.filters import Question
from reports.measures import CATALOGUE, DEFINITION_VERSION
from reports.presenters import NO_PATROLS, NOT_RECORDED, NOT_SHOWN, Line, Sheet, place
from reports.presenters.cards import Card, Column
from reports.presenters.numbers import Value, plain

KEYS = ("marking", "programme", "first_day", "last_day", "as_at", "definition", "part", "hotspot_area", "month")


def csv_text(sheet: Sheet) -> str:
    """The sheet in CSV, with a byte order mark for Excel. One header row, ISO dates, units in the header.

    `part` says what a row is: total, area or month. Numbers are bare; [c] is what is withheld, [x] a month without
    records.
    """
    file = io.StringIO()
    file.write(BOM)
    writer = csv.writer(file)
    writer.writerow([*KEYS, *(f"{measure.code} ({measure.unit})" for measure in CATALOGUE)])
    writer.writerows(_rows(sheet))
    return file.getvalue()


def card_text(card: Card, question: Question, at: datetime) -> str:
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
    writer.writerow([*keys, *(_header(column) for column in card.columns)])
    writer.writerows([*about, *(_cell(value) for value in row)] for row in card.rows)
    return file.getvalue()


def _cell(value: Value) -> str:
    """Words that no spreadsheet runs as a formula; a number below zero is none."""
    if value == NO_PATROLS:
        return NOT_RECORDED
    return safe_text(value) if isinstance(value, str) else plain(value)


def _header(column: Column) -> str:
    name = column.label.lower().removesuffix(", %").replace(" ", "_")
    return f"{name} ({column.unit})" if column.unit else name


def as_at_text(at: datetime) -> str:
    """An instant by London's clock, with its offset."""
    return at.astimezone(LONDON).isoformat(timespec="seconds")


def _rows(sheet: Sheet) -> Iterator[list[object]]:
    figures = sheet.figures
    about = [
        MARKING,
        safe_text(figures.programme.name),
        figures.period.first_day,
        figures.period.last_day,
        as_at_text(figures.as_at),
        figures.definition,
    ]
    chosen = safe_text(sheet.place)
    for part, lines in (("total", [sheet.total]), ("area", sheet.areas), ("month", sheet.months)):
        for line in lines:
            yield [
                *about,
                part,
                safe_text(line.area) or chosen,
                f"{line.month:%Y-%m}" if line.month else "",
                *_numbers(line),
            ]


def _numbers(line: Line) -> list[object]:
    if not line.is_recorded:
        return [NOT_RECORDED] * len(line.numbers)
    return [NOT_SHOWN if number is None else number for number in line.numbers]
