"""What is asked about statements: the one before, what must not be worked out from both, and where a number stands."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from hotspot.core.periods import Period
from hotspots.models import Programme
from patrols.models import PatrolShift
from reports.models import Statement
from reports.queries.headline import COLUMNS, Counts, Figures, Grain, Row
from reports.queries.headline import figures as count_figures
from reports.queries.history import counted_at
from reports.rules import Cell, Run, fingerprint, newly_told


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


def published_with(shift: PatrolShift) -> list[Statement]:
    """The published statements, newest version of each, whose days and hotspot areas take in a shift."""
    return list(
        Statement.objects.published()
        .filter(
            programme=shift.funding_stream.programme_id,
            first_day__lte=shift.day,
            last_day__gte=shift.day,
            counted__areas__contains=[shift.area_id],
        )
        .exclude(corrected_by__state=Statement.State.PUBLISHED)
        .only("reference", "version", "as_at", "first_day", "last_day")
        .order_by("-as_at", "-pk")
    )


def live_figures(statement: Statement, *, at: datetime) -> Figures:
    """The figures of a frozen statement's programme, days and areas as the records are now, by area."""
    return count_figures(
        programme=statement.programme,
        period=_period_of(statement),
        areas=(statement.counted or {})["areas"],
        at=at,
        by=(Grain.AREA,),
    )


def published_figures(statement: Statement) -> dict[int, Counts]:
    """The counts that were frozen with a statement, by area."""
    return _by_area(kept_rows(statement))


def told_apart(programme: Programme, figures: Figures) -> dict[str, set[Cell]]:
    """The cells of a period, by column, that would tell a small number beside what is published already.

    An area's count is withheld if months in a row follow from it and from published ones, and their count is small; or
    if it differs by a small number from a published one of an overlapping period: that is a few days' count, or a late
    entry. `figures` are by area and month.
    """
    months = {month.first_day: place for place, month in enumerate(programme.period.each_month())}
    earlier = list(Statement.objects.published().filter(programme=programme).only("counted", "first_day", "last_day"))
    cells: dict[str, set[Cell]] = {column: set() for column in COLUMNS}
    if not earlier:
        return cells
    firsts = [month.first_day for month in figures.period.each_month()]
    new, span = _run_of(figures.period, months), (firsts[0], firsts[-1])
    everything = _whole_time(programme, figures)
    now = _by_area(figures.rows)
    then = [(_run_of(_period_of(each), months), _shown(each), _by_area(kept_rows(each))) for each in earlier]
    for column in COLUMNS:
        for area in figures.area_ids:
            known = [run for run, shown, _ in then if area in shown.get(column, ())]
            overlapping = [
                getattr(counts.get(area, Counts()), column)
                for run, shown, counts in then
                if area in shown.get(column, ()) and run[0] < new[1] and new[0] < run[1]
            ]
            count = getattr(now.get(area, Counts()), column)
            monthly = [getattr(everything.get((area, month), Counts()), column) for month in months]
            if any(abs(count - before) in programme.small for before in overlapping) or any(
                sum(monthly[first:end]) in programme.small for first, end in newly_told(known, new)
            ):
                cells[column].add((area, span))
    return cells


def _whole_time(programme: Programme, figures: Figures) -> dict[tuple[int, date], Counts]:
    """The counts of a programme's whole time, for the areas of some figures."""
    whole = count_figures(
        programme=programme,
        period=programme.period,
        areas=figures.area_ids,
        at=figures.as_at,
        by=(Grain.AREA, Grain.MONTH),
    )
    return {(row.area, row.month): row.counts for row in whole.rows if row.area is not None and row.month is not None}


def _run_of(period: Period, months: Mapping[date, int]) -> Run:
    """The months that a period touches, by their places in the programme."""
    return months[period.first_day.replace(day=1)], months[period.last_day.replace(day=1)] + 1


def _period_of(statement: Statement) -> Period:
    if statement.first_day is None or statement.last_day is None:
        raise ValueError("A draft has no figures.")
    return Period(statement.first_day, statement.last_day)


def _shown(statement: Statement) -> dict[str, list[int]]:
    """The areas whose counts a published statement tells, by column."""
    shown: dict[str, list[int]] = (statement.counted or {})["shown"]
    return shown


def _by_area(rows: Sequence[Row]) -> dict[int, Counts]:
    parts: dict[int, list[Counts]] = {}
    for row in rows:
        if row.area is not None:
            parts.setdefault(row.area, []).append(row.counts)
    return {area: Counts.total(counts) for area, counts in parts.items()}


def history_says(statement: Statement) -> list[Row]:
    """The counts behind a frozen statement once more, from the history as it stood then."""
    if statement.records_until is None:
        raise ValueError("A draft has no figures.")
    return counted_at(
        programme=statement.programme,
        period=_period_of(statement),
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
