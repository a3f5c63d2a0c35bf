"""Which figures are too small to be told."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotspot.core.periods import Period, today
from hotspots.models import Programme
from reports.queries.headline import COLUMNS, Grain, figures
from reports.rules import Cell, withheld_cells

# Hours and clock hours would tell how many patrols there were, so they are withheld with them.
_WITHHELD_WITH = {"patrol_minutes": "patrols", "clock_minutes": "patrols"}


@dataclass(frozen=True)
class Withheld:
    """Which figures of single areas are too small to be told to people who may not see records."""

    period: Period
    area_ids: frozenset[int]
    cells: Mapping[str, set[Cell]]

    def hides(self, column: str, areas: Iterable[int], period: Period) -> bool:
        """Whether this count of these areas, in a run of whole months, must not be shown.

        The total of all areas is a headline and always shown. That of some is shown if each of its parts may be.
        """
        chosen = frozenset(areas)
        within = period.clip(self.period)
        if chosen >= self.area_ids or within is None:
            return False
        span = (within.first_day.replace(day=1), within.last_day.replace(day=1))
        cells = self.cells[_WITHHELD_WITH.get(column, column)]
        return any((area, span) in cells for area in chosen)


def withheld(
    *, programme: Programme, areas: Iterable[int], at: datetime, also: Mapping[str, Set[Cell]] | None = None
) -> Withheld:
    """What to withhold of a programme's figures; `areas` are all that the person may see.

    `also` names further cells by column, which are not small themselves.
    """
    area_ids = sorted(areas)
    until = max(programme.first_day, min(today(at), programme.last_day))
    so_far = Period(programme.first_day, until)
    months = [month.first_day for month in so_far.each_month()]
    grid = figures(
        programme=programme, period=programme.period, areas=area_ids, at=at, by=(Grain.AREA, Grain.MONTH)
    ).rows
    cells = {}
    for column in COLUMNS:
        if column not in _WITHHELD_WITH:
            counts: Any = {(row.area, row.month): getattr(row.counts, column) for row in grid}
            more = (also or {}).get(column, ())
            cells[column] = withheld_cells(counts, area_ids, months, small=programme.small, also=more)
    return Withheld(so_far, frozenset(area_ids), cells)
