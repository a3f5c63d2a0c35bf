"""The card that holds the six figures against another time or other areas."""

from dataclasses import dataclass

from hotspot.core import wording
from hotspot.core.definitions.base import Measure
from reports.dashboard.cards.base import Card, CardColumn
from reports.figures.changes import mean
from reports.figures.comparisons import CHOSEN, Other, other_in_words
from reports.figures.formatting import Value
from reports.figures.headline import Counts
from reports.figures.measures import HEADLINE, PATROL_HOURS
from reports.figures.tables import FigureTables, shown_number

WEEK = 7


@dataclass(frozen=True)
class _Rate:
    """What the numbers are said for as well: `times` a number by the days or areas of either side."""

    name: str
    times: int
    here: int
    there: int


def comparison(sheet: FigureTables) -> Card | None:
    """The figures asked for beside the others; None where nothing is compared.

    Where one side has more days or areas, also for a week or for an area: sums alone would mislead.
    """
    other, before = sheet.other, sheet.before
    if other is None or before is None:
        return None
    names = _sides(sheet, other)
    rate = _rate(sheet)
    columns = [CardColumn("Figure"), *(CardColumn(name, "number") for name in (*names, "Difference"))]
    columns += [CardColumn(f"{name}: {rate.name}", "number") for name in names if rate]
    hours = shown_number(PATROL_HOURS, sheet.figures.totals)
    return Card(
        code="comparison",
        name="Comparison",
        sentence=f"{sheet.compared_with} Patrol hours are {sheet.change(PATROL_HOURS, hours)}.",
        columns=columns,
        rows=[_row(measure, sheet, before.totals, rate) for measure in HEADLINE],
        chart=None,
        notes=["The cards below are of these areas alone."] if sheet.compares_areas else [],
        about=[
            "The six figures by the same definitions on both sides, as they are now. A difference is that of the "
            "numbers shown. It does not say why: other nights, more crews or fewer, and chance all look the same.",
        ],
    )


def _sides(sheet: FigureTables, other: Other) -> list[str]:
    """Either side as the head of a column, where no more than one area is named."""
    here, there = sheet.place if sheet.compares_areas else sheet.period, other_in_words(sheet.question, other)
    if sheet.compares_areas and sheet.question.is_narrowed and len(sheet.question.areas) > 1:
        here = wording.plural(len(sheet.question.areas), "hotspot area")
    if sheet.question.beside and len(other.areas) > 1:
        there = CHOSEN
    return [side[:1].upper() + side[1:] for side in (here, there)]


def _rate(sheet: FigureTables) -> _Rate | None:
    other = sheet.other
    if other is None or sheet.so_far is None:
        return None
    if sheet.areas_differ:
        return _Rate("for one area", 1, len(sheet.question.areas), len(other.areas))
    return _Rate("a week", WEEK, sheet.so_far.days, other.period.days) if sheet.compares_lengths else None


def _row(measure: Measure, sheet: FigureTables, other: Counts, rate: _Rate | None) -> list[Value]:
    asked = sheet.figures.totals
    here, there = shown_number(measure, asked), shown_number(measure, other)
    row: list[Value] = [measure.name, here, there, None if sheet.areas_differ else here - there]
    if rate:
        sides = ((asked, rate.here), (other, rate.there))
        row += [mean(measure, getattr(counts, measure.column), size, rate.times) for counts, size in sides]
    return row
