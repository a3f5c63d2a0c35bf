"""Charts of a published statement, from its body alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from reports.figures.charts import Bar, Bars, on_grid
from reports.figures.tables import number_text
from reports.statements.body import PublishedStatement


def charts_of(release: PublishedStatement) -> list[tuple[str, Bars]]:
    """Bars of the first measure by month and by area, with their headings; none of a part with a single row."""
    measure = release.headline_measures[0]
    named = [(f"{measure['name']} by month", "name", release.by("month"))]
    named.append((f"{measure['name']} by hotspot area", "hotspot_area", release.by("area")))
    return [(title, _bars(rows, key, measure)) for title, key, rows in named if len(rows) > 1]


def _bars(rows: Sequence[Mapping[str, Any]], key: str, measure: Mapping[str, str]) -> Bars:
    numbers = [row[measure["code"]] for row in rows]
    most = max((number for number in numbers if number is not None), default=0)
    bars = [
        Bar(row[key], _words(row, number), on_grid(number or 0, most))
        for row, number in zip(rows, numbers, strict=True)
    ]
    return Bars(bars, key=measure["name"])


def _words(row: Mapping[str, Any], number: int | None) -> str:
    """The number; of a month without records, that there are none."""
    return number_text(number) if row.get("recorded", True) else "no records"
