"""Which figures are too small to be told. Only counts of `PROTECTED` measures by area are ever withheld."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import accumulate
from typing import Any

from hotspot.core.calendar import Period, months_between, today
from hotspot.core.definitions.base import Definition
from hotspot.core.definitions.registry import definition_of, definition_of_body
from hotspots.models import Programme
from reports.figures.headline import COLUMNS, Grain
from reports.figures.history import figures_by
from reports.figures.measures import DEFINITION_VERSION
from reports.figures.suppression_rules import MonthEnd, PublishedRun, shown_month_ends
from reports.models import Statement


@dataclass(frozen=True)
class Withheld:
    """Which counts of single areas must not be shown to people who may not see records.

    `months` are the first days of all months of the programme, `told` the places between them up to which an area's
    running count is told, by column; see `shown_month_ends` in `suppression_rules`. `totals` are the running counts
    of all areas.
    """

    period: Period
    area_ids: frozenset[int]
    months: Sequence[date]
    told: Mapping[str, Mapping[int, set[MonthEnd]]]
    totals: Mapping[str, Sequence[int]]

    def hides(self, column: str, areas: Iterable[int], period: Period) -> bool:
        """Whether this count of these areas, in the months that the period touches, must not be shown.

        Hours, patrols and the total of all areas are always shown, and so is 0 where that total is 0. The total of
        some areas is shown if each of its parts may be. A month that is not over is not told up to its end, so counts
        that include it are withheld.
        """
        told = self.told.get(column)
        if (
            told is None
            or (chosen := frozenset(areas)) >= self.area_ids
            or (within := period.clip(self.period)) is None
        ):
            return False
        first, end = _place(self.months, within.first_day), _place(self.months, within.last_day) + 1
        if self.totals[column][first] == self.totals[column][end]:
            return False
        return not all(first in (ends := told.get(area, ())) and end in ends for area in chosen)


def withheld(
    *, programme: Programme, areas: Iterable[int], at: datetime, definition: Definition | None = None
) -> Withheld:
    """What to withhold of a programme's figures, live and in statements; `areas` are all that the person may see.

    Of figures by another definition than the current one, what is small by that.
    """
    counted_by = definition or definition_of(DEFINITION_VERSION)
    area_ids = sorted(areas)
    months = [month.first_day for month in programme.period.each_month()]
    over = [month for month in months if min(Period.month(month).last_day, programme.last_day) < today(at)]
    grid = figures_by(
        counted_by, programme=programme, period=programme.period, areas=area_ids, at=at, by=(Grain.AREA, Grain.MONTH)
    ).rows
    published = _published(programme, months)
    told, totals = {}, {}
    for column in (measure.column for measure in counted_by.protected):
        place = COLUMNS.index(column)
        counts: Any = {(row.area, row.month): row.counts.numbers[place] for row in grid}
        by_month = [sum(counts.get((area, month), 0) for area in area_ids) for month in months]
        totals[column] = list(accumulate(by_month, initial=0))
        runs = published.get(column, ())
        told[column] = shown_month_ends(counts, area_ids, over, small=programme.small, published=runs)
    return Withheld(programme.period, frozenset(area_ids), months, told, totals)


def _place(months: Sequence[date], day: date) -> MonthEnd:
    """Which of these months, which follow one another, holds a day of theirs."""
    return months_between(months[0], day)


# --- what statements have told ------------------------------------------------------------------------------------


def _published(programme: Programme, months: Sequence[date]) -> Mapping[str, Sequence[PublishedRun]]:
    """Every count of a single area that a statement of the programme shows or will show, by column."""
    runs: dict[str, list[PublishedRun]] = {}
    published = Statement.objects.signed_off().filter(programme=programme).exclude(sha256="")
    for pk, sha256 in published.order_by("pk").values_list("pk", "sha256"):
        for column, area, first, last, count in _shown_if_there(pk, sha256):
            if first in months and last in months:
                runs.setdefault(column, []).append(
                    PublishedRun(area, months.index(first), months.index(last) + 1, count)
                )
    return runs


def _shown_if_there(pk: int, sha256: str) -> tuple[tuple[str, int, date, date, int], ...]:
    """What a signed-off statement shows; nothing of one that was withdrawn before its release a moment ago."""
    try:
        return _shown(pk, sha256)
    except Statement.DoesNotExist:
        return ()


# A statement that is signed off changes no more while it is, and counts of a hundred areas are long to read.
@lru_cache(maxsize=1000)
def _shown(pk: int, sha256: str) -> tuple[tuple[str, int, date, date, int], ...]:
    """The runs of months whose counts it shows: column, area, first and last month, count. No error is kept."""
    return tuple(_runs_of(Statement.objects.get(pk=pk, sha256=sha256)))


def _runs_of(statement: Statement) -> Iterator[tuple[str, int, date, date, int]]:
    kept: Mapping[str, Any] = statement.counted or {}
    definition = definition_of_body(statement.body or {})
    if statement.first_day is None or statement.last_day is None:
        return
    first, last = statement.first_day.replace(day=1), statement.last_day.replace(day=1)
    rows = {
        (area, date.fromisoformat(month)): dict(zip(definition.columns, counts, strict=True))
        for area, month, *counts in kept["rows"]
    }
    for column in (measure.column for measure in definition.protected):
        for area in kept["shown"].get(column, ()):
            total = sum(counts[column] for (of, _), counts in rows.items() if of == area)
            yield column, area, first, last, total
    # The months of some areas together are told area by area too: a small difference to them is one of an area.
    if statement.area_ids:
        for measure in definition.protected:
            for row in (statement.body or {})["by_month"]:
                if row[measure.code] is not None:
                    month = date.fromisoformat(f"{row['month']}-01")
                    for area in kept["areas"]:
                        counts = rows.get((area, month), {})
                        yield measure.column, area, month, month, counts.get(measure.column, 0)
