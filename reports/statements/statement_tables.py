"""The tables of a published statement, as its page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reports.figures.formatting import unrecorded_cells
from reports.figures.tables import NOT_RECORDED, FigureTables, number_text


@dataclass(frozen=True)
class StatementTable:
    """A table of a statement: what its rows are, and the rows with the total last. None is withheld, [x] missing."""

    name: str
    key: str
    figures: Sequence[str]
    rows: Sequence[Sequence[str | int | None]]

    @property
    def columns(self) -> list[dict[str, object]]:
        """The columns as a page shows them."""
        return [{"label": self.key}, *({"label": figure, "numeric": True} for figure in self.figures)]

    @property
    def cells(self) -> list[list[str]]:
        """The rows but the total as a page shows them."""
        return [_shown(row) for row in self.rows[:-1]]

    @property
    def foot(self) -> list[str]:
        """The total as a page shows it."""
        return _shown(self.rows[-1])


def _shown(row: Sequence[str | int | None]) -> list[str]:
    if NOT_RECORDED in row:
        return [str(row[0]), *unrecorded_cells(len(row) - 1)]
    return [cell if isinstance(cell, str) else number_text(cell) for cell in row]


def told_areas(sheet: FigureTables) -> dict[str, list[int]]:
    """The areas whose numbers a sheet tells, by column. One area alone is its total."""
    names = {area.name: area.pk for area in sheet.question.areas}
    lines = sheet.areas or [replace(sheet.total, area=area.name) for area in sheet.question.areas[:1]]
    return {
        measure.column: [names[line.area] for line in lines if line.numbers[place] is not None]
        for place, measure in enumerate(sheet.definition.measures)
    }
