"""The one function that computes the headline figures. Everything that shows one of them calls it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection

from hotspot.core.calendar import Period
from hotspot.core.definitions.base import Definition
from hotspot.core.definitions.registry import CURRENT
from hotspots.models import Programme
from reports.figures.measures import DEFINITION_VERSION


class Grain(StrEnum):
    """What figures can be split by."""

    AREA = "area"
    MONTH = "month"
    DAY = "day"


COLUMNS = CURRENT.columns
"""What the current definition counts. A later one counts all that earlier ones did."""
_PLACES = {column: place for place, column in enumerate(COLUMNS)}


@dataclass(frozen=True, init=False)
class Counts:
    """The additive parts of the headline. Minutes, not hours: hours are words, and are rounded where they are said.

    `Counts(*numbers)` takes them in the order of `COLUMNS`, `Counts(arrests=2)` by column; each is an attribute. What
    is not given is 0.
    """

    numbers: tuple[int, ...]

    def __init__(self, *numbers: int, **by_column: int) -> None:
        """Raises TypeError for a column that there is not."""
        if len(numbers) == len(COLUMNS) and not by_column:
            vars(self)["numbers"] = numbers
            return
        given = {**dict.fromkeys(COLUMNS, 0), **dict(zip(COLUMNS, numbers, strict=False)), **by_column}
        if len(given) > len(COLUMNS) or len(numbers) > len(COLUMNS):
            raise TypeError(f"The columns are {', '.join(COLUMNS)}.")
        vars(self)["numbers"] = tuple(given.values())

    def __getattr__(self, column: str) -> int:
        if column not in _PLACES:
            raise AttributeError(column)
        return self.numbers[_PLACES[column]]

    @classmethod
    def total(cls, parts: Iterable["Counts"]) -> "Counts":
        """All of them together, column by column."""
        return cls(*map(sum, zip(*(part.numbers for part in parts), strict=True)))


def counts_of(definition: Definition, numbers: Iterable[int]) -> Counts:
    """Counts in the order in which a definition keeps them. What it does not count is 0."""
    return Counts(**dict(zip(definition.columns, numbers, strict=True)))


@dataclass(frozen=True)
class CountRow:
    """The counts of one part of the figures. What the figures are not split by is None."""

    counts: Counts
    area: int | None = None
    month: date | None = None
    day: date | None = None


@dataclass(frozen=True)
class Figures:
    """Counts for a programme, a period and a set of areas, as they stood at an instant, by one definition."""

    programme: Programme
    period: Period
    area_ids: Sequence[int]
    as_at: datetime
    totals: Counts
    rows: Sequence[CountRow] = ()
    by: tuple[Grain, ...] = ()
    definition: str = field(default_factory=lambda: DEFINITION_VERSION)


def figures(
    *,
    programme: Programme,
    period: Period,
    areas: Iterable[int],
    at: datetime,
    by: Sequence[Grain] = (),
    is_crossed: bool = True,
) -> Figures:
    """The six figures and clock hours of a programme for a period of London days and some areas.

    `areas` are ids that the caller took from `visible_to`. `at` is when the question is asked and is only carried
    along. `by` splits the figures: by area, month, day or two of them; parts without any count have no row. Not
    `is_crossed`: by the first of them, and once more by the other.
    """
    area_ids = list(areas)
    rows = [] if not area_ids else _rows(programme, period, area_ids, tuple(by), is_crossed=is_crossed)
    totals = Counts.total(row.counts for row in rows if not by or getattr(row, by[0]) is not None)
    return Figures(programme, period, area_ids, at, totals, rows if by else (), tuple(by))


def figures_as_text(
    *, programme: Programme, period: Period, areas: Iterable[int], by: Sequence[Grain], row_sql: str
) -> tuple[Counts, str]:
    """The totals of `figures`, and its rows as text that PostgreSQL writes, with commas between them.

    `by` names one grain at least, and `row_sql` makes the text of a row from its columns and those of `Counts`. For
    thousands of rows: Python would take ten times as long to read them and write them again.
    """
    grouped, parameters = _statement(programme, period, list(areas), tuple(by))
    sums = ", ".join(f"coalesce(sum({column}), 0)::bigint" for column in COLUMNS)
    rows = f"coalesce(string_agg({row_sql}, ',' ORDER BY {', '.join(by)}), '')"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {rows}, {sums} FROM ({grouped}) figures", parameters)  # noqa: S608
        text, *totals = cursor.fetchone()
    return Counts(*totals), text


_KEYS = {Grain.AREA: "area_id", Grain.MONTH: "month", Grain.DAY: "day"}
_COUNTS = ", ".join(COLUMNS)
_SUMS = ", ".join(f"sum({column})::bigint AS {column}" for column in COLUMNS)
_ANY_COUNT = f"greatest({', '.join(f'sum({column})' for column in COLUMNS)}) > 0"
_CHOSEN = "area_id = ANY(%(areas)s)"
# The same where the ids leave no gap, as those of all areas do. PostgreSQL compares in half the time of looking up.
_ALL_BETWEEN = "area_id BETWEEN %(first_area)s AND %(last_area)s"
# Whole months come from the month summary, the ragged days at either end from the day summary, in one query.
_MONTHS = f"""
    SELECT area_id, month, month AS day, {_COUNTS} FROM reports_monthsummary
    WHERE programme_id = %(programme)s AND {_CHOSEN} AND month BETWEEN %(first_month)s AND %(last_month)s
"""  # noqa: S608 - names of our own columns
_DAYS = f"""
    SELECT area_id, date_trunc('month', day)::date AS month, day, {_COUNTS} FROM reports_daysummary
    WHERE programme_id = %(programme)s AND {_CHOSEN}
        AND (day BETWEEN %(first_day)s AND %(before_months)s OR day BETWEEN %(after_months)s AND %(last_day)s)
"""  # noqa: S608 - names of our own columns


def _statement(
    programme: Programme, period: Period, area_ids: list[int], by: tuple[Grain, ...], *, is_crossed: bool = True
) -> tuple[str, dict[str, Any]]:
    """The statement whose rows are figures: what they are split by, named as `by` does, and the columns of `Counts`.

    A summary row stays when all it counted was withdrawn, so parts without any count are left out here.
    """
    keys = [_KEYS[grain] for grain in by]
    sets = ", ".join(keys) if is_crossed else f"GROUPING SETS ({', '.join(f'({key})' for key in keys)})"
    grouping = f"GROUP BY {sets}" if by else ""
    columns = "".join(f"{key} AS {grain}, " for key, grain in zip(keys, by, strict=True))
    summed = f"SELECT {columns}{_SUMS} FROM ({{}}) parts {grouping} HAVING {_ANY_COUNT}"  # noqa: S608
    days = bounds(period, daily=Grain.DAY in by)
    parts = _parts(days)
    if is_crossed and set(by) == {Grain.AREA, Grain.MONTH}:
        # Each row of the month summary is one of these already: only the days of other months are to be added up.
        whole = f"SELECT {columns}{_COUNTS} FROM ({{}}) months WHERE greatest({_COUNTS}) > 0"  # noqa: S608
        forms = {_MONTHS: whole, _DAYS: summed}
        sql = " UNION ALL ".join(forms[part].format(part) for part in parts)
    else:
        sql = summed.format(" UNION ALL ".join(parts))
    parameters = {"programme": programme.pk, "areas": area_ids, **days}
    ids = set(area_ids)
    if ids and max(ids) - min(ids) == len(ids) - 1:
        return sql.replace(_CHOSEN, _ALL_BETWEEN), {**parameters, "first_area": min(ids), "last_area": max(ids)}
    return sql, parameters


def _parts(days: Mapping[str, date]) -> list[str]:
    """Which summaries hold days of the period: naming one that does not costs as much as to plan the rest."""
    has_months = days["first_month"] <= days["last_month"]
    has_days = days["first_day"] <= days["before_months"] or days["after_months"] <= days["last_day"]
    return [part for part, is_needed in ((_MONTHS, has_months), (_DAYS, has_days)) if is_needed]


def _rows(
    programme: Programme, period: Period, area_ids: list[int], by: tuple[Grain, ...], *, is_crossed: bool
) -> list[CountRow]:
    sql, parameters = _statement(programme, period, area_ids, by, is_crossed=is_crossed)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY {', '.join(by)}" if by else sql, parameters)
        rows = [(row[: len(by)], row[len(by) :]) for row in cursor.fetchall()]
    return [CountRow(Counts(*counts), **dict(zip(by, key, strict=True))) for key, counts in rows]


def bounds(period: Period, *, daily: bool = False) -> dict[str, date]:
    """Where the whole months of a period begin and end. `daily`: none, every day is counted on its own."""
    one_day = timedelta(days=1)
    ends = {"first_day": period.first_day, "last_day": period.last_day}
    whole = None if daily else period.whole_months
    if whole is None:
        # An empty run of months, and the days all in the run before it.
        nothing = {"first_month": period.last_day, "last_month": period.first_day - one_day}
        return {**ends, **nothing, "before_months": period.last_day, "after_months": period.last_day + one_day}
    return {
        **ends,
        "first_month": whole.first_day,
        "last_month": whole.last_day.replace(day=1),
        "before_months": whole.first_day - one_day,
        "after_months": whole.last_day + one_day,
    }
