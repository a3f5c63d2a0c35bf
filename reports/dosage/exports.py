"""The dose of areas as tidy CSV: what the page shows, by area and week or month."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from hotspot.core.spreadsheets import BOM, MARKING, safe_text
from reports.dosage.counting import AreaDose, MonthDose
from reports.dosage.presenters import month_rows
from reports.figures.csv import as_at_text

WEEK_HEADINGS = (
    "marking",
    "as_at",
    "hotspot_area",
    "week_of",
    "dose",
    "visit_minutes_least",
    "visit_minutes_most",
    "target_minutes",
    "visits",
    "target_visits",
    "visits_10_to_20_least",
    "visits_10_to_20_most",
    "visits_without_a_bound",
    "days",
    "days_with_visits",
    "shift_minutes",
    "officer_minutes",
    "shifts",
    "shifts_without_visits",
)
MONTH_HEADINGS = (
    "marking", "as_at", "hotspot_area", "month", "shift_minutes", "officer_minutes", "visit_minutes", "visits",
    "visits_10_to_20",
)  # fmt: skip


def weeks_text(found: Iterable[AreaDose], at: datetime) -> str:
    """A row for each area and week."""
    return _text(
        WEEK_HEADINGS,
        [
            [
                MARKING, as_at_text(at), safe_text(dose.area.name), week.week.first_day, week.met.value,
                given.least_minutes, given.most_minutes, week.target.minutes, given.visits, week.target.visits,
                given.in_band, given.in_band + given.perhaps_in_band, given.unbounded, given.days, given.visited_days,
                given.shift_minutes, given.officer_minutes, given.shifts, given.shifts_unvisited,
            ]
            for dose in found
            for week in dose.weeks
            for given in (week.given,)
        ],
    )  # fmt: skip


def months_text(found: Sequence[MonthDose], at: datetime) -> str:
    """A row for each area and month, without small numbers."""
    rows = [
        [MARKING, as_at_text(at), safe_text(each.area.name), f"{each.month:%Y-%m}", *shown[2:]]
        for each, shown in zip(found, month_rows(found), strict=True)
    ]
    return _text(MONTH_HEADINGS, rows)


def _text(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    file = io.StringIO()
    file.write(BOM)
    writer = csv.writer(file)
    writer.writerow(headings)
    writer.writerows(rows)
    return file.getvalue()
