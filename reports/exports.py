"""Figures as a file: the sheet that the page shows, as tidy CSV."""

import csv
import io
from collections.abc import Iterator

from hotspot.core.exports import BOM, safe_text
from hotspot.core.periods import LONDON
from reports.measures import CATALOGUE
from reports.presenters import NOT_SHOWN, Line, Sheet

KEYS = ("programme", "first_day", "last_day", "as_at", "definition", "part", "hotspot_area", "month")


def csv_text(sheet: Sheet) -> str:
    """The sheet in CSV, with a byte order mark for Excel. One header row, ISO dates, units in the header.

    `part` says what a row is: total, area or month. Numbers are bare; [c] is what is withheld.
    """
    file = io.StringIO()
    file.write(BOM)
    writer = csv.writer(file)
    writer.writerow([*KEYS, *(f"{measure.code} ({measure.unit})" for measure in CATALOGUE)])
    writer.writerows(_rows(sheet))
    return file.getvalue()


def _rows(sheet: Sheet) -> Iterator[list[object]]:
    figures = sheet.figures
    as_at = figures.as_at.astimezone(LONDON).isoformat(timespec="seconds")
    about = [
        safe_text(figures.programme.name),
        figures.period.first_day,
        figures.period.last_day,
        as_at,
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
    return [NOT_SHOWN if number is None else number for number in line.numbers]
