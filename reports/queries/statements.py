"""What is asked about statements: the one before, what must not be worked out from both, and where a number stands."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date

from hotspot.core.periods import Period
from hotspots.models import Programme
from reports.models import Statement
from reports.queries.headline import COLUMNS, Counts, Figures, Row
from reports.queries.history import counted_at
from reports.rules import Cell, fingerprint


def kept_rows(statement: Statement) -> list[Row]:
    """The counts by area and month that were frozen with a statement, small ones too."""
    return [
        Row(Counts(**dict(zip(COLUMNS, counts, strict=True))), area=area, month=date.fromisoformat(month))
        for area, month, *counts in (statement.counted or {}).get("rows", [])
    ]


def keepable(rows: Iterable[Row]) -> dict[str, list[list[object]]]:
    """Rows by area and month as `kept_rows` reads them back."""
    return {"rows": [[row.area, str(row.month), *(getattr(row.counts, column) for column in COLUMNS)] for row in rows]}


def previous(statement: Statement) -> Statement | None:
    """The last published statement of the same programme and areas, or the one that this corrects."""
    if statement.corrects is not None:
        return statement.corrects
    published = Statement.objects.published().filter(programme=statement.programme, area_ids=statement.area_ids)
    return published.exclude(pk=statement.pk).order_by("-as_at", "-pk").first()


def told_apart(programme: Programme, figures: Figures) -> dict[str, set[Cell]]:
    """The cells of a period, by column, that published ones would turn into a small number by subtraction.

    An area's count for a period that overlaps one already published must not differ from it by a small number: the
    difference is the count of a few days, or of a late entry. `figures` are by area and month.
    """
    months = [month.first_day for month in figures.period.each_month()]
    span = (months[0], months[-1])
    now = _by_area(figures.rows)
    cells: dict[str, set[Cell]] = {column: set() for column in COLUMNS}
    for earlier in Statement.objects.published().filter(
        programme=programme, first_day__lte=figures.period.last_day, last_day__gte=figures.period.first_day
    ):
        then = _by_area(kept_rows(earlier))
        for area in now.keys() | then.keys():
            for column in COLUMNS:
                counts = now.get(area, Counts()), then.get(area, Counts())
                if abs(getattr(counts[0], column) - getattr(counts[1], column)) in programme.small:
                    cells[column].add((area, span))
    return cells


def _by_area(rows: Sequence[Row]) -> dict[int, Counts]:
    parts: dict[int, list[Counts]] = {}
    for row in rows:
        if row.area is not None:
            parts.setdefault(row.area, []).append(row.counts)
    return {area: Counts.total(counts) for area, counts in parts.items()}


def history_says(statement: Statement) -> list[Row]:
    """The counts behind a frozen statement once more, from the history as it stood then."""
    if statement.records_until is None or statement.first_day is None or statement.last_day is None:
        raise ValueError("A draft has no figures.")
    return counted_at(
        programme=statement.programme,
        period=Period(statement.first_day, statement.last_day),
        areas=(statement.counted or {})["areas"],
        moment=statement.records_until,
    )


def broken(statement: Statement) -> list[str]:
    """What is wrong with a published statement, in sentences for the log: nothing, unless somebody got past the rules.

    Its body must have its fingerprint, its files theirs, and its counts must come out of the history once more.
    """
    wrong = []
    if fingerprint(statement.body or {}) != statement.sha256:
        wrong.append("its text is not what was published")
    changed = [file.name for file in statement.files.all() if hashlib.sha256(file.content).hexdigest() != file.sha256]
    wrong += [f"the file {name} is not what was published" for name in changed]
    if history_says(statement) != kept_rows(statement):
        wrong.append("the history does not give its figures any more")
    return wrong
