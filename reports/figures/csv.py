"""Figures as tidy CSV: the tables that the page shows."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime

from hotspot.core.calendar import LONDON
from hotspot.core.spreadsheets import BOM, MARKING, safe_text
from reports.figures.measures import CATALOGUE
from reports.figures.tables import NOT_RECORDED, NOT_SHOWN, FigureTables, Line

KEYS = ("marking", "programme", "first_day", "last_day", "as_at", "definition", "part", "hotspot_area", "month")


def csv_text(sheet: FigureTables) -> str:
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


def as_at_text(at: datetime) -> str:
    """An instant by London's clock, with its offset."""
    return at.astimezone(LONDON).isoformat(timespec="seconds")


def _rows(sheet: FigureTables) -> Iterator[list[object]]:
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
