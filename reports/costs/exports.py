"""Costs as files: every line, or for the PCC's office what its page shows."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from hotspot.core.spreadsheets import BOM, MARKING, safe_text
from hotspots.models import FundingStream
from reports.costs import presenters
from reports.costs.definitions import MEASURES, VERSION
from reports.costs.office import OfficeRow
from reports.costs.queries import Costs
from reports.costs.rules import CostSum
from reports.figures.csv import as_at_text
from reports.figures.sheets import About, Cell, WorkbookSheet, with_contents
from reports.figures.spreadsheets import xlsx_of

HEADINGS = (
    "month", "closed", "hotspot_area", "funding_stream", "role", "type_of_time", "crew_places", "minutes",
    "rate_an_hour (pounds)", "cost (pounds)",
)  # fmt: skip
OFFICE_HEADINGS = ("first_month", "last_month", "funding_stream", "minutes", "minutes_without_rate", "cost (pounds)")
_NO_RATE = "no rate"


def line_rows(costs: Costs, areas: Mapping[int, str], streams: Iterable[FundingStream]) -> list[list[Cell]]:
    """A row for each line. Time without a rate says so, and costs nothing that could be added up."""
    names = {stream.pk: stream.name for stream in streams}
    return [
        [
            f"{line.month:%Y-%m}",
            "closed" if line.month in costs.closed else "open",
            safe_text(areas[line.area_id]),
            safe_text(names[line.stream_id]),
            line.role,
            line.rate_type,
            line.number,
            line.minutes,
            _NO_RATE if line.hour_pence is None else _pounds(line.hour_pence),
            _NO_RATE if line.pence is None else _pounds(line.pence),
        ]
        for line in sorted(costs.lines, key=lambda line: line[:5])
    ]


def office_file_rows(rows: Sequence[OfficeRow], streams: Iterable[FundingStream]) -> list[list[Cell]]:
    """A row for each run of months, and for each stream in it."""
    names = {stream.pk: stream.name for stream in streams}
    found: list[list[Cell]] = []
    for row in rows:
        months: list[Cell] = [f"{row.months[0]:%Y-%m}", f"{row.months[-1]:%Y-%m}"]
        found.append([*months, "all", *_sum_cells(row.total)])
        found += [[*months, safe_text(names[pk]), *_sum_cells(each)] for pk, each in row.by_stream.items()]
    return found


def _sum_cells(found: CostSum | None) -> Iterator[Cell]:
    if found is None:
        yield from [presenters.WITHHELD] * 3
        return
    yield from (found.minutes, found.unpaid_minutes)
    yield _pounds(found.pence) if found.paid_minutes else _NO_RATE


def csv_text(costs: Costs, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Rows as tidy CSV, with a byte order mark for Excel."""
    file = io.StringIO()
    file.write(BOM)
    writer = csv.writer(file)
    writer.writerow(("marking", "programme", "as_at", "definition", *headings))
    about = (MARKING, safe_text(costs.programme.name), as_at_text(costs.as_at), VERSION)
    writer.writerows([*about, *row] for row in rows)
    return file.getvalue()


def workbook(costs: Costs, headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """The same rows as a spreadsheet, with what the figures mean."""
    title = f"Patrol costs: {costs.programme.name}"
    meaning = [[measure.name, measure.unit, measure.definition] for measure in MEASURES]
    sheets = with_contents(
        WorkbookSheet("Cover", title, [MARKING, f"As at {as_at_text(costs.as_at)}"]),
        WorkbookSheet("Costs", title, ["This sheet has one table."], "costs", headings, rows),
        WorkbookSheet(
            "Definitions", "What the figures mean", [f"Version {VERSION}"], "definitions",
            ("Figure", "Unit", "Definition"), meaning,
        ),
    )  # fmt: skip
    return xlsx_of(sheets, About(title, "Patrol costs", costs.as_at))


def _pounds(pence: int) -> Decimal:
    return Decimal(pence).scaleb(-2)
